# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's options to its wish, and what is said of options that make none; one class a module."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _wishes as wishes
from ansible_collections.secops.iam.plugins.module_utils._wazuh._checks import (
    body_problems,
    rule_warnings,
    wish_problems,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import LinkWish, Snapshot
from unit.described import InvalidOptionsError, filled_in, own_examples, validated

WISHES = {
    "wazuh_rbac": wishes.tree,
    "wazuh_rbac_config": wishes.config,
    "wazuh_rbac_link": wishes.link,
    "wazuh_rbac_policy": wishes.policy,
    "wazuh_rbac_role": wishes.role,
    "wazuh_rbac_rule": wishes.rule,
    "wazuh_rbac_user": wishes.user,
}
PASSWORD = "Sales-Member-1"


def errand(module: str, **given: Any) -> wishes.Errand:
    made = WISHES[module](validated(module, given))
    assert wish_problems(made.wish) == []
    return made


def refusal(module: str, **given: Any) -> str:
    """What the user is told; fails when the options are good."""
    try:
        problems = wish_problems(WISHES[module](validated(module, given)).wish)
    except (InvalidOptionsError, Refused) as error:
        return str(error)
    assert problems
    return "\n".join(problems)


@pytest.mark.parametrize("module", WISHES)
def test_nothing_is_wrong_with_the_wishes_of_the_documentations_examples(module: str) -> None:
    for _title, given in own_examples(module):
        made = errand(module, **filled_in(module, given))
        for plural, objects in made.wish.present.items():
            for name, body in objects.items():
                whole = plural == "rules" or len(body) == len(("actions", "resources", "effect"))
                assert not whole or not body or body_problems(plural, name, body) == []
                assert plural != "rules" or rule_warnings(name, body) == []


class TestPolicy:
    def test_is_stated_as_the_server_stores_it(self) -> None:
        made = errand(
            "wazuh_rbac_policy",
            name="Sales",
            actions=["Agent:Read"],
            resources=["AGENT:Group:Customer-X", "Role:ID:100&USER:id:101"],
            effect="allow",
        )
        assert made.wish.present == {
            "policies": {
                "Sales": {
                    "actions": ["agent:read"],
                    "resources": ["agent:group:Customer-X", "role:id:100&user:id:101"],
                    "effect": "allow",
                }
            }
        }

    def test_what_is_omitted_is_not_stated_but_an_empty_list_is(self) -> None:
        assert errand("wazuh_rbac_policy", name="sales", effect="deny").wish.present == {
            "policies": {"sales": {"effect": "deny"}}
        }
        assert errand("wazuh_rbac_policy", name="sales", actions=[]).wish.present == {
            "policies": {"sales": {"actions": []}}
        }

    def test_rename(self) -> None:
        made = errand("wazuh_rbac_policy", name="old", new_name="new")
        assert made.wish.renames == {"policies": {"old": "new"}}
        body = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
        assert made.view(Snapshot({"policies": {"new": body}})) == {"policy": {"name": "new", **body}}

    def test_absent_states_nothing_else(self) -> None:
        made = errand("wazuh_rbac_policy", name="sales", effect="deny", new_name="marketing", state="absent")
        assert made.wish.absent == {"policies": ["sales"]}
        assert made.wish.present == {}
        assert made.wish.renames == {}
        assert made.view(Snapshot({"policies": {}})) == {}

    @pytest.mark.parametrize("checked", [True, False])
    def test_the_catalogue_is_asked_unless_told_otherwise(self, checked: bool) -> None:
        assert errand("wazuh_rbac_policy", name="sales", validate_catalogue=checked).validate_catalogue is checked

    def test_bad_input(self) -> None:
        assert refusal("wazuh_rbac_policy") == "missing required arguments: name"
        assert "effect must be one of: allow, deny, got: maybe" in refusal(
            "wazuh_rbac_policy", name="sales", effect="maybe"
        )
        for name in ("", "sales team", "sales\n", "vertrieb-süd", "s" * 65):
            assert refusal("wazuh_rbac_policy", name=name) == (
                f"policies: the name {name!r} will not do: write 1 to 64 characters out of A-Z a-z 0-9 _ - . %"
            )
        assert "the name 'sales team' will not do" in refusal("wazuh_rbac_policy", name="sales", new_name="sales team")


class TestRule:
    def test_null_values_are_dropped_as_the_server_drops_them(self) -> None:
        given = {"MATCH": {"name": "alice", "mail": None, "address": {"town": None}}}
        assert errand("wazuh_rbac_rule", name="sales", rule=given).wish.present == {
            "rules": {"sales": {"MATCH": {"name": "alice", "address": {}}}}
        }

    def test_but_not_those_within_a_list_which_it_keeps(self) -> None:
        given = {"AND": [{"FIND": {"mail": None}}], "NOT": {"MATCH": {"mail": None, "name": "alice"}}}
        stored = {"AND": [{"FIND": {"mail": None}}], "NOT": {"MATCH": {"name": "alice"}}}
        assert errand("wazuh_rbac_rule", name="sales", rule=given).wish.present == {"rules": {"sales": stored}}

    def test_omitted_is_not_stated(self) -> None:
        made = errand("wazuh_rbac_rule", name="old", new_name="new")
        assert made.wish.present == {"rules": {"old": {}}}
        assert made.wish.renames == {"rules": {"old": "new"}}

    def test_view(self) -> None:
        rule = {"FIND": {"backend_roles": "sales"}}
        view = errand("wazuh_rbac_rule", name="sales", rule=rule).view
        assert view(Snapshot({"rules": {"sales": rule}})) == {"rule": {"name": "sales", "rule": rule}}

    def test_absent(self) -> None:
        made = errand("wazuh_rbac_rule", name="sales", rule={}, state="absent")
        assert made.wish.absent == {"rules": ["sales"]}
        assert made.wish.present == {}

    @pytest.mark.parametrize("rule", [{}, {"FIND": None}])
    def test_an_empty_rule_is_no_omitted_one(self, rule: dict[str, Any]) -> None:
        assert errand("wazuh_rbac_rule", name="sales", rule=rule).wish.empty_rules == {"sales"}
        assert errand("wazuh_rbac_rule", name="sales").wish.empty_rules == set()

    def test_bad_input(self) -> None:
        assert "unable to convert to dict" in refusal("wazuh_rbac_rule", name="sales", rule="FIND")
        assert "rules: the name 'a b' will not do" in refusal("wazuh_rbac_rule", name="a b")


class TestRole:
    def test_order_is_kept(self) -> None:
        made = errand("wazuh_rbac_role", name="sales-team", policies=["b", "a"], rules=["r"])
        assert made.wish.present == {"roles": {"sales-team": {"policies": ["b", "a"], "rules": ["r"]}}}
        assert made.wish.kinds() == {"roles", "policies", "rules"}

    def test_omitted_lists_are_left_alone_and_empty_ones_are_not(self) -> None:
        left_alone = errand("wazuh_rbac_role", name="sales-team")
        assert left_alone.wish.present == {"roles": {"sales-team": {}}}
        assert left_alone.wish.kinds() == {"roles"}
        emptied = errand("wazuh_rbac_role", name="sales-team", policies=[])
        assert emptied.wish.present == {"roles": {"sales-team": {"policies": []}}}

    def test_rename_and_view(self) -> None:
        made = errand("wazuh_rbac_role", name="old", new_name="new", policies=["p"])
        assert made.wish.renames == {"roles": {"old": "new"}}
        assert made.view(Snapshot({"roles": {"new": {"policies": ["p"]}}})) == {
            "role": {"name": "new", "policies": ["p"]}
        }

    def test_absent(self) -> None:
        assert errand("wazuh_rbac_role", name="sales-team", state="absent").wish.absent == {"roles": ["sales-team"]}

    def test_bad_input(self) -> None:
        assert "roles: the name 'sales/team' will not do" in refusal("wazuh_rbac_role", name="sales/team")
        assert "state must be one of: present, absent" in refusal("wazuh_rbac_role", name="sales", state="gone")


class TestUser:
    def test_password_is_no_part_of_the_stated_body(self) -> None:
        made = errand("wazuh_rbac_user", name="sales-member-1", password=PASSWORD, allow_run_as=True, roles=["b", "a"])
        assert made.wish.present == {"users": {"sales-member-1": {"allow_run_as": True, "roles": ["b", "a"]}}}
        assert made.wish.passwords == {"sales-member-1": PASSWORD}
        assert made.wish.update_password == {"sales-member-1": "on_create"}

    def test_omitted_is_left_alone(self) -> None:
        made = errand("wazuh_rbac_user", name="sales-member-1", update_password="always")
        assert made.wish.present == {"users": {"sales-member-1": {}}}
        assert made.wish.passwords == {}

    def test_false_is_not_omitted(self) -> None:
        made = errand("wazuh_rbac_user", name="sales-member-1", allow_run_as=False)
        assert made.wish.present == {"users": {"sales-member-1": {"allow_run_as": False}}}

    def test_absent_needs_no_password(self) -> None:
        made = errand("wazuh_rbac_user", name="sales-member-1", password=PASSWORD, state="absent")
        assert made.wish.absent == {"users": ["sales-member-1"]}
        assert made.wish.passwords == {}

    def test_view(self) -> None:
        made = errand("wazuh_rbac_user", name="sales-member-1")
        assert made.view(Snapshot({"users": {"sales-member-1": {"allow_run_as": False}}})) == {
            "user": {"name": "sales-member-1", "allow_run_as": False}
        }

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("", "it is empty"),
            ("Short-1", "its length is 7: write 8 to 64 characters"),
            ("Long-1" * 11, "its length is 66: write 8 to 64 characters"),
            ("SALES-MEMBER-1", "it lacks a lower-case letter a-z"),
            ("sales-member-9", "it lacks an upper-case letter A-Z"),
            ("Sales-Member-x", "it lacks a digit"),
            ("SalesMember1", "it lacks a character that is neither letter nor digit"),
            ("Sales-Member-1€", "it contains characters that the server cannot read in a login: write others"),
        ],
    )
    def test_bad_passwords_are_described_but_not_told(self, password: str, said: str) -> None:
        told = refusal("wazuh_rbac_user", name="sales-member-1", password=password)
        assert told.startswith("password of user sales-member-1: ")
        assert said in told
        assert not password or password not in told

    def test_bad_names(self) -> None:
        assert refusal("wazuh_rbac_user", name="bob") == (
            "users: the name 'bob' will not do: write 4 to 64 characters out of A-Z a-z 0-9 _ - . %"
        )


class TestLink:
    @pytest.mark.parametrize(
        ("given", "wanted"),
        [
            ({"policy": "p", "position": 0}, LinkWish("roles", "sales", "policies", "p", 0, True)),
            ({"rule": "r"}, LinkWish("roles", "sales", "rules", "r", None, True)),
            ({"user": "alice", "position": 2}, LinkWish("users", "alice", "roles", "sales", 2, True)),
            ({"user": "alice", "state": "absent"}, LinkWish("users", "alice", "roles", "sales", None, False)),
        ],
    )
    def test_each_pair(self, given: dict[str, Any], wanted: LinkWish) -> None:
        made = errand("wazuh_rbac_link", role="sales", **given)
        assert made.wish.links == [wanted]
        assert made.wish.kinds() == {wanted.owners, wanted.items}

    def test_view_is_the_side_that_has_the_list(self) -> None:
        with_policy = errand("wazuh_rbac_link", role="sales", policy="p")
        there = Snapshot({"roles": {"sales": {"policies": ["p"]}}})
        assert with_policy.view(there) == {"role": {"name": "sales", "policies": ["p"]}}
        with_user = errand("wazuh_rbac_link", role="sales", user="alice", state="absent")
        assert with_user.view(Snapshot({"users": {"alice": {"roles": []}}})) == {"user": {"name": "alice", "roles": []}}
        assert with_user.view(Snapshot({"users": {}})) == {}

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "missing required arguments: role"),
            ({"role": "sales"}, "one of the following is required: policy, rule, user"),
            ({"policy": "p", "rule": "r", "role": "sales"}, "mutually exclusive: policy|rule|user"),
            ({"policy": "p", "user": "alice", "role": "sales"}, "mutually exclusive: policy|rule|user"),
            ({"rule": "r", "user": "alice", "role": "sales"}, "mutually exclusive: policy|rule|user"),
            ({"policy": "p", "user": "alice"}, "missing required arguments: role"),
            ({"policy": "p"}, "missing required arguments: role"),
            ({"role": "sales", "rule": "r", "position": 0}, "position: a role's rules have no order: leave it out"),
            ({"role": "sales", "policy": "p", "position": -1}, "position: -1 is too small: 0 is the first"),
        ],
    )
    def test_wrong_combinations(self, given: dict[str, Any], said: str) -> None:
        assert said in refusal("wazuh_rbac_link", **given)


class TestConfig:
    def test_only_what_is_given(self) -> None:
        assert errand("wazuh_rbac_config", rbac_mode="black").wish.config == {"rbac_mode": "black"}
        assert errand("wazuh_rbac_config", auth_token_exp_timeout=30).wish.config == {"auth_token_exp_timeout": 30}

    def test_absent_means_the_defaults_whatever_else_is_given(self) -> None:
        made = errand("wazuh_rbac_config", rbac_mode="black", state="absent")
        assert made.wish.config == {"rbac_mode": "white", "auth_token_exp_timeout": 900}

    def test_view(self) -> None:
        now = {"rbac_mode": "white", "auth_token_exp_timeout": 900}
        assert errand("wazuh_rbac_config", state="absent").view(Snapshot(config=now)) == {"config": now}

    def test_bad_input(self) -> None:
        assert refusal("wazuh_rbac_config") == (
            "state is present but any of the following are missing: rbac_mode, auth_token_exp_timeout"
        )
        assert "rbac_mode must be one of: white, black" in refusal("wazuh_rbac_config", rbac_mode="grey")
        assert refusal("wazuh_rbac_config", auth_token_exp_timeout=29) == (
            "auth_token_exp_timeout: 29 is too short: write 30 seconds or more"
        )


class TestTree:
    """Of wazuh_rbac."""

    def test_everything_at_once(self) -> None:
        policy = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
        made = errand(
            "wazuh_rbac",
            policies=[{"name": "p", **policy, "actions": ["AGENT:read"]}],
            rules=[{"name": "r", "rule": {"FIND": {"backend_roles": "sales", "mail": None}}}],
            roles=[{"name": "sales", "policies": ["p"], "rules": []}],
            users=[{"name": "alice", "password": PASSWORD, "allow_run_as": False, "roles": ["sales"]}],
            config={"rbac_mode": "white"},
            purge=["users", "roles"],
            validate_catalogue=False,
        )
        assert made.wish.present == {
            "policies": {"p": policy},
            "rules": {"r": {"FIND": {"backend_roles": "sales"}}},
            "roles": {"sales": {"policies": ["p"], "rules": []}},
            "users": {"alice": {"allow_run_as": False, "roles": ["sales"]}},
        }
        assert made.wish.config == {"rbac_mode": "white"}
        assert list(made.wish.purge) == ["users", "roles"]
        assert made.wish.passwords == {"alice": PASSWORD}
        assert (made.many, made.validate_catalogue) == (True, False)

    def test_nothing_is_asked_for_by_an_empty_task(self) -> None:
        assert errand("wazuh_rbac").wish.kinds() == set()

    def test_what_wazuh_rbac_info_adds_is_taken_and_not_sent(self) -> None:
        made = errand(
            "wazuh_rbac",
            policies=[{"name": "agents_read_agents", "effect": "allow", "id": 7, "reserved": True}],
            rules=[{"name": "ours", "rule": {"FIND": {"a": "b"}}, "id": 100, "reserved": False}],
            roles=[{"name": "readonly", "policies": [], "rules": [], "id": 2, "reserved": True}],
            users=[{"name": "wazuh", "allow_run_as": True, "roles": ["administrator"], "id": 1, "reserved": True}],
        )
        assert made.wish.present == {
            "policies": {"agents_read_agents": {"effect": "allow"}},
            "rules": {"ours": {"FIND": {"a": "b"}}},
            "roles": {"readonly": {"policies": [], "rules": []}},
            "users": {"wazuh": {"allow_run_as": True, "roles": ["administrator"]}},
        }
        assert made.wish.reserved == {"policies": {"agents_read_agents"}, "roles": {"readonly"}, "users": {"wazuh"}}

    def test_passwords_beside_the_tree(self) -> None:
        made = errand(
            "wazuh_rbac",
            users=[
                {"name": "alice", "update_password": "on_mismatch"},
                {"name": "charlie", "password": PASSWORD},
                {"name": "dora"},
            ],
            passwords={"alice": "From-The-Vault-1", "charlie": "Not-This-One-1"},
        )
        assert made.wish.passwords == {"alice": "From-The-Vault-1", "charlie": PASSWORD}
        assert made.wish.update_password == {"alice": "on_mismatch", "charlie": "on_create"}

    @pytest.mark.parametrize("password", [12345678, 1.5, True, ["Sales-Member-1"], {"a": "b"}])
    def test_passwords_that_are_no_text_are_refused_and_not_told(self, password: Any) -> None:
        told = refusal("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": password})
        assert told == "passwords: the one of alice is no text: put it in quotes"

    def test_a_password_of_null_is_none(self) -> None:
        made = errand("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": None})
        assert made.wish.passwords == {}

    def test_an_empty_password_is_no_omitted_one(self) -> None:
        told = refusal("wazuh_rbac", users=[{"name": "alice", "password": ""}], passwords={"alice": PASSWORD})
        assert told.startswith("password of user alice: it is empty")
        told = refusal("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": ""})
        assert told.startswith("password of user alice: it is empty")

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        told = refusal(
            "wazuh_rbac",
            roles=[{"name": "sales"}, {"name": "sales"}],
            users=[{"name": "alice"}, {"name": "alice"}],
            passwords={"mallory": "Top-Secret-1"},
            purge=["rules"],
        )
        assert told.splitlines() == [
            "4 things to correct:",
            "- purge: rules are to be purged, but none are stated: write rules: [] to remove all",
            "- roles: sales is listed twice: list it once",
            "- users: alice is listed twice: list it once",
            "- passwords: mallory is not among the users: list it there, or take its password out",
        ]

    @pytest.mark.parametrize("kind", ["policies", "rules", "roles", "users"])
    def test_names_are_needed_and_unknown_fields_refused(self, kind: str) -> None:
        assert f"missing required arguments: name found in {kind}" in refusal("wazuh_rbac", **{kind: [{}]})
        assert f"{kind}.colour" in refusal("wazuh_rbac", **{kind: [{"name": "sales", "colour": "red"}]})

    def test_purge_knows_the_four_kinds(self) -> None:
        assert "purge must be one or more of: policies, rules, roles, users" in refusal("wazuh_rbac", purge=["config"])

    def test_an_empty_rule_is_no_omitted_one(self) -> None:
        made = errand("wazuh_rbac", rules=[{"name": "sales", "rule": {}}, {"name": "other"}])
        assert made.wish.empty_rules == {"sales"}

    def test_names_of_all_kinds_are_checked(self) -> None:
        told = refusal("wazuh_rbac", policies=[{"name": "p p"}], users=[{"name": "bob"}])
        assert "policies: the name 'p p' will not do" in told
        assert "users: the name 'bob' will not do" in told

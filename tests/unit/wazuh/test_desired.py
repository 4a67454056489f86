# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's options to what it desires, and what is said of options that make no sense; one class a module."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as modules
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import body_problems, rule_warnings
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import subject_of
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, DesiredLink, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import desired_problems
from unit.described import InvalidOptionsError, filled_in, own_examples, validated

DESIRED_BY = {
    "wazuh_rbac": modules.tree,
    "wazuh_rbac_config": modules.config,
    "wazuh_rbac_link": modules.link,
    "wazuh_rbac_policy": modules.policy,
    "wazuh_rbac_role": modules.role,
    "wazuh_rbac_rule": modules.rule,
    "wazuh_rbac_user": modules.user,
}
PASSWORD = "Sales-Member-1"


def desired(module: str, **given: Any) -> Desired:
    made = DESIRED_BY[module](validated(module, given))
    assert desired_problems(made) == []
    return made


def refusal(module: str, **given: Any) -> str:
    """What the user is told; fails when the options are good."""
    try:
        problems = desired_problems(DESIRED_BY[module](validated(module, given)))
    except (InvalidOptionsError, Refused) as error:
        return str(error)
    assert problems
    return "\n".join(problems)


@pytest.mark.parametrize("module", DESIRED_BY)
def test_nothing_is_wrong_with_what_the_documentations_examples_desire(module: str) -> None:
    for _title, given in own_examples(module):
        made = desired(module, **filled_in(module, given))
        for plural, objects in made.present.items():
            for name, body in objects.items():
                whole = plural == "rules" or len(body) == len(("actions", "resources", "effect"))
                assert not whole or not body or body_problems(plural, name, body) == []
                assert plural != "rules" or rule_warnings(name, body) == []


class TestPolicy:
    def test_is_stated_as_the_server_stores_it(self) -> None:
        made = desired(
            "wazuh_rbac_policy",
            name="Sales",
            actions=["Agent:Read"],
            resources=["AGENT:Group:Customer-X", "Role:ID:100&USER:id:101"],
            effect="allow",
        )
        assert made.present == {
            "policies": {
                "Sales": {
                    "actions": ["agent:read"],
                    "resources": ["agent:group:Customer-X", "role:id:100&user:id:101"],
                    "effect": "allow",
                }
            }
        }

    def test_what_is_omitted_is_not_stated_but_an_empty_list_is(self) -> None:
        assert desired("wazuh_rbac_policy", name="sales", effect="deny").present == {
            "policies": {"sales": {"effect": "deny"}}
        }
        assert desired("wazuh_rbac_policy", name="sales", actions=[]).present == {
            "policies": {"sales": {"actions": []}}
        }

    def test_rename(self) -> None:
        made = desired("wazuh_rbac_policy", name="old", new_name="new")
        assert made.renames == {"policies": {"old": "new"}}
        body = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
        assert subject_of(made, Snapshot({"policies": {"new": body}})) == {"policy": {"name": "new", **body}}

    def test_absent_states_nothing_else(self) -> None:
        made = desired("wazuh_rbac_policy", name="sales", effect="deny", new_name="marketing", state="absent")
        assert made.absent == {"policies": ["sales"]}
        assert made.present == {}
        assert made.renames == {}
        assert subject_of(made, Snapshot({"policies": {}})) == {}

    @pytest.mark.parametrize("checked", [True, False])
    def test_the_catalogue_is_asked_unless_told_otherwise(self, checked: bool) -> None:
        assert desired("wazuh_rbac_policy", name="sales", validate_catalogue=checked).validate_catalogue is checked

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
        assert desired("wazuh_rbac_rule", name="sales", rule=given).present == {
            "rules": {"sales": {"MATCH": {"name": "alice", "address": {}}}}
        }

    def test_but_not_those_within_a_list_which_it_keeps(self) -> None:
        given = {"AND": [{"FIND": {"mail": None}}], "NOT": {"MATCH": {"mail": None, "name": "alice"}}}
        stored = {"AND": [{"FIND": {"mail": None}}], "NOT": {"MATCH": {"name": "alice"}}}
        assert desired("wazuh_rbac_rule", name="sales", rule=given).present == {"rules": {"sales": stored}}

    def test_omitted_is_not_stated(self) -> None:
        made = desired("wazuh_rbac_rule", name="old", new_name="new")
        assert made.present == {"rules": {"old": {}}}
        assert made.renames == {"rules": {"old": "new"}}

    def test_subject(self) -> None:
        rule = {"FIND": {"backend_roles": "sales"}}
        made = desired("wazuh_rbac_rule", name="sales", rule=rule)
        assert subject_of(made, Snapshot({"rules": {"sales": rule}})) == {"rule": {"name": "sales", "rule": rule}}

    def test_absent(self) -> None:
        made = desired("wazuh_rbac_rule", name="sales", rule={}, state="absent")
        assert made.absent == {"rules": ["sales"]}
        assert made.present == {}

    @pytest.mark.parametrize("rule", [{}, {"FIND": None}])
    def test_an_empty_rule_is_no_omitted_one(self, rule: dict[str, Any]) -> None:
        assert desired("wazuh_rbac_rule", name="sales", rule=rule).empty_rules == {"sales"}
        assert desired("wazuh_rbac_rule", name="sales").empty_rules == set()

    def test_bad_input(self) -> None:
        assert "unable to convert to dict" in refusal("wazuh_rbac_rule", name="sales", rule="FIND")
        assert "rules: the name 'a b' will not do" in refusal("wazuh_rbac_rule", name="a b")


class TestRole:
    def test_order_is_kept(self) -> None:
        made = desired("wazuh_rbac_role", name="sales-team", policies=["b", "a"], rules=["r"])
        assert made.present == {"roles": {"sales-team": {"policies": ["b", "a"], "rules": ["r"]}}}
        assert made.kinds() == {"roles", "policies", "rules"}

    def test_omitted_lists_are_left_alone_and_empty_ones_are_not(self) -> None:
        left_alone = desired("wazuh_rbac_role", name="sales-team")
        assert left_alone.present == {"roles": {"sales-team": {}}}
        assert left_alone.kinds() == {"roles"}
        emptied = desired("wazuh_rbac_role", name="sales-team", policies=[])
        assert emptied.present == {"roles": {"sales-team": {"policies": []}}}

    def test_rename_and_subject(self) -> None:
        made = desired("wazuh_rbac_role", name="old", new_name="new", policies=["p"])
        assert made.renames == {"roles": {"old": "new"}}
        assert subject_of(made, Snapshot({"roles": {"new": {"policies": ["p"]}}})) == {
            "role": {"name": "new", "policies": ["p"]}
        }

    def test_absent(self) -> None:
        assert desired("wazuh_rbac_role", name="sales-team", state="absent").absent == {"roles": ["sales-team"]}

    def test_bad_input(self) -> None:
        assert "roles: the name 'sales/team' will not do" in refusal("wazuh_rbac_role", name="sales/team")
        assert "state must be one of: present, absent" in refusal("wazuh_rbac_role", name="sales", state="gone")


class TestUser:
    def test_password_is_no_part_of_the_stated_body(self) -> None:
        made = desired("wazuh_rbac_user", name="sales-member-1", password=PASSWORD, allow_run_as=True, roles=["b", "a"])
        assert made.present == {"users": {"sales-member-1": {"allow_run_as": True, "roles": ["b", "a"]}}}
        assert made.passwords == {"sales-member-1": PASSWORD}
        assert made.update_password == {"sales-member-1": "on_create"}

    def test_omitted_is_left_alone(self) -> None:
        made = desired("wazuh_rbac_user", name="sales-member-1", update_password="always")
        assert made.present == {"users": {"sales-member-1": {}}}
        assert made.passwords == {}

    def test_false_is_not_omitted(self) -> None:
        made = desired("wazuh_rbac_user", name="sales-member-1", allow_run_as=False)
        assert made.present == {"users": {"sales-member-1": {"allow_run_as": False}}}

    def test_absent_needs_no_password(self) -> None:
        made = desired("wazuh_rbac_user", name="sales-member-1", password=PASSWORD, state="absent")
        assert made.absent == {"users": ["sales-member-1"]}
        assert made.passwords == {}

    def test_subject(self) -> None:
        made = desired("wazuh_rbac_user", name="sales-member-1")
        assert subject_of(made, Snapshot({"users": {"sales-member-1": {"allow_run_as": False}}})) == {
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
            ({"policy": "p", "position": 0}, DesiredLink("roles", "sales", "policies", "p", 0, True)),
            ({"rule": "r"}, DesiredLink("roles", "sales", "rules", "r", None, True)),
            ({"user": "alice", "position": 2}, DesiredLink("users", "alice", "roles", "sales", 2, True)),
            ({"user": "alice", "state": "absent"}, DesiredLink("users", "alice", "roles", "sales", None, False)),
        ],
    )
    def test_each_pair(self, given: dict[str, Any], wanted: DesiredLink) -> None:
        made = desired("wazuh_rbac_link", role="sales", **given)
        assert made.links == [wanted]
        assert made.kinds() == {wanted.owners, wanted.items}

    def test_subject_is_the_side_that_has_the_list(self) -> None:
        with_policy = desired("wazuh_rbac_link", role="sales", policy="p")
        there = Snapshot({"roles": {"sales": {"policies": ["p"]}}})
        assert subject_of(with_policy, there) == {"role": {"name": "sales", "policies": ["p"]}}
        with_user = desired("wazuh_rbac_link", role="sales", user="alice", state="absent")
        assert subject_of(with_user, Snapshot({"users": {"alice": {"roles": []}}})) == {
            "user": {"name": "alice", "roles": []}
        }
        assert subject_of(with_user, Snapshot({"users": {}})) == {}

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
        assert desired("wazuh_rbac_config", rbac_mode="black").config == {"rbac_mode": "black"}
        assert desired("wazuh_rbac_config", auth_token_exp_timeout=30).config == {"auth_token_exp_timeout": 30}

    def test_absent_means_the_defaults_whatever_else_is_given(self) -> None:
        made = desired("wazuh_rbac_config", rbac_mode="black", state="absent")
        assert made.config == {"rbac_mode": "white", "auth_token_exp_timeout": 900}

    def test_subject(self) -> None:
        now = {"rbac_mode": "white", "auth_token_exp_timeout": 900}
        assert subject_of(desired("wazuh_rbac_config", state="absent"), Snapshot(config=now)) == {"config": now}

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
        made = desired(
            "wazuh_rbac",
            policies=[{"name": "p", **policy, "actions": ["AGENT:read"]}],
            rules=[{"name": "r", "rule": {"FIND": {"backend_roles": "sales", "mail": None}}}],
            roles=[{"name": "sales", "policies": ["p"], "rules": []}],
            users=[{"name": "alice", "password": PASSWORD, "allow_run_as": False, "roles": ["sales"]}],
            config={"rbac_mode": "white"},
            purge=["users", "roles"],
            validate_catalogue=False,
        )
        assert made.present == {
            "policies": {"p": policy},
            "rules": {"r": {"FIND": {"backend_roles": "sales"}}},
            "roles": {"sales": {"policies": ["p"], "rules": []}},
            "users": {"alice": {"allow_run_as": False, "roles": ["sales"]}},
        }
        assert made.config == {"rbac_mode": "white"}
        assert list(made.purge) == ["users", "roles"]
        assert made.passwords == {"alice": PASSWORD}
        assert (made.many, made.validate_catalogue) == (True, False)

    def test_nothing_is_asked_for_by_an_empty_task(self) -> None:
        assert desired("wazuh_rbac").kinds() == set()

    def test_what_wazuh_rbac_info_adds_is_taken_and_not_sent(self) -> None:
        made = desired(
            "wazuh_rbac",
            policies=[{"name": "agents_read_agents", "effect": "allow", "id": 7, "reserved": True}],
            rules=[{"name": "ours", "rule": {"FIND": {"a": "b"}}, "id": 100, "reserved": False}],
            roles=[{"name": "readonly", "policies": [], "rules": [], "id": 2, "reserved": True}],
            users=[{"name": "wazuh", "allow_run_as": True, "roles": ["administrator"], "id": 1, "reserved": True}],
        )
        assert made.present == {
            "policies": {"agents_read_agents": {"effect": "allow"}},
            "rules": {"ours": {"FIND": {"a": "b"}}},
            "roles": {"readonly": {"policies": [], "rules": []}},
            "users": {"wazuh": {"allow_run_as": True, "roles": ["administrator"]}},
        }
        assert made.reserved == {"policies": {"agents_read_agents"}, "roles": {"readonly"}, "users": {"wazuh"}}

    def test_passwords_beside_the_tree(self) -> None:
        made = desired(
            "wazuh_rbac",
            users=[
                {"name": "alice", "update_password": "on_mismatch"},
                {"name": "charlie", "password": PASSWORD},
                {"name": "dora"},
            ],
            passwords={"alice": "From-The-Vault-1", "charlie": "Not-This-One-1"},
        )
        assert made.passwords == {"alice": "From-The-Vault-1", "charlie": PASSWORD}
        assert made.update_password == {"alice": "on_mismatch", "charlie": "on_create"}

    @pytest.mark.parametrize("password", [12345678, 1.5, True, ["Sales-Member-1"], {"a": "b"}])
    def test_passwords_that_are_no_text_are_refused_and_not_told(self, password: Any) -> None:
        told = refusal("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": password})
        assert told == "passwords: the one of alice is no text: put it in quotes"

    def test_a_password_of_null_is_none(self) -> None:
        made = desired("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": None})
        assert made.passwords == {}

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
        made = desired("wazuh_rbac", rules=[{"name": "sales", "rule": {}}, {"name": "other"}])
        assert made.empty_rules == {"sales"}

    def test_names_of_all_kinds_are_checked(self) -> None:
        told = refusal("wazuh_rbac", policies=[{"name": "p p"}], users=[{"name": "bob"}])
        assert "policies: the name 'p p' will not do" in told
        assert "users: the name 'bob' will not do" in told

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's options to what it desires, and what is said of options that make no sense; one class a module."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as modules
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import body_problems, rule_warnings
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, DesiredLink, Snapshot
from unit.described import filled_in, own_examples
from unit.wazuh.tasks import DESIRED_BY, PASSWORD, desired, refusal


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
        assert made.subject == ("policies", "new", "")

    def test_absent_states_nothing_else(self) -> None:
        made = desired("wazuh_rbac_policy", name="sales", effect="deny", new_name="marketing", state="absent")
        assert made.absent == {"policies": ["sales"]}
        assert made.present == {}
        assert made.renames == {}
        assert made.subject == ("", "", "")

    @pytest.mark.parametrize("checked", [True, False])
    def test_the_catalogue_is_asked_unless_told_otherwise(self, checked: bool) -> None:
        assert desired("wazuh_rbac_policy", name="sales", validate_catalogue=checked).validate_catalogue is checked

    def test_bad_input(self) -> None:
        assert refusal("wazuh_rbac_policy") == "missing required arguments: name"
        assert "effect must be one of: allow, deny, got: maybe" in refusal(
            "wazuh_rbac_policy", name="sales", effect="maybe"
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
        assert desired("wazuh_rbac_rule", name="sales", rule=rule).subject == ("rules", "sales", "")

    def test_absent(self) -> None:
        made = desired("wazuh_rbac_rule", name="sales", rule={}, state="absent")
        assert made.absent == {"rules": ["sales"]}
        assert made.present == {}

    @pytest.mark.parametrize("rule", [{}, {"FIND": None}])
    def test_an_empty_rule_is_no_omitted_one(self, rule: dict[str, Any]) -> None:
        assert desired("wazuh_rbac_rule", name="sales", rule=rule).empty_rules == {"sales"}
        assert desired("wazuh_rbac_rule", name="sales").empty_rules == set()
        assert desired("wazuh_rbac_rule", name="sales", rule={"FIND": {"a": "b"}}).empty_rules == set()

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
        assert made.subject == ("roles", "new", "")

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
        assert desired("wazuh_rbac_user", name="sales-member-1").subject == ("users", "sales-member-1", "")


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
        assert desired("wazuh_rbac_link", role="sales", policy="p").subject == ("roles", "sales", "policies")
        with_user = desired("wazuh_rbac_link", role="sales", user="alice", state="absent")
        assert with_user.subject == ("users", "alice", "roles")

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
        assert desired("wazuh_rbac_config", state="absent").subject == ("config", "", "")

    def test_bad_input(self) -> None:
        assert refusal("wazuh_rbac_config") == (
            "state is present but any of the following are missing: rbac_mode, auth_token_exp_timeout"
        )
        assert "rbac_mode must be one of: white, black" in refusal("wazuh_rbac_config", rbac_mode="grey")
        assert refusal("wazuh_rbac_config", auth_token_exp_timeout=29) == (
            "auth_token_exp_timeout: 29 is too short: write 30 seconds or more"
        )


class TestSettled:
    """New links are told from those that are there before any is made, since no snapshot tells it afterwards."""

    THERE = Snapshot({"users": {"alice": {"roles": ["old"]}}, "roles": {"sales": {"rules": ["old"]}}})

    def settled(self, *links: DesiredLink) -> list[DesiredLink]:
        return list(modules.settled(Desired(links=links), self.THERE).links)

    def test_a_new_one_comes_after_all_that_are_there(self) -> None:
        (new,) = self.settled(DesiredLink("users", "alice", "roles", "new", None, True))
        assert new.after == ("old",)

    @pytest.mark.parametrize(
        "link",
        [
            DesiredLink("users", "alice", "roles", "old", None, True),
            DesiredLink("users", "alice", "roles", "new", 0, True),
            DesiredLink("users", "alice", "roles", "new", None, False),
            DesiredLink("users", "nobody", "roles", "new", None, True),
            DesiredLink("roles", "sales", "rules", "new", None, True),
        ],
    )
    def test_any_other_has_no_such_place(self, link: DesiredLink) -> None:
        """It is there, has its position, goes, is the first, or is a rule's, which have no order (FACTS, links)."""
        assert self.settled(link) == [link]

    def test_once_settled_it_stays_so(self) -> None:
        new = DesiredLink("users", "alice", "roles", "new", None, True, after=("older",))
        made = Snapshot({"users": {"alice": {"roles": ["new", "older"]}}})
        assert modules.settled(Desired(links=[new]), made).links == [new]

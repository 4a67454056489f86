# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that lead to the target, as few as the API allows, and what each step is known by."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Plan
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import Snapshot
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import plan_of
from unit.opencti.snapshots import BEFORE_PREVENTION, around, desired_group, desired_role, desired_user, group, user
from unit.opencti.tasks import FEED, OLD, USER, Tasks, over_versions


def keys(plan: Plan) -> list[tuple[str, ...]]:
    return [(step.key.kind, *step.key.names, step.key.verb) for step in plan.steps]


class TestPlan:
    @pytest.mark.parametrize(
        ("current", "desired"),
        [(user(), desired_user()), (group(), desired_group()), (group(), desired_group(links={"roles": []}))],
    )
    def test_where_nothing_differs_it_is_empty(self, current: Snapshot, desired: Desired) -> None:
        plan = plan_of(current, desired)
        assert (plan.steps, plan.warnings) == ([], [])
        assert plan.target == plan.current

    def test_it_is_a_value(self) -> None:
        current, desired = around(), desired_user()
        assert plan_of(current, desired) == plan_of(current, desired)
        assert current == around()

    def test_no_password_is_drawn_in_it(self) -> None:
        call = plan_of(around(settings={"min_length": 30}), desired_user()).steps[0].call
        assert "password" not in call.variables["input"]
        assert call.password_policy == {"min_length": 30}

    def test_nor_for_who_has_one_or_needs_none(self) -> None:
        stated = plan_of(around(), desired_user(password="given")).steps[0].call
        assert (stated.variables["input"]["password"], stated.password_policy) == ("given", None)
        account = plan_of(around(), desired_user(fields={"service_account": True})).steps[0].call
        assert ("password" in account.variables["input"], account.password_policy) == (False, None)


class TestCreation:
    def test_a_group_is_one_request_with_its_links(self) -> None:
        plan = plan_of(around(), desired_group(links={"roles": ["Connector"]}, fields={"max_confidence": 60}))
        assert [step.sentence for step in plan.steps] == ["create group Feeds with roles Connector"]
        call = plan.steps[0].call
        assert call.variables["input"] == {
            "name": "Feeds",
            "group_confidence_level": {"max_confidence": 60, "overrides": []},
        }
        assert call.variables["add0"] == {"relationship_type": "has-role", "toId": "r-connector"}
        assert call.creates == plan.target

    def test_a_groups_confidence_is_always_stated(self) -> None:
        made = plan_of(around(), desired_group()).steps[0].call.variables["input"]
        assert made["group_confidence_level"] == {"max_confidence": 100, "overrides": []}

    def test_a_role_has_no_more_than_its_name(self) -> None:
        assert plan_of(around(), desired_role()).steps[0].call.variables == {"input": {"name": "Feed"}}

    def test_a_user_comes_with_its_token_in_one_request(self) -> None:
        plan = plan_of(around(), desired_user())
        assert keys(plan) == [("user", "[C] Feed", "create"), ("user", "[C] Feed", "add token")]
        call = plan.steps[0].call
        assert call.variables["token"] == {"name": "secops.iam", "duration": "UNLIMITED"}
        assert call.variables["id"] == desired_user().id
        assert call.variables["input"]["prevent_default_groups"] is True
        assert call.variables["input"]["user_email"] == "feed@example.org"

    def test_whose_id_is_not_known_beforehand_gets_it_after(self) -> None:
        plan = plan_of(around(), desired_user(email=None, fields={"service_account": True}))
        assert "token" not in plan.steps[0].call.variables
        assert plan.steps[1].call.variables["id"] == ""

    def test_up_to_6_9_a_token_comes_by_itself(self) -> None:
        assert keys(plan_of(around("6.9.22"), desired_user("rotated"))) == [("user", "[C] Feed", "create")]


class TestDefaultGroups:
    def test_are_left_by_an_update_where_they_cannot_be_prevented(self) -> None:
        plan = plan_of(around(BEFORE_PREVENTION), desired_user())
        assert keys(plan) == [("user", "[C] Feed", "create"), ("user", "[C] Feed", "update")]
        assert plan.steps[1].sentence == "take user [C] Feed out of the default groups Default"
        assert plan.steps[1].call.variables["del0"] == "g-default"
        assert "prevent_default_groups" not in plan.steps[0].call.variables["input"]

    def test_leaving_them_has_the_key_that_a_later_plan_gives_it(self) -> None:
        """Steps are compared by keys after a lost answer; their sentences may differ."""
        leaving = plan_of(around(BEFORE_PREVENTION), desired_user()).steps[1]
        still_in = user(BEFORE_PREVENTION, links={"groups": {"Feeds": "g-feeds", "Default": "g-default"}})
        later = plan_of(still_in, desired_user()).steps
        assert [step.key for step in later] == [leaving.key] == [Key("user", ("[C] Feed",), "update")]
        assert later[0].sentence != leaving.sentence


class TestUpdate:
    def test_one_request_sets_fields_adds_and_removes(self) -> None:
        there = user(links={"groups": {"Default": "g-default"}})
        desired = desired_user(links={"groups": ["Feeds"], "organizations": ["SOC"]}, fields={"max_confidence": 50})
        plan = plan_of(there, desired)
        assert [step.sentence for step in plan.steps] == [
            "change user [C] Feed: confidence; add groups Feeds; add organizations SOC; remove groups Default"
        ]
        variables = plan.steps[0].call.variables
        assert variables["id"] == "u-feed"
        assert [edit["key"] for edit in variables["patch"]] == ["user_confidence_level"]
        assert (variables["add0"]["toId"], variables["del0"], variables["orgadd0"]) == ("g-feeds", "g-default", "o-soc")

    def test_a_link_under_another_name_is_the_same_link(self) -> None:
        there = group(links={"allowed_markings": {"internal": "m-one"}})
        desired = desired_group(links={"allowed_markings": ["marking-definition--one"]})
        assert plan_of(there, desired).steps == []

    @pytest.mark.parametrize("there", [True, False])
    def test_what_is_to_go_is_deleted_once(self, there: bool) -> None:
        current = user() if there else around()
        plan = plan_of(current, desired_user(present=False, token=None))
        assert keys(plan) == [("user", "[C] Feed", "delete")] * there


class TestOnAPlatform:
    @over_versions
    def test_default_groups(self, version: str) -> None:
        tasks = Tasks(version)
        exact = tasks.run(USER, **FEED)
        assert exact["user"]["groups"] == ["Connectors"]
        more = tasks.run(USER, **(FEED | {"email": "b@example.org", "append": True}))
        assert more["user"]["groups"] == ["Connectors", "Default"]
        none = tasks.run(USER, **(FEED | {"email": "c@example.org", "groups": []}))
        assert none["user"]["groups"] == []
        assert all(one["requests"]["writes"] == 1 for one in (more, exact)) or version in (OLD, "6.4.11")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task from end to end on a platform in this process: what is sent, remembered, shown and told."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import yaml
from ansible_collections.secops.iam.plugins.module_utils._engine import Plan
from ansible_collections.secops.iam.plugins.module_utils._opencti._cycle import OpenctiCycle
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import Snapshot
from unit.opencti.snapshots import BEFORE_PREVENTION
from unit.opencti.tasks import FEED, GROUP, MIDDLE, NEW, ROLE, USER, Tasks, over_versions, steps, warnings


def fields_shown(result: dict[str, Any], side: str) -> dict[str, Any]:
    """What a side of a diff shows of the feed's user."""
    shown: dict[str, Any] = yaml.safe_load(result["diff"][side])["users"]["[C] Feed"]
    return shown


class TestWhatExists:
    """The server returns an existing group or role, or a service account's e-mail, in the place of a new one."""

    @over_versions
    def test_a_group_that_came_meanwhile_is_not_called_created(self, version: str) -> None:
        tasks = Tasks(version)
        options: dict[str, Any] = {"name": "Feeds", "roles": ["Connector"], "max_confidence": 40}
        meanwhile = functools.partial(tasks.platform.add_group, "feeds")
        result = tasks.run(GROUP, meanwhile=meanwhile, **options)
        assert steps(result) == [
            "find group Feeds there already: somebody else has just made it",
            "change group Feeds: confidence",
        ]
        assert "somebody else has made it meanwhile" in warnings(result)
        assert result["group"]["max_confidence"] == 40
        assert tasks.run(GROUP, **options)["changed"] is False

    @over_versions
    def test_so_a_role(self, version: str) -> None:
        tasks = Tasks(version)
        meanwhile = functools.partial(tasks.platform.add_role, "Feed", "SETTINGS_SETLABELS")
        result = tasks.run(ROLE, meanwhile=meanwhile, name="Feed", capabilities=["KNOWLEDGE"])
        assert steps(result)[0].startswith("find role Feed")
        assert result["role"]["capabilities"] == ["KNOWLEDGE"]

    def test_so_a_service_account(self) -> None:
        tasks = Tasks(NEW)
        add = tasks.platform.add_user
        email = "feed@example.org"
        more = {"user_service_account": True, "password": None, "account_status": "Locked"}
        meanwhile = functools.partial(add, email, **more)
        result = tasks.run(USER, meanwhile=meanwhile, **(FEED | {"service_account": True, "account_status": "Active"}))
        assert steps(result)[0].startswith("find user [C] Feed")
        assert result["user"]["account_status"] == "Active"
        assert result["user"]["groups"] == ["Connectors"]

    @over_versions
    def test_a_user_that_came_meanwhile_is_told_by_the_server(self, version: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, meanwhile=lambda: tasks.platform.add_user("feed@example.org"), **FEED)
        assert "User already exists (FUNCTIONAL_ERROR)" in result["msg"]
        statuses = [step["status"] for step in result["steps"]]
        assert statuses[0] == "failed"
        if version == NEW:  # the token was added to the one who is there, and its value is not kept back
            assert result["changed"] is True
            assert result["token"].startswith("flgrn_octi_tkn_")
            assert "Done before this: 1 of 2 steps; not tried: 0." in result["msg"]
            assert statuses == ["failed", "done"]

    def test_a_service_account_without_an_e_mail_is_always_a_new_one(self) -> None:
        tasks = Tasks(NEW)
        options: dict[str, Any] = {"name": "[C] Feed", "service_account": True}
        meanwhile = functools.partial(tasks.platform.add_group, "Late", default_assignation=True)
        result = tasks.run(USER, meanwhile=meanwhile, **options)
        assert steps(result) == [
            "create user [C] Feed with groups Default",
            "add token secops.iam to user [C] Feed",
        ]
        assert tasks.run(USER, **options)["changed"] is False


class TestCost:
    @over_versions
    def test_is_told_without_logins_of_which_there_are_none(self, version: str) -> None:
        tasks = Tasks(version)
        for module, options in ((USER, FEED), (GROUP, {"name": "Feeds"}), ("opencti_info", {})):
            assert set(tasks.run(module, **options)["requests"]) == {"reads", "writes", "waited"}

    @pytest.mark.parametrize("version", ["6.5.2", MIDDLE, NEW])
    def test_a_user_with_group_confidence_and_token_is_one_read_and_one_write(self, version: str) -> None:
        tasks = Tasks(version)
        made = tasks.run(USER, **FEED, max_confidence=60)
        assert (made["requests"]["reads"], made["requests"]["writes"]) == (1, 1)
        assert made["token_known"] is True

    def test_each_state_is_planned_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Plan] = []
        plan = OpenctiCycle.plan

        def counting(self: OpenctiCycle, current: Snapshot) -> Plan:
            made.append(plan(self, current))
            return made[-1]

        monkeypatch.setattr(OpenctiCycle, "plan", counting)
        tasks = Tasks(NEW)
        tasks.run(USER, **FEED)
        assert [len(plan.steps) for plan in made] == [2, 0]
        made.clear()
        tasks.run(USER, **FEED)
        assert [len(plan.steps) for plan in made] == [0]
        made.clear()
        tasks.run(USER, check_mode=True, **FEED, token_state="rotated")
        assert [len(plan.steps) for plan in made] == [2]


class TestSteps:
    def test_have_a_kind_a_name_and_a_verb(self) -> None:
        assert Tasks(NEW).run(GROUP, name="Feeds", roles=["Connector"])["steps"] == [
            {
                "kind": "group",
                "name": "Feeds",
                "verb": "create",
                "step": "create group Feeds with roles Connector",
                "status": "done",
            }
        ]

    @over_versions
    def test_of_a_token_have_verbs_of_their_own(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(USER, **FEED)
        rotated = tasks.run(USER, **FEED, token_state="rotated")["steps"]
        expected = ["add token", "revoke token"] if version == NEW else ["rotate token"]
        assert [(step["kind"], step["name"], step["verb"]) for step in rotated] == [
            ("user", "[C] Feed", verb) for verb in expected
        ]


class TestFailures:
    def test_leaving_default_groups_is_not_called_done_when_the_request_did_not_arrive(self) -> None:
        tasks = Tasks(BEFORE_PREVENTION)
        result = tasks.run(USER, stop=lambda number, _document: number == 2, **FEED)
        assert result["user"]["groups"] == ["Connectors"]
        assert [(step["verb"], step["status"]) for step in result["steps"]] == [("create", "done"), ("update", "done")]
        assert result["requests"]["writes"] == 3

    def test_a_task_that_made_a_user_and_failed_shows_the_whole_of_it(self) -> None:
        tasks = Tasks(BEFORE_PREVENTION)
        result = tasks.run(USER, stop=lambda number, _document: number > 1, **FEED, max_confidence=60)
        assert result["failed"] is True
        assert [step["status"] for step in result["steps"]] == ["done", "failed"]
        assert result["diff"]["before"] == ""
        assert fields_shown(result, "after") == {
            "name": "[C] Feed",
            "account_status": "Active",
            "max_confidence": 60,
            "confidence_overrides": {},
            "groups": ["Connectors", "Default"],
            "organizations": [],
        }

    def test_a_rotation_that_stopped_half_way_shows_that_there_is_a_new_token(self) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **FEED)
        result = tasks.run(USER, stop=lambda number, _document: number > 1, **FEED, token_state="rotated")
        assert [step["status"] for step in result["steps"]] == ["done", "failed"]
        assert result["token_known"] is True
        assert fields_shown(result, "before") == {"token": "(not shown)"}
        assert fields_shown(result, "after") == {"token": "(not shown, new)"}

    @over_versions
    def test_a_task_that_stopped_before_its_first_write_shows_nothing(self, version: str) -> None:
        result = Tasks(version).run(USER, stop=lambda _number, _document: True, **FEED)
        assert (result["failed"], result["changed"]) == (True, False)
        assert "diff" not in result


class TestDiffs:
    @over_versions
    def test_of_what_is_there_only_the_changes_are_shown(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(USER, **FEED)
        for check_mode in (True, False):
            result = tasks.run(USER, check_mode=check_mode, **FEED, max_confidence=60)
            assert fields_shown(result, "before") == {"max_confidence": -1}
            assert fields_shown(result, "after") == {"max_confidence": 60}
        gone = tasks.run(USER, **FEED, state="absent")
        assert set(fields_shown(gone, "before")) == {
            "name",
            "account_status",
            "max_confidence",
            "confidence_overrides",
            "groups",
            "organizations",
        }
        assert gone["diff"]["after"] == ""

    @over_versions
    def test_of_what_is_new_all_is_shown(self, version: str) -> None:
        result = Tasks(version).run(USER, **FEED)
        assert result["diff"]["before"] == ""
        shown = fields_shown(result, "after")
        assert shown["groups"] == ["Connectors"]
        assert shown.get("token") == ("(not shown, new)" if version == NEW else None)
        assert ("service_account" in shown) == (version in (MIDDLE, NEW))


class TestPasswords:
    @over_versions
    def test_the_policy_of_passwords_is_satisfied(self, version: str) -> None:
        tasks = Tasks(version)
        rules = {
            "min_length": 30,
            "min_words": 4,
            "min_symbols": 6,
            "min_numbers": 6,
            "min_lowercase": 6,
            "min_uppercase": 6,
        }
        tasks.platform.platform.settings.update({f"password_policy_{rule}": least for rule, least in rules.items()})
        assert tasks.run(USER, **FEED)["changed"] is True
        result = tasks.run(USER, **(FEED | {"email": "b@example.org", "password": "short"}))
        assert "Invalid password: size must be >= 30" in result["msg"]
        assert "not found" not in result["msg"]
        assert "warnings" not in result
        assert (result["changed"], result["requests"]["writes"]) == (False, 1)

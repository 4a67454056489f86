# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task on the manager's host tells of its calls, whatever the program answers to them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager import _entry as entry
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._cli import SECURITY_RESOURCES, Call
from unit.wazuh_manager.tasks import PASSWORD, params_of, table

HOME = "/var/ossec"
ADDED = table(("Role", "add", "100 - sales", ""))
TAKEN = table(("Role", "add", "", "sales || Error 4005 - The specified name or rule already exists"))
UPDATED = table(("Role", "update", "100 - sales", ""))
REFUSED = table(("Role", "add", "", "sales || Error 4006 - no"))
USER = {"name": "alice", "password": PASSWORD}


class Manager:
    """A manager whose program gives these answers, one after the other."""

    def __init__(self, *answers: str | IamError, ends: bool = True, version: Version | None = (4, 14, 5)) -> None:
        self.answers = list(answers)
        self.ends = ends
        self.version = version
        self.program = SECURITY_RESOURCES
        self.path = f"{HOME}/bin/{self.program.name}"
        self.timeout = 120.0
        self.calls: list[str] = []
        self.launches = True

    def call(self, call: Call) -> tuple[str, bool]:
        self.calls.append(call.arguments[0])
        answer = self.answers.pop(0)
        if isinstance(answer, IamError):
            raise answer
        return answer, self.ends or bool(self.answers)

    def launcher(self) -> list[str]:
        if not self.launches:
            raise Refused("users: it is no Python program")
        return ["python3"]


class Task:
    """Runs the entry with a manager in the place of the one that is installed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def result(self, manager: Manager, check_mode: bool = False, **stated: Any) -> dict[str, Any]:
        self._monkeypatch.setattr(entry, "find_manager", lambda home, timeout: manager)
        params = {**params_of(**stated), "wazuh_home": HOME, "timeout": 120}
        return entry.run(params, check_mode, Memory())

    def failure(self, manager: Manager, **stated: Any) -> Failure:
        with pytest.raises(Failure) as failed:
            self.result(manager, **stated)
        return failed.value


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    return Task(monkeypatch)


def statuses(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["verb"], step["status"]) for step in result["steps"]]


class TestResult:
    def test_tells_what_was_added_with_its_number(self, task: Task) -> None:
        result = task.result(Manager(ADDED), roles=[{"name": "sales"}])
        assert result == {
            "changed": True,
            "diff": {"before": {}, "after": {"roles": {"sales": {"name": "sales"}}}},
            "steps": [
                {
                    "kind": "role",
                    "name": "sales",
                    "verb": "add",
                    "step": "add role sales",
                    "status": "done",
                    "answer": "100 - sales",
                }
            ],
            "added": [{"kind": "roles", "id": 100, "name": "sales"}],
            "program": f"{HOME}/bin/security_resources",
            "version": "4.14.5",
            "warnings": [],
        }

    def test_what_was_so_before_is_no_change_and_in_no_diff(self, task: Task) -> None:
        result = task.result(Manager(TAKEN), roles=[{"name": "sales"}])
        assert (result["changed"], result["added"], result["diff"]) == (False, [], {"before": {}, "after": {}})
        assert statuses(result) == [("add", "unchanged")]

    def test_a_version_that_is_not_known_is_none(self, task: Task) -> None:
        assert task.result(Manager(ADDED, version=None), roles=[{"name": "sales"}])["version"] is None

    def test_before_and_after_are_shown_of_what_was_written_only(self, task: Task) -> None:
        removed = table(("Role", "remove", "100 - sales", ""))
        gone = table(("Policy", "remove", "", "100 || Error 4007 - The specified policy does not exist"))
        result = task.result(Manager(removed, gone), state="absent", roles=[{"id": 100}], policies=[{"id": 100}])
        assert result["diff"] == {"before": {"roles": {"100": "(not known: the program cannot list)"}}, "after": {}}
        assert statuses(result) == [("remove", "done"), ("remove", "unchanged")]

    def test_rules_that_match_more_than_they_seem_to_are_warned_of(self, task: Task) -> None:
        rule = {"name": "sales", "rule": {"FIND": {"user_name": "r'^admin$'"}}}
        (warning,) = task.result(Manager(), check_mode=True, rules=[rule])["warnings"]
        assert warning.startswith("rule sales: r'^admin$' matches every value that begins so")


class TestCheckMode:
    def test_calls_nothing_and_takes_everything_for_a_change(self, task: Task) -> None:
        """The program cannot list, so nobody can be asked what is there."""
        manager = Manager()
        result = task.result(manager, check_mode=True, roles=[{"name": "sales"}], users=[USER])
        assert manager.calls == []
        assert result["changed"] is True
        assert statuses(result) == [("add", "planned"), ("add", "planned")]
        assert result["diff"]["after"] == {
            "users": {"alice": {"name": "alice", "password": "(not shown), set"}},
            "roles": {"sales": {"name": "sales"}},
        }
        assert all("answer" not in step for step in result["steps"])

    def test_nothing_to_do_is_no_change(self, task: Task) -> None:
        assert task.result(Manager(), check_mode=True, roles=[])["changed"] is False


class TestOtherwise:
    """With update, what is there already is updated."""

    def test_an_add_that_finds_the_name_taken_is_followed_by_the_update(self, task: Task) -> None:
        manager = Manager(TAKEN, UPDATED)
        result = task.result(manager, roles=[{"name": "sales"}], update=True)
        assert manager.calls == ["--add-role", "--update-role"]
        assert statuses(result) == [("update", "done")]
        assert (result["changed"], result["added"]) == (True, [])

    def test_an_add_that_succeeds_is_all(self, task: Task) -> None:
        manager = Manager(ADDED)
        assert statuses(task.result(manager, roles=[{"name": "sales"}], update=True)) == [("add", "done")]
        assert manager.calls == ["--add-role"]


class TestFailures:
    TWO: tuple[dict[str, Any], ...] = ({"name": "sales"}, {"name": "audit"})

    def test_the_first_one_ends_the_task(self, task: Task) -> None:
        manager = Manager(REFUSED)
        failure = task.failure(manager, roles=self.TWO)
        assert str(failure).splitlines() == [
            "add role sales: sales || Error 4006 - no",
            "Done before this: 0 of 2 steps; not tried: 1.",
        ]
        assert statuses(failure.result) == [("add", "failed"), ("add", "not tried")]
        assert (failure.result["changed"], failure.result["diff"]["after"]) == (False, {})
        assert manager.calls == ["--add-role"]

    def test_what_was_done_before_it_stays_told(self, task: Task) -> None:
        failure = task.failure(Manager(ADDED, "Internal error: EOF"), roles=self.TWO)
        assert "Done before this: 1 of 2 steps; not tried: 0." in str(failure)
        assert failure.result["changed"] is True
        assert failure.result["added"] == [{"kind": "roles", "id": 100, "name": "sales"}]
        assert failure.result["diff"]["after"] == {"roles": {"sales": {"name": "sales"}}}

    def test_of_a_single_step_no_count_is_told(self, task: Task) -> None:
        assert str(task.failure(Manager(REFUSED), roles=self.TWO[:1])) == "add role sales: sales || Error 4006 - no"

    def test_a_program_that_cannot_be_run(self, task: Task) -> None:
        failure = task.failure(Manager(IamError("it cannot be run: Permission denied")), roles=self.TWO[:1])
        assert str(failure) == "add role sales: it cannot be run: Permission denied"
        assert failure.result["changed"] is False

    def test_after_a_timeout_it_is_not_known_and_counts_as_a_change(self, task: Task) -> None:
        """It may have done its work, so that its table is not believed either."""
        failure = task.failure(Manager(ADDED, ADDED, ends=False), roles=self.TWO)
        assert statuses(failure.result) == [("add", "done"), ("add", "unknown")]
        assert failure.result["changed"] is True
        assert "did not end within 120 seconds (option timeout), so it is not known what it did" in str(failure)
        assert "the last it said: Role" in str(failure)

    def test_a_user_that_cannot_be_made_without_showing_its_password(self, task: Task) -> None:
        """Before any call, those that need no secret included."""
        manager = Manager()
        manager.launches = False
        with pytest.raises(Refused, match="it is no Python program"):
            task.result(manager, check_mode=True, roles=[{"name": "sales"}], users=[USER])
        assert task.result(manager, check_mode=True, roles=[{"name": "sales"}])["changed"] is True


class TestSecrets:
    @pytest.mark.parametrize("ends", [True, False])
    def test_what_a_program_repeats_of_them_is_masked(self, task: Task, ends: bool) -> None:
        failure = task.failure(Manager(f"Internal error: alice with {PASSWORD}", ends=ends), users=[USER])
        assert "Canary" not in f"{failure} {failure.result}"
        assert "Internal error: alice with (not shown)" in str(failure)

    def test_those_of_the_default_users_too(self, task: Task) -> None:
        said = f"New password for 'wazuh' (skip): \n  wazuh: FAILED | Error 5007 - {PASSWORD} is insecure\n"
        failure = task.failure(Manager(said), passwords={"wazuh": PASSWORD, "wazuh-wui": None})
        assert "Canary" not in f"{failure} {failure.result}"
        assert "wazuh: FAILED | Error 5007 - (not shown) is insecure" in str(failure)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diff and a result show of one task's states."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Plan
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle, subject_of
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, Facts, Snapshot, Target
from unit.wazuh.answers import CONFIG, POLICY, Server, state

MEMBER = "sales-member-1"
PASSWORD = "Sales-Member-2"


def cycle(**desired: Any) -> WazuhCycle:
    return WazuhCycle(state(Server()), Desired(**desired))


class TestShown:
    def shown(self, snapshot: Snapshot) -> dict[tuple[str, ...], Any]:
        return cycle(passwords={MEMBER: PASSWORD}).shown(snapshot)

    def test_objects_and_the_configuration_stand_under_their_paths(self) -> None:
        there = Snapshot({"rules": {"r": {"FIND": {}}}, "policies": {"p": POLICY}}, config=CONFIG)
        assert self.shown(there) == {("policies", "p"): POLICY, ("rules", "r"): {"FIND": {}}, ("config",): CONFIG}
        assert self.shown(Snapshot()) == {}

    @pytest.mark.parametrize(
        ("snapshot", "password"),
        [
            (Snapshot({"users": {MEMBER: {}}}), "(not shown)"),
            (Snapshot({"users": {MEMBER: {}}}, facts=Facts(matching={MEMBER})), "(not shown), set"),
            (Target({"users": {MEMBER: {}}}), "(not shown)"),
            (Target({"users": {MEMBER: {}}}, passwords={MEMBER}), "(not shown), set"),
        ],
    )
    def test_of_a_password_only_whether_it_is_the_desired_one(self, snapshot: Snapshot, password: str) -> None:
        shown = self.shown(snapshot)
        assert shown["users", MEMBER, "password"] == password
        assert PASSWORD not in str(shown)

    def test_nothing_of_the_passwords_that_the_task_does_not_state(self) -> None:
        assert self.shown(Snapshot({"users": {"other": {}}})) == {("users", "other"): {}}
        assert self.shown(Snapshot({"roles": {MEMBER: {}}})) == {("roles", MEMBER): {}}

    def test_requests_are_reported(self) -> None:
        assert cycle().report() == {"requests": {"reads": 3, "writes": 1, "logins": 0, "waited": 0}}


class TestSubject:
    """What a result shows: the one object, list or configuration that the task is about."""

    THERE = Snapshot(
        {
            "policies": {"p": POLICY},
            "rules": {"r": {"FIND": {"a": "b"}}},
            "roles": {"sales": {"policies": ["p"], "rules": []}},
            "users": {"alice": {"allow_run_as": False, "roles": ["sales"]}},
        },
        config=CONFIG,
    )

    @pytest.mark.parametrize(
        ("subject", "shown"),
        [
            (("policies", "p", ""), {"policy": {"name": "p", **POLICY}}),
            (("rules", "r", ""), {"rule": {"name": "r", "rule": {"FIND": {"a": "b"}}}}),
            (("roles", "sales", ""), {"role": {"name": "sales", "policies": ["p"], "rules": []}}),
            (("roles", "sales", "policies"), {"role": {"name": "sales", "policies": ["p"]}}),
            (("users", "alice", ""), {"user": {"name": "alice", "allow_run_as": False, "roles": ["sales"]}}),
            (("users", "alice", "roles"), {"user": {"name": "alice", "roles": ["sales"]}}),
            (("config", "", ""), {"config": CONFIG}),
            (("users", "nobody", ""), {}),
            (("", "", ""), {}),
        ],
    )
    def test_of_a_state(self, subject: tuple[str, str, str], shown: dict[str, Any]) -> None:
        desired = Desired(subject=subject)
        assert subject_of(desired, self.THERE) == shown

    def test_is_that_of_the_plans_target(self) -> None:
        one = cycle(subject=("policies", "p", ""))
        assert one.result(Plan(Snapshot(), self.THERE)) == {"policy": {"name": "p", **POLICY}}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as a value: what it refuses before any write, what it warns of, what it could not look at."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Plan
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, DesiredLink, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._plan import plan
from unit.wazuh.snapshots import (
    CATALOGUE,
    DELETE,
    LONG,
    MALFORMED,
    READ,
    SHORT,
    UNKNOWN,
    policies,
    refusal,
    server,
    steps,
    user,
)


class TestNothingToDo:
    def test_the_target_is_what_is_there(self) -> None:
        there = server({"policies": {"p": READ}, "roles": {"r": {"policies": ["p"]}}})
        made = plan(there, Desired(present={"policies": {"p": READ}, "roles": {"r": {"policies": ["p"]}}}))
        assert made.target.objects == there.objects
        assert made == Plan(there, made.target)

    def test_the_same_is_planned_as_often_as_one_likes(self) -> None:
        there, desired = server(policies(p=READ), catalogue=CATALOGUE), Desired(present=policies(p=DELETE))
        assert plan(there, desired) == plan(there, desired)
        assert there.objects == policies(p=READ)


class TestRefusals:
    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        current = server({"policies": {}, "rules": {}, "users": {}}, version=(5, 0, 0), catalogue=CATALOGUE)
        message = refusal(
            current,
            present={"policies": {"a": MALFORMED, "b": UNKNOWN}, "rules": {"r": {"FNID": {}}}, "users": {"alice": {}}},
            passwords={"alice": SHORT},
        )
        assert message.splitlines()[0] == "4 things to correct:"
        for part in ("policy a: action", "policy b: the server knows no action", "rule r: 'FNID'", "user alice"):
            assert part in message

    def test_what_is_there_already_is_not_judged(self) -> None:
        """Somebody made it so; the task leaves it alone."""
        there = server({"policies": {"a": MALFORMED, "b": READ}, "rules": {"r": {"FNID": {}}}})
        unchanged = {"policies": {"a": MALFORMED}, "rules": {"r": {"FNID": {}}}}
        assert steps(there, present=unchanged) == []
        renames = {"policies": {"a": "c"}}
        assert steps(server(policies(a=MALFORMED), "wazuh"), present=policies(a={}), renames=renames) == [
            "rename policy a to c"
        ]


class TestStrays:
    """A new link belongs at the end; with a gap in a user's roles the server puts it before (FACTS, links)."""

    NEW = DesiredLink("users", "iam", "roles", "new", None, True, after=("old",))

    def there(self, username: str, *roles: str) -> Snapshot:
        objects: dict[str, Any] = {"policies": {}, "roles": {"old": {"policies": []}, "new": {"policies": []}}}
        return server({**objects, "users": {"iam": user(*roles)}}, username, caller={"name": username, "roles": {}})

    def test_is_put_right(self) -> None:
        assert steps(self.there("other", "new", "old"), links=[self.NEW]) == [
            "unlink roles new, old from user iam",
            "link roles old, new to user iam",
        ]

    def test_in_the_callers_own_roles_it_stays_with_a_warning(self) -> None:
        made = plan(self.there("iam", "new", "old"), Desired(links=[self.NEW]))
        assert made.steps == []
        (warning,) = made.warnings
        assert warning.startswith("role new of user iam is not the last, as a new link should be")
        assert warning.endswith("do that with another account")

    @pytest.mark.parametrize("username", ["iam", "other"])
    def test_where_it_is_the_last_there_is_nothing_to_do(self, username: str) -> None:
        made = plan(self.there(username, "old", "new"), Desired(links=[self.NEW]))
        assert (made.steps, made.warnings) == ([], [])

    def test_any_other_refusal_stays_one(self) -> None:
        first = dataclasses.replace(self.NEW, position=0, after=())
        assert "user iam is the account that this task logs in with" in refusal(
            self.there("iam", "old", "new"), links=[first]
        )
        missing = dataclasses.replace(self.NEW, item="nowhere")
        assert "role nowhere is not there" in refusal(self.there("iam", "new", "old"), links=[self.NEW, missing])


class TestUnseen:
    DESIRED: ClassVar[dict[str, Any]] = {
        "present": {"users": {"alice": {"allow_run_as": True}}},
        "passwords": {"alice": LONG},
        "update_password": {"alice": "on_mismatch"},
    }

    def test_passwords_that_were_not_compared(self) -> None:
        made = plan(server({"users": {"alice": user()}}, uncompared=("alice",)), Desired(**self.DESIRED))
        assert [step.sentence for step in made.steps] == ["allow run_as for user alice"]
        (unseen,) = made.unseen
        assert "The passwords of 1 users were not compared (alice)" in unseen

    def test_those_that_were_leave_nothing_unseen(self) -> None:
        there = {"users": {"alice": user()}}
        matching = plan(server(there, matching=frozenset({"alice"})), Desired(**self.DESIRED))
        assert (matching.unseen, len(matching.steps)) == ([], 1)
        mismatching = plan(server(there), Desired(**self.DESIRED))
        assert (mismatching.unseen, len(mismatching.steps)) == ([], 2)


def test_rules_that_match_more_than_they_seem_to_are_warned_of_when_they_are_written() -> None:
    rule = {"FIND": {"user_name": "r'^admin$'"}}
    made = plan(server({"rules": {}}), Desired(present={"rules": {"sales": rule}}))
    assert len(made.warnings) == 1
    again = plan(server({"rules": {"sales": rule}}), Desired(present={"rules": {"sales": rule}}))
    assert again.warnings == []

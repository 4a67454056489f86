# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which passwords are compared by a login, how often, and when not at all (FACTS, lock-out)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import LOCKED_OUT, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._passwords import Passwords, uncompared_problem

USERS = ("alice", "bobby", "carol")


class Api:
    """A server where these users have the desired password; the lock-out begins at a login, if ever."""

    def __init__(self, *matching: str, locked_at: str = "", code: int = LOCKED_OUT) -> None:
        self.matching = matching
        self.locked_at = locked_at
        self.code = code
        self.logins: list[str] = []

    def password_matches(self, user: str, password: str) -> bool:
        assert password == f"Password-of-{user}"
        self.logins.append(user)
        if user == self.locked_at:
            raise ServerSaysNo("HTTP 403: locked out", [self.code])
        return user in self.matching


def passwords(api: Api, logins: FailedLogins | None = None, update: str = "on_mismatch", **more: Any) -> Passwords:
    desired = Desired(
        passwords={user: f"Password-of-{user}" for user in USERS},
        update_password=dict.fromkeys(USERS, update) | more,
    )
    return Passwords(api, logins or FailedLogins(), desired)  # type: ignore[arg-type]


def near_lock_out(left: int = 0) -> FailedLogins:
    logins = FailedLogins()
    logins.count(45 - left)
    return logins


class TestCompare:
    def test_those_that_work_match(self) -> None:
        api = Api("alice", "carol")
        known = passwords(api)
        known.compare(USERS)
        assert api.logins == list(USERS)
        assert (known.matching, known.uncompared) == ({"alice", "carol"}, [])

    def test_each_is_compared_once(self) -> None:
        """Every failure counts for the lock-out, in a second plan as in the first."""
        api = Api("alice")
        known = passwords(api)
        known.compare(USERS)
        known.compare(USERS)
        assert api.logins == list(USERS)

    @pytest.mark.parametrize("update", ["on_create", "always"])
    def test_only_where_that_is_what_is_asked_for(self, update: str) -> None:
        api = Api()
        passwords(api, update=update).compare(USERS)
        assert api.logins == []
        passwords(api, update=update, bobby="on_mismatch").compare(USERS)
        assert api.logins == ["bobby"]

    def test_not_of_users_that_are_not_there(self) -> None:
        api = Api("alice")
        passwords(api).compare({"alice": {}, "other": {}})
        assert api.logins == ["alice"]

    def test_only_failures_count_for_the_lock_out(self) -> None:
        logins = near_lock_out(left=1)
        known = passwords(Api("alice", "bobby"), logins)
        known.compare(["alice", "bobby"])
        assert not logins.are_near_lock_out()
        known.compare(USERS)
        assert logins.are_near_lock_out()

    def test_near_the_lock_out_nobody_logs_in(self) -> None:
        api = Api("alice")
        known = passwords(api, near_lock_out(left=1))
        known.compare(["bobby"])
        known.compare(USERS)
        assert api.logins == ["bobby"]
        assert known.uncompared == ["alice", "carol"]
        assert known.matching == set()

    def test_locked_out_no_further_login_is_tried(self) -> None:
        api = Api("alice", locked_at="bobby")
        logins = FailedLogins()
        known = passwords(api, logins)
        known.compare(USERS)
        assert api.logins == ["alice", "bobby"]
        assert known.uncompared == ["bobby", "carol"]
        assert logins.are_near_lock_out()

    def test_another_error_is_one(self) -> None:
        with pytest.raises(ServerSaysNo):
            passwords(Api(locked_at="alice", code=1017)).compare(USERS)

    def test_one_that_was_just_set_is_not_compared(self) -> None:
        api = Api()
        known = passwords(api)
        known.note_set("alice")
        known.compare(["alice"])
        assert (api.logins, known.matching) == ([], {"alice"})


class TestLook:
    """After a lost answer, the only thing that no list shows."""

    @pytest.mark.parametrize("update", ["on_create", "always", "on_mismatch"])
    def test_tells_whether_it_was_set(self, update: str) -> None:
        known = passwords(Api("alice"), update=update)
        known.look("alice")
        known.look("bobby")
        assert known.matching == {"alice"}

    def test_one_that_failed_is_not_compared_again(self) -> None:
        api = Api()
        known = passwords(api)
        known.look("alice")
        known.compare(["alice"])
        assert api.logins == ["alice"]


def test_who_was_not_compared_is_named_with_the_reason_and_the_cure() -> None:
    problem = uncompared_problem(["alice", "bobby"])
    assert "The passwords of 2 users were not compared (alice, bobby)" in problem
    assert "after 50 failed logins in 300 s" in problem
    assert "run the task again in 5 minutes" in problem

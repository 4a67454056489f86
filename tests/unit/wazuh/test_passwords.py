# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which passwords are compared by a login, how often, and when not at all (FACTS, lock-out)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import LOCKED_OUT, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins, Held
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._passwords import Passwords, uncompared_problem
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call

USERS = ("alice", "bobby", "carol")


class Api:
    """A server where these users have the desired password; the lock-out begins at a login, if ever."""

    def __init__(self, *matching: str, locked_at: str = "", code: int = LOCKED_OUT) -> None:
        self.matching = matching
        self.locked_at = locked_at
        self.code = code
        self.logins: list[str] = []
        self.failed_logins = FailedLogins()

    def password_matches(self, user: str, password: str) -> bool:
        assert password == f"Password-of-{user}"
        name = self.failed_logins.reserve()
        self.logins.append(user)
        if user == self.locked_at:
            self.failed_logins.settle(name, failed=False)
            if self.code == LOCKED_OUT:
                self.failed_logins.note_locked_out()
            raise ServerSaysNo("HTTP 403: locked out", [self.code])
        self.failed_logins.settle(name, failed=user not in self.matching)
        return user in self.matching


def passwords(api: Api, update: str = "on_mismatch", **more: Any) -> Passwords:
    desired = Desired(
        passwords={user: f"Password-of-{user}" for user in USERS},
        update_password=dict.fromkeys(USERS, update) | more,
    )
    return Passwords(api, desired)  # type: ignore[arg-type]


def near_lock_out(api: Api, left: int = 0) -> Api:
    """With room for so many failures more."""
    for _unused in range(45 - left):
        api.failed_logins.settle(api.failed_logins.reserve(), failed=True)
    return api


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

    def test_those_that_match_do_not_count_for_the_lock_out(self) -> None:
        api = near_lock_out(Api("alice", "bobby"), left=1)
        known = passwords(api)
        known.compare(["alice", "bobby"])
        known.compare(USERS)
        assert (api.logins, known.uncompared) == (["alice", "bobby", "carol"], [])

    def test_near_the_lock_out_nobody_logs_in(self) -> None:
        api = near_lock_out(Api("alice"), left=1)
        known = passwords(api)
        known.compare(["bobby"])
        known.compare(USERS)
        assert api.logins == ["bobby"]
        assert known.uncompared == ["alice", "carol"]
        assert known.matching == set()
        assert known.held is not None
        assert not known.held.locked_out

    def test_locked_out_no_further_login_is_tried(self) -> None:
        api = Api("alice", locked_at="bobby")
        known = passwords(api)
        known.compare(USERS)
        assert api.logins == ["alice", "bobby"]
        assert known.uncompared == ["bobby", "carol"]
        assert known.held is not None
        assert known.held.locked_out

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


class TestSent:
    """A login that was wrong may be right as soon as its password has been sent."""

    @pytest.mark.parametrize(
        ("call", "right"),
        [
            (Call("password", "users", ("alice",)), True),
            (Call("create", "users", ("alice",)), True),
            (Call("create", "roles", ("alice",)), False),
            (Call("run_as", "users", ("alice",)), False),
        ],
        ids=str,
    )
    def test_it_is_tried_again(self, call: Call, right: bool) -> None:
        api = Api()
        api.failed_logins.note_wrong("alice", "Password-of-alice")
        passwords(api).note_sent(call)
        assert (api.failed_logins.known_wrong("alice", "Password-of-alice") is None) is right


@pytest.mark.parametrize(
    ("held", "why", "when"),
    [
        (Held(False, 299.5), "the server locks everybody behind this address out for 5 minutes after 50", "5 minutes"),
        (Held(False, 3), "this run has come near that: it tries no login for 1 minute.", "1 minute"),
        (Held(True, 240), "locked this address out: nobody behind it can log in for up to 4 minutes (to", "4 minutes"),
        (None, "the server locks everybody behind this address out", "5 minutes"),
    ],
)
def test_who_was_not_compared_is_named_with_the_reason_and_the_cure(held: Held | None, why: str, when: str) -> None:
    problem = uncompared_problem(["alice", "bobby"], held)
    assert problem.startswith("The passwords of 2 users were not compared (alice, bobby): ")
    assert why in problem
    assert problem.endswith(f"Run the task again in {when} for these, and no sooner")

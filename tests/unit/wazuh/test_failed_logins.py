# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the lock-out is: an address is locked out after 50 failed logins in 300 s (FACTS, lock-out)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _failed_logins as failed_logins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins, Held, LoginsHeld

SERVERS_LIMIT = 50
SERVERS_SECONDS = 300
URL = "https://wazuh:55000"


class Clock:
    """A clock that moves by hand; whatever is to happen meanwhile happens when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits += 1
        self.meanwhile()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(failed_logins, "time", made)
    return made


class Stores:
    """Where the tasks of a run keep texts; it may lose them, as a full disk does."""

    def __init__(self) -> None:
        self.kept: dict[Any, OwnStore] = {}

    def __call__(self, identity: Any) -> OwnStore:
        return self.kept.setdefault(identity, OwnStore())


def fail(logins: FailedLogins, number: int = 1) -> None:
    for _unused in range(number):
        logins.settle(logins.reserve(), failed=True)


def room(logins: FailedLogins) -> int:
    """How many failures more there may be."""
    for failures in range(SERVERS_LIMIT):
        try:
            fail(logins)
        except LoginsHeld:
            return failures
    raise AssertionError("locked out")


def held(logins: FailedLogins) -> Held:
    with pytest.raises(LoginsHeld) as refused:
        logins.reserve()
    return refused.value.held


class TestCount:
    def test_we_stop_before_the_server_does(self) -> None:
        """Some are left to the people at the same address."""
        assert room(FailedLogins()) == 45

    def test_success_leaves_as_much_room_as_before(self) -> None:
        logins = FailedLogins()
        fail(logins, 44)
        for _unused in range(10):
            logins.settle(logins.reserve(), failed=False)
        assert room(logins) == 1

    def test_being_locked_out_ends_all_tries(self) -> None:
        logins = FailedLogins()
        logins.note_locked_out()
        assert held(logins) == Held(True, SERVERS_SECONDS)

    @pytest.mark.parametrize("locked_out", [True, False])
    @pytest.mark.parametrize(("seconds", "near"), [(SERVERS_SECONDS - 1, True), (SERVERS_SECONDS, False)])
    def test_all_is_over_in_five_minutes(self, clock: Clock, seconds: int, near: bool, locked_out: bool) -> None:
        logins = FailedLogins()
        if locked_out:
            logins.note_locked_out()
        else:
            fail(logins, 45)
        clock.now += seconds
        if near:
            assert held(logins) == Held(locked_out, 1)
        else:
            assert room(logins) == 45

    def test_each_failure_ages_by_itself(self, clock: Clock) -> None:
        logins = FailedLogins()
        fail(logins, 44)
        clock.now += SERVERS_SECONDS
        fail(logins, 2)
        assert room(logins) == 45 - 2

    def test_a_failure_counts_from_its_answer_on(self, clock: Clock) -> None:
        """That is when the server counts it; a request may wait for long."""
        logins = FailedLogins()
        fail(logins, 44)
        name = logins.reserve()
        clock.now += SERVERS_SECONDS - 1
        logins.settle(name, failed=True)
        clock.now += 2
        assert room(logins) == 44

    def test_for_how_long_there_is_no_room(self, clock: Clock) -> None:
        """Until as many are left as leave room for one."""
        logins = FailedLogins()
        fail(logins, 1)
        clock.now += 100
        fail(logins, 44)
        assert held(logins) == Held(False, 200)
        assert "tries no login for 4 minutes" in Held(False, 200).text()


class TestReserve:
    """Counted first and tried then: the forks of a run cannot all try the last one that there is."""

    def test_what_is_being_tried_counts_as_failed(self) -> None:
        logins = FailedLogins()
        names = [logins.reserve() for _unused in range(45)]
        assert len(set(names)) == 45
        assert not held(logins).locked_out

    def test_but_it_may_succeed_and_is_waited_for(self, clock: Clock) -> None:
        """50 hosts that log in at once with the right password all come through."""
        logins = FailedLogins()
        names = [logins.reserve() for _unused in range(45)]
        clock.meanwhile = lambda: logins.settle(names.pop(), failed=False)
        logins.reserve()
        assert clock.waits == 1

    def test_where_it_fails_nothing_is_left_to_wait_for(self, clock: Clock) -> None:
        logins = FailedLogins()
        names = [logins.reserve() for _unused in range(45)]
        clock.meanwhile = lambda: logins.settle(names.pop(), failed=True)
        assert held(logins).seconds > SERVERS_SECONDS - 60
        assert names == []

    def test_nobody_is_waited_for_for_ever(self, clock: Clock) -> None:
        """A process that was killed settles nothing."""
        logins = FailedLogins()
        for _unused in range(45):
            logins.reserve()
        assert held(logins).seconds == pytest.approx(SERVERS_SECONDS - 60, abs=1)
        clock.now += SERVERS_SECONDS
        assert room(logins) == 45


class TestStore:
    def test_failures_of_other_tasks_of_the_run_count_too(self) -> None:
        stores = Stores()
        fail(FailedLogins(URL, stores), 30)
        assert room(FailedLogins(URL, stores)) == 15

    def test_those_at_another_server_do_not(self) -> None:
        stores = Stores()
        fail(FailedLogins(URL, stores), 30)
        assert room(FailedLogins("https://other:55000", stores)) == 45

    def test_two_at_work_at_once_count_together(self) -> None:
        stores = Stores()
        one, other = FailedLogins(URL, stores), FailedLogins(URL, stores)
        fail(one, 20)
        fail(other, 20)
        assert room(one) == 5
        held(other)

    def test_what_has_aged_is_not_kept(self, clock: Clock) -> None:
        stores = Stores()
        fail(FailedLogins(URL, stores), 10)
        clock.now += SERVERS_SECONDS
        fail(FailedLogins(URL, stores))
        assert json.loads(stores((URL, "failed logins")).load() or "") == {
            "failed": [clock.now],
            "trying": {},
            "locked_out": [],
        }

    def test_a_store_that_loses_it_is_made_up_for(self) -> None:
        """As a full disk does; the task itself remembers."""
        stores = Stores()
        logins = FailedLogins(URL, stores)
        fail(logins, 45)
        stores((URL, "failed logins"))._text = None
        held(logins)

    @pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"failed": 7}', '{"failed": ["x"], "trying": {}}'])
    def test_a_text_that_makes_no_sense_is_none(self, text: str) -> None:
        stores = Stores()
        stores((URL, "failed logins")).save(text)
        assert room(FailedLogins(URL, stores)) == 45


class TestKnownWrong:
    """What the server has refused once need not be tried by every host, and every item of a loop."""

    @pytest.mark.parametrize("stores", [None, Stores()], ids=["a task of its own", "a run"])
    def test_is_known_for_five_minutes(self, clock: Clock, stores: Stores | None) -> None:
        logins = FailedLogins(URL, stores)
        assert logins.known_wrong("iam", "x") is None
        logins.note_wrong("iam", "x")
        clock.now += 100
        assert logins.known_wrong("iam", "x") == SERVERS_SECONDS - 100
        assert logins.known_wrong("iam", "y") is None
        assert logins.known_wrong("other", "x") is None
        clock.now += SERVERS_SECONDS - 100
        assert logins.known_wrong("iam", "x") is None

    def test_to_all_tasks_of_the_run(self) -> None:
        stores = Stores()
        FailedLogins(URL, stores).note_wrong("iam", "x")
        assert FailedLogins(URL, stores).known_wrong("iam", "x") == SERVERS_SECONDS
        assert FailedLogins("https://other:55000", stores).known_wrong("iam", "x") is None

    def test_not_for_a_password_that_may_have_been_set(self) -> None:
        stores = Stores()
        one, other = FailedLogins(URL, stores), FailedLogins(URL, stores)
        one.note_wrong("iam", "x")
        other.forget_wrong("iam", "x")
        assert FailedLogins(URL, stores).known_wrong("iam", "x") is None
        assert other.known_wrong("iam", "x") is None

    def test_the_place_for_it_is_found_by_no_secret(self) -> None:
        """The first two parts of an identity name a file."""
        stores = Stores()
        FailedLogins(URL, stores).note_wrong("iam", "Secret-Pass-1")
        assert [identity[:2] for identity in stores.kept] == [
            (URL, "failed logins"),
            (URL, "wrong login of iam"),
        ]

    def test_nothing_is_written_where_nothing_was_wrong(self) -> None:
        stores = Stores()
        FailedLogins(URL, stores).forget_wrong("iam", "x")
        assert [store.load() for store in stores.kept.values()] == [None, None]

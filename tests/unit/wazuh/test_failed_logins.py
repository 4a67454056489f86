# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the lock-out is: an address is locked out after 50 failed logins in 300 s (FACTS, lock-out)."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _failed_logins as failed_logins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins

SERVERS_LIMIT = 50
SERVERS_SECONDS = 300


class Clock:
    """A clock that moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Store:
    """Keeps one text in memory, as the run's folder does."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.text = text


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(failed_logins, "time", SimpleNamespace(monotonic=made.monotonic))
    return made


def until_near(logins: FailedLogins) -> int:
    """How many failures there were when one more would be too much of a risk."""
    for failures in range(SERVERS_LIMIT):
        if logins.are_near_lock_out():
            return failures
        logins.count()
    raise AssertionError("locked out")


def test_we_stop_before_the_server_does() -> None:
    """Some are left to the people at the same address."""
    assert until_near(FailedLogins()) == 45


def test_without_failures_nothing_is_near() -> None:
    assert not FailedLogins().are_near_lock_out()


def test_being_locked_out_is_as_near_as_it_gets() -> None:
    logins = FailedLogins()
    logins.count_all()
    assert logins.are_near_lock_out()


@pytest.mark.parametrize(("seconds", "near"), [(SERVERS_SECONDS - 1, True), (SERVERS_SECONDS, False)])
def test_failures_count_for_five_minutes(clock: Clock, seconds: int, near: bool) -> None:
    logins = FailedLogins()
    logins.count(45)
    clock.now += seconds
    assert logins.are_near_lock_out() is near


def test_each_failure_ages_by_itself(clock: Clock) -> None:
    logins = FailedLogins()
    logins.count(44)
    clock.now += SERVERS_SECONDS
    logins.count(2)
    assert not logins.are_near_lock_out()
    assert until_near(logins) == 45 - 2


class TestStore:
    def test_failures_of_other_tasks_of_the_run_count_too(self) -> None:
        store = Store()
        FailedLogins(store).count(30)
        assert until_near(FailedLogins(store)) == 15

    def test_two_at_work_at_once_count_together(self) -> None:
        store = Store()
        one, other = FailedLogins(store), FailedLogins(store)
        one.count(20)
        other.count(20)
        one.count(5)
        assert other.are_near_lock_out()

    def test_what_has_aged_is_not_kept(self, clock: Clock) -> None:
        store = Store()
        FailedLogins(store).count(10)
        clock.now += SERVERS_SECONDS
        FailedLogins(store).count()
        assert json.loads(store.text or "") == [clock.now]

    def test_a_store_that_loses_it_is_made_up_for(self) -> None:
        """In an ordinary module nothing outlives the task, but the task itself remembers."""
        store = Store()
        logins = FailedLogins(store)
        logins.count(45)
        store.text = None
        assert logins.are_near_lock_out()

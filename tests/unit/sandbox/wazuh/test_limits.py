# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server refuses for its own protection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from contract.in_process import InProcess
from sandbox.clock import ManualClock
from sandbox.wazuh.limits import Worker, nested_too_deep

ROLES = "/security/roles"


def test_requests_are_limited_in_fixed_windows() -> None:
    server = InProcess(requests_per_minute=5)  # the login was the first
    began = server.clock.time
    assert [server.ask("GET", ROLES).status for _time in range(6)] == [200] * 4 + [429] * 2
    server.clock.time = began + 60
    assert server.ask("GET", ROLES).status == 429
    server.clock.time = began + 60.1
    # The request that begins a window is not counted.
    assert [server.ask("GET", ROLES).status for _time in range(7)] == [200] * 6 + [429]


def test_too_many_failed_logins_lock_the_client_out() -> None:
    server = InProcess(login_attempts=3)
    began = server.clock.time
    assert [server.try_login(name, "wrong").status for name in ("wazuh", "x", "y")] == [401] * 3
    response = server.try_login("wazuh", "wazuh")
    assert (response.status, response.body["error"]) == (403, 6000)
    assert server.ask("GET", ROLES).status == 200  # tokens go on working
    server.clock.time = began + 299
    assert server.try_login("wazuh", "wazuh").status == 403
    server.clock.time = began + 300
    assert server.try_login("wazuh", "wazuh").status == 200


def test_a_good_login_does_not_reset_the_count() -> None:
    server = InProcess(login_attempts=2)
    assert server.try_login("wazuh", "wrong").status == 401
    assert server.try_login("wazuh", "wazuh").status == 200
    assert server.try_login("wazuh", "wrong").status == 401
    assert server.try_login("wazuh", "wazuh").status == 403


def test_version_5_counts_logins_before_it_looks_at_them() -> None:
    server = InProcess("5.0.0", login_attempts=3)
    assert [server.try_login("wazuh", "wazuh").status for _time in range(5)] == [200] * 5
    assert [server.try_login("wazuh", "wrong").status for _time in range(4)] == [401] * 3 + [403]
    server.clock.advance(299)
    assert server.try_login("wazuh", "wazuh").status == 403
    server.clock.advance(1)
    assert server.try_login("wazuh", "wazuh").status == 200


def test_a_slow_write_is_answered_with_a_time_out_and_done_all_the_same() -> None:
    server = InProcess(seconds_per_object=4)
    ids = [server.create("roles", name=name) for name in "abc"]
    target = f"{ROLES}?role_ids={','.join(map(str, ids))}"
    response = server.ask("DELETE", target)
    assert (response.status, response.body["error"]) == (500, 3021)
    left = server.ask("GET", f"{ROLES}?wait_for_complete=true").body["data"]
    assert left["total_affected_items"] == 7


def test_a_patient_client_gets_its_answer() -> None:
    server = InProcess(seconds_per_object=4)
    began = server.clock.time
    assert server.ask("GET", f"{ROLES}?wait_for_complete=true").status == 200
    assert server.clock.time - began == 7 * 4


def test_requests_queue_behind_work_that_goes_on() -> None:
    clock = ManualClock()
    worker = Worker(clock, seconds_per_object=1)
    assert asyncio.run(worker.spend(15, patient=False)) is False
    # 10 of the 15 seconds have passed, 5 are left.
    began = clock.now()
    assert asyncio.run(worker.spend(1, patient=False)) is True
    assert clock.now() - began == pytest.approx(6)


def _lists(depth: int) -> Any:
    value: Any = 0
    for _time in range(depth):
        value = [value]
    return value


def _objects(depth: int) -> Any:
    value: Any = 0
    for _time in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize("nested", [_lists, _objects])
def test_nesting_is_measured_without_recursion(nested: Callable[[int], Any]) -> None:
    assert not nested_too_deep(nested(500))
    assert nested_too_deep(nested(100_000))


@pytest.mark.parametrize(("depth", "status"), [(300, 200), (500, 400)])
def test_rules_can_be_nested_too_deep(depth: int, status: int) -> None:
    body = {"name": "deep", "rule": _objects(depth)}
    assert InProcess().ask("POST", "/security/rules", body).status == status

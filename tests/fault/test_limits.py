# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Too many requests, too many failed logins: patience with an end, and the truth at that end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from fault.world import PASSWORDS, LoopMemory, World, sentences, statuses, without_counts

POLICIES = [
    {"name": f"policy{n}", "actions": ["agent:read"], "resources": [f"agent:id:{n:03}"], "effect": "allow"}
    for n in range(40)
]


def test_a_full_minute_is_waited_out(world: World) -> None:
    expected = world.run("wazuh_rbac", policies=POLICIES)
    world.reset(requests_per_minute=20)
    result = world.run("wazuh_rbac", policies=POLICIES)
    assert without_counts(result) == without_counts(expected)
    assert 60 <= result["requests"]["waited"] <= 190
    world.clock.advance(61)
    assert len(world.state()["policies"]) == 40


def test_what_is_done_and_what_is_left_is_said_when_patience_ends(world: World) -> None:
    world.reset(requests_per_minute=20)
    result = world.run("wazuh_rbac", policies=POLICIES, rate_limit_wait=30)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "limit of requests per minute is still reached after waiting 30 s (rate_limit_wait)" in result["msg"]
    done = statuses(result).count("done")
    assert statuses(result) == ["done"] * done + ["failed"] + ["not tried"] * (39 - done)
    assert f"Done before this: {done} of 40 steps; not tried: {39 - done}." in result["msg"]
    assert result["requests"]["waited"] == 30
    world.reset_limits()
    assert sorted(world.state()["policies"]) == sorted(f"policy{n}" for n in range(done))
    again = world.run("wazuh_rbac", policies=POLICIES)
    assert sentences(again) == sentences(result)[done:]
    assert len(world.state()["policies"]) == 40


def test_without_patience_nothing_is_waited_for(world: World) -> None:
    world.reset(requests_per_minute=1)
    result = world.run("wazuh_rbac", policies=POLICIES, rate_limit_wait=0)
    assert (result["failed"], result["changed"], result["requests"]["waited"]) == (True, False, 0)


def people(number: int, **options: Any) -> list[dict[str, Any]]:
    return [{"name": f"person{n:02}", **options} for n in range(number)]


@pytest.mark.parametrize("elsewhere", [0, 40])
def test_passwords_that_cannot_be_compared_are_named_and_not_set(world: World, elsewhere: int) -> None:
    """Of 60 users the password is another; before, somebody else at the same address has mistyped some."""
    world.reset(login_attempts=50)
    assert "failed" not in world.run("wazuh_rbac", users=people(60, password=PASSWORDS[0]))
    for _unused in range(elsewhere):
        world.accepts("wazuh", "mistyped")
    world.log()
    wanted = people(60, password=PASSWORDS[1], update_password="on_mismatch", allow_run_as=True)
    result = world.run("wazuh_rbac", users=wanted)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "were not compared (" in result["msg"]
    assert "run the task again in 5 minutes" in result["msg"]
    set_now = [sentence.split()[-1] for sentence in sentences(result) if sentence.startswith("set the password")]
    assert set(statuses(result)) == {"done"}
    assert len(set_now) == min(45, 50 - elsewhere)
    refused = [request for request in world.log() if request["status"] in (401, 403)]
    assert len(refused) == (45 if elsewhere == 0 else 11), "it stops when it is told to, or before"

    world.clock.advance(301)
    users = {name: user["allow_run_as"] for name, user in world.objects_named("users").items()}
    assert all(users.values()), "the rest of the task is done"
    for person in people(60):
        word = PASSWORDS[1] if person["name"] in set_now else PASSWORDS[0]
        assert world.accepts(person["name"], word)
        assert (person["name"] in result["msg"]) == (person["name"] not in set_now)

    again = world.run("wazuh_rbac", users=wanted)
    assert ("failed" in again) == (len(set_now) < 15), again.get("msg")
    assert sum(sentence.startswith("set the password") for sentence in sentences(again)) == min(60 - len(set_now), 45)


class RunMemory(front.Memory):
    """Keeps from one task to the next what the action front keeps for its run; each task has a state of its own."""

    def __init__(self) -> None:
        self._texts: dict[Any, str] = {}

    def store(self, identity: Any) -> Any:
        return SimpleNamespace(
            load=lambda: self._texts.get(identity), save=lambda text: self._texts.update({identity: text})
        )


def test_the_tasks_of_a_run_count_failed_logins_together(world: World) -> None:
    world.reset(login_attempts=50)
    assert world.run("wazuh_rbac", users=people(50, password=PASSWORDS[0]))["changed"]
    world.clock.advance(2)
    memory = RunMemory()
    wanted = people(50, password=PASSWORDS[1], update_password="on_mismatch")
    results = [world.run("wazuh_rbac_user", memory, **person) for person in wanted]
    assert [result.get("failed", False) for result in results] == [False] * 45 + [True] * 5
    assert "were not compared (person49)" in results[-1]["msg"]
    assert world.accepts("wazuh", "wazuh"), "nobody is locked out"
    world.clock.advance(301)
    assert world.run("wazuh_rbac_user", memory, **wanted[-1])["changed"]


def test_a_wrong_password_is_tried_once_in_a_whole_loop(world: World) -> None:
    memory = LoopMemory()
    try:
        for name in ("one", "two", "three"):
            result = world.run("wazuh_rbac_role", memory, name=name, api_username="wazuh", api_password="Not-The-One")
            assert (result["failed"], result["changed"]) == (True, False)
            assert result["msg"].startswith("login as wazuh failed: the server does not accept this user name and")
            assert "Not-The-One" not in str(result)
    finally:
        memory.close()
    assert len(world.log()) == 1


def test_a_locked_out_task_says_so(world: World) -> None:
    world.reset(login_attempts=5)
    for _unused in range(5):
        world.accepts("wazuh", "mistyped")
    result = world.run("wazuh_rbac_role", name="sales")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Limit of login attempts reached" in result["msg"]
    assert "error 6000" in result["msg"]
    assert len(world.log()) == 1

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Too many requests, too many failed logins: patience with an end, and the truth at that end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState
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
    assert "Run the task again in 5 minutes for these, and no sooner" in result["msg"]
    assert "Run the task again to finish" not in result["msg"], "it does not say two things at once"
    assert ("nobody behind it can log in for up to 5 minutes" in result["msg"]) == (elsewhere > 5)
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
        self._stores: dict[Any, OwnStore] = {}

    def store(self, identity: Any) -> OwnStore:
        return self._stores.setdefault(identity, OwnStore())


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


WRONG: dict[str, Any] = {"api_username": "wazuh", "api_password": "Not-The-One"}


def test_a_wrong_password_is_tried_once_by_all_hosts_and_tries_of_a_run(world: World) -> None:
    """Each of them would bring the lock-out nearer, and it hits everybody at the address."""
    world.reset(login_attempts=50)
    memory = RunMemory()
    for module in ("wazuh_rbac_info", "wazuh_token"):
        for _host in range(30):
            result = world.run(module, memory, **WRONG)
            assert (result["failed"], result["changed"]) == (True, False)
    assert "This run has tried it before, and tries it again in 5 minutes at the earliest" in result["msg"]
    assert len(world.log()) == 1
    assert world.accepts("wazuh", "wazuh")
    world.clock.advance(301)
    world.run("wazuh_token", memory, **WRONG)
    assert len(world.log()) == 1, "by then somebody may have put it right"


def test_own_wrong_passwords_count_for_the_lock_out_too(world: World) -> None:
    world.reset(login_attempts=50)
    memory = RunMemory()
    for number in range(60):
        result = world.run("wazuh_token", memory, api_username="wazuh", api_password=f"Not-The-One-{number}")
    assert len(world.log()) == 45
    assert result["msg"].startswith("no login was tried: the server locks everybody behind this address out for 5 min")
    assert world.accepts("wazuh", "wazuh"), "nobody is locked out"


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_wrong_password_is_tried_again_once_the_run_has_set_it(world: World, there: bool, lost: bool) -> None:
    memory = RunMemory()
    if there:
        world.run("wazuh_rbac_user", memory, name="alice", password=PASSWORDS[1])
    alice: dict[str, Any] = {"api_username": "alice", "api_password": PASSWORDS[0]}
    assert world.run("wazuh_token", memory, **alice)["failed"]
    if lost:
        world.fail({"fault": "drop", "when": "after", "method": "PUT" if there else "POST", "path": "/security/users*"})
    made = world.run("wazuh_rbac_user", memory, name="alice", password=PASSWORDS[0], update_password="always")
    assert made["changed"]
    assert "token" in world.run("wazuh_token", memory, **alice)


@pytest.mark.parametrize("memory", [front.Memory, LoopMemory, RunMemory])
def test_a_password_that_was_changed_is_wrong_from_then_on_in_either_front(world: World, memory: Any) -> None:
    """An item of a loop that states the old one fails in process as it does in a module."""
    world.run("wazuh_rbac_user", name="iam-admin", password=PASSWORDS[0], roles=["administrator"])
    world.clock.advance(2)
    login: dict[str, Any] = {"api_username": "iam-admin", "api_password": PASSWORDS[0]}
    kept = memory()
    own: dict[str, Any] = {"name": "iam-admin", "password": PASSWORDS[1], "update_password": "always"}
    assert world.run("wazuh_rbac_user", kept, **own, **login)["changed"]
    after = world.run("wazuh_rbac_role", kept, name="sales", **login)
    assert after["failed"]
    assert after["msg"].startswith("login as iam-admin failed: the server does not accept this user name and password")
    if isinstance(kept, LoopMemory):
        kept.close()


def test_a_task_that_was_interrupted_is_not_believed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task's time-out in the middle of a look at what was written: the next item looks anew."""
    kept = LoopMemory()
    world.run("wazuh_rbac_role", kept, name="sales")

    class TimeOut(BaseException):
        pass

    def ends(*_arguments: Any) -> None:
        raise TimeOut

    with monkeypatch.context() as patched:
        patched.setattr(WazuhState, "_take", ends)
        with pytest.raises(TimeOut):
            world.run("wazuh_rbac_role", kept, name="sales", state="absent")
    assert world.run("wazuh_rbac_role", kept, name="sales")["changed"], "it is gone on the server"
    assert "sales" in world.state()["roles"]
    kept.close()


def test_a_locked_out_task_says_so(world: World) -> None:
    world.reset(login_attempts=5)
    for _unused in range(5):
        world.accepts("wazuh", "mistyped")
    result = world.run("wazuh_rbac_role", name="sales")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Limit of login attempts reached" in result["msg"]
    assert "error 6000" in result["msg"]
    assert "nobody behind it can log in for up to 5 minutes (tokens that exist go on working)" in result["msg"]
    assert len(world.log()) == 1

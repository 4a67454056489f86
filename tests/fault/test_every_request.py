# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task with every kind of write, and a fault at every single one of its requests.

The task is run once undisturbed. That tells its requests, and the server's state after each of its writes. Whatever
happens then, the state must be one of those, and the result must say which.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml
from fault.world import PASSWORDS, PLURALS, Result, State, World, is_write, sentences, statuses, without_counts

LIKE_READ = {"actions": ["agent:read"], "effect": "allow"}
BEFORE: dict[str, Any] = {
    "policies": [
        {"name": "kept", "resources": ["agent:id:001"], **LIKE_READ},
        {"name": "changed", "resources": ["agent:id:002"], **LIKE_READ},
    ],
    "roles": [{"name": "sales", "policies": ["kept", "changed"], "rules": []}],
    "users": [
        {"name": "alice", "password": PASSWORDS[0], "roles": ["sales"]},
        {"name": "leaver", "password": PASSWORDS[0], "roles": ["sales"]},
    ],
}
AFTER: dict[str, Any] = {
    "policies": [
        {"name": "kept", "resources": ["agent:id:001"], **LIKE_READ},
        {"name": "changed", "resources": ["agent:id:002", "agent:id:004"], **LIKE_READ},
        {"name": "new", "resources": ["agent:id:005"], "actions": ["agent:read"], "effect": "deny"},
    ],
    "rules": [{"name": "by_site", "rule": {"FIND": {"site": "north"}}}],
    "roles": [
        {"name": "sales", "policies": ["changed", "kept", "new"], "rules": ["by_site"]},
        {"name": "guests", "policies": [], "rules": []},
    ],
    "users": [
        {
            "name": "alice",
            "password": PASSWORDS[1],
            "update_password": "always",
            "allow_run_as": True,
            "roles": ["sales"],
        },
        {"name": "beginner", "password": PASSWORDS[0], "roles": ["guests"]},
    ],
    "config": {"rbac_mode": "white", "auth_token_exp_timeout": 1800},
    "purge": ["policies", "rules", "roles", "users"],
}
CUT_OFF = range(1, 100)  # more requests than any task here sends


class Undisturbed(NamedTuple):
    """The task without faults: its result, its requests, and the state after none, one, … of its writes."""

    result: Result
    requests: list[dict[str, Any]]
    states: list[State]


@functools.cache
def objects_before(world: World) -> bytes:
    world.reset()
    assert "failed" not in world.run("wazuh_rbac", **BEFORE)
    return world.objects()


def prepared(world: World) -> World:
    world.reset(objects=objects_before(world))
    return world


@functools.cache
def undisturbed(world: World) -> Undisturbed:
    result = prepared(world).run("wazuh_rbac", **AFTER)
    requests = world.log()
    states = [prepared(world).state()]
    for at in writes_of(requests):
        prepared(world).fail({"fault": "drop", "nth": [at + 1 + n for n in CUT_OFF]})
        world.run("wazuh_rbac", **AFTER)
        states.append(world.state())
    return Undisturbed(result, requests, states)


def writes_of(requests: list[dict[str, Any]]) -> list[int]:
    """Which of the requests, counted from 0, wrote."""
    return [number for number, request in enumerate(requests) if is_write(request) and request["status"] == 200]


def each_request(world: World) -> Iterator[tuple[int, dict[str, Any]]]:
    yield from enumerate(undisturbed(world).requests, 1)


def test_the_task_has_every_kind_of_write(world: World) -> None:
    told = undisturbed(world)
    done = sentences(told.result)
    for beginning in ("create", "change", "delete", "link", "unlink", "allow run_as", "set the password", "set auth"):
        assert any(sentence.startswith(beginning) for sentence in done), beginning
    assert set(statuses(told.result)) == {"done"}
    assert len(told.states) == len(done) + 1
    assert all(one != other for one, other in zip(told.states, told.states[1:], strict=False))


@pytest.mark.parametrize("when", ["before", "within", "after"])
def test_a_connection_dropped_once_makes_no_difference(world: World, when: str) -> None:
    told = undisturbed(world)
    for number, request in each_request(world):
        prepared(world).fail({"fault": "drop", "when": when, "nth": number})
        result = world.run("wazuh_rbac", **AFTER)
        where = f"request {number}: {request['method']} {request['path']}"
        assert without_counts(result) == without_counts(told.result), where
        assert world.state() == told.states[-1], where


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"title": "Wazuh Internal Error", "detail": "Timeout executing API request", "error": 3021}),
        (200, "<html><head><title>Please log in to the network</title></head></html>"),
    ],
    ids=["timeout", "page"],
)
def test_a_write_answered_with_nonsense_once_makes_no_difference(
    world: World, status: int, body: Any, when: str
) -> None:
    told = undisturbed(world)
    for at in writes_of(told.requests):
        prepared(world).fail({"fault": "status", "status": status, "body": body, "when": when, "nth": at + 1})
        result = world.run("wazuh_rbac", **AFTER)
        assert without_counts(result) == without_counts(told.result), told.requests[at]["path"]
        assert world.state() == told.states[-1], told.requests[at]["path"]


def test_tokens_that_expire_at_any_moment_make_no_difference(world: World) -> None:
    told = undisturbed(world)
    for number, request in each_request(world):
        prepared(world).fail({"fault": "expire_tokens", "nth": number})
        result = world.run("wazuh_rbac", **AFTER)
        assert without_counts(result) == without_counts(told.result), request["path"]
        assert world.state() == told.states[-1]
        assert result["requests"]["logins"] <= told.result["requests"]["logins"] + 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_that_goes_for_good_leaves_the_whole_truth_and_a_run_finishes_it(world: World, when: str) -> None:
    told = undisturbed(world)
    for number, request in each_request(world):
        first = {"fault": "drop", "when": when, "nth": number}
        prepared(world).fail(first, {"fault": "drop", "nth": [number + n for n in CUT_OFF]})
        result = world.run("wazuh_rbac", **AFTER)
        where = f"request {number}: {request['method']} {request['path']}"
        check_honest(world, result, told, where)
        world.fail()
        again = world.run("wazuh_rbac", **AFTER)
        assert "failed" not in again, where
        assert world.state() == told.states[-1], where


@pytest.mark.parametrize("status", [403, 502])
def test_a_server_that_refuses_for_good_leaves_the_whole_truth(world: World, status: int) -> None:
    told = undisturbed(world)
    for number, request in each_request(world):
        body = {"title": "No", "detail": "Not today", "error": 1000}
        prepared(world).fail(
            {"fault": "status", "status": status, "body": body, "nth": [number + n - 1 for n in CUT_OFF]}
        )
        result = world.run("wazuh_rbac", **AFTER)
        where = f"request {number}: {request['method']} {request['path']}"
        assert "Not today" in result["msg"], where
        check_honest(world, result, told, where)


def check_honest(world: World, result: Result, told: Undisturbed, where: str) -> None:
    """What the result says was done is what the server has, no more and no less."""
    assert result["failed"] is True, where
    state = world.state()
    assert state in told.states, where
    written = told.states.index(state)
    became = statuses(result) if result.get("steps") else []
    done, unknown = became.count("done"), became.count("unknown")
    assert done <= written <= done + unknown, where
    assert became[:done] == ["done"] * done, where
    if became:
        assert sentences(result)[:written] == sentences(told.result)[:written], where
        assert len(became) == len(sentences(told.result)), where
    assert result["changed"] is bool(done + unknown), where
    if unknown:
        assert f"not known whether the server did this: {sentences(result)[done]}." in result["msg"], where
    if became and done + unknown:
        assert f"{done} of {len(became)} steps" in result["msg"], where
        assert "diff" in result, where
        if not unknown:
            check_diff(result, told.states[0], state, where)


def check_diff(result: Result, before: State, now: State, where: str) -> None:
    """The diff shows all that is another than before, as it is now."""
    shown = yaml.safe_load(result["diff"]["after"])
    for plural in PLURALS:
        for name in {*before[plural], *now[plural]}:
            there, said = now[plural].get(name), shown.get(plural, {}).get(name)
            if there != before[plural].get(name):
                assert (said is None) == (there is None), (where, name)
            for key, value in (said or {}).items():
                assert key == "password" or there[key] == value, (where, name)
    assert shown.get("config", before["config"]) == now["config"], where

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules for one object, when the answer to their write is lost: it is looked for, not sent again blindly."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from fault.world import PASSWORDS, Result, State, World, is_write, statuses, without_counts

READ = {"actions": ["agent:read"], "effect": "allow"}
THERE: dict[str, Any] = {
    "policies": [
        {"name": "north", "resources": ["agent:id:001"], **READ},
        {"name": "south", "resources": ["agent:id:002"], **READ},
    ],
    "rules": [{"name": "by_group", "rule": {"FIND": {"group": "sales"}}}],
    "roles": [{"name": "sales", "policies": ["north"], "rules": []}, {"name": "guests", "policies": [], "rules": []}],
    "users": [{"name": "alice", "password": PASSWORDS[0], "roles": ["sales"], "allow_run_as": True}],
}
NEW_PASSWORD = {"password": PASSWORDS[1], "update_password": "always"}
# What the write is: the module, and the options of its task.
TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "create policy": ("wazuh_rbac_policy", {"name": "east", "resources": ["agent:id:003"], **READ}),
    "change policy": ("wazuh_rbac_policy", {"name": "south", "effect": "deny"}),
    "rename policy": ("wazuh_rbac_policy", {"name": "south", "new_name": "deep_south"}),
    "delete policy": ("wazuh_rbac_policy", {"name": "south", "state": "absent"}),
    "create rule": ("wazuh_rbac_rule", {"name": "by_site", "rule": {"FIND": {"site": "north"}}}),
    "delete rule": ("wazuh_rbac_rule", {"name": "by_group", "state": "absent"}),
    "create role": ("wazuh_rbac_role", {"name": "visitors"}),
    "rename role": ("wazuh_rbac_role", {"name": "guests", "new_name": "visitors"}),
    "create user": ("wazuh_rbac_user", {"name": "bobby", "password": PASSWORDS[0]}),
    "delete user": ("wazuh_rbac_user", {"name": "alice", "state": "absent"}),
    "forbid run_as": ("wazuh_rbac_user", {"name": "alice", "allow_run_as": False}),
    "set password": ("wazuh_rbac_user", {"name": "alice", **NEW_PASSWORD}),
    "link policy": ("wazuh_rbac_link", {"role": "sales", "policy": "south", "position": 0}),
    "unlink policy": ("wazuh_rbac_link", {"role": "sales", "policy": "north", "state": "absent"}),
    "link rule": ("wazuh_rbac_link", {"role": "sales", "rule": "by_group"}),
    "link role": ("wazuh_rbac_link", {"user": "alice", "role": "guests"}),
    "unlink role": ("wazuh_rbac_link", {"user": "alice", "role": "sales", "state": "absent"}),
    "configure": ("wazuh_rbac_config", {"auth_token_exp_timeout": 1800}),
}


@functools.cache
def objects(world: World) -> bytes:
    world.reset()
    assert "failed" not in world.run("wazuh_rbac", **THERE)
    return world.objects()


@functools.cache
def undisturbed(world: World, task: str) -> tuple[Result, State, dict[str, Any]]:
    """Result, state, and the write's method and path as a fault script takes them."""
    world.reset(objects=objects(world))
    module, options = TASKS[task]
    result = world.run(module, **options)
    (write,) = (request for request in world.log() if is_write(request))
    return result, world.state(), {"method": write["method"], "path": write["path"]}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("task", TASKS)
def test_a_lost_answer_is_looked_for(world: World, task: str, when: str) -> None:
    expected, state, write = undisturbed(world, task)
    world.reset(objects=objects(world))
    world.fail({"fault": "drop", "when": when, **write})
    module, options = TASKS[task]
    assert without_counts(world.run(module, **options)) == without_counts(expected)
    assert world.state() == state
    sent = [request["status"] for request in world.log() if is_write(request)]
    assert sent == ([None, 200] if when == "before" else [None]), "done once, and not tried again"


@pytest.mark.parametrize("task", TASKS)
def test_what_is_lost_twice_is_said_not_to_be_done(world: World, task: str) -> None:
    write = undisturbed(world, task)[2]
    world.reset(objects=objects(world))
    before = world.state()
    world.fail({"fault": "drop", "nth": [1, 2], **write})
    module, options = TASKS[task]
    result = world.run(module, **options)
    assert statuses(result) == ["failed"]
    assert (result["failed"], result["changed"]) == (True, False)
    assert "answer was lost" in result["msg"]
    assert world.state() == before
    assert "failed" not in world.run(module, **options)
    assert world.state() == undisturbed(world, task)[1]


def test_a_logout_is_repeated(world: World) -> None:
    world.fail({"fault": "drop", "when": "after", "method": "DELETE"})
    result = world.run("wazuh_token", state="absent")
    assert (result["changed"], "failed" in result) == (True, False)


def test_a_logout_that_is_lost_again_and_again_may_have_happened(world: World) -> None:
    world.fail({"fault": "drop", "when": "after", "method": "DELETE", "nth": "every"})
    result = world.run("wazuh_token", state="absent")
    assert (result["changed"], result["failed"]) == (True, True)
    assert "answer was lost" in result["msg"]

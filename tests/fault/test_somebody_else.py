# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else changes the server between a task's read and its write: error 1 and error 2 in a 200."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from fault.world import PASSWORDS, LoopMemory, Result, World, is_write, statuses

READ = {"actions": ["agent:read"], "effect": "allow"}


def policy(name: str, agent: str) -> dict[str, Any]:
    return {"name": name, "resources": [f"agent:id:{agent}"], **READ}


@pytest.fixture(name="world")
def world_with_a_team(world: World) -> World:
    tree: dict[str, Any] = {
        "policies": [policy("north", "001"), policy("south", "002")],
        "roles": [{"name": "sales", "policies": [], "rules": []}, {"name": "guests", "policies": [], "rules": []}],
        "users": [
            {"name": "alice", "password": PASSWORDS[0], "roles": []},
            {"name": "bobby", "password": PASSWORDS[0], "roles": []},
        ],
    }
    assert "failed" not in world.run("wazuh_rbac", **tree)
    world.clock.advance(2)
    world.log()
    return world


def remove(world: World, plural: str, name: str) -> None:
    ids = {"policies": "policy_ids", "roles": "role_ids", "users": "user_ids"}[plural]
    answer = world.ask("DELETE", f"/security/{plural}?{ids}={world.number(plural, name)}")
    assert answer["error"] == 0


def after(result: Result) -> Any:
    return yaml.safe_load(result["diff"]["after"])


def test_one_of_two_policies_to_link_is_gone(world: World) -> None:
    world.meddle("POST", "/security/roles/*/policies", lambda: remove(world, "policies", "south"))
    tree: dict[str, Any] = {
        "roles": [{"name": "sales", "policies": ["north", "south"]}],
        "users": [{"name": "alice", "roles": ["sales"]}],
    }
    result = world.run("wazuh_rbac", **tree)
    assert (result["failed"], result["changed"]) == (True, True)
    assert statuses(result) == ["failed", "not tried"]
    assert "The specified policy does not exist (error 4007). Please, create" in result["msg"]
    assert world.state()["roles"]["sales"]["policies"] == ["north"]
    assert after(result)["roles"]["sales"]["policies"] == ["north"]
    again = world.run("wazuh_rbac", **tree)
    assert again["changed"] is False
    assert "role sales: policy south is not there, nor made by this task" in again["msg"]


def test_the_role_to_link_to_is_gone(world: World) -> None:
    world.meddle("POST", "/security/roles/*/policies", lambda: remove(world, "roles", "sales"))
    result = world.run("wazuh_rbac_role", name="sales", policies=["north"])
    assert (result["failed"], result["changed"], statuses(result)) == (True, False, ["failed"])
    assert "error 4002" in result["msg"]
    assert world.run("wazuh_rbac_role", name="sales", policies=["north"])["changed"] is True
    assert world.state()["roles"]["sales"]["policies"] == ["north"]


@pytest.mark.parametrize("theirs", [policy("east", "009"), policy("orient", "003")], ids=["name", "body"])
def test_a_policy_of_that_name_or_body_has_just_been_created(world: World, theirs: dict[str, Any]) -> None:
    body = {key: theirs[key] for key in ("actions", "resources", "effect")}
    world.meddle(
        "POST",
        "/security/policies",
        lambda: world.ask("POST", "/security/policies", json={"name": theirs["name"], "policy": body}),
    )
    result = world.run("wazuh_rbac_policy", **policy("east", "003"))
    assert (result["failed"], result["changed"], statuses(result)) == (True, False, ["failed"])
    assert "error 4009" in result["msg"]
    assert world.state()["policies"][theirs["name"]] == body


def test_one_of_two_users_to_delete_is_gone(world: World) -> None:
    world.meddle("DELETE", "/security/users", lambda: remove(world, "users", "bobby"))
    result = world.run("wazuh_rbac", users=[], purge=["users"])
    assert (result["failed"], result["changed"], statuses(result)) == (True, True, ["failed"])
    assert "error 5001" in result["msg"]
    assert world.state()["users"] == {}
    assert list(after(result)["users"]) == ["bobby"], "of whom the task knows no better"
    assert world.run("wazuh_rbac", users=[], purge=["users"])["changed"] is False


def test_the_only_one_to_delete_is_gone(world: World) -> None:
    world.meddle("DELETE", "/security/policies", lambda: remove(world, "policies", "south"))
    result = world.run("wazuh_rbac_policy", name="south", state="absent")
    assert (result["failed"], result["changed"], statuses(result)) == (True, False, ["failed"])
    assert world.run("wazuh_rbac_policy", name="south", state="absent")["changed"] is False


def test_another_object_has_got_the_number_of_the_one_to_delete(world: World) -> None:
    def replace() -> None:
        remove(world, "policies", "south")
        body = {"actions": ["agent:read"], "resources": ["agent:id:777"], "effect": "allow"}
        world.ask("POST", "/security/policies", json={"name": "precious", "policy": body})

    world.meddle("DELETE", "/security/policies", replace)
    result = world.run("wazuh_rbac_policy", name="south", state="absent")
    assert "precious" not in world.state()["policies"], "the server numbers objects so"
    assert (result["failed"], result["changed"]) == (True, True)
    assert "given its number to precious, which was hit instead" in result["msg"]


def test_the_link_has_just_been_made(world: World) -> None:
    number, role = world.number("policies", "north"), world.number("roles", "sales")
    path = f"/security/roles/{role}/policies?policy_ids={number}"
    world.meddle("POST", "/security/roles/*/policies", lambda: world.ask("POST", path))
    result = world.run("wazuh_rbac_link", role="sales", policy="north")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "error 4011" in result["msg"]
    assert world.run("wazuh_rbac_link", role="sales", policy="north")["changed"] is False


def test_what_changes_between_two_items_of_a_loop_fails_one_item_and_makes_the_next_read_again(world: World) -> None:
    memory = LoopMemory()
    try:
        assert world.run("wazuh_rbac_role", memory, name="sales", policies=["north"])["changed"] is True
        world.log()
        assert world.run("wazuh_rbac_role", memory, name="sales", policies=["north"])["changed"] is False
        assert world.log() == [], "nothing is asked twice in a loop"

        remove(world, "policies", "south")
        second = world.run("wazuh_rbac_role", memory, name="guests", policies=["south"])
        assert (second["failed"], second["changed"], statuses(second)) == (True, False, ["failed"])
        assert "error 4007" in second["msg"]
        assert world.state()["roles"]["guests"]["policies"] == []

        world.log()
        third = world.run("wazuh_rbac_role", memory, name="guests", policies=["north"])
        assert (third["changed"], third["requests"]["reads"]) == (True, 2)
        fourth = world.run("wazuh_rbac_role", memory, name="guests", policies=["south"])
        assert "policy south is not there, nor made by this task" in fourth["msg"]
        assert sum(is_write(request) for request in world.log()) == 1
    finally:
        memory.close()


@pytest.mark.parametrize("changed", ["roles", "users"])
def test_another_object_has_got_the_number_of_the_one_to_link(world: World, changed: str) -> None:
    """The server links what has the number now, and its answer holds numbers only."""

    def replace_policy() -> None:
        remove(world, "policies", "south")
        body = {"actions": ["agent:delete"], "resources": ["agent:id:*"], "effect": "allow"}
        world.ask("POST", "/security/policies", json={"name": "evil", "policy": body})

    def replace_role() -> None:
        remove(world, "roles", "guests")
        world.ask("POST", "/security/roles", json={"name": "evil"})

    if changed == "roles":
        world.meddle("POST", "/security/roles/*/policies", replace_policy)
        tree: dict[str, Any] = {"roles": [{"name": "sales", "policies": ["south"]}]}
    else:
        world.meddle("POST", "/security/users/*/roles", replace_role)
        tree = {"users": [{"name": "alice", "roles": ["guests"]}]}
    result = world.run("wazuh_rbac", **tree)
    assert (result["failed"], result["changed"], statuses(result)) == (True, True, ["done"])
    assert "is not there, nor made by this task" in result["msg"]

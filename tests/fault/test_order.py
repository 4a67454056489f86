# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An order of writes that turns on what the task says nothing about: the policies are read for it, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from fault.world import PASSWORDS, World, sentences

DELETE = {"actions": ["agent:delete"], "resources": ["agent:id:001"]}
THERE: dict[str, Any] = {
    "policies": [
        {"name": "deleting", **DELETE, "effect": "allow"},
        {"name": "but_not_so", **DELETE, "effect": "deny"},
    ],
    "roles": [
        {"name": "keeper", "policies": ["deleting"]},
        {"name": "strict", "policies": ["but_not_so"]},
        {"name": "small", "policies": []},
    ],
    "users": [{"name": "bobby", "password": PASSWORDS[0], "roles": ["keeper", "strict"]}],
}


@pytest.fixture(name="there")
def with_objects(world: World) -> World:
    result = world.run("wazuh_rbac", **THERE)
    assert "failed" not in result, result["msg"]
    world.log()
    return world


def reads(world: World) -> list[str]:
    return [request["path"] for request in world.log() if request["method"] == "GET"]


def test_what_denied_goes_last(there: World) -> None:
    tree: dict[str, Any] = {
        "roles": [{"name": "keeper"}, {"name": "small"}],
        "users": [{"name": "bobby", "roles": ["small"]}],
    }
    result = there.run("wazuh_rbac", **tree, purge=["roles"])
    assert sentences(result) == [
        "unlink roles keeper, strict from user bobby",
        "link role small to user bobby",
        "delete role strict",
    ]
    assert reads(there).count("/security/policies") == 1
    assert there.run("wazuh_rbac", **tree, purge=["roles"])["changed"] is False
    assert "/security/policies" not in reads(there)


@pytest.mark.parametrize("update", ["on_mismatch", "always"])
def test_passwords_are_set_no_more_often_for_it(there: World, update: str) -> None:
    user: dict[str, Any] = {
        "name": "bobby",
        "password": PASSWORDS[0],
        "update_password": update,
        "roles": ["small", "strict"],
    }
    result = there.run("wazuh_rbac_user", **user)
    assert ("set the password of user bobby" in sentences(result)) == (update == "always")
    assert [request["method"] for request in there.log()].count("PUT") == (update == "always")


def test_one_write_has_no_order(there: World) -> None:
    there.run("wazuh_rbac_link", user="bobby", role="strict", state="absent")
    there.run("wazuh_rbac_role", name="small", state="absent")
    assert "/security/policies" not in reads(there)

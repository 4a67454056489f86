# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server would refuse, or do to another object, in the middle of a task: it is found out before."""

from __future__ import annotations

from typing import Any

import pytest
from fault.world import PASSWORDS, World, is_write, sentences

OWN: dict[str, Any] = {"api_username": "iam-admin", "api_password": PASSWORDS[0]}
NEW: dict[str, Any] = {
    "roles": [{"name": "sales"}],
    "users": [
        {"name": "beginner", "password": PASSWORDS[0], "roles": ["sales"]},
        {"name": "wazuh-wui", "password": PASSWORDS[0], "update_password": "always"},
    ],
}


def with_own_administrator(world: World, version: str) -> None:
    """A server with an account of its own for the tasks, which may do everything."""
    world.reset(version)
    admin = {"name": "iam-admin", "password": PASSWORDS[0], "roles": ["administrator"]}
    assert world.run("wazuh_rbac", users=[admin])["changed"]
    world.clock.advance(2)
    world.log()


class TestPasswordsOfTheServersOwnUsers:
    """From 4.6 on only these users change each other's (FACTS, reserved resources)."""

    @pytest.mark.parametrize("version", ["4.14.7", "5.0.0"])
    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("with_token", [True, False])
    def test_by_another_account(self, world: World, version: str, check_mode: bool, with_token: bool) -> None:
        with_own_administrator(world, version)
        login = {"api_token": world.run("wazuh_token", **OWN)["token"]} if with_token else OWN
        result = world.run("wazuh_rbac", check_mode=check_mode, **NEW, **login)
        assert (result["failed"], result["changed"]) == (True, False)
        assert result["msg"] == (
            "user wazuh-wui: only the server's own users (wazuh, wazuh-wui) may change the passwords of one another: "
            "run this task as one of them"
        )
        assert not any(is_write(request) for request in world.log())

    def test_by_another_account_before_that(self, world: World) -> None:
        with_own_administrator(world, "4.4.5")
        assert "failed" not in world.run("wazuh_rbac", **NEW, **OWN)
        assert world.accepts("wazuh-wui", PASSWORDS[0])

    @pytest.mark.parametrize("with_token", [True, False])
    def test_by_one_of_them(self, world: World, with_token: bool) -> None:
        world.reset("4.14.7")
        login = {"api_token": world.run("wazuh_token")["token"]} if with_token else {}
        world.log()
        result = world.run("wazuh_rbac", **NEW, **login)
        assert "set the password of user wazuh-wui" in sentences(result)
        asked = [request["path"] for request in world.log()]
        assert asked.count("/security/users/me") == with_token, "only a token does not tell whose it is"

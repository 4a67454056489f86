# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that tests begin with, and what they look at."""

from __future__ import annotations

from typing import Any

from contract.in_process import InProcess

POLICY = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
PASSWORD = "Passw0rd!x-Passw0rd"
# That of with_user: its holder may see the roles.
POLICY_OF_USER = {"actions": ["security:read"], "resources": ["role:id:*"], "effect": "allow"}


def failure(server: InProcess, method: str, target: str, body: Any) -> int:
    """The code of the one item that failed, in an answer that is HTTP 200."""
    response = server.ask(method, target, body)
    assert (response.status, response.body["error"]) == (200, 1)
    return int(response.body["data"]["failed_items"][0]["error"]["code"])


def with_objects() -> InProcess:
    """A server with role 100, user 100 and policies 100 to 107."""
    server = InProcess()
    server.create("roles", name="role")
    server.create("users", username="user", password=PASSWORD)
    for number in range(8):
        policy = POLICY | {"resources": [f"agent:id:{number}"]}
        server.create("policies", name=f"p{number}", policy=policy)
    return server


def link(server: InProcess, target: str) -> dict[str, Any]:
    """What linking answers; the target lies below `/security/`."""
    body: dict[str, Any] = server.ask("POST", f"/security/{target}").body
    return body


def policies(server: InProcess) -> list[int]:
    """The policies of role 100, in order."""
    answer = server.ask("GET", "/security/roles?role_ids=100").body
    found: list[int] = answer["data"]["affected_items"][0]["policies"]
    return found


def roles(server: InProcess) -> list[int]:
    """The roles of user 100, in order."""
    answer = server.ask("GET", "/security/users?user_ids=100").body
    found: list[int] = answer["data"]["affected_items"][0]["roles"]
    return found


def with_user(version: str = "4.14.7", *, stale_tokens: bool = False) -> tuple[InProcess, str]:
    """A server, and the token of a user who has one role with one policy."""
    server = InProcess(version, stale_tokens=stale_tokens, seed=7)
    server.create("users", username="user", password=PASSWORD)
    server.create("roles", name="role")
    server.create("policies", name="policy", policy=POLICY_OF_USER)
    server.ask("POST", "/security/users/100/roles?role_ids=100")
    server.ask("POST", "/security/roles/100/policies?policy_ids=100")
    administrator = server.token
    server.log_in("user", PASSWORD)
    token, server.token = server.token, administrator
    server.clock.advance(1)
    return server, token


def holds(server: InProcess, token: str) -> bool:
    """Whether a token is accepted."""
    header = f"Bearer {token}"
    response = server.ask("GET", "/security/users/me/policies", authorization=header)
    assert response.status in (200, 401)
    return response.status == 200

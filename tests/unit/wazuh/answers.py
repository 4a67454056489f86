# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose answers have the real one's shapes, and that remembers what it was asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._errors import Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Tally
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Kind
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState

POLICY = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
LISTS: dict[str, list[dict[str, Any]]] = {
    "policies": [
        {"id": 1, "name": "agents_read_agents", "policy": POLICY, "roles": [2]},
        {"id": 100, "name": "customer_x", "policy": {**POLICY, "effect": "deny"}, "roles": [100]},
    ],
    "rules": [
        {"id": 1, "name": "wui_elastic_admin", "rule": {"FIND": {"username": "elastic"}}, "roles": [2]},
        {"id": 100, "name": "sales", "rule": {"FIND": {"backend_roles": "sales"}}, "roles": [2]},
    ],
    "roles": [
        {"id": 2, "name": "readonly", "policies": [1], "rules": [1, 100], "users": []},
        {"id": 100, "name": "sales-team", "policies": [100, 1], "rules": [], "users": [100]},
    ],
    "users": [
        {"id": 1, "username": "wazuh", "allow_run_as": True, "roles": [2]},
        {"id": 100, "username": "sales-member-1", "allow_run_as": False, "roles": [100, 2]},
    ],
}
LOGIN = {"api_username": "iam-admin", "api_password": "Iam-Admin-1"}
CONFIG = {"rbac_mode": "white", "auth_token_exp_timeout": 900}


class Api:
    """A server that answers from memory and remembers what it was asked."""

    def __init__(self, lists: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.lists = LISTS if lists is None else lists
        self.credentials = Credentials("iam-admin", "Iam-Admin-1", None)
        self.asked: list[str] = []
        self.denies_config = 0

    def every(self, kind: Kind) -> list[dict[str, Any]]:
        self.asked.append(f"GET {kind.plural}")
        return self.lists[kind.plural]

    def accounts(self) -> set[str]:
        return {self.credentials.username}

    def config(self) -> dict[str, Any]:
        if self.denies_config:
            raise ServerSaysNo("GET /security/config: HTTP 403: Permission denied (error 4000)", [self.denies_config])
        return CONFIG

    def own_policies(self) -> dict[str, Any]:
        return {"agent:read": {"agent:id:001": "allow"}, "rbac_mode": "white"}

    def request(self, method: str, path: str, patient: bool = True) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        return {"data": {"from": path}}

    def new_token(self, context: dict[str, Any] | None) -> str:
        if context is None:
            return "a-token"
        return f"a-token-for-{context['user_name']}" if context else "a-token-for-nobody-else"

    def use(self, token: str | None) -> None:
        self.asked.append(f"use {token}")


class Server(Api):
    """Answers also what a plan may turn on, takes every write, and may lose the answer to the next one."""

    def __init__(self, *matching: str, username: str = "iam-admin") -> None:
        super().__init__()
        self.credentials = Credentials(username, "Iam-Admin-1" if username else None, None if username else "a-token")
        self.next_password: str | None = None
        self.failed_logins = FailedLogins()
        self.matching = matching
        self.loses = False
        self.http = SimpleNamespace(tally=Tally(reads=3, writes=1))

    def accounts(self) -> set[str]:
        return {self.credentials.username} - {""}

    def config(self) -> dict[str, Any]:
        self.asked.append("GET config")
        return super().config()

    def version(self) -> tuple[int, ...]:
        self.asked.append("GET version")
        return (4, 14, 7)

    def catalogue(self) -> dict[str, list[str]]:
        self.asked.append("GET catalogue")
        return {"agent:read": ["agent:id"]}

    def me(self) -> dict[str, Any]:
        self.asked.append("GET me")
        return {"name": "iam-admin", "roles": {}}

    def password_matches(self, user: str, password: str) -> bool:
        self.asked.append(f"login as {user}")
        return user in self.matching

    def request(self, method: str, path: str, *_params: Any, **_body: Any) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        if self.loses:
            raise Unsure("the answer was lost")
        return {"data": {"affected_items": []}}


def state(api: Api) -> WazuhState:
    return WazuhState(api)  # type: ignore[arg-type]

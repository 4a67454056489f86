# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conversation with prepared answers, and what was sent in it; nothing goes over the network, nobody waits."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._store import Store
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins

PASSWORD = 'Iam-"Admin"-1'
LOGIN = Credentials("iam", PASSWORD, None)


class Answer:
    """One answer of the server, or of a proxy before it."""

    def __init__(self, status_code: int, body: Any) -> None:
        self.status_code = status_code
        self.text = body if isinstance(body, str) else json.dumps(body)

    def json(self) -> Any:
        return json.loads(self.text)


def good(data: Any = None) -> Answer:
    """All is done."""
    return Answer(200, {"data": data or {}, "error": 0})


def listed(*items: Any, total: int | None = None) -> Answer:
    """A page of a list."""
    return good({"affected_items": list(items), "total_affected_items": len(items) if total is None else total})


def token(name: str) -> Answer:
    """A login that succeeds."""
    return good({"token": name})


def problem(status_code: int, detail: str = "no", error: int = 0, **more: Any) -> Answer:
    """A whole request that failed."""
    return Answer(status_code, {"title": "A title", "detail": detail, **({"error": error} if error else {}), **more})


UNAUTHORIZED = problem(401, "Invalid token")


@dataclasses.dataclass
class Sent:
    """One request: as whom it was sent, and the rest of it."""

    method: str
    path: str
    who: Any
    params: Any
    json: Any
    login: bool

    def line(self) -> str:
        """What most tests look at."""
        return f"{self.method} {self.path} as {self.who}"


class Http:
    """Stands in the place of the HTTP session."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[Sent] = []

    def send(self, method: str, path: str, *, login: bool = False, auth: Any = None, **more: Any) -> Answer:
        who = auth or more.pop("headers")["Authorization"]
        self.sent.append(Sent(method, path, who, more.get("params"), more.get("json"), login))
        return self.answers.pop(0)

    def lines(self) -> list[str]:
        return [sent.line() for sent in self.sent]


def api_with(
    *answers: Answer,
    credentials: Credentials = LOGIN,
    store: Store | None = None,
    failed_logins: FailedLogins | None = None,
) -> tuple[WazuhApi, Http]:
    """A conversation in which these answers come."""
    made = WazuhApi(Connection("https://wazuh.example.com:55000"), credentials, store, failed_logins)
    http = Http(*answers)
    made.http = http  # type: ignore[assignment]
    return made, http

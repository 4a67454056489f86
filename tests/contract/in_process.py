# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a Wazuh sandbox in this process, without a socket and without waiting."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract.wazuh_exchange import Response, send
from sandbox.clock import ManualClock
from sandbox.wazuh import create_product
from sandbox.wazuh.server import Settings
from sandbox.wazuh.versions import VERSIONS

ADMINISTRATOR = ("wazuh", "wazuh")


class InProcess:
    """A fresh sandbox, and someone who is logged in.

    Args:
        version: of the server, such as ``4.14.7``.
        settings: more of ``Settings``; there is no request limit by default.

    Attributes:
        clock: of the server; it stands still unless it is moved.
        token: of whoever is logged in.
    """

    def __init__(self, version: str = "4.14.7", **settings: Any) -> None:
        chosen = Settings(VERSIONS[version], **{"requests_per_minute": 0} | settings)
        self.clock = ManualClock(1_700_000_000)
        self._app = create_product(chosen, self.clock).app
        self.token = ""
        self.log_in(*ADMINISTRATOR)

    def log_in(self, name: str, password: str) -> None:
        """Go on as this user, a second later, so that no token is born dead."""
        self.clock.time += 1
        response = self.try_login(name, password)
        assert response.status == 200, response.raw
        self.token = response.body

    def try_login(self, name: str, password: str, context: Any = None) -> Response:
        """Ask for a token, by run_as if there is a context."""
        basic = base64.b64encode(f"{name}:{password}".encode()).decode()
        run_as = "" if context is None else "/run_as"
        target = f"/security/user/authenticate{run_as}?raw=true"
        return self.ask("POST", target, context, authorization=f"Basic {basic}")

    def create(self, collection: str, **body: Any) -> int:
        """Create an object; its id."""
        data = self.ask("POST", f"/security/{collection}", body).body["data"]
        assert data["total_affected_items"] == 1, data
        return int(data["affected_items"][0]["id"])

    def ask(
        self, method: str, target: str, body: Any = None, *, authorization: str | None = None, **headers: str
    ) -> Response:
        """Send a request as whoever is logged in.

        Args:
            method: of HTTP.
            target: path and query, as on the wire.
            body: sent as JSON if it is not None, or bytes as they are.
            authorization: the header, if not that of the token.
            headers: to send, with ``_`` for ``-``.
        """
        path = urlsplit(target)
        exchange: dict[str, Any] = {
            "method": method,
            "path": path.path,
            "query": parse_qsl(path.query, keep_blank_values=True),
            "headers": {},
        }
        raw = b""
        if body is not None:
            exchange["headers"]["content-type"] = "application/json"
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        exchange["headers"] |= {name.replace("_", "-"): text for name, text in headers.items()}
        header = authorization or f"Bearer {self.token}"
        return asyncio.run(send(self._app, exchange, header, raw))

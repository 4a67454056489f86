# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a Wazuh sandbox in this process, without a socket and without waiting."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract.wazuh_replay import Response, send
from sandbox.clock import ManualClock
from sandbox.wazuh import create_product
from sandbox.wazuh.server import Settings
from sandbox.wazuh.versions import VERSIONS

ADMINISTRATOR = ("wazuh", "wazuh")


class InProcess:
    """A fresh sandbox, and someone who is logged in.

    Args:
        version: of the server, such as ``4.14.7``.
    """

    def __init__(self, version: str) -> None:
        settings = Settings(VERSIONS[version], requests_per_minute=0)
        self._clock = ManualClock(1_700_000_000)
        self._app = create_product(settings, self._clock).app
        self._token = ""
        self.log_in(*ADMINISTRATOR)

    def log_in(self, name: str, password: str) -> None:
        """Go on as this user, a second later, so that no token is born dead."""
        self._clock.time += 1
        basic = base64.b64encode(f"{name}:{password}".encode()).decode()
        target = "/security/user/authenticate?raw=true"
        self._token = self.ask("POST", target, authorization=f"Basic {basic}").body

    def ask(
        self, method: str, target: str, body: Any = None, *, authorization: str | None = None
    ) -> Response:
        """Send a request as whoever is logged in.

        Args:
            method: of HTTP.
            target: path and query.
            body: sent as JSON if it is not None.
            authorization: the header, if not that of the token.
        """
        path = urlsplit(target)
        exchange: dict[str, Any] = {
            "method": method,
            "path": path.path,
            "query": parse_qsl(path.query),
        }
        raw = b""
        if body is not None:
            exchange["headers"] = {"Content-Type": "application/json"}
            raw = json.dumps(body).encode()
        header = authorization or f"Bearer {self._token}"
        return asyncio.run(send(self._app, exchange, header, raw))

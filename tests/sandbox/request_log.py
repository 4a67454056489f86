# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One JSON line for each request: time, method, path, query, status, user. No secrets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import parse_qsl

from sandbox.clock import Clock
from sandbox.product import App, DropConnection, Message, Receive, Scope, Send, get_user


class RequestLog:
    """ASGI middleware that writes the log. It has to be the outermost one.

    The line is written before the client can see the answer, so who reads the log after an
    answer finds it there. ``status`` is null when the connection was dropped instead.

    Args:
        app: what is logged.
        stream: where the lines go.
        clock: the time of the lines.
    """

    def __init__(self, app: App, stream: TextIO, clock: Clock) -> None:
        self.app = app
        self.stream = stream
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = self.clock.now()

        async def logged_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._write(scope, started, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, logged_send)
        except DropConnection:
            self._write(scope, started, None)
            raise

    def _write(self, scope: Scope, started: float, status: int | None) -> None:
        line = {
            "time": datetime.fromtimestamp(started, UTC).isoformat(),
            "method": scope["method"],
            "path": scope["path"],
            "query": parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True),
            "status": status,
            "user": get_user(scope),
        }
        self.stream.write(json.dumps(line) + "\n")
        self.stream.flush()

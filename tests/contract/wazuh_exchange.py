# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to a sandbox in this process, written as recordings have it, and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from sandbox.product import App, Message

Exchange = dict[str, Any]


@dataclass
class Response:
    """What the sandbox answered."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """Parsed if it is JSON, otherwise its text."""
        text = self.raw.decode()
        if "json" not in self.headers.get("content-type", "") or not text:
            return text
        return json.loads(text)


async def send(app: App, exchange: Exchange, authorization: str | None, body: bytes) -> Response:
    """Send one recorded request to an ASGI application."""
    headers = {name.lower(): value for name, value in exchange.get("headers", {}).items()}
    if authorization is not None:
        headers["authorization"] = authorization
    headers["content-length"] = str(len(body))
    path = exchange["path"].removesuffix("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": exchange["method"],
        "scheme": "https",
        "path": unquote(path),
        "raw_path": quote(path, safe="/%").encode(),
        "query_string": urlencode([tuple(pair) for pair in exchange.get("query", [])]).encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 55000),
        "root_path": "",
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def collect(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, collect)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Response(sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: what a network or a busy server does to a client, at a chosen moment.

A fault script is a YAML list. Each entry says which requests it counts and what happens::

    - method: POST                      # default: any
      path: /security/roles/*/policies  # shell pattern, default: any
      contains: userAdd                 # text in the request body, default: any
      nth: 2                            # the second match (default 1); a list, or "every"
      fault: drop                       # drop, status, delay, expire_tokens
      when: after                       # drop, status: before (default) or after the work is done;
                                        # drop also: within, when half of the answer's body is out
    - {path: /security/users, fault: status, status: 503, headers: {Retry-After: "1"}, body: {a: 1}}
    - {fault: delay, seconds: 1.5}
    - {method: PUT, fault: expire_tokens}

Each entry counts its own matches. Several entries may hit one request: delays and expiries all
happen, then the first ``drop`` or ``status`` decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from sandbox.clock import Clock
from sandbox.product import App, DropConnection, Message, Receive, Scope, Send

_KEYS = {
    "drop": {"when"},
    "status": {"when", "status", "headers", "body"},
    "delay": {"seconds"},
    "expire_tokens": set[str](),
}
_MATCH_KEYS = {"method", "path", "contains", "nth", "fault"}


@dataclass
class Fault:
    """One entry of a fault script; see the module's text for the fields."""

    kind: str
    method: str | None = None
    path: str = "*"
    contains: str | None = None
    nth: frozenset[int] | None = frozenset({1})  # None = every one
    when: str = "before"
    status: int = 500
    headers: dict[str, str] | None = None
    body: Any = None
    seconds: float = 0.0
    seen: int = 0

    def strikes(self, method: str, path: str, body: bytes) -> bool:
        """Count this request if it matches; true if it is one that the fault is for."""
        if self.method not in (None, method) or not fnmatchcase(path, self.path):
            return False
        if self.contains is not None and self.contains.encode() not in body:
            return False
        self.seen += 1
        return self.nth is None or self.seen in self.nth


def read_script(file: Path) -> list[Fault]:
    """Read a fault script.

    Raises:
        ValueError: the script says something that it cannot mean; the text names the entry.
    """
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        message = f"{file}: a fault script is a list of mappings"
        raise ValueError(message)
    return [_read_entry(f"{file}, entry {n}", entry) for n, entry in enumerate(entries, 1)]


def _read_entry(where: str, entry: dict[str, Any]) -> Fault:
    kind = entry.get("fault")
    if kind not in _KEYS:
        raise ValueError(f"{where}: fault must be one of {', '.join(_KEYS)}")
    unknown = set(entry) - _MATCH_KEYS - _KEYS[kind]
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")
    when = entry.get("when", "before")
    if when not in ("before", "after") and (kind, when) != ("drop", "within"):
        raise ValueError(f"{where}: when must be before or after, for a drop also within")
    nth = entry.get("nth", 1)
    return Fault(
        kind=kind,
        method=entry["method"].upper() if "method" in entry else None,
        path=entry.get("path", "*"),
        contains=entry.get("contains"),
        nth=None if nth == "every" else frozenset([nth] if isinstance(nth, int) else nth),
        when=when,
        status=int(entry.get("status", 500)),
        headers=entry.get("headers"),
        body=entry.get("body"),
        seconds=float(entry.get("seconds", 0)),
    )


class Faults:
    """ASGI middleware that makes the faults of a script happen.

    Args:
        app: what works without them.
        faults: the script.
        expire_tokens: what the ``expire_tokens`` fault calls.
        clock: what the ``delay`` fault waits on.
    """

    def __init__(self, app: App, faults: list[Fault], expire_tokens: Callable[[], None], clock: Clock) -> None:
        self.app = app
        self.faults = faults
        self.expire_tokens = expire_tokens
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages = await _whole_request(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        struck = [f for f in self.faults if f.strikes(scope["method"], scope["path"], body)]
        await self._delay_and_expire(struck)
        ending = next((f for f in struck if f.kind in ("drop", "status")), None)

        async def replayed() -> Message:
            return messages.pop(0) if messages else await receive()

        if ending is None:
            await self.app(scope, replayed, send)
        else:
            await self._end(ending, scope, replayed, send)

    async def _delay_and_expire(self, struck: list[Fault]) -> None:
        for fault in struck:
            if fault.kind == "delay":
                await self.clock.sleep(fault.seconds)
            elif fault.kind == "expire_tokens":
                self.expire_tokens()

    async def _end(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the work or leave it, as a ``drop`` or ``status`` says, and end the request by it."""
        if fault.when == "within":
            await self.app(scope, receive, _half(send))
        elif fault.when == "after":
            await self.app(scope, receive, _nowhere)
        if fault.kind == "drop":
            raise DropConnection
        await _answer(fault, send)


async def _whole_request(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _half(send: Send) -> Send:
    """Send an answer until the middle of its body, and drop the connection there."""

    async def cut(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        body = message.get("body", b"")
        await send({**message, "body": body[: len(body) // 2], "more_body": True})
        raise DropConnection

    return cut


async def _nowhere(_message: Message) -> None:
    """The client never gets this answer."""


async def _answer(fault: Fault, send: Send) -> None:
    body = b"" if fault.body is None else _encode(fault.body)
    kind = "text/plain" if isinstance(fault.body, str | None) else "application/json"
    headers = {"content-type": kind, "content-length": str(len(body))}
    headers |= {name.lower(): str(value) for name, value in (fault.headers or {}).items()}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": fault.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _encode(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()

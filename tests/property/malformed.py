# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that no client of the Wazuh API should send, made by chance from a seed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.wazuh.routes import Operation, operations
from sandbox.wazuh.versions import VERSIONS

TOKEN = "Bearer TOKEN"
"""Stands for the header of whoever is logged in."""

_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW")
_IDS = (*("1", "2", "99", "100", "999", "0", "007", "-1", "1.5", "a", "é", " ", "1,2", "all"), "9" * 30)
_TEXTS = (
    *("", " ", "x", "é", "a" * 64, "a" * 65, "a\n", "a\u0000", "../../etc", "'; --", "%", "null"),
    *("true", "TRUE", "0", "-1", "1e9", "[]", "{}", "name", "-name", "id,name", "name=x", "id>1"),
    *("(id=1", "id=1;", "~", "roles=1", "name~a,id<5", "GET /agents", "role:id", "*:*:*"),
    *_IDS,
)
_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**70, "", "x", "é", "a" * 65, "a\n", "Abcdefgh-1", [], [None], [[]]),
    *({}, {"a": None}, {"a": {"b": None}}, ["agent:read"], ["agent:id:1"], "allow", "white", 900),
    {"actions": ["agent:read"], "resources": ["agent:id:1"], "effect": "allow"},
    {"actions": [1], "resources": "x", "effect": None},
    {"MATCH": {"a": "r'['"}},
)
_BODIES = (
    *(b"", b"{", b"[]", b"{}", b"0", b"null", b"true", b'"x"', b"\xff\xfe{}", b"\xef\xbb\xbf{}"),
    *(b"NaN", b'{"name":NaN}', b'{"name":"\\ud800"}', b"[" * 300, b'{"name":"a"}{"name":"b"}'),
    *(b'{"a":' * 1000 + b"1" + b"}" * 1000, b"a=b&c=d", b"<xml/>", b"\x00"),
)
_CONTENT_TYPES = (
    *("application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", ""),
    *("application/json; charset=latin-1", "application/json; charset=nope", "garbage", ";"),
    *("multipart/form-data", "application/x-www-form-urlencoded", "application/json;"),
)
_AUTHORIZATIONS = (
    *("", "Bearer", "Bearer x", "Bearer a.b.c", "bearer x", "Token x", "x", "Basic", "Basic !"),
    *("Basic eA==", "Basic d2F6dWg6bm8=", "Basic /////w==", "Bearer eyJhbGciOiJub25lIn0.e30."),
)


@dataclass
class Request:
    """A request as it goes over the wire, but for the token."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.query} {self.headers} {self.body[:80]!r}"


def requests(version: str, count: int, seed: int) -> Iterator[Request]:
    """Make requests; the same ones for the same seed.

    Args:
        version: of the server, whose operations they are about.
        count: how many.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311
    table = operations(VERSIONS[version])
    for _time in range(count):
        yield _request(chance, chance.choice(table))


def _request(chance: random.Random, operation: Operation) -> Request:
    path = re.sub(r"\{\w+\}", lambda _: chance.choice(_IDS), operation.path)
    request = Request(operation.method, path)
    if chance.random() < 0.15:
        request.method = chance.choice(_METHODS)
    if chance.random() < 0.15:
        request.path = _mangled(chance, path)
    names = [one.name for one in operation.parameters if one.place == "query"]
    for name in chance.sample(names, min(len(names), chance.choice((0, 0, 1, 1, 2, 3)))):
        request.query += [(name, chance.choice(_TEXTS))] * chance.choice((1, 1, 1, 2))
    if chance.random() < 0.1:
        request.query.append((chance.choice(("foo", "Limit", "é", "")), chance.choice(_TEXTS)))
    request.headers["Authorization"] = TOKEN
    if operation.login or chance.random() < 0.1:
        request.headers["Authorization"] = chance.choice(_AUTHORIZATIONS)
    if operation.body is not None or chance.random() < 0.1:
        request.body = _body(chance, operation)
        request.headers["Content-Type"] = "application/json"
        if chance.random() < 0.2:
            request.headers["Content-Type"] = chance.choice(_CONTENT_TYPES)
    if chance.random() < 0.03:
        request.headers["Expect"] = chance.choice(("100-continue", "x"))
    return request


def _mangled(chance: random.Random, path: str) -> str:
    return chance.choice(
        (
            path + "/",
            path.upper(),
            path + "/x",
            "/" + path,
            path.replace("/", "//"),
            path + ";a",
            path + "é",
            path[:-1],
            path.rpartition("/")[0] or "/",
            path + "\x00",
        )
    )


def _body(chance: random.Random, operation: Operation) -> bytes:
    if operation.body is None or chance.random() < 0.4:
        return chance.choice(_BODIES)
    fields = [*operation.body.get("properties", {}), "extra", "username"]
    chosen = chance.sample(fields, chance.randint(0, len(fields)))
    return json.dumps({name: chance.choice(_VALUES) for name in chosen}).encode()

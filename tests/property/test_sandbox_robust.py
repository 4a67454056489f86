# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Malformed requests get an answer, and no 500 but where the real server gives one."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import random
import re
import socket
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract.wazuh_exchange import Response, send
from property.malformed import TOKEN, Request, requests
from sandbox.clock import ManualClock
from sandbox.serve import Listening, running
from sandbox.wazuh import create_product
from sandbox.wazuh.server import Settings
from sandbox.wazuh.versions import VERSIONS

COUNT = 200
SEED = 1
_LARGEST_NUMBER = 2**63 - 1
_DEEPEST = 480
_LISTS = re.compile(r"\b(roles|policies|users|rules)\b")


class Client:
    """Sends requests to a fresh sandbox, logged in as its administrator.

    Args:
        version: of the server.
    """

    def __init__(self, version: str) -> None:
        self._clock = ManualClock(1_700_000_000)
        settings = Settings(VERSIONS[version], requests_per_minute=0, login_attempts=COUNT)
        self._app = create_product(settings, self._clock).app
        self._token = ""

    def log_in(self) -> None:
        """Get a token that is good for now."""
        self._clock.time += 2
        headers = {"Authorization": "Basic " + base64.b64encode(b"wazuh:wazuh").decode()}
        login = Request("POST", "/security/user/authenticate", [("raw", "true")], headers)
        response = self.send(login)
        assert response.status == 200
        self._token = response.raw.decode()

    def send(self, request: Request) -> Response:
        """Send a request as it is, but with a real token in it."""
        headers = dict(request.headers)
        authorization: str | None = headers.pop("Authorization", None)
        if authorization == TOKEN:
            authorization = f"Bearer {self._token}"
        exchange: dict[str, Any] = vars(request) | {"headers": headers}
        return asyncio.run(send(self._app, exchange, authorization, request.body))


def breaks_the_server(request: Request, version: str) -> str | None:
    """Why a real server answers 500 to a request, None if it has no reason to.

    Each reason was seen on one: with recordings, or with these very requests.
    """
    if _malformed_basic(request):
        return "credentials that are no name and password in base64"
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        return "a body that is no text"
    if version == "4.4.5" and text.count("{") > _DEEPEST:
        return "a body nested too deep"
    try:
        body = json.loads(text or "{}")
    except (ValueError, RecursionError):
        body = {}
    if body is None or isinstance(body, (bool, int, float)):
        return "a body that is a mere number, boolean or null"
    if "charset=" in request.headers.get("Content-Type", "") and version == "4.4.5":
        return "an encoding that nobody knows"
    query = dict(request.query)
    numbers = re.findall(r"\d+", " ".join([request.path, *query.values()]))
    if any(int(number) > _LARGEST_NUMBER for number in numbers):
        return "a number that the database cannot hold"
    if request.path.endswith("/roles") and "all" in query.get("role_ids", ""):
        return "linking all roles to a user"
    if _LISTS.search(query.get("q", "")):
        return "a list compared with a text"
    return None


def _malformed_basic(request: Request) -> bool:
    kind, _separator, credentials = request.headers["Authorization"].partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        return ":" not in base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return True


@pytest.mark.parametrize("version", list(VERSIONS))
def test_malformed_requests(version: str) -> None:
    client = Client(version)
    client.log_in()
    unexplained = []
    for request in requests(version, COUNT, SEED):
        response = client.send(request)
        assert 100 <= response.status < 600
        assert response.headers["content-length"] == str(len(response.raw)) or (request.method == "HEAD")
        assert isinstance(response.body, (dict, str))
        if response.status >= 500 and not breaks_the_server(request, version):
            unexplained.append(f"{response.status} {request}")
        if request.headers["Authorization"] == TOKEN:
            client.log_in()
    assert not unexplained, "\n".join(unexplained)


def test_enough_of_them_are_looked_at_by_the_handlers() -> None:
    client = Client("4.14.7")
    statuses = []
    for request in requests("4.14.7", COUNT, SEED):
        client.log_in()
        statuses.append(client.send(request).status)
    assert statuses.count(400) > COUNT / 4
    assert statuses.count(200) > COUNT / 20


def test_what_is_no_http_does_not_end_it() -> None:
    chance = random.Random(SEED)  # noqa: S311
    product = create_product(Settings(VERSIONS["4.14.7"]), ManualClock(1_700_000_000))
    with running(product, Listening(tls=False)) as address:
        server = urlsplit(address.url)
        assert server.hostname is not None
        assert server.port is not None
        pieces = (b"GET / HTTP/1.1\r\n", b"Content-Length: 9\r\n", b"\r\n", b"Host: x\r\n", b"{", chance.randbytes(50))
        for _time in range(50):
            with socket.create_connection((server.hostname, server.port), timeout=5) as connection:
                connection.sendall(b"".join(chance.choices(pieces, k=4)))
        http = HTTPConnection(server.hostname, server.port, timeout=5)
        http.request("GET", "/")
        assert http.getresponse().status == 401
        http.close()

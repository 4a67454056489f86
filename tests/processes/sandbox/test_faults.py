# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a script asks for, as a client meets them. Each test has faults of its own in the one script."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from processes.sandbox.clients import client_of, log_in, own_roles
from sandbox.fixture import SandboxProcess, sandbox_process

SCRIPT = [
    {"method": "POST", "path": "/security/roles", "nth": 2, "fault": "drop", "when": "after"},
    {"method": "POST", "path": "/security/roles", "nth": 3, "fault": "drop"},
    {"method": "GET", "path": "/security/rules", "fault": "status", "status": 503, "body": {"why": "test"}},
    {"path": "/security/policies", "nth": [1, 2], "fault": "delay", "seconds": 0.05},
    {"path": "/security/users", "method": "GET", "fault": "expire_tokens"},
    {"contains": "trouble", "nth": "every", "fault": "status", "status": 502},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    script = tmp_path_factory.mktemp("faults") / "faults.yml"
    script.write_text(json.dumps(SCRIPT), encoding="utf-8")
    with sandbox_process("wazuh", "--fault", str(script)) as server:
        yield server


@pytest.fixture
def client(server: SandboxProcess) -> Iterator[httpx.Client]:
    with client_of(server) as client:
        yield client


def test_connections_are_dropped_before_and_after_the_work(client: httpx.Client) -> None:
    assert client.post("/security/roles", json={"name": "first"}).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/security/roles", json={"name": "after"})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/security/roles", json={"name": "before"})
    assert own_roles(client) == ["first", "after"]


def test_a_status_comes_instead_of_the_answer(client: httpx.Client) -> None:
    response = client.get("/security/rules")
    assert (response.status_code, response.json()) == (503, {"why": "test"})
    assert client.get("/security/rules").status_code == 200


def test_a_delay_only_delays(client: httpx.Client) -> None:
    response = client.get("/security/policies")
    assert response.status_code == 200
    assert response.elapsed.total_seconds() >= 0.05


def test_a_fault_may_look_at_the_body(client: httpx.Client) -> None:
    assert client.post("/security/rules", json={"name": "trouble"}).status_code == 502


def test_tokens_expire_on_request(client: httpx.Client) -> None:
    assert client.get("/security/users").status_code == 401
    log_in(client)
    assert client.get("/security/users").status_code == 200

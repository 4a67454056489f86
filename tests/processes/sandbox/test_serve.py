# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real HTTPS: from the start of a server to its end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import httpx
import pytest
from processes.sandbox.clients import client_of, own_roles
from sandbox.fixture import SandboxProcess, sandbox_process


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxProcess]:
    with sandbox_process("wazuh") as server:
        yield server


def test_each_start_is_fresh_and_ends_quietly_on_sigterm() -> None:
    with sandbox_process("wazuh") as server, client_of(server) as client:
        assert own_roles(client) == []
        os.kill(server.pid, signal.SIGTERM)
    assert server.process.returncode == 0


@pytest.mark.parametrize(("length", "status"), [(35_000, 200), (60_000, 400)])
def test_long_targets(server: SandboxProcess, length: int, status: int) -> None:
    with client_of(server) as client:
        assert client.get("/security/roles", params={"search": length * "a"}).status_code == status


def test_without_tls() -> None:
    with sandbox_process("wazuh", "--no-tls") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/", trust_env=False).status_code == 401

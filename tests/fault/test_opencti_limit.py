# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's limit of requests: it is waited for, as long as the task may wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils import _http as http
from sandbox.fixture import SandboxProcess, sandbox_process
from unit.described import entry, validated


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxProcess]:
    # This server's seconds are real ones, while in the world of the other tests no time passes by waiting.
    monkeypatch.setattr(http, "time", time)
    with sandbox_process("opencti", "--requests-per-second", "1") as process:
        yield process


def run(server: SandboxProcess, **options: Any) -> dict[str, Any]:
    token = server.greeting[0].split()[-1]
    connection = {"api_url": server.url, "ca_path": str(server.ca_file), "api_token": token}
    params = validated("opencti_role", connection | {"name": "Feed"} | options)
    return dict(front.outcome(entry("opencti_role"), params, False, front.Memory()))


def test_a_task_waits(server: SandboxProcess) -> None:
    result = run(server)
    assert result["changed"] is True
    assert result["requests"]["waited"] >= 1


def test_no_longer_than_it_may(server: SandboxProcess) -> None:
    result = run(server, rate_limit_wait=0)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "still reached after waiting 0 s (rate_limit_wait)" in result["msg"]
    assert [step["status"] for step in result["steps"]] == ["failed"]

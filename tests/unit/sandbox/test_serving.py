# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, real HTTPS, the request log, and faults that a script asks for."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sandbox.fixture import sandbox_process

TESTS = Path(__file__).resolve().parents[2]
LOGIN = "/security/user/authenticate"


def client_of(url: str, ca_file: Path) -> httpx.Client:
    context = ssl.create_default_context(cafile=ca_file)
    return httpx.Client(base_url=url, verify=context, trust_env=False)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "faults.yml"
    faults = [
        {"method": "POST", "path": "/security/roles", "nth": 2, "fault": "drop", "when": "after"},
        {"method": "POST", "path": "/security/roles", "nth": 3, "fault": "drop"},
        {"method": "GET", "path": "/security/rules", "fault": "status", "status": 503, "body": {"why": "test"}},
        {"path": "/security/policies", "nth": [1, 2], "fault": "delay", "seconds": 0.05},
        {"path": "/security/users", "method": "GET", "fault": "expire_tokens"},
        {"contains": "trouble", "nth": "every", "fault": "status", "status": 502},
    ]
    file.write_text(json.dumps(faults), encoding="utf-8")
    return file


@pytest.fixture
def client(script: Path) -> Iterator[httpx.Client]:
    with (
        sandbox_process("wazuh", "--fault", str(script)) as server,
        client_of(server.url, server.ca_file) as client,
    ):
        log_in(client)
        client.headers["x-log"] = str(server.log_file)
        yield client


def log_in(client: httpx.Client) -> None:
    response = client.post(LOGIN, params={"raw": "true"}, auth=("wazuh", "wazuh"))
    client.headers["authorization"] = f"Bearer {response.text}"


def names(client: httpx.Client) -> list[str]:
    data = client.get("/security/roles").json()["data"]
    return [item["name"] for item in data["affected_items"] if item["id"] > 99]


def test_connections_are_dropped_before_and_after_the_work(client: httpx.Client) -> None:
    assert client.post("/security/roles", json={"name": "first"}).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/security/roles", json={"name": "after"})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/security/roles", json={"name": "before"})
    assert names(client) == ["first", "after"]


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


def test_the_log_has_every_request_and_no_secret(client: httpx.Client) -> None:
    client.get("/security/config", params={"pretty": "true"})
    text = Path(client.headers["x-log"]).read_text(encoding="utf-8")
    assert client.headers["authorization"].removeprefix("Bearer ") not in text
    last = json.loads(text.splitlines()[-1])
    assert set(last) == {"time", "method", "path", "query", "status", "user"}
    assert last["query"] == [["pretty", "true"]]
    assert (last["status"], last["user"]) == (200, "wazuh")


def test_each_start_is_fresh_and_ends_quietly_on_sigterm() -> None:
    with sandbox_process("wazuh") as server, client_of(server.url, server.ca_file) as client:
        log_in(client)
        assert names(client) == []
        os.kill(server.pid, signal.SIGTERM)
    assert server.process.returncode == 0


@pytest.mark.parametrize(("length", "status"), [(35_000, 200), (60_000, 400)])
def test_long_targets(client: httpx.Client, length: int, status: int) -> None:
    log_in(client)
    assert client.get("/security/roles", params={"search": length * "a"}).status_code == status


def test_without_tls(tmp_path: Path) -> None:
    with sandbox_process("wazuh", "--no-tls") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{server.url}/", trust_env=False).status_code == 401


def test_a_command_can_be_run_against_it() -> None:
    code = (
        "import os, requests; u = os.environ; r = requests.get(u['WAZUH_API_URL'], "
        "verify=u['WAZUH_API_CA_PATH']); print(r.status_code); raise SystemExit(3)"
    )
    done = run("wazuh", "--exec", "--", sys.executable, "-c", code)
    assert (done.stdout, done.returncode) == ("401\n", 3)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "a list of mappings"),
        ("[{fault: explode}]", "fault must be one of"),
        ("[{fault: delay, minutes: 1}]", "unknown minutes"),
        ("[{fault: drop, when: later}]", "when must be"),
    ],
)
def test_a_wrong_script_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "faults.yml"
    file.write_text(text, encoding="utf-8")
    done = run("wazuh", "--fault", str(file))
    assert done.returncode == 1
    assert complaint in done.stderr

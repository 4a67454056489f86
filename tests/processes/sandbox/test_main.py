# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of both stand-ins."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sandbox.fixture import SandboxProcess, start_sandbox

__all__ = ["start_sandbox"]

TESTS = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


class TestWazuh:
    def test_a_command_can_be_run_against_it(self) -> None:
        code = (
            "import os, requests; u = os.environ; r = requests.get(u['WAZUH_API_URL'], "
            "verify=u['WAZUH_API_CA_PATH']); print(r.status_code); raise SystemExit(3)"
        )
        done = run("wazuh", "--exec", "--", sys.executable, "-c", code)
        assert (done.stdout, done.returncode) == ("401\n", 3)

    def test_a_wrong_script_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "faults.yml"
        file.write_text("[{fault: explode}]", encoding="utf-8")
        done = run("wazuh", "--fault", str(file))
        assert done.returncode == 1
        assert "fault must be one of" in done.stderr


class TestOpencti:
    def post(self, server: SandboxProcess, token: str, query: str) -> Any:
        trust = ssl.create_default_context(cafile=str(server.ca_file))
        with httpx.Client(verify=trust, base_url=server.url) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return client.post("/graphql", json={"query": query}, headers=headers).json()

    def test_the_command_line(self, start_sandbox: Callable[..., SandboxProcess]) -> None:
        server = start_sandbox("opencti", "--server-version", "6.5.2")
        [greeting] = server.greeting
        words, token = greeting.rsplit(" ", 1)
        assert words == "admin token"
        answer = self.post(server, token, "{ about { version } me { user_email } }")
        assert answer["data"]["about"] == {"version": "6.5.2"}
        assert answer["data"]["me"] == {"user_email": "admin@opencti.io"}
        [entry] = server.requests()
        assert (entry["path"], entry["status"], entry["user"]) == (
            "/graphql",
            200,
            "admin@opencti.io",
        )
        assert token not in json.dumps(entry)

    def test_a_chosen_token_and_faults(self, start_sandbox: Callable[..., SandboxProcess], tmp_path: Path) -> None:
        chosen = "11111111-2222-4333-8444-555555555555"
        script = tmp_path / "faults.yml"
        script.write_text("- {contains: publicSettings, fault: expire_tokens}\n")
        options = ("--admin-token", chosen, "--fault", str(script))
        server = start_sandbox("opencti", *options)
        assert server.greeting == [f"admin token {chosen}"]
        assert "errors" not in self.post(server, chosen, "{ me { id } }")
        self.post(server, chosen, "{ publicSettings { id } }")
        assert self.post(server, chosen, "{ me { id } }")["errors"][0]["name"] == "AUTH_REQUIRED"

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twelve hosts in twelve forks with wrong passwords lock nobody out; real Ansible, against the server's real limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from gate.machine import tool_variables
from sandbox.fixture import SandboxProcess, sandbox_process

FORKS = 12
PEOPLE = 6  # compared by each of the hosts: more failures than lock out
LOGIN = "/security/user/authenticate"
PLAY = {
    "hosts": "all",
    "gather_facts": False,
    "connection": "local",
    "ignore_errors": True,
}
TRIES = [
    {
        "name": "Try a wrong password of its own again and again",
        "secops.iam.wazuh_token": {"api_password": "Not-The-One-1"},
        "register": "made",
        "until": "made is not failed",
        "retries": 4,
        "delay": 0,
    }
]
COMPARISONS = [
    {
        "name": "Compare passwords that are others",
        "secops.iam.wazuh_rbac_user": {
            "name": "person{{ item }}",
            "password": "Not-The-One-1",
            "update_password": "on_mismatch",
        },
        "check_mode": True,
        "loop": list(range(PEOPLE)),
    }
]


def play(server: SandboxProcess, tasks: list[dict[str, Any]], folder: Path) -> str:
    """What twelve hosts that are all this machine say to these tasks."""
    (folder / "playbook.yml").write_text(yaml.safe_dump([{**PLAY, "tasks": tasks}]))
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-f",
        str(FORKS),
        "-i",
        ",".join(f"host{number}" for number in range(FORKS)),
        str(folder / "playbook.yml"),
    ]
    environment = {
        **tool_variables(),
        "WAZUH_API_URL": server.url,
        "WAZUH_API_CA_PATH": str(server.ca_file),
        "WAZUH_API_USERNAME": "wazuh",
        "WAZUH_API_PASSWORD": "wazuh",
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_NOCOLOR": "true",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def failed_logins(server: SandboxProcess) -> int:
    found = [request for request in server.requests() if request["path"] == LOGIN]
    assert 403 not in [request["status"] for request in found], "somebody was locked out"
    return [request["status"] for request in found].count(401)


def log_in(server: SandboxProcess) -> requests.Response:
    return requests.post(f"{server.url}{LOGIN}", auth=("wazuh", "wazuh"), verify=str(server.ca_file), timeout=10)


@pytest.mark.parametrize("version", ["4.14.7", "5.0.0"])
def test_a_wrong_password_of_the_task_is_tried_once_by_each_fork_at_most(version: str, tmp_path: Path) -> None:
    with sandbox_process("wazuh", "--server-version", version, "--requests-per-minute", "0") as server:
        said = play(server, TRIES, tmp_path)
        assert 1 <= failed_logins(server) <= FORKS
        assert said.count("does not accept this user name and password") >= FORKS
        assert log_in(server).status_code == 200


@pytest.mark.parametrize("version", ["4.14.7", "5.0.0"])
def test_comparisons_end_before_the_lock_out(version: str, tmp_path: Path) -> None:
    with sandbox_process("wazuh", "--server-version", version, "--requests-per-minute", "0") as server:
        headers = {"Authorization": f"Bearer {log_in(server).json()['data']['token']}"}
        for number in range(PEOPLE):
            body = {"username": f"person{number}", "password": "The-Right-One-1"}
            made = requests.post(
                f"{server.url}/security/users", json=body, headers=headers, verify=str(server.ca_file), timeout=10
            )
            assert made.json()["error"] == 0
        said = play(server, COMPARISONS, tmp_path)
        assert failed_logins(server) == 45
        assert "were not compared" in said
        assert log_in(server).status_code == 200, "nobody is locked out"

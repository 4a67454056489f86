# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random api_token and password come out nowhere: not in results, diffs, errors, nor at -vvvv, in both fronts."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate.machine import tool_variables
from sandbox.fixture import sandbox_process

PROGRAMS = Path(sys.executable).parent


def playbook(front: str) -> list[dict[str, Any]]:
    """Tasks that succeed, fail, and change; the connector's own token is not shown by any other than its own task."""
    user = {
        "name": "[C] Feed",
        "email": "feed@example.org",
        "groups": ["Connectors"],
        "password": "{{ lookup('env', 'CANARY') }}",
    }
    task = {"ignore_errors": True, "environment": {"FRONT": front} if front == "module" else {}}
    before_and_after = [
        ("opencti_role", {"name": "Feed", "capabilities": ["KNOWLEDGE"]}),
        ("opencti_connector_user", {**user, "max_confidence": 101}),
        ("opencti_connector_user", {**user, "service_account": True}),
    ]
    once = [
        ("opencti_role", {"name": "Feed", "capabilities": ["KNOWLEGE"]}),
        ("opencti_connector_user", {**user, "email": "admin@opencti.io", "token_state": "rotated"}),
        ("opencti_info", {}),
        ("opencti_info", {"api_token": "{{ lookup('env', 'OPENCTI_TOKEN') }}x"}),
        *(("opencti_info", {"api_token": f"{{{{ token ~ {odd!r} ~ token }}}}"}) for odd in ("\n", " ", "é", "€")),
        ("opencti_info", {"api_token": "{{ token ~ '\\n' }}"}),
        ("opencti_info", {"api_url": "https://127.0.0.1:9"}),
    ]
    made = ("opencti_connector_user", user)
    tasks = [
        {"name": name, f"secops.iam.{name}": options, "diff": True, "no_log": options is user, **task}
        for name, options in [*before_and_after, made, *before_and_after, *once]
    ]
    variables = {"token": "{{ lookup('env', 'OPENCTI_TOKEN') }}"}
    return [{"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}]


@pytest.mark.parametrize("front", ["in process", "module"])
def test_canaries_come_out_nowhere(front: str, tmp_path: Path) -> None:
    token = f"{secrets.token_hex(4)}-aaaa-4bbb-8ccc-{secrets.token_hex(6)}"
    password = f"Canary-{secrets.token_hex(16)}"
    file = tmp_path / "playbook.yml"
    file.write_text(yaml.safe_dump(playbook(front)))
    with sandbox_process("opencti", "--admin-token", token) as server:
        environment = {
            **tool_variables(PROGRAMS),
            "OPENCTI_URL": server.url,
            "OPENCTI_TOKEN": token,
            "CANARY": password,
            "OPENCTI_CA_PATH": str(server.ca_file),
            "ANSIBLE_LOG_PATH": str(tmp_path / "log"),
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
            "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_NOCOLOR": "True",
        }
        command = [
            str(PROGRAMS / "ansible-playbook"),
            "-vvvv",
            "-i",
            "localhost,",
            "-c",
            "local",
            str(file),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr + (tmp_path / "log").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "Did you mean KNOWLEDGE?" in said
    assert "does not accept api_token" in said
    assert "is the user of api_token" in said
    assert said.count("a token has printable ASCII characters only") >= 8
    for secret in (token, password):
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said
    assert not [path for path in tmp_path.rglob("secops_iam_*") if token in path.read_text(encoding="utf-8")]

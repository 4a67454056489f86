# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No password and no token comes out of the Wazuh modules, through either front, whatever goes wrong.

ansible-runner runs the playbook, as AWX does: it prints what ansible-playbook would, and keeps more.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from gate.machine import tool_variables
from sandbox.fixture import SandboxProcess, sandbox_process

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
JWT = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")
TASK = re.compile(r"^TASK \[(.*)\] \**$", re.MULTILINE)


def canary() -> str:
    """A password that no other text holds by chance, and that JSON and YAML have to quote."""
    return f'Cn1"{os.urandom(12).hex()}\\é'


@dataclass(frozen=True)
class Scene:
    """A server, another one that repeats what it is told, and the secrets of the run."""

    server: SandboxProcess
    gossip: str
    secrets: dict[str, str]

    def variables(self, folder: Path, front: str) -> dict[str, object]:
        """The playbook's variables."""
        return {
            "url": self.server.url,
            "ca_path": str(self.server.ca_file),
            "gossip": self.gossip,
            "secrets": self.secrets,
            "front": front,
            "local_tmp": str(folder / "local"),
            "report": str(folder / "report"),
        }

    def leaks(self, text: str) -> list[str]:
        """What of the secrets a text shows: the names, and in what form."""
        found = [f"a token: {match}" for match in JWT.findall(text)]
        for name, secret in self.secrets.items():
            for form, written in forms(secret).items():
                if written in text:
                    found.append(f"{name} ({form})")
        return found


def forms(secret: str) -> dict[str, str]:
    """A secret as it may be written, its two halves too: a text may have been cut."""
    core = re.sub(r"[^0-9a-f]", "", secret[4:-2]) if secret.startswith("Cn1") else secret[10:-10]
    login = f"canary-admin:{secret}".encode("latin-1", errors="replace")
    return {
        "whole": secret,
        "its beginning": core[:12],
        "its end": core[-12:],
        "in JSON": json.dumps(secret)[1:-1],
        "in a URL": quote(secret),
        "as a login": base64.b64encode(login).decode(),
        "the beginning of a login": base64.b64encode(login).decode()[:40],
    }


@pytest.fixture(scope="module")
def canary_token() -> str:
    """Looks like a token of the server."""
    return ".".join("eyJ" + os.urandom(30).hex() for _part in range(3))


@pytest.fixture(scope="module")
def scene(canary_token: str, gossip: str) -> Iterator[Scene]:
    kept = {name: canary() for name in ("api_password", "password", "other_password", "users_password", "passwords")}
    kept |= {"wrong_password": canary(), "weak_password": f"cn{os.urandom(12).hex()}", "wrong_token": canary_token}
    with sandbox_process("wazuh", "--requests-per-minute", "0") as server:
        verify = str(server.ca_file)
        login = f"{server.url}/security/user/authenticate"
        first = requests.post(login, auth=("wazuh", "wazuh"), verify=verify, timeout=30).json()["data"]["token"]
        headers = {"Authorization": f"Bearer {first}"}
        body = {"username": "canary-admin", "password": kept["api_password"]}
        made = requests.post(f"{server.url}/security/users", json=body, headers=headers, verify=verify, timeout=30)
        number = made.json()["data"]["affected_items"][0]["id"]
        roles = f"{server.url}/security/users/{number}/roles?role_ids=1"
        assert requests.post(roles, headers=headers, verify=verify, timeout=30).json()["error"] == 0
        # Another user's token, which the tasks do not end.
        kept["api_token"] = requests.post(login, auth=("wazuh", "wazuh"), verify=verify, timeout=30).json()["data"][
            "token"
        ]
        yield Scene(server, gossip, kept)


@dataclass(frozen=True)
class Run:
    """What a run of the playbook left: what it printed, its log, what it told of our files, and what AWX keeps."""

    output: str
    log: str
    files: list[str]
    folder: Path
    artifacts: list[Path]


@pytest.fixture(scope="module", params=["in_process", "module"])
def run(request: pytest.FixtureRequest, scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "env").mkdir()
    (folder / "env" / "extravars").write_text(json.dumps(scene.variables(folder, request.param)))
    (folder / "env" / "cmdline").write_text("-vvvv --diff")
    (folder / "project").symlink_to(HERE)
    command = [str(PROGRAMS / "ansible-runner"), "run", str(folder), "-p", "play.yml"]
    environment = tool_variables(PROGRAMS) | settings(folder)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    log = (folder / "log").read_text(encoding="utf-8")
    artifacts = [path for path in (folder / "artifacts").rglob("*") if path.is_file()]
    return Run(done.stdout + done.stderr, log, (folder / "report").read_text().splitlines(), folder, artifacts)


def settings(folder: Path) -> dict[str, str]:
    """Ansible's settings for a run: a log, a private temporary folder to look into, results with their parameters."""
    return {
        "ANSIBLE_LOG_PATH": str(folder / "log"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_DISPLAY_TRACEBACK": "always",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def outcomes(output: str) -> dict[str, str]:
    """By task, C(ok) or C(failed), from what Ansible prints with C(-vvvv)."""
    parts = TASK.split(output)
    return {
        name: "failed" if re.search(r"^fatal: ", text, re.MULTILINE) else "ok"
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_tasks_go_well_or_wrong_as_they_are_meant_to(run: Run) -> None:
    found = outcomes(run.output)
    assert len(found) > 20
    assert found == {name: "failed" if name.startswith("Fails ") else "ok" for name in found}


def test_nothing_shows_in_the_output(scene: Scene, run: Run) -> None:
    assert '"module_args"' in run.output
    assert {task: scene.leaks(text) for task, text in by_task(run.output).items() if scene.leaks(text)} == {}


def test_nothing_shows_in_the_log(scene: Scene, run: Run) -> None:
    assert "canary-user" in run.log
    assert scene.leaks(run.log) == []


def by_task(output: str) -> dict[str, str]:
    """What was printed for each task."""
    parts = TASK.split(output)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def test_tokens_are_kept_for_the_owner_and_for_the_run_only(run: Run, request: pytest.FixtureRequest) -> None:
    if "in_process" in request.node.name:
        assert run.files
    for line in run.files:
        mode, folder, _path = line.split(" ")
        assert mode == "600"
        assert Path(folder).parent == run.folder / "local"
    assert list((run.folder / "local").glob("**/*secops_iam*")) == []


def test_nothing_shows_in_the_artifacts_of_a_runner(scene: Scene, run: Run) -> None:
    """What AWX keeps of a job: events, output, facts."""
    assert len([path for path in run.artifacts if path.parent.name == "job_events"]) > 40
    leaks = {str(path): scene.leaks(path.read_text(encoding="utf-8")) for path in run.artifacts}
    assert {path: found for path, found in leaks.items() if found} == {}

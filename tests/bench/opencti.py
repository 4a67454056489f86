# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty connectors with groups and tokens: ``python -m bench.opencti``. Prints figures; nothing is asserted.

A loop of opencti_connector_user, from nothing and once more, and as the floor a script that knows all ids
beforehand and sends one mutation for each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import requests
import yaml
from gate.machine import tool_variables
from sandbox.fixture import SandboxProcess, sandbox_process

CONNECTORS = 50
VERSIONS = ("6.9.22", "7.260817.0")
CONNECTORS_GROUP = "group--599fc7ab-02f4-50c1-94f9-4b68da122010"
ADD = """mutation ($input: UserAddInput!) { userAdd(input: $input) { id TOKEN } }"""
ADD_TOKEN = """mutation ($id: ID!) {
    userAdminTokenAdd(userId: $id, input: {name: "bench", duration: UNLIMITED}) { plaintext_token } }"""


def connectors(prefix: str) -> Iterator[dict[str, Any]]:
    """The options of each."""
    for number in range(CONNECTORS):
        email = f"{prefix}{number}@connectors.example.com"
        yield {"name": f"[C] {prefix} {number}", "email": email, "groups": ["Connectors"], "max_confidence": 60}


def bare_script(server: SandboxProcess, version: str) -> float:
    """Seconds of a script that only writes."""
    named = version.startswith("7")
    session = requests.Session()
    session.trust_env = False  # REQUESTS_CA_BUNDLE would overrule the next line
    session.verify = str(server.ca_file)
    session.headers["Authorization"] = f"Bearer {server.greeting[0].split()[-1]}"
    began = time.monotonic()
    for options in connectors("bare"):
        new = {
            "name": options["name"],
            "user_email": options["email"],
            "password": "Bench-1-word",
            "groups": [CONNECTORS_GROUP],
            "prevent_default_groups": True,
            "user_confidence_level": {"max_confidence": 60, "overrides": []},
        }
        document = ADD.replace("TOKEN", "" if named else "api_token")
        answer = session.post(f"{server.url}/graphql", json={"query": document, "variables": {"input": new}}).json()
        if named:
            variables = {"id": answer["data"]["userAdd"]["id"]}
            answer = session.post(f"{server.url}/graphql", json={"query": ADD_TOKEN, "variables": variables}).json()
        if "errors" in answer:
            raise RuntimeError(json.dumps(answer["errors"]))
    return time.monotonic() - began


def playbook(server: SandboxProcess, folder: Path) -> float:
    """Seconds of a whole ansible-playbook with one task, a loop."""
    options = {key: f"{{{{ item.{key} }}}}" for key in ("name", "email", "groups", "max_confidence")}
    task = {
        "name": "connectors",
        "secops.iam.opencti_connector_user": options,
        "loop": list(connectors("ours")),
        "loop_control": {"label": "{{ item.email }}"},
    }
    file = folder / "playbook.yml"
    file.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    environment = {
        **tool_variables(),
        "OPENCTI_URL": server.url,
        "OPENCTI_TOKEN": server.greeting[0].split()[-1],
        "OPENCTI_CA_PATH": str(server.ca_file),
    }
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local", str(file)]
    began = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout)
    return time.monotonic() - began


def measure(server: SandboxProcess, version: str, folder: Path) -> None:
    """Print the figures of one version."""
    print(f"OpenCTI {version}: {CONNECTORS} connectors, each with a group, a maximum confidence and a token")
    ours = partial(playbook, server, folder)
    for name, run in (
        ("a script that only writes", partial(bare_script, server, version)),
        ("opencti_connector_user in a loop", ours),
        ("the same again, unchanged", ours),
    ):
        before = len(server.requests())
        seconds = run()
        each = (len(server.requests()) - before) / CONNECTORS
        print(f"  {name}: {seconds:.1f} s, {each:.2f} requests a connector", flush=True)


def main() -> int:
    """Print what was measured."""
    for version in VERSIONS:
        options = ("--server-version", version, "--requests-per-second", "0")
        with sandbox_process("opencti", *options) as server, tempfile.TemporaryDirectory() as folder:
            measure(server, version, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())

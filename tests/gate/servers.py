# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command that needs servers, and tell it by a file of variables where they are.

    python -m gate.servers FILE COMMAND...

A server that the environment names (WAZUH_API_URL, OPENCTI_URL) is taken; for the others the sandbox
runs as long as COMMAND does. ansible-test hides the environment from its targets, hence the FILE.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from gate.machine import MAIN, ROOT

# What targets get to know of the environment, in lower case.
WAZUH = (
    "WAZUH_API_URL",
    "WAZUH_API_USERNAME",
    "WAZUH_API_PASSWORD",
    "WAZUH_API_VALIDATE_CERTS",
    "WAZUH_API_CA_PATH",
)
OPENCTI = ("OPENCTI_URL", "OPENCTI_TOKEN", "OPENCTI_VALIDATE_CERTS", "OPENCTI_CA_PATH")

# OpenCTI's modules are about the differences between its versions, so there is a stand-in for each of these.
OPENCTI_VERSIONS = ("5.12.29", "6.9.22", "7.260817.0")
COLLECTED = "OPENCTI_SERVERS"


def main(arguments: list[str]) -> int:
    """Run the command line; return the command's exit status."""
    sandboxes = ROOT / "tests" / "sandbox"
    if not os.environ.get("WAZUH_API_URL") and (sandboxes / "wazuh").is_dir():
        return again(["wazuh", "--requests-per-minute", "0"], arguments)
    servers = json.loads(os.environ.get(COLLECTED, "[]"))
    if os.environ.get("OPENCTI_URL"):
        servers.append({name.lower(): os.environ.pop(name) for name in OPENCTI if os.environ.get(name)})
    own = COLLECTED in os.environ or not servers
    if own and len(servers) < len(OPENCTI_VERSIONS) and (sandboxes / "opencti").is_dir():
        os.environ[COLLECTED] = json.dumps(servers)
        return again(["opencti", "--server-version", OPENCTI_VERSIONS[len(servers)]], arguments)
    file, *command = arguments
    write_variables(Path(file), servers)
    return subprocess.run(command, check=False).returncode


def again(sandbox: list[str], arguments: list[str]) -> int:
    """Run this program anew while a sandbox runs, which sets the variables of its server."""
    program = [sys.executable, "-m", "gate.servers", *arguments]
    command = [str(MAIN / "python"), "-m", "sandbox", *sandbox, "--exec", "--", *program]
    return subprocess.run(command, check=False).returncode


def write_variables(path: Path, servers: list[dict[str, str]]) -> None:
    """Write the servers' addresses and credentials as variables, for the owner's eyes only.

    Besides those, `sandbox_python` is an interpreter that can run a sandbox of a target's own.
    """
    found = {name.lower(): os.environ[name] for name in WAZUH if os.environ.get(name)}
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    variables = {"sandbox_python": str(MAIN / "python"), "opencti_servers": servers, **found}
    path.write_text(json.dumps(variables) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

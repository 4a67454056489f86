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
VARIABLES = (
    "WAZUH_API_URL",
    "WAZUH_API_USERNAME",
    "WAZUH_API_PASSWORD",
    "WAZUH_API_VALIDATE_CERTS",
    "WAZUH_API_CA_PATH",
    "OPENCTI_URL",
    "OPENCTI_TOKEN",
    "OPENCTI_VALIDATE_CERTS",
    "OPENCTI_CA_PATH",
)

# How to start each product's stand-in, by the variable that names a real server.
SANDBOXES = {
    "WAZUH_API_URL": ["wazuh", "--requests-per-minute", "0"],
    "OPENCTI_URL": ["opencti"],
}


def main(arguments: list[str]) -> int:
    """Run the command line; return the command's exit status."""
    for variable, options in SANDBOXES.items():
        if not os.environ.get(variable) and (ROOT / "tests" / "sandbox" / options[0]).is_dir():
            # The sandbox sets the variable and runs this program anew.
            again = [sys.executable, "-m", "gate.servers", *arguments]
            sandbox = [str(MAIN / "python"), "-m", "sandbox", *options, "--exec", "--", *again]
            return subprocess.run(sandbox, check=False).returncode
    file, *command = arguments
    write_variables(Path(file))
    return subprocess.run(command, check=False).returncode


def write_variables(path: Path) -> None:
    """Write the servers' addresses and credentials as variables, for the owner's eyes only.

    Besides those, `sandbox_python` is an interpreter that can run a sandbox of a target's own.
    """
    found = {name.lower(): os.environ[name] for name in VARIABLES if os.environ.get(name)}
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"sandbox_python": str(MAIN / "python"), **found}) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program of the main environment on something that may not be there yet.

    python -m gate.run FILE PROGRAM [ARGUMENT...]

runs PROGRAM from the checkout's root when FILE is there, and says so when it is not.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gate.machine import ROOT, say, tool_variables
from gate.results import record


def main(arguments: list[str]) -> int:
    """Run what the command line says; return its exit status."""
    needed, *command = arguments
    if not (ROOT / needed).exists():
        say(f"nothing to do: there is no {needed} yet")
        return 0
    done = subprocess.run(command, cwd=ROOT, env=tool_variables(), check=False)
    record(Path(needed).stem, {needed: done.returncode == 0})
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

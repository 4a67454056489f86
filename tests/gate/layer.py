# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one pytest layer: a folder below tests.

    python -m gate.layer FOLDER [ARGUMENT...]

ARGUMENTs go to pytest. Its JUnit file ends up in .cache/results. The tests get no variables of the gate's: what their
programs need they set themselves, so that pytest by hand does the same.
"""

from __future__ import annotations

import os
import subprocess
import sys

from gate.machine import MAIN, RESULTS, ROOT, say


def main(arguments: list[str]) -> int:
    """Run the layer that the command line names; return pytest's exit status."""
    layer, *extra = arguments
    folder = ROOT / "tests" / layer
    if not any(folder.rglob("test_*.py")):
        say(f"{layer}: there are no tests in tests/{layer} yet")
        return 0
    command = [
        str(MAIN / "python"),
        "-m",
        "pytest",
        str(folder.relative_to(ROOT)),
        f"--junitxml={RESULTS / layer}.xml",
        *extra,
    ]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every linter, also after one has failed; print how much code there is, and which linters failed."""

from __future__ import annotations

import subprocess
import sys

from gate.machine import CACHE, COLLECTION, ROOT, say, tool_variables
from gate.results import record

LINTERS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--quiet", "--diff", "."],
    "mypy": ["mypy", "--no-error-summary", "tests"],
    "yamllint": ["yamllint", "--strict", "."],
    "ansible-lint": ["ansible-lint", "--profile", "production", "--offline", "--nocolor", "-q"],
    "complexipy": ["complexipy", "--plain"],
    "reuse": ["reuse", "lint", "--quiet"],
    "changelog": ["antsibull-changelog", "lint"],
}


def main() -> int:
    """Run the linters; return 1 if any found something."""
    commands = dict(LINTERS)
    if (ROOT / "plugins").is_dir():
        # The plugins are typed under the name by which they import each other.
        plugins = str(CACHE / "collections" / COLLECTION / "plugins")
        commands["mypy"] = [*LINTERS["mypy"], plugins]
    passed = {}
    for name, command in commands.items():
        say(f"== {name}")
        done = subprocess.run(command, cwd=ROOT, env=tool_variables(), check=False)
        passed[name] = done.returncode == 0
    record("lint", passed)
    # In the environment's Python, which can read all that the checkout has.
    subprocess.run(["python", "-m", "gate.sizes"], cwd=ROOT, env=tool_variables(), check=True)
    failed = [name for name in passed if not passed[name]]
    if failed:
        say(f"lint: {', '.join(failed)} found something")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every linter, also after one has failed, and say at the end which did."""

from __future__ import annotations

import subprocess
import sys

from gate.machine import CACHE, COLLECTION, ROOT, say, tool_variables

LINTERS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--quiet", "--diff", "."),
    ("mypy", "--no-error-summary"),
    ("yamllint", "--strict", "."),
    ("ansible-lint", "--profile", "production", "--offline", "-q"),
    ("reuse", "lint", "--quiet"),
    ("antsibull-changelog", "lint"),
)


def main() -> int:
    """Run the linters; return 1 if any found something."""
    failed = []
    for command in LINTERS:
        name = " ".join(word for word in command[:2] if not word.startswith("-"))
        say(f"== {name}")
        words = list(command)
        if command[0] == "mypy":
            # The plugins are typed under the name by which they import each other.
            words += [str(CACHE / "collections" / COLLECTION / "plugins")] * (
                ROOT / "plugins"
            ).is_dir()
            words += ["tests"]
        if subprocess.run(words, cwd=ROOT, env=tool_variables(), check=False).returncode:
            failed.append(name)
    if failed:
        say(f"lint: {', '.join(failed)} found something")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

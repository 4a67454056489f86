# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's documentation site into build/docs, in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from gate.environment import link_collection, prepare
from gate.machine import CACHE, ROOT, say, tool_variables
from gate.results import record

SITE = ROOT / "build" / "docs"
# Sphinx's sources; made anew each time so that a renamed module leaves nothing behind.
SOURCES = CACHE / "docs"


def main() -> int:
    """Check the plugins' documentation and build the site; return the exit status."""
    if not any((ROOT / "plugins" / "modules").glob("*.py")):
        say("docs: there are no modules to document yet")
        return 0
    programs = prepare("docs", [ROOT / "tests" / "requirements" / "docs.txt"])
    link_collection()
    shutil.rmtree(SOURCES, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    SOURCES.mkdir(parents=True)
    _run(programs, "antsibull-docs", "lint-collection-docs", "--plugin-docs", str(ROOT))
    _run(
        programs,
        "antsibull-docs",
        "sphinx-init",
        "--use-current",
        "--squash-hierarchy",
        "--lenient",
        "--dest-dir",
        str(SOURCES),
        "secops.iam",
    )
    configuration = SOURCES / "conf.py"
    # Links into Ansible's own documentation would need the network; antsibull-docs has just
    # checked those within the collection.
    offline = '\nintersphinx_mapping = {}\nsuppress_warnings = ["ref.ref"]\n'
    configuration.write_text(configuration.read_text() + offline)
    pages = SOURCES / "rst"
    _run(
        programs,
        "antsibull-docs",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--dest-dir",
        str(pages),
        "secops.iam",
    )
    _run(programs, "sphinx-build", "-q", "-W", "-c", str(SOURCES), str(pages), str(SITE))
    record("docs", {"built": True})
    say(f"docs: open {SITE.relative_to(ROOT)}/index.html")
    return 0


def _run(programs: Path, name: str, *arguments: str) -> None:
    """Run a program of the docs environment; if it fails, show what it said and end."""
    command = [str(programs / name), *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=tool_variables(programs),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}docs: {name} failed")


if __name__ == "__main__":
    sys.exit(main())

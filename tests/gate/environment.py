# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate's virtual environments, in .cache/env.

    python -m gate.environment NAME REQUIREMENTS...

makes or updates the environment NAME with those requirement files. It does nothing when the
environment already holds them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gate.machine import CACHE, COLLECTION, ROOT, newest_python, say


def prepare(name: str, requirements: Iterable[Path | str], python: str | None = None) -> Path:
    """Return the bin folder of environment `name`, made or updated as needed.

    Args:
        name: of the environment, a folder below .cache/env.
        requirements: requirement files (Path) and single requirements (str).
        python: the interpreter to build on; by default the newest on the machine.
    """
    base = python or newest_python()
    wanted = list(requirements)
    home = CACHE / "env" / name
    stamp = home / "gate-stamp"
    state = [os.path.realpath(base), _digest(wanted)]
    with _locked(home):
        before = stamp.read_text().splitlines() if stamp.exists() and _works(home) else [""]
        if before != state:
            say(f"gate: preparing the environment {name} ({os.path.basename(base)})")
            if before[0] != state[0]:
                shutil.rmtree(home, ignore_errors=True)
                subprocess.run([base, "-m", "venv", str(home)], check=True, stdout=sys.stderr)
            install = [str(home / "bin" / "pip"), "install", "-qq", "--disable-pip-version-check"]
            for one in wanted:
                install += ["-r", str(one)] if isinstance(one, Path) else [one]
            subprocess.run(install, check=True, stdout=sys.stderr)
            stamp.write_text("\n".join(state))
    return home / "bin"


def link_collection() -> Path:
    """Return a folder for ANSIBLE_COLLECTIONS_PATH in which secops.iam is this checkout."""
    collections = CACHE / "collections"
    link = collections / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT, target_is_directory=True)
    return collections


def _digest(requirements: list[Path | str]) -> str:
    """Return a hash of all requirements."""
    parts = [_with_included(one) if isinstance(one, Path) else one for one in requirements]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _with_included(path: Path) -> str:
    """Return a requirement file's text and that of the files that it includes by -r."""
    text = path.read_text()
    included = [line.split()[1] for line in text.splitlines() if line.startswith("-r ")]
    return "\n".join([text] + [_with_included(path.parent / name) for name in included])


def _works(home: Path) -> bool:
    """Say whether the environment's interpreter still runs (its base may have been removed)."""
    python = str(home / "bin" / "python")
    try:
        return subprocess.run([python, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Keep a second make in the same checkout out until the environment is whole."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.with_name(f"{home.name}.lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> None:
    """Prepare the environment that the command line names."""
    name, *files = arguments
    prepare(name, [Path(file) for file in files])
    link_collection()


if __name__ == "__main__":
    main(sys.argv[1:])

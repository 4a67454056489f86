# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are: the checkout, its cache folder, and the Pythons of this machine."""

from __future__ import annotations

import functools
import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
RESULTS = CACHE / "results"
MAIN = CACHE / "env" / "main" / "bin"

# The collection's path below a folder that ansible searches for collections.
COLLECTION = Path("ansible_collections", "secops", "iam")

# Pythons that the gate's own environment may use, best first.
CONTROLLER_PYTHONS = ("3.13", "3.12", "3.11")
# Pythons that ansible-test may ask for besides (targets of the oldest ansible-core on).
TARGET_PYTHONS = ("3.14", "3.10", "3.9", "3.8")


def say(message: str) -> None:
    """Print a line for the person at the terminal; stdout stays free for results."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def fail(message: str) -> SystemExit:
    """Return the exception that ends the program with `message` and status 1."""
    return SystemExit(f"gate: {message}")


def kept_files() -> list[str]:
    """Return the checkout's files that Git tracks or would track, relative to its root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def tool_variables(programs: Path = MAIN) -> dict[str, str]:
    """Return the environment variables for the programs of an environment's bin folder.

    Ansible finds this checkout as secops.iam, and none of the user's own settings; Python finds
    the packages below tests, and keeps what it has compiled in the cache, for all parts of the gate.
    """
    inherited = dict(os.environ)
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": str(CACHE / "collections"),
        "ANSIBLE_HOME": str(CACHE / "ansible"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(ROOT / "tests"),
        "PYTHONPYCACHEPREFIX": str(CACHE / "pycache"),
    }


def _search_path() -> list[str]:
    """Return the folders to look for Pythons in; pyenv's shims are no Pythons."""
    folders = [f for f in os.environ.get("PATH", "").split(os.pathsep) if f]
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    folders += sorted(glob.glob(os.path.join(pyenv, "versions", "*", "bin")), reverse=True)
    return [f for f in folders if os.path.basename(f) != "shims"]


def _runs(python: str, version: str) -> bool:
    """Say whether `python` is a whole Python of that version (Debian splits off ensurepip)."""
    probe = "import ensurepip, sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version


@functools.cache
def find_python(version: str) -> str | None:
    """Return the path of a whole Python of `version` ("3.13"), or None.

    Environments are skipped: the one that is active, or that an earlier run made, may go away.
    """
    for folder in _search_path():
        candidate = shutil.which(f"python{version}", path=folder)
        if candidate is None or os.path.exists(os.path.join(folder, "..", "pyvenv.cfg")):
            continue
        if _runs(candidate, version):
            return candidate
    return None


def newest_python() -> str:
    """Return the newest Python that the gate can use.

    `PYTHON` in the environment overrules: a version (3.12), a name (python3.12) or a path.
    """
    chosen = os.environ.get("PYTHON")
    if chosen:
        path = find_python(chosen.removeprefix("python")) or shutil.which(chosen)
        if path is None:
            raise fail(f"PYTHON={chosen} is neither a version that is found nor a program")
        return path
    for version in CONTROLLER_PYTHONS:
        python = find_python(version)
        if python:
            return python
    raise fail(f"no Python of {', '.join(CONTROLLER_PYTHONS)} with venv and ensurepip found")


def python_folders() -> list[str]:
    """Return the bin folders of all Pythons that ansible-test can use, newest first."""
    found = (find_python(version) for version in CONTROLLER_PYTHONS + TARGET_PYTHONS)
    return list(dict.fromkeys(os.path.dirname(path) for path in found if path))

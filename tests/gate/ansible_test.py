# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real ansible-test on a copy of the checkout, without containers.

    python -m gate.ansible_test sanity|units|integration [ARGUMENT...]

ARGUMENTs go to ansible-test. `MATRIX=1` in the environment runs every supported ansible-core
instead of the current one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gate.environment import prepare
from gate.machine import (
    CACHE,
    COLLECTION,
    CONTROLLER_PYTHONS,
    MAIN,
    RESULTS,
    ROOT,
    fail,
    find_python,
    kept_files,
    python_folders,
    say,
)

# The ansible-core releases that get updates, each with the controller Pythons to try it on.
MATRIX = (
    ("2.19.14", "3.11"),
    ("2.20.10", "3.12"),
    ("2.21.5", "3.12"),
    ("2.21.5", "3.13"),
)

# How Ansible begins a warning; those of ansible-test itself begin with a plain "WARNING: ".
ANSIBLE_WARNS = ("[WARNING]", "[DEPRECATION WARNING]")

# Warnings that name such an object are what a test has asked for.
OBJECTS_OF_TESTS = "iamtest_"

# Ansible-test bootstraps pip from a web address unless it finds these files (one per release).
GET_PIP_NAMES = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")
GET_PIP = f'''\
"""Stand-in for get-pip.py: the gate's own pip installs the pip that is asked for."""
import subprocess
import sys

words = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([{str(MAIN / "python")!r}, "-m", "pip", "--python", sys.executable, "install", *words]))
'''


@dataclass(frozen=True)
class Controller:
    """One ansible-core on one Python: what a run of ansible-test is about."""

    core: str
    python: str
    bin: Path

    @property
    def name(self) -> str:
        """Return a name for headings and result files."""
        return f"ansible-core-{self.core}-python-{self.python}"


def controllers(matrix: bool) -> list[Controller]:
    """Return the controllers to run, their environments prepared.

    With `matrix`, one for each entry of MATRIX; a missing Python is an error, not a skip.
    Without, the ansible-core of the gate's main environment.
    """
    if not matrix:
        report = subprocess.run(
            [
                str(MAIN / "python"),
                "-c",
                "import sys, ansible; print(ansible.__version__, '%d.%d' % sys.version_info[:2])",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        core, python = report.stdout.split()
        return [Controller(core, python, MAIN)]
    chosen = []
    for core, version in MATRIX:
        path = find_python(version)
        if path is None:
            raise fail(f"the matrix needs Python {version}, which is not on this machine")
        name = f"core-{core}-py{version}"
        needs: list[Path | str] = [f"ansible-core=={core}", ROOT / "requirements.txt"]
        chosen.append(Controller(core, version, prepare(name, needs, path)))
    return chosen


def copy_tree(job: str) -> Path:
    """Bring the copy of the checkout that ansible-test works on up to date; return its path.

    ansible-test insists on a real folder ansible_collections/secops/iam; each `job` has its own, so
    that jobs can run side by side. The copy is a Git repository of its own, because ansible-test
    would else ask the one around it, which ignores the cache. Unchanged files keep their times, and
    the folder keeps ansible-test's own results.
    """
    copy = CACHE / "tree" / job / COLLECTION
    copy.mkdir(parents=True, exist_ok=True)
    wanted = set(kept_files())
    _remove_others(copy, wanted)
    for name in wanted:
        source, target = ROOT / name, copy / name
        if not target.exists() or source.stat().st_mtime_ns != target.stat().st_mtime_ns:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    if not (copy / ".git").exists():
        subprocess.run(["git", "init", "-q", "."], cwd=copy, check=True)
    return copy


def _remove_others(copy: Path, wanted: set[str]) -> None:
    """Remove files of the copy that are not wanted, and folders that are empty."""
    results = copy / "tests" / "output"
    for path in sorted(copy.rglob("*"), reverse=True):
        relative = path.relative_to(copy)
        if relative.parts[0] == ".git" or path == results or results in path.parents:
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif str(relative) not in wanted:
            path.unlink()


def private_home() -> Path:
    """Return a home folder for ansible-test, with the pip settings of the real one.

    ansible-test keeps its environments in the home folder and hands no pip variable on to them.
    A home per checkout keeps checkouts apart, and lets pip be set up by variables, too.
    """
    home = CACHE / "home"
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in GET_PIP_NAMES:
        (cache / name).write_text(GET_PIP)
    pip = [sys.executable, "-m", "pip"]
    settings = _output([*pip, "config", "list"])
    options = {}
    for setting in settings.splitlines():
        key, value = setting.split("=", 1)
        options[key.rpartition(".")[2]] = value.strip("'\"")
    options["quiet"] = "2"
    options["cache-dir"] = _output([*pip, "cache", "dir"]).strip()
    lines = ["[global]"] + [f"{key} = {value}" for key, value in options.items()]
    path = home / ".config" / "pip" / "pip.conf"
    text = "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    if path.read_text() != text:
        path.write_text(text)
    return home


def _output(command: list[str]) -> str:
    """Return what a command prints, or nothing where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def write_unit_requirements(copy: Path) -> None:
    """Write what `ansible-test units` installs: the gate's own pins, but for pytest itself.

    On Pythons that only managed hosts have, ansible-test runs the tests of modules and
    module_utils alone; those need no sandbox.
    """
    lines = [(ROOT / "requirements.txt").read_text()]
    for name in ("sandbox.txt", "pytest.txt"):
        for line in (ROOT / "tests" / "requirements" / name).read_text().splitlines():
            if line and not line.startswith(("#", "pytest==")):
                lines.append(f'{line}; python_version >= "{CONTROLLER_PYTHONS[-1]}"')
    (copy / "tests" / "unit" / "requirements.txt").write_text("\n".join(lines) + "\n")


def run(controller: Controller, job: str, command: str, arguments: list[str], copy: Path) -> int:
    """Run one ansible-test command on the copy that its job has; return its exit status.

    Its JUnit files end up in .cache/results. Integration targets get servers to test against, and
    must not make Ansible warn of anything.
    """
    say(f"\n== ansible-test {command}: {controller.name}")
    junit = copy / "tests" / "output" / "junit"
    shutil.rmtree(junit, ignore_errors=True)
    folders = [str(controller.bin), *python_folders(), str(MAIN)]
    shims_free = [f for f in os.environ["PATH"].split(os.pathsep) if not f.endswith("/shims")]
    environment = {
        **os.environ,
        "HOME": str(private_home()),
        "PATH": os.pathsep.join([*folders, *shims_free]),
        "PYTHONPATH": str(ROOT / "tests"),  # absolute: the copy has a gate, too
    }
    words = [str(controller.bin / "ansible-test"), command, "--color", "no", *arguments]
    if command == "integration":
        variables = copy / "tests" / "integration" / "integration_config.yml"
        words = [sys.executable, "-m", "gate.servers", str(variables), *words]
    status = _run_and_watch(words, copy, environment)
    results = RESULTS / f"{job}-{controller.name}"
    shutil.rmtree(results, ignore_errors=True)
    if junit.is_dir():
        shutil.copytree(junit, results)
    return status


def _run_and_watch(words: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run a program and pass its output on; return its exit status, or 1 if Ansible has warned."""
    warned = []
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            if line.startswith(ANSIBLE_WARNS) and OBJECTS_OF_TESTS not in line:
                warned.append(line)
    if warned:
        say("Ansible has warned:\n" + "".join(warned))
    return process.returncode or bool(warned)


def main(arguments: list[str]) -> int:
    """Run the ansible-test command that the command line names; return the exit status."""
    command, *extra = arguments
    if command == "integration" and not any((ROOT / "tests/integration/targets").glob("*/tasks")):
        say("integration: there are no targets in tests/integration/targets yet")
        return 0
    job = re.sub(r"\W+", "-", " ".join([command, *extra])).strip("-")
    copy = copy_tree(job)
    if command == "units":
        write_unit_requirements(copy)
    options = {
        "sanity": ["--junit"],
        "units": ["--venv", "--requirements", "--python", "default"],
        "integration": [],
    }[command]
    matrix = os.environ.get("MATRIX", "") not in ("", "0")
    failed = []
    for controller in controllers(matrix):
        if run(controller, job, command, [*options, *extra], copy):
            failed.append(controller.name)
    if failed:
        say(f"{command}: failed on {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

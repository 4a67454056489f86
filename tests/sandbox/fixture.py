# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and stop the stand-ins from pytest.

``sandbox_process`` runs the command line in a process of its own; ``sandbox.serve.running`` serves
from a thread. Both give a free port and a fresh state each time. Shell scripts use
``python -m sandbox PRODUCT --exec -- COMMAND``.

In a conftest: ``from sandbox.fixture import start_sandbox`` makes the fixture known.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class SandboxProcess:
    """A stand-in that runs.

    Attributes:
        url: where it listens.
        ca_file: the CA certificate for clients that verify.
        log_file: its request log.
        greeting: the lines it printed before it was ready.
        process: its own.
    """

    url: str
    ca_file: Path
    log_file: Path
    greeting: list[str]
    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self.process.pid

    def requests(self) -> list[dict[str, Any]]:
        """The request log so far."""
        lines = self.log_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def sandbox_process(product: str, *options: str) -> Iterator[SandboxProcess]:
    """Run ``python -m sandbox`` for as long as the ``with`` block lasts.

    Args:
        product: ``wazuh`` or ``opencti``.
        options: more of the command line.

    Raises:
        RuntimeError: it ended before it was ready (its error output is on the terminal).
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        ca_file, log_file = Path(folder) / "ca.pem", Path(folder) / "requests.jsonl"
        log_file.touch()
        command = [sys.executable, "-m", "sandbox", product, "--port", "0"]
        command += ["--ca-file", str(ca_file), "--request-log", str(log_file), *options]
        environment = os.environ | {"PYTHONPATH": str(_TESTS)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            assert process.stdout is not None
            greeting: list[str] = []
            for line in process.stdout:
                word, _space, url = line.rstrip().partition(" ")
                if word == "listening":
                    yield SandboxProcess(url, ca_file, log_file, greeting, process)
                    break
                greeting.append(line.rstrip())
            else:
                raise RuntimeError(f"sandbox {product} did not start: {' '.join(command)}")
        finally:
            process.terminate()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., SandboxProcess]]:
    """A function with the arguments of :func:`sandbox_process`; all end with the test."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(sandbox_process(*arguments))

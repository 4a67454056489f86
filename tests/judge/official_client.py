# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""pycti, OpenCTI's own client, in an environment of its own: an independent judge.

It is large (about 130 MB for each release), so its environments are kept in .cache. Where it cannot
be installed or imported, the tests that ask for it are skipped and say why.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gate.environment import prepare
from sandbox.fixture import SandboxProcess, sandbox_process

RELEASES = ["6.9.22", "7.260817.0"]
"""One of each token model. A pycti only understands platforms of its own release."""


class Refused(Exception):
    """What pycti raises about an error in the server's answer."""


class OfficialClient:
    """pycti at work: ``client("user", "read", id=...)`` is ``OpenCTIApiClient.user.read``.

    Args:
        process: the driver, with pipes.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, entity: str, method: str, **arguments: Any) -> Any:
        """One call.

        Raises:
            Refused: the server's answer has an error.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([entity, method, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self.answer()
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def answer(self) -> dict[str, Any]:
        """The driver's next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "pycti ended without an answer"
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def official_client(release: str, server: SandboxProcess, token: str) -> Iterator[OfficialClient]:
    """Run pycti of a release against a server, for as long as the ``with`` block lasts.

    Args:
        release: of pycti and of the server.
        server: to talk to.
        token: to talk with.
    """
    try:
        programs = prepare(f"pycti-{release}", [f"pycti=={release}"])
    except subprocess.CalledProcessError:
        pytest.skip(f"pycti {release} cannot be installed here")
    driver = Path(__file__).with_name("driver.py")
    command = [str(programs / "python"), str(driver), server.url, token, str(server.ca_file)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        client = OfficialClient(process)
        try:
            hello = client.answer()
            if "error" in hello:
                pytest.skip(f"pycti {release} cannot be imported here: {hello['error']}")
            assert hello["result"] == release
            yield client
        finally:
            process.terminate()


@contextmanager
def judged_sandbox(release: str) -> Iterator[tuple[SandboxProcess, str, OfficialClient]]:
    """A fresh sandbox of a release, its administrator's token, and pycti talking to it."""
    with sandbox_process("opencti", "--server-version", release) as server:
        token = server.greeting[0].split()[-1]
        with official_client(release, server, token) as client:
            yield server, token, client

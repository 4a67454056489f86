# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task is killed in the middle of its writes: the next run finds what is there, and finishes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fault.test_every_request import AFTER, prepared, undisturbed
from fault.world import World, is_write, sentences

TESTS = Path(__file__).resolve().parents[1]
# What the module's file does on a host, but for the wrapping: options come in, a result goes out.
TASK = """
import json, sys
import conftest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from unit.described import entry, validated
print(front.outcome(entry("wazuh_rbac"), validated("wazuh_rbac", json.load(sys.stdin)), False, front.Memory()))
"""


@pytest.mark.parametrize("write", [("PUT", "/security/policies/*"), ("POST", "/security/roles/*/policies")])
def test_a_killed_task_is_finished_by_the_next(world: World, write: tuple[str, str]) -> None:
    told = undisturbed(world)
    prepared(world)
    reached, killed = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        killed.wait(30)

    world.meddle(*write, hold)
    connection = {"api_url": world.url, "ca_path": str(world.ca_file), "api_username": "wazuh", "api_password": "wazuh"}
    with subprocess.Popen(
        [sys.executable, "-c", TASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TESTS, text=True
    ) as child:
        assert child.stdin is not None
        json.dump({**connection, **AFTER}, child.stdin)
        child.stdin.close()
        assert reached.wait(30)
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
        world.log()
        killed.set()
    deadline = time.monotonic() + 10
    while not any(is_write(request) for request in world.log()):
        assert time.monotonic() < deadline  # the server is still at the request whose sender is gone
        time.sleep(0.01)

    written = told.states.index(world.state())
    assert 0 < written < len(told.states) - 1
    result = world.run("wazuh_rbac", **AFTER)
    assert "failed" not in result
    assert sentences(result) == sentences(told.result)[written:]
    assert world.state() == told.states[-1]

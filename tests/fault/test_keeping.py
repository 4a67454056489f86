# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run keeps for its tasks is a convenience: a full disk or a folder that is gone fails none of them."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.plugin_utils import _in_process as in_process
from ansible_collections.secops.iam.plugins.plugin_utils import _kept as kept
from fault.world import PASSWORDS, World, statuses, without_counts


@pytest.fixture(params=["full disk", "no folder", "no folder from the beginning"])
def memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> front.Memory:
    """That of the action front, and something is wrong with where it keeps things."""
    own = tmp_path / "ansible-local-1"
    own.mkdir()
    monkeypatch.setattr(kept, "constants", SimpleNamespace(DEFAULT_LOCAL_TMP=str(own)))
    made = in_process._TaskMemory("task-1", loops=False)
    if request.param == "full disk":

        def full(*_arguments: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(json, "dump", full)
    else:
        if request.param == "no folder":
            made.store(("https://wazuh", "iam", "x")).save("a-token")
        shutil.rmtree(own)
    return made


def test_writes_are_told_as_they_were_done(world: World, memory: front.Memory) -> None:
    tree: dict[str, Any] = {
        "roles": [{"name": "sales", "policies": ["agents_all_agents"]}],
        "users": [{"name": "alice", "password": PASSWORDS[0], "roles": ["sales"]}],
    }
    expected = world.run("wazuh_rbac", check_mode=True, **tree)
    result = world.run("wazuh_rbac", memory, **tree)
    assert result.get("failed", False) is False, result.get("msg")
    assert result["changed"]
    assert set(statuses(result)) == {"done"}
    assert result["diff"] == expected["diff"]
    assert world.run("wazuh_rbac", memory, **tree)["changed"] is False


def test_a_password_is_compared_as_ever(world: World, memory: front.Memory) -> None:
    world.run("wazuh_rbac_user", name="alice", password=PASSWORDS[0])
    world.clock.advance(2)
    options: dict[str, Any] = {"name": "alice", "password": PASSWORDS[1], "update_password": "on_mismatch"}
    expected = world.run("wazuh_rbac_user", check_mode=True, **options)
    result = world.run("wazuh_rbac_user", memory, **options)
    assert statuses(result) == ["done"]
    assert without_counts(result).keys() == without_counts(expected).keys()
    assert world.accepts("alice", PASSWORDS[1])

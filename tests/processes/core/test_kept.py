# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the forks of a run keep together, when all of them write at once; what a killed one leaves behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.secops.iam.plugins.plugin_utils import _kept as kept
from ansible_collections.secops.iam.plugins.plugin_utils._kept import KeptText

FORKS = 12
TIMES = 40
COUNT = ("https://wazuh:55000", "count")
PASSWORD = "Only-For-Me-1"
fork = multiprocessing.get_context("fork")  # as Ansible makes its workers


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(kept, "constants", SimpleNamespace(DEFAULT_LOCAL_TMP=str(tmp_path)))
    return tmp_path


def count() -> None:
    for _unused in range(TIMES):
        KeptText(COUNT).update(lambda text: str(int(text or 0) + 1))


def test_no_change_is_lost() -> None:
    workers = [fork.Process(target=count) for _unused in range(FORKS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * FORKS
    assert KeptText(COUNT).load() == str(FORKS * TIMES)


def keep_and_die() -> None:
    KeptText(("https://wazuh:55000", "iam", PASSWORD)).save("a-token")
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_process_leaves_tells_no_other_run_anything(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = fork.Process(target=keep_and_die)
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    (file,) = folder.iterdir()
    assert set(json.loads(file.read_text())) == {"proof", "text"}
    assert KeptText(("https://wazuh:55000", "iam", PASSWORD)).load() == "a-token", "its own run has the secret"
    monkeypatch.setattr(kept, "RUN_SECRET", os.urandom(32))
    assert KeptText(("https://wazuh:55000", "iam", PASSWORD)).load() is None

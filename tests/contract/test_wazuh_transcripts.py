# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox answers as recorded Wazuh servers did; see wazuh_replay.py for what is compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.wazuh_replay import NO_RECORDINGS, TRANSCRIPTS, Report, lines, replay

FILES = sorted(TRANSCRIPTS.glob("*.json"))


@pytest.fixture(scope="module")
def total(request: pytest.FixtureRequest) -> Iterator[Report]:
    """All files together; printed at the end."""
    total = Report("recordings of Wazuh in all")
    yield total
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{total.name}: {total.figures}")


@pytest.mark.skipif(not FILES, reason=NO_RECORDINGS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_transcript(file: Path, total: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report = replay(file)
    total.add(report)
    with capsys.disabled():
        print("", *lines(report), sep="\n")
    assert report.passed, "nothing of this file could be replayed"
    assert not report.failed

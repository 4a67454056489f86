# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox answers as recorded Wazuh servers did; see wazuh_replay.py for what is compared."""

from __future__ import annotations

import json
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


def test_fields_that_cannot_be_selected_come_in_any_order(tmp_path: Path) -> None:
    request = {"method": "GET", "path": "/security/roles", "query": [["select", "foo,bar"]], "auth": {"token_of": 0}}
    answer = {
        "title": "Bad Request",
        "detail": "Not a valid select field: bar, foo",
        "remediation": "Please, use only allowed select fields",
        "dapi_errors": {"node01": {"error": "Not a valid select field: bar, foo"}},
        "error": 1724,
    }
    login = {"method": "POST", "path": "/security/user/authenticate", "auth": {"basic": ["wazuh", "wazuh"]}}
    exchanges = [
        login | {"i": 0, "t": 0, "response": {"status": 200}},
        request | {"i": 1, "t": 1, "response": {"status": 400, "body": answer}},
    ]
    file = tmp_path / "select.json"
    file.write_text(json.dumps({"server": "wazuh 4.14.7", "exchanges": exchanges}), encoding="utf-8")
    assert replay(file).failed == []

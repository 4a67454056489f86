# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the forks of a run know together of a request limit (FACTS, limits): 300 requests in windows of 60 s."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _request_window as request_window
from ansible_collections.secops.iam.plugins.module_utils._request_window import RequestWindow
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore

URL = "https://wazuh:55000"


class Stores:
    """Where the tasks of a run keep texts, and how often they write there."""

    def __init__(self) -> None:
        self.kept: dict[Any, Counted] = {}

    def __call__(self, identity: Any) -> Counted:
        return self.kept.setdefault(identity, Counted())


class Counted(OwnStore):
    writes = 0

    def save(self, text: str) -> None:
        self.writes += 1
        super().save(text)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    made = SimpleNamespace(now=1000.0)
    made.monotonic = lambda: made.now
    monkeypatch.setattr(request_window, "time", made)
    return made


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
def windows(stores: Stores) -> list[RequestWindow]:
    """The same server's, in three tasks of a run."""
    return [RequestWindow(URL, stores) for _task in range(3)]


def left(windows: list[RequestWindow]) -> list[float]:
    return [window.seconds_left() for window in windows]


def test_while_nobody_has_met_the_limit_nobody_waits(windows: list[RequestWindow], stores: Stores) -> None:
    for window in windows:
        window.note_open()
    assert left(windows) == [0, 0, 0]
    assert stores((URL, "request limit")).writes == 0, "an ordinary task writes nothing for it"


def test_what_one_has_found_all_know(windows: list[RequestWindow], clock: SimpleNamespace) -> None:
    windows[0].note_full(5)
    assert left(windows) == [5, 5, 5]
    clock.now += 3
    assert left(windows) == [2, 2, 2]


def test_another_server_is_another_matter(stores: Stores) -> None:
    RequestWindow(URL, stores).note_full(5)
    assert RequestWindow("https://other:55000", stores).seconds_left() == 0


def test_one_tries_when_the_wait_is_over(windows: list[RequestWindow], clock: SimpleNamespace) -> None:
    windows[0].note_full(5)
    clock.now += 5
    assert left(windows) == [0, 5, 5]
    windows[0].note_open()
    assert left(windows) == [0, 0, 0]


def test_and_if_it_was_in_vain_all_wait_on(windows: list[RequestWindow], clock: SimpleNamespace) -> None:
    windows[0].note_full(5)
    clock.now += 5
    assert left(windows[1:]) == [0, 5]
    windows[1].note_full(7)
    assert left(windows) == [7, 7, 7]


def test_another_tries_when_nothing_comes_of_it(windows: list[RequestWindow], clock: SimpleNamespace) -> None:
    """The one that tried was killed."""
    windows[0].note_full(5)
    clock.now += 5
    assert left(windows) == [0, 5, 5]
    clock.now += 5
    assert left(windows[1:]) == [0, 5]


def test_after_a_minute_it_was_another_window(windows: list[RequestWindow], clock: SimpleNamespace) -> None:
    windows[0].note_full(5)
    clock.now += 66
    assert left(windows) == [0, 0, 0]


def test_a_task_of_its_own_knows_what_it_finds() -> None:
    window = RequestWindow()
    window.note_full(5)
    assert window.seconds_left() == 5


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "true", "1e999", "1e300", "NaN"])
def test_a_text_that_makes_no_sense_is_none(stores: Stores, text: str) -> None:
    stores((URL, "request limit")).save(text)
    assert RequestWindow(URL, stores).seconds_left() == 0

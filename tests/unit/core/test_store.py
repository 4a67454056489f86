# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store that nobody shares keeps one text for one task."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore, Store


def one_more(text: str | None) -> str:
    return str(int(text or 0) + 1)


def not_done(_text: str | None) -> str:
    raise ZeroDivisionError


def test_it_is_empty_at_first_and_keeps_the_last_text() -> None:
    store: Store = OwnStore()
    assert store.load() is None
    store.save("a-token")
    store.save("")
    assert store.load() == ""


def test_a_change_is_given_what_is_kept_and_its_result_is_kept() -> None:
    store = OwnStore()
    assert store.update(one_more) == "1"
    assert store.update(one_more) == "2"
    assert store.load() == "2"


def test_a_change_that_fails_changes_nothing() -> None:
    store = OwnStore()
    store.save("1")
    with pytest.raises(ZeroDivisionError):
        store.update(not_done)
    assert store.load() == "1"


def test_another_one_has_another_text() -> None:
    OwnStore().save("a-token")
    assert OwnStore().load() is None

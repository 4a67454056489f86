# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a product remembers of a server where one look tells all."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._cycle import Looking
from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Step

STEP = Step(Key("box", ("a",), "fill"), "fill it", None)


class Shelf(Looking):
    """Tells at the how manyth look it is."""

    looks = 0

    def look_now(self) -> int:
        self.looks += 1
        return self.looks


def test_one_look_lasts_until_the_state_is_not_known_any_more() -> None:
    shelf = Shelf()
    assert [shelf.read(), shelf.read(), shelf.read_back([])] == [1, 1, 1]
    shelf.current = None
    assert [shelf.read_back([]), shelf.read()] == [2, 2]


def test_after_a_lost_answer_there_is_always_a_look() -> None:
    shelf = Shelf()
    assert [shelf.read(), shelf.look(STEP), shelf.read()] == [1, 2, 2]


def test_there_is_nothing_to_gather() -> None:
    assert Shelf().gather(7, frozenset({"fact"})) == 7


def test_each_product_has_a_look_of_its_own() -> None:
    with pytest.raises(NotImplementedError):
        Looking().read()

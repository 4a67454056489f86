# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How several problems are told in one text, and the nearest known word for one that is not known."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import (
    IamError,
    LimitReached,
    Refused,
    Unreachable,
    Unsure,
    join_problems,
    nearest,
)

OPERATORS = ("AND", "OR", "NOT", "MATCH", "FIND")


class TestJoinProblems:
    def test_one_stands_for_itself(self) -> None:
        assert join_problems(["name: too long: write less"]) == "name: too long: write less"

    def test_several_are_counted_and_keep_their_order(self) -> None:
        assert join_problems(["b: wrong", "a: wrong"]) == "2 things to correct:\n- b: wrong\n- a: wrong"

    @pytest.mark.parametrize(
        ("problems", "text"),
        [
            (["a: wrong", "a: wrong"], "a: wrong"),
            (["a: wrong", "b: wrong", "a: wrong"], "2 things to correct:\n- a: wrong\n- b: wrong"),
        ],
    )
    def test_each_is_told_once(self, problems: list[str], text: str) -> None:
        assert join_problems(problems) == text


class TestNearest:
    @pytest.mark.parametrize(
        ("word", "hint"),
        [
            ("FNID", " Did you mean FIND?"),
            ("FIND$", " Did you mean FIND?"),
            ("MATHC", " Did you mean MATCH?"),
            ("XYZZY", ""),
            ("", ""),
        ],
    )
    def test_a_hint_only_where_one_is_near(self, word: str, hint: str) -> None:
        assert nearest(word, OPERATORS) == hint

    def test_where_nothing_is_known_there_is_none(self) -> None:
        assert nearest("FIND", []) == ""

    def test_what_is_known_may_be_any_iterable(self) -> None:
        assert nearest("security:reed", {"security:read": ["user:id"]}) == " Did you mean security:read?"


@pytest.mark.parametrize("kind", [Refused, Unreachable, Unsure, LimitReached])
def test_an_error_did_nothing_unless_it_tells_so(kind: type[IamError]) -> None:
    error = kind("the text")
    assert isinstance(error, IamError)
    assert (str(error), error.wrote, list(error.did)) == ("the text", False, [])

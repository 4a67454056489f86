# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the table of a kind promises, by a kind that no product has: a shelf."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAMES, Field, Kind, Link, unknown

SHELF = Kind(
    "shelf",
    "shelves",
    fields=(
        Field("colour", {"type": "str"}, normal=str.lower, new="white"),
        Field("labels", NAMES, meaning=frozenset),
        Field("width", {"type": "int"}),
    ),
    links=(Link("boxes", "boxes", ordered=True), Link("owners", "people")),
)
COLOUR, LABELS, WIDTH = SHELF.fields
BOXES, OWNERS = SHELF.links


class TestField:
    @pytest.mark.parametrize(
        ("field", "one", "other", "same"),
        [
            (LABELS, ["a", "b"], ["b", "a"], True),
            (LABELS, ["a"], ["a", "a"], True),
            (LABELS, ["a"], ["a", "b"], False),
            (WIDTH, 3, 3, True),
            (WIDTH, 3, 4, False),
            (COLOUR, "red", "RED", False),
        ],
    )
    def test_values_are_the_same_when_they_mean_the_same(self, field: Field, one: Any, other: Any, same: bool) -> None:
        assert field.same(one, other) is same
        assert field.same(other, one) is same

    def test_what_is_equal_needs_no_meaning(self) -> None:
        """A server may have stored what no rule can read."""

        def unreadable(value: Any) -> Any:
            raise AssertionError(value)

        assert Field("odd", {}, meaning=unreadable).same(["x"], ["x"])

    def test_the_answer_is_a_truth_value_whatever_is_compared(self) -> None:
        assert COLOUR.same(None, None) is True
        assert COLOUR.same(None, "red") is False


class TestLink:
    def test_an_ordered_list_is_kept(self) -> None:
        assert BOXES.normal(("b", "a")) == ["b", "a"]

    def test_one_without_order_is_sorted_and_has_each_once(self) -> None:
        assert OWNERS.normal(("b", "a", "b")) == ["a", "b"]

    def test_it_is_found_by_its_option(self) -> None:
        assert SHELF.link("owners") is OWNERS


class TestKind:
    def test_its_options_are_those_of_its_fields_and_links(self) -> None:
        assert SHELF.options() == {
            "colour": {"type": "str"},
            "labels": NAMES,
            "width": {"type": "int"},
            "boxes": NAMES,
            "owners": NAMES,
        }

    def test_stated_are_the_fields_that_were_given_as_the_server_will_store_them(self) -> None:
        params = {"name": "left", "colour": "RED", "labels": None, "boxes": ["a"]}
        assert SHELF.stated(params) == {"colour": "red"}

    @pytest.mark.parametrize(("option", "value"), [("colour", ""), ("labels", []), ("width", 0)])
    def test_an_empty_value_is_stated(self, option: str, value: Any) -> None:
        assert SHELF.stated({option: value}) == {option: value}

    def test_stated_links_are_those_that_were_given_in_their_words(self) -> None:
        assert SHELF.stated_links({"colour": "red", "boxes": [], "owners": None}) == {"boxes": []}
        assert SHELF.stated_links({"owners": ["b", "a"]}) == {"owners": ["b", "a"]}
        assert SHELF.stated_links({}) == {}

    def test_merged_changes_what_is_stated_and_leaves_the_rest(self) -> None:
        there = {"colour": "red", "width": 3}
        assert SHELF.merged(there, {"width": 4}) == {"colour": "red", "width": 4}
        assert there == {"colour": "red", "width": 3}

    def test_a_value_that_means_the_same_keeps_its_words(self) -> None:
        there = {"labels": ["a", "b"]}
        assert SHELF.merged(there, {"labels": ["b", "a"]}) == there
        assert SHELF.merged(there, {"labels": ["b", "c"]}) == {"labels": ["b", "c"]}

    def test_of_nothing_it_makes_what_is_stated(self) -> None:
        assert SHELF.merged({}, {"labels": ["b", "a"]}) == {"labels": ["b", "a"]}

    def test_what_is_no_field_is_merged_as_it_is(self) -> None:
        assert SHELF.merged({"id": 7}, {"boxes": ["a"]}) == {"id": 7, "boxes": ["a"]}


@pytest.mark.parametrize(
    ("name", "hint"),
    [("lift", " Did you mean left?"), ("cellar", "")],
)
def test_an_unknown_name_is_told_with_the_nearest_known_one(name: str, hint: str) -> None:
    assert unknown("shelf", name, ["left", "right"]) == f"shelf {name} is not there, nor made by this task.{hint}"

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object with its links: what it is to be, what differs, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils import _versions as versions
from ansible_collections.secops.iam.plugins.module_utils._engine import Key
from ansible_collections.secops.iam.plugins.module_utils._kinds import FLAG, TEXT, Field, Kind, Link, read


class Version(versions.Version):
    product = "Shelf"
    oldest = "1.0"
    since: ClassVar[Mapping[str, str]] = {"lids": "2.0"}


def size(fields: dict[str, Any]) -> dict[str, Any]:
    """Two fields that the server has as one value."""
    return {"w": fields["width"], "h": fields["height"]}


BOX = Kind(
    "box",
    "boxes",
    fields=(
        Field("label", TEXT, api="title", normal=str.strip, new=""),
        Field("lid", FLAG, new=False, since="lids"),
        Field("width", {"type": "int"}, api="size", part_of="size", new=1, read=lambda told: told["w"], write=size),
        Field("height", {"type": "int"}, api="size", part_of="size", new=2, read=lambda told: told["h"], write=size),
    ),
    links=(Link("big_shelves", "shelves"), Link("keys", "keys")),
)
KNOWN = {"shelves": {"Left": "1", "left-alias": "1", "Right": "2", "twice": ""}, "keys": {"Iron": "3"}}


def box(version: str = "2.0", **more: Any) -> objects.Snapshot:
    fields = {"label": "x", "lid": False, "width": 1, "height": 2} | more.pop("fields", {})
    links = {"big_shelves": {"Left": "1"}, "keys": {}} | more.pop("links", {})
    return objects.Snapshot(Version(version), KNOWN, True, "b", "Box", fields, links)


def desired(**more: Any) -> objects.Desired:
    return objects.Desired(BOX, "Box", **more)


class TestKind:
    def test_a_module_takes_name_fields_links_and_how_they_are_meant(self) -> None:
        options = objects.options_of(BOX)
        assert set(options) == {"name", "label", "lid", "width", "height", "big_shelves", "keys", "append", "state"}

    def test_fields_are_written_by_the_servers_names_and_read_from_them(self) -> None:
        fields = {"label": "x", "lid": True, "width": 3, "height": 4}
        written = {"title": "x", "lid": True, "size": {"w": 3, "h": 4}}
        assert BOX.written(fields, fields) == written
        assert BOX.written(["label"], fields) == {"title": "x"}
        assert read(BOX.fields, written) == fields

    @pytest.mark.parametrize("option", ["width", "height"])
    def test_of_a_value_with_several_fields_all_are_written(self, option: str) -> None:
        assert BOX.written([option], box().fields) == {"size": {"w": 1, "h": 2}}


class TestDesired:
    def test_has_a_label_and_keys(self) -> None:
        assert desired().label == "box Box"
        assert desired().key("create") == Key("box", ("Box",), "create")

    def test_fields_that_came_later_count_where_they_are_stated(self) -> None:
        stated = desired(fields={"lid": False})
        for version, options in (("1.0", ["label", "width", "height"]), ("2.0", ["label", "lid", "width", "height"])):
            assert [field.option for field in stated.fields_on(Version(version))] == options
        assert "lid" not in [field.option for field in desired().fields_on(Version("2.0"))]

    def test_what_a_version_lacks_is_told_where_it_is_wanted(self) -> None:
        assert desired(fields={"lid": True, "label": "x"}).lacks(Version("1.0")) == [
            "lid: this server is Shelf 1.0, which does not have that; it came with 2.0: leave lid out"
        ]
        assert desired(fields={"lid": False}).lacks(Version("1.0")) == []
        assert desired(fields={"lid": True}).lacks(Version("2.0")) == []

    def test_is_made_of_what_a_module_was_given(self) -> None:
        given = {"label": " x ", "lid": None, "keys": ["Iron"], "append": True, "state": "present"}
        assert desired(**objects.stated(BOX, given)) == desired(
            fields={"label": "x"}, links={"keys": ["Iron"]}, append=True
        )
        assert desired(**objects.stated(BOX, {**given, "state": "absent"})) == desired(present=False)


class TestTarget:
    def test_fields_that_are_not_stated_stay(self) -> None:
        assert objects.target_fields(box(), desired(fields={"width": 5})) == {**box().fields, "width": 5}

    def test_a_new_object_has_what_the_server_gives(self) -> None:
        absent = objects.Snapshot(Version("1.0"))
        made = objects.target_fields(absent, desired(fields={"label": "y", "lid": False}))
        assert made == {"label": "y", "width": 1, "height": 2}

    def links(self, problems: list[str], **more: Any) -> objects.Links:
        return objects.target_links(box().links, KNOWN, desired(**more), "write its number", problems)

    def test_a_list_is_exact_unless_it_is_appended(self) -> None:
        stated = {"big_shelves": ["Right"]}
        assert self.links([], links=stated) == {"big_shelves": {"Right": "2"}, "keys": {}}
        assert self.links([], links=stated, append=True)["big_shelves"] == {"Left": "1", "Right": "2"}
        assert self.links([], links={"big_shelves": []}) == {"big_shelves": {}, "keys": {}}
        assert self.links([]) == box().links

    @pytest.mark.parametrize("name", ["Left", "LEFT", "left-alias", "Left-Alias"])
    def test_a_name_is_found_in_any_case_and_shown_as_the_first_of_its_object(self, name: str) -> None:
        assert self.links([], links={"big_shelves": [name]})["big_shelves"] == {"Left": "1"}

    def test_all_names_that_are_nothing_or_several_are_told(self) -> None:
        problems: list[str] = []
        self.links(problems, links={"big_shelves": ["Rigt", "twice"], "keys": ["Gold"]})
        assert problems == [
            "big_shelves: the server has no Rigt. Did you mean Right?",
            "big_shelves: the server has several that are called twice: write its number",
            "keys: the server has no Gold.",
        ]


class TestDifference:
    def test_between_equals_there_is_none(self) -> None:
        found = objects.difference(box(), box())
        assert tuple(found) == ([], {"big_shelves": {}, "keys": {}}, {"big_shelves": {}, "keys": {}})
        assert objects.change(desired(), found) == ""

    def test_is_told_in_words_and_a_value_with_several_fields_once(self) -> None:
        target = box(fields={"label": "y", "width": 3, "height": 4}, links={"big_shelves": {"Right": "2"}})
        found = objects.difference(box(), target)
        assert found.fields == ["label", "width", "height"]
        assert (found.added["big_shelves"], found.removed["big_shelves"]) == ({"Right": "2"}, {"Left": "1"})
        expected = "change box Box: label, size; add big shelves Right; remove big shelves Left"
        assert objects.change(desired(), found) == expected

    def test_a_link_under_another_name_is_the_same_link(self) -> None:
        target = box(links={"big_shelves": {"left-alias": "1"}})
        assert objects.change(desired(), objects.difference(box(), target)) == ""

    def test_a_creation_is_told_with_its_links(self) -> None:
        links = {"big_shelves": {"Left": "1", "Right": "2"}, "keys": {"Iron": "3"}}
        expected = "create box Box with big shelves Left, Right and keys Iron"
        assert objects.creation(desired(), links) == expected
        assert objects.creation(desired(), {"keys": {}}) == "create box Box"

    def test_a_creation_states_what_a_new_object_has_not_by_itself(self) -> None:
        assert objects.stated_of_new(BOX, {"label": "", "lid": True, "width": 1, "height": 3}) == ["lid", "height"]
        always = Kind("box", "boxes", fields=(Field("label", TEXT, new="", always=True),))
        assert objects.stated_of_new(always, {"label": ""}) == ["label"]


def test_an_object_is_shown_as_its_module_takes_it() -> None:
    options = objects.as_options({"label": "x"}, {"keys": {"b": "2", "a": "1"}})
    assert options == {"label": "x", "keys": ["a", "b"]}
    shown = objects.shown(box(), desired(), {"more": 1})
    assert shown["boxes", "Box", "big_shelves"] == ["Left"]
    assert shown["boxes", "Box", "more"] == 1
    assert objects.shown(objects.Snapshot(Version("2.0")), desired(), {"more": 1}) == {}


def test_links_come_with_the_ids_of_their_other_sides() -> None:
    links = {"big_shelves": {"Left": "1", "Right": "2"}, "others": {"x": "9"}}
    assert [(link.option, key) for link, key in objects.pairs(BOX, links)] == [
        ("big_shelves", "1"),
        ("big_shelves", "2"),
    ]

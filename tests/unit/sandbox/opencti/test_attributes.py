# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`fieldPatch`: which attributes there are, and how their values are taken."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import level, read_group, read_user


class TestGroup:
    def test_many_attributes_at_once(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        server.patch(
            "group",
            group,
            {"key": "name", "value": ["Writers"]},
            {"key": "auto_new_marking", "value": ["true"]},
            {"key": "group_confidence_level", "value": [level(30, Report=20)]},
            {"key": "default_hidden_types", "value": ["Malware", "Tool"]},
        )
        found = read_group(server, group)
        assert (found["name"], found["auto_new_marking"]) == ("Writers", True)
        assert found["group_confidence_level"] == level(30, Report=20)
        assert found["standard_id"] == identity.standard_id("Group", {"name": "Writers"})
        edit = {"key": "default_hidden_types", "value": ["Tool"], "operation": "remove"}
        server.patch("group", group, edit)
        edit = {"key": "default_hidden_types", "value": ["City"], "operation": "add"}
        server.patch("group", group, edit)
        assert read_group(server, group)["default_hidden_types"] == ["Malware", "City"]

    def test_an_attribute_of_a_later_release(self) -> None:
        old, new = InProcess("6.2.7"), InProcess("6.2.8")
        edit = {"key": "no_creators", "value": [True]}
        new.patch("group", new.add_group("Readers"), edit)
        with pytest.raises(GraphQLErrors) as caught:
            old.patch("group", old.add_group("Readers"), edit)
        assert caught.value.code == "VALIDATION_ERROR"

    def test_a_list_for_a_single_value(self) -> None:
        server = InProcess()
        edit = {"key": "name", "value": ["a", "b"]}
        with pytest.raises(GraphQLErrors, match="Attribute cannot be multiple"):
            server.patch("group", server.add_group("Readers"), edit)


class TestUser:
    def test_confidence_as_a_whole_and_by_path(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        level = {
            "max_confidence": 50,
            "overrides": [{"entity_type": "Malware", "max_confidence": 7}],
        }
        edit: dict[str, Any] = {"key": "user_confidence_level", "value": [level]}
        server.patch("user", user, edit)
        assert read_user(server, user)["user_confidence_level"] == level
        path = "/user_confidence_level/max_confidence"
        server.patch("user", user, {"key": edit["key"], "object_path": path, "value": [40]})
        assert read_user(server, user)["user_confidence_level"] == level | {"max_confidence": 40}
        path = "/user_confidence_level/overrides/0/max_confidence"
        server.patch("user", user, {"key": edit["key"], "object_path": path, "value": [9]})
        assert read_user(server, user)["user_confidence_level"]["overrides"][0]["max_confidence"] == 9
        server.patch("user", user, {"key": "user_confidence_level", "value": [None]})
        assert read_user(server, user)["user_confidence_level"] is None

    def test_no_limit_is_checked(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        level = {"max_confidence": 250, "overrides": []}
        server.patch("user", user, {"key": "user_confidence_level", "value": [level]})
        found = read_user(server, user)
        assert found["user_confidence_level"]["max_confidence"] == 250
        assert found["effective_confidence_level"]["max_confidence"] == 100

    def test_an_unknown_attribute_is_refused(self) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors) as caught:
            server.patch("user", server.add_user("a@example.org"), {"key": "x", "value": [1]})
        assert caught.value.code == "VALIDATION_ERROR"

    @pytest.mark.parametrize("value", [[], [None], [" "]])
    def test_a_name_cannot_be_emptied(self, value: list[Any]) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors, match="This attribute is mandatory"):
            server.patch("user", server.add_user("a@example.org"), {"key": "name", "value": value})

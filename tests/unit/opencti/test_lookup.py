# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading: the one object that is meant is found, and no other; nodes as a snapshot."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti import _lookup as lookup
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import ids_by_name
from unit.opencti.snapshots import around, desired_group, desired_user
from unit.opencti.tasks import FEED, MIDDLE, NEW, OLD, SERVICE, USER, Tasks, over_versions, steps


def node(email: str, name: str = "[C] Feed", **more: Any) -> dict[str, Any]:
    return {"id": f"id of {email}", "user_email": email, "name": name, **more}


def answer(by_id: dict[str, Any] | None, *filtered: dict[str, Any]) -> dict[str, Any]:
    return {"user": by_id, "users": {"edges": [{"node": each} for each in filtered]}}


class TestFind:
    def test_what_the_id_finds_is_taken_when_it_is_meant(self) -> None:
        found = node("FEED@example.org")
        assert lookup.find(answer(found, node("feed@example.org")), desired_user()) == found

    def test_what_the_id_finds_under_another_e_mail_is_not(self) -> None:
        found = node("feed@example.org")
        assert lookup.find(answer(node("other@example.org"), found), desired_user()) == found
        assert lookup.find(answer(node("other@example.org")), desired_user()) is None

    def test_without_an_e_mail_only_service_accounts_are_meant(self) -> None:
        person, account = node("a@example.org"), node("b@example.org", user_service_account=True)
        desired = desired_user(email=None)
        assert lookup.find(answer(None, person), desired) is None
        assert lookup.find(answer(None, person, account), desired) == account
        with pytest.raises(Refused, match="say which by its e-mail"):
            lookup.find(answer(None, account, account), desired)

    def test_a_group_goes_by_its_name_in_any_case(self) -> None:
        assert lookup.find({"group": {"name": " fEEDS "}}, desired_group()) is not None
        assert lookup.find({"group": {"name": "Feeds 2"}}, desired_group()) is None
        assert lookup.find({"group": None}, desired_group()) is None


class TestLists:
    def test_only_those_are_read_whose_names_are_stated(self) -> None:
        assert lookup.lists_for(desired_group()) == []
        assert lookup.lists_for(desired_group(links={"allowed_markings": []})) == ["markingDefinitions"]

    def test_of_a_user_the_groups_always(self) -> None:
        assert lookup.lists_for(desired_user(links={})) == ["groups"]
        assert lookup.lists_for(desired_user(links={"organizations": []})) == ["groups", "organizations"]
        assert lookup.lists_for(desired_user(links={}, present=False, token=None)) == []

    def test_a_name_that_several_have_has_no_id(self) -> None:
        markings = [
            {"id": str(number), "standard_id": f"marking-definition--{number}", "definition": definition}
            for number, definition in enumerate(["internal", "internal", "TLP:RED"])
        ]
        ids = ids_by_name(markings)
        assert (ids["internal"], ids["TLP:RED"], ids["marking-definition--1"]) == ("", "2", "1")


class TestObject:
    def group_node(self) -> dict[str, Any]:
        return {
            "id": "g-1",
            "name": "Feeds",
            "description": None,
            "auto_new_marking": None,
            "default_assignation": True,
            "group_confidence_level": {"max_confidence": 60, "overrides": None},
            "roles": {"edges": [{"node": {"name": "Connector", "id": "r-connector"}}]},
            "allowed_marking": [
                {"id": "m-one", "standard_id": "marking-definition--one", "definition": "internal"},
                {"id": "m-red", "standard_id": "marking-definition--red", "definition": "TLP:RED"},
            ],
            "no_creators": True,
            "restrict_delete": False,
        }

    def test_a_group_as_a_snapshot(self) -> None:
        found = lookup.with_object(around(), desired_group(), self.group_node())
        assert (found.exists, found.id, found.name) == (True, "g-1", "Feeds")
        assert found.fields == {
            "description": "",
            "auto_new_marking": False,
            "default_assignation": True,
            "max_confidence": 60,
            "confidence_overrides": {},
        }
        # Another marking, too, is called internal: the server that is around the group knows it.
        assert found.links == {
            "roles": {"Connector": "r-connector"},
            "allowed_markings": {"marking-definition--one": "m-one", "TLP:RED": "m-red"},
        }

    def test_flags_that_only_some_versions_have_are_in_it_where_they_are_stated(self) -> None:
        stated = desired_group(fields={"no_creators": False})
        assert lookup.with_object(around(), stated, self.group_node()).fields["no_creators"] is True
        assert "restrict_delete" not in lookup.with_object(around(), stated, self.group_node()).fields
        assert "no_creators" not in lookup.with_object(around("6.2.7"), stated, self.group_node()).fields


class TestIdentity:
    @over_versions
    def test_an_e_mail_in_other_case_is_found_by_the_filter(self, version: str) -> None:
        tasks = Tasks(version)
        user = tasks.platform.add_user("feed@example.org")
        tasks.platform.patch("user", user, {"key": "user_email", "value": ["Feed@Example.org"]})
        result = tasks.run(USER, **(FEED | {"name": "feed@example.org", "append": True}))
        assert steps(result)[0] == "change user feed@example.org: add groups Connectors"
        assert result["user"]["email"] == "Feed@Example.org"

    def test_two_with_one_e_mail_but_for_case_are_refused(self) -> None:
        tasks = Tasks(MIDDLE)
        for email in ("Feed@example.org", "FEED@example.org"):
            tasks.platform.add_user(email, name="one", user_service_account=True, password=None)
        result = tasks.run(USER, **FEED)
        assert "email: 2 users have feed@example.org (FEED@example.org, Feed@example.org)" in result["msg"]
        assert result["changed"] is False

    @pytest.mark.parametrize("version", [MIDDLE, NEW])
    def test_a_service_account_goes_by_its_name(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.platform.add_user("other@example.org", name=SERVICE["name"])
        made = tasks.run(USER, **SERVICE)
        again = tasks.run(USER, **SERVICE)
        assert made["token_known"] is True
        assert made["requests"]["writes"] == len(steps(made)) == (2 if version == NEW else 1)
        assert again["steps"] == []
        assert again["user"]["email"].startswith("automatic+")
        gone = tasks.run(USER, name=SERVICE["name"], service_account=True, state="absent")
        assert gone["changed"] is True
        assert tasks.run(USER, **(FEED | {"name": SERVICE["name"], "email": "other@example.org"}))["changed"] is True

    @pytest.mark.parametrize("email", ["", "  "])
    @pytest.mark.parametrize("options", [{}, {"state": "absent"}, {"service_account": True}])
    def test_an_e_mail_that_is_blank_is_not_taken_for_none(self, email: str, options: dict[str, Any]) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **SERVICE)
        result = tasks.run(USER, **({"name": SERVICE["name"], "email": email} | options))
        assert "email: it is blank" in result["msg"]
        assert result["changed"] is False
        assert tasks.run(USER, **SERVICE)["steps"] == []

    def test_two_service_accounts_of_one_name_are_refused(self) -> None:
        tasks = Tasks(NEW)
        for email in ("a@example.org", "b@example.org"):
            tasks.platform.add_user(email, name=SERVICE["name"], user_service_account=True, password=None)
        assert "say which by its e-mail" in tasks.run(USER, **SERVICE)["msg"]

    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_where_there_are_no_service_accounts_nobody_goes_by_a_name(self, state: str) -> None:
        tasks = Tasks(OLD)
        tasks.platform.add_user("person@example.org", name="person")
        result = tasks.run(USER, name="person", service_account=True, state=state)
        assert "service_account: this server is OpenCTI 5.12.29" in result["msg"]
        assert tasks.platform.platform.user_by_email("person@example.org") is not None

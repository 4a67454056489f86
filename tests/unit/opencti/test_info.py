# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""opencti_info: lists as they are returned, and that they can be given back to the modules as they are."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._opencti._info import listed
from unit.opencti.tasks import FEED, GROUP, MIDDLE, NEW, OLD, ROLE, USER, Tasks, over_versions


def lists(**more: Any) -> dict[str, Any]:
    return {
        "users": [],
        "groups": [],
        "roles": [],
        "capabilities": [{"name": "KNOWLEDGE"}, {"name": "CONNECTORAPI"}],
        "markingDefinitions": [
            {"id": str(number), "standard_id": f"marking-definition--{number}", "definition": definition}
            for number, definition in enumerate(["internal", "internal", "TLP:RED"])
        ],
        "organizations": [],
        **more,
    }


def user_node(**more: Any) -> dict[str, Any]:
    return {
        "id": "u-1",
        "name": "[C] Feed",
        "user_email": "feed@example.org",
        "account_status": "Active",
        "user_confidence_level": None,
        "external": False,
        "groups": None,
        "objectOrganization": None,
        **more,
    }


class TestListed:
    def test_what_can_be_linked_is_sorted_and_by_id_where_names_are_shared(self) -> None:
        found = listed(lists(), "u-caller")
        assert found["capabilities"] == ["CONNECTORAPI", "KNOWLEDGE"]
        assert found["markings"] == ["TLP:RED", "marking-definition--0", "marking-definition--1"]

    @pytest.mark.parametrize(
        ("names", "state", "name"),
        [
            ([], "absent", "secops.iam"),
            (["b", "a"], "present", "a"),
            (["a", "secops.iam"], "present", "secops.iam"),
        ],
    )
    def test_the_token_to_look_after_is_ours_or_the_first_other(self, names: list[str], state: str, name: str) -> None:
        named = [{"id": each, "name": each, "expires_at": None} for each in names]
        found = listed(lists(users=[user_node(api_tokens=named)]), "u-caller")
        assert [(user["token_state"], user["token_name"]) for user in found["users"]] == [(state, name)]
        assert [token["name"] for token in found["tokens"]] == names

    def test_the_one_token_is_told_but_not_the_callers(self) -> None:
        nodes = lists(users=[user_node(api_token="secret")])
        assert listed(nodes, "u-caller")["tokens"] == [{"email": "feed@example.org", "token": "secret"}]
        assert listed(nodes, "u-1")["tokens"] == []
        assert "token_name" not in listed(nodes, "u-1")["users"][0]

    def test_who_is_external_is_told_apart(self) -> None:
        nodes = lists(users=[user_node(external=True), user_node(user_email="b@example.org")])
        assert listed(nodes, "u-caller")["external_users"] == ["feed@example.org"]


class TestInfo:
    def give_back(self, tasks: Tasks) -> None:
        """Everything that opencti_info tells, as it tells it, to the modules: nothing changes."""
        reported = tasks.run("opencti_info")
        for module, plural in ((ROLE, "roles"), (GROUP, "groups"), (USER, "users")):
            for item in reported[plural]:
                result = tasks.run(module, **item)
                assert result.get("steps") == [], (item, result.get("msg"))
        after = tasks.run("opencti_info")
        assert [after[plural] for plural in ("roles", "groups", "users", "tokens")] == [
            reported[plural] for plural in ("roles", "groups", "users", "tokens")
        ]

    @over_versions
    def test_what_it_tells_is_what_the_modules_take(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(USER, **FEED)
        tasks.run(USER, name="[C] Other", email="other@example.org", max_confidence=20)
        self.give_back(tasks)

    def test_so_are_tokens_of_all_kinds(self) -> None:
        tasks = Tasks(NEW)
        tasks.platform.add_user("none@example.org")
        tasks.platform.token(tasks.platform.add_user("other@example.org"))
        for email, name in (("expired@example.org", "secops.iam"), ("both@example.org", "aaa")):
            tasks.run(USER, name=email, email=email, token_name=name)
        tasks.run(USER, name="both@example.org", email="both@example.org")
        expired = tasks.platform.platform.user_by_email("expired@example.org")
        assert expired is not None
        expired["api_tokens"][0]["expires_at"] = "2020-01-01T00:00:00.000Z"
        self.give_back(tasks)
        reported = {
            user["email"]: (user["token_state"], user["token_name"]) for user in tasks.run("opencti_info")["users"]
        }
        assert reported == {
            "admin@opencti.io": ("present", "Legacy Token"),
            "none@example.org": ("absent", "secops.iam"),
            "other@example.org": ("present", "test"),
            "expired@example.org": ("absent", "secops.iam"),
            "both@example.org": ("present", "secops.iam"),
        }

    @over_versions
    def test_so_is_a_status_of_the_servers_own(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.platform.platform.account_statuses["Under review"] = "Your account is under review"
        assert tasks.run(USER, **FEED, account_status="Under review")["user"]["account_status"] == "Under review"
        self.give_back(tasks)
        refused = tasks.run(USER, **FEED, account_status="Under revue")
        assert "account_status: the server has no status 'Under revue'. Did you mean Under review?" in refused["msg"]
        assert refused["requests"]["writes"] == 0

    @pytest.mark.parametrize("version", ["6.4.11", MIDDLE, NEW])
    def test_so_is_a_level_without_a_maximum(self, version: str) -> None:
        tasks = Tasks(version)
        for overrides in ({"Malware": 30}, {}):
            made = tasks.run(GROUP, name="Feeds", max_confidence=-1, confidence_overrides=overrides)
            assert (made["group"]["max_confidence"], made["group"]["confidence_overrides"]) == (-1, overrides)
            self.give_back(tasks)
            reported = next(group for group in tasks.run("opencti_info")["groups"] if group["name"] == "Feeds")
            tasks.run(GROUP, name="Feeds", state="absent")
            assert tasks.run(GROUP, **reported)["group"] == reported
        tasks.run(USER, **FEED, max_confidence=40)
        assert tasks.run(USER, **FEED, max_confidence=-1)["user"]["max_confidence"] == -1
        assert tasks.run(USER, **FEED, max_confidence=-1)["changed"] is False
        self.give_back(tasks)
        empty: dict[str, Any] = {"max_confidence": None, "overrides": []}
        user = tasks.platform.add_user("empty@example.org", user_confidence_level=empty)
        self.give_back(tasks)
        assert user

    def test_which_older_groups_cannot_be_without(self) -> None:
        result = Tasks(OLD).run(GROUP, name="Feeds", max_confidence=-1)
        assert "max_confidence: this server is OpenCTI 5.12.29" in result["msg"]
        assert "it came with 6.1.0" in result["msg"]

    @over_versions
    def test_so_is_a_group_that_later_markings_join(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(GROUP, name="Feeds", allowed_markings=["TLP:GREEN"], auto_new_marking=True, append=True)
        reported = tasks.run("opencti_info")
        group = next(group for group in reported["groups"] if group["name"] == "Feeds")
        assert "allowed_markings" not in group
        assert reported["joined_markings"]["Feeds"] == ["TLP:GREEN"]
        assert set(reported["joined_markings"]) == {"Administrators", "Connectors", "Feeds"}
        tasks.run(GROUP, name="Feeds", roles=["Connector"])
        assert tasks.run(GROUP, **group)["group"]["roles"] == [], "its roles are exact all the same"

    @over_versions
    def test_so_are_markings_of_one_definition(self, version: str) -> None:
        tasks = Tasks(version)
        made = [tasks.platform.platform.add_marking(kind, "internal", 1, None) for kind in ("TLP", "PAP")]
        first, second = sorted(str(marking["standard_id"]) for marking in made)
        unclear = tasks.run(GROUP, name="Feeds", allowed_markings=["internal"])
        assert "several that are called internal" in unclear["msg"]
        for wished in ([first], [first, second], ["TLP:RED", first, second], [second]):
            result = tasks.run(GROUP, name="Feeds", allowed_markings=wished)
            assert result["changed"] is True
            assert result["group"]["allowed_markings"] == sorted(wished)
            assert tasks.run(GROUP, name="Feeds", allowed_markings=wished)["changed"] is False
            self.give_back(tasks)
        reported = tasks.run("opencti_info")
        assert {first, second} <= set(reported["markings"])
        assert "internal" not in reported["markings"]
        assert next(group for group in reported["groups"] if group["name"] == "Feeds")["allowed_markings"] == [second]

    def test_who_is_external_is_told_apart(self) -> None:
        reported = Tasks(MIDDLE).run("opencti_info")
        assert reported["external_users"] == ["admin@opencti.io"]

    @over_versions
    def test_tokens_are_told_on_request_only(self, version: str) -> None:
        tasks = Tasks(version)
        token = tasks.run(USER, **FEED)["token"]
        assert token not in str(tasks.run("opencti_info"))
        assert not any("api_token }" in document for document in tasks.sent[-7:])
        assert (token in str(tasks.run("opencti_info", include_tokens=True))) == (version != NEW)

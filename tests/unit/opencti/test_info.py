# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""opencti_info on a platform in this process: what it tells can be given back to the modules as it is."""

from __future__ import annotations

from typing import Any

import pytest
from unit.opencti.tasks import Tasks

OLD, MIDDLE, NEW = "5.12.29", "6.9.22", "7.260817.0"
FEED: dict[str, Any] = {"name": "[C] Feed", "email": "feed@example.org", "groups": ["Connectors"]}
USER, GROUP, ROLE = "opencti_connector_user", "opencti_group", "opencti_role"
over_versions = pytest.mark.parametrize("version", [OLD, "6.4.11", MIDDLE, NEW])


class TestInfo:
    def give_back(self, tasks: Tasks) -> None:
        """Everything that opencti_info tells, as it tells it, to the modules: nothing changes."""
        told = tasks.run("opencti_info")
        for module, plural in ((ROLE, "roles"), (GROUP, "groups"), (USER, "users")):
            for item in told[plural]:
                result = tasks.run(module, **item)
                assert result.get("steps") == [], (item, result.get("msg"))
        after = tasks.run("opencti_info")
        assert [after[plural] for plural in ("roles", "groups", "users", "tokens")] == [
            told[plural] for plural in ("roles", "groups", "users", "tokens")
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
        told = {user["email"]: (user["token_state"], user["token_name"]) for user in tasks.run("opencti_info")["users"]}
        assert told == {
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
            told = next(group for group in tasks.run("opencti_info")["groups"] if group["name"] == "Feeds")
            tasks.run(GROUP, name="Feeds", state="absent")
            assert tasks.run(GROUP, **told)["group"] == told
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
        told = tasks.run("opencti_info")
        group = next(group for group in told["groups"] if group["name"] == "Feeds")
        assert "allowed_markings" not in group
        assert told["joined_markings"]["Feeds"] == ["TLP:GREEN"]
        assert set(told["joined_markings"]) == {"Administrators", "Connectors", "Feeds"}
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
        told = tasks.run("opencti_info")
        assert {first, second} <= set(told["markings"])
        assert "internal" not in told["markings"]
        assert next(group for group in told["groups"] if group["name"] == "Feeds")["allowed_markings"] == [second]

    def test_who_is_external_is_told_apart(self) -> None:
        told = Tasks(MIDDLE).run("opencti_info")
        assert told["external_users"] == ["admin@opencti.io"]

    @over_versions
    def test_tokens_are_told_on_request_only(self, version: str) -> None:
        tasks = Tasks(version)
        token = tasks.run(USER, **FEED)["token"]
        assert token not in str(tasks.run("opencti_info"))
        assert not any("api_token }" in document for document in tasks.sent[-7:])
        assert (token in str(tasks.run("opencti_info", include_tokens=True))) == (version != NEW)

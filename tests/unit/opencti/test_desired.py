# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's options to what is desired, and what is told of options that cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version
from unit.described import filled_in, own_examples, validated
from unit.opencti.snapshots import desired_group, desired_user
from unit.opencti.tasks import FEED, GROUP, NEW, ROLE, SERVICE, USER, Tasks, over_versions

MAKERS = {USER: desired.connector_user, GROUP: desired.group, ROLE: desired.role}
CONNECTION = {"api_url": "https://opencti.invalid", "api_token": "token"}


def made(module: str, **options: Any) -> desired.Desired:
    return MAKERS[module](validated(module, CONNECTION | options))


class TestDesired:
    @pytest.mark.parametrize("module", MAKERS)
    def test_the_examples_of_the_documentation_can_be_meant(self, module: str) -> None:
        for _title, given in own_examples(module):
            assert made(module, **filled_in(module, given)).name

    def test_a_user_is_stated_as_the_server_stores_it(self) -> None:
        found = made(USER, name=" [C] Feed ", email=" Feed@Example.org", account_status=" Locked ", groups=["Feeds"])
        assert (found.name, found.email, found.label) == ("[C] Feed", "feed@example.org", "user [C] Feed")
        assert found.fields == {"name": "[C] Feed", "account_status": "Locked"}
        assert found.links == {"groups": ["Feeds"]}
        assert found.token == desired.DesiredToken("present", "secops.iam", "UNLIMITED")

    def test_who_is_to_go_has_neither_fields_nor_a_token(self) -> None:
        found = made(USER, name="[C] Feed", email="feed@example.org", state="absent", max_confidence=300)
        assert (found.present, found.fields, found.links, found.token) == (False, {}, {}, None)

    def test_a_service_account_without_an_e_mail_has_no_id_beforehand(self) -> None:
        assert made(USER, name="[C] Feed", service_account=True).id == ""
        assert made(USER, **FEED).id.startswith("user--")

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        with pytest.raises(Refused) as raised:
            made(GROUP, name="F", max_confidence=101, confidence_overrides={"Report": "x", "Malware": True})
        reported = str(raised.value)
        assert reported.startswith("4 things to correct:")
        assert "name: 'F' is too short" in reported
        assert "max_confidence: 101 will not do" in reported
        assert "confidence_overrides: Report: x will not do" in reported
        assert "confidence_overrides: Malware: True will not do" in reported

    def test_an_e_mail_is_needed_but_for_service_accounts(self) -> None:
        with pytest.raises(Refused, match="only a service account"):
            made(USER, name="[C] Feed")

    def test_what_only_some_versions_have_is_looked_at_where_it_matters(self) -> None:
        assert [field.option for field in desired_user().optional_fields()] == ["service_account"]
        assert desired_group().optional_fields() == []
        flag = desired_group(fields={"restrict_delete": False})
        assert [field.option for field in flag.optional_fields()] == ["restrict_delete"]
        assert "restrict_delete" in [field.option for field in flag.fields_on(Version("6.2.8"))]
        assert "restrict_delete" not in [field.option for field in flag.fields_on(Version("6.2.7"))]


class TestDescriptions:
    @over_versions
    @pytest.mark.parametrize("module", [GROUP, ROLE])
    def test_outer_blanks_are_left_away_as_the_server_does(self, version: str, module: str) -> None:
        tasks = Tasks(version)
        tasks.run(module, name="Feeds", description="other")
        result = tasks.run(module, name="Feeds", description=" for feeds\n")
        assert result["changed"] is True
        assert result[module.rpartition("_")[2]]["description"] == "for feeds"
        assert tasks.run(module, name="Feeds", description=" for feeds\n")["changed"] is False

    @over_versions
    def test_blanks_that_came_otherwise_make_no_difference(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.platform.add_group("Feeds", description=" for feeds ")
        assert tasks.run(GROUP, name="Feeds", description="for feeds")["changed"] is False


class TestOnAPlatform:
    @over_versions
    def test_types_of_overrides_are_text(self, version: str) -> None:
        tasks = Tasks(version)
        options = FEED | {"max_confidence": 70, "confidence_overrides": {1: 50, "Report": 60}}
        assert tasks.run(USER, **options)["user"]["confidence_overrides"] == {"1": 50, "Report": 60}
        assert tasks.run(USER, **options)["changed"] is False

    @over_versions
    def test_an_empty_password_is_not_taken_for_none(self, version: str) -> None:
        tasks = Tasks(version)
        assert "password: it is empty" in tasks.run(USER, **FEED, password="")["msg"]
        assert tasks.sent == []
        assert tasks.run(USER, **FEED, password="", state="absent")["changed"] is False

    def test_a_service_account_has_no_password(self) -> None:
        assert "password: a service account has none" in Tasks(NEW).run(USER, **SERVICE, password="any")["msg"]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be had is refused before any write, with its cure."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import DesiredToken
from ansible_collections.secops.iam.plugins.module_utils._opencti._target import target_of
from unit.opencti.snapshots import around, confidence, desired_group, desired_user, group, user
from unit.opencti.tasks import FEED, GROUP, MIDDLE, NEW, USER, Tasks, over_versions


def refusal(current: Any, desired: Any) -> str:
    with pytest.raises(Refused) as raised:
        target_of(current, desired)
    return str(raised.value)


class TestRefusals:
    def test_options_that_came_later_are_told_together(self) -> None:
        flags = desired_group(fields={"no_creators": True, "restrict_delete": True})
        reported = refusal(group("6.2.7"), flags)
        assert "no_creators: this server is OpenCTI 6.2.7" in reported
        assert "restrict_delete: this server is OpenCTI 6.2.7" in reported

    def test_a_group_keeps_a_level_at_first_and_a_user_need_not(self) -> None:
        assert "write a number from 0 to 100" in refusal(group("6.0.10"), desired_group(fields={"max_confidence": -1}))
        there = user("6.0.10", fields=confidence(5))
        target = target_of(there, desired_user(fields={"max_confidence": -1}))
        assert target.fields == {**there.fields, **confidence(-1)}

    def test_a_level_that_is_there_already_is_not_refused(self) -> None:
        there = user("6.0.10", fields=confidence(-1, Report=1))
        assert target_of(there, desired_user(fields={"confidence_overrides": {"Report": 1}})) == there

    def test_exact_markings_and_new_ones_that_join_contradict_each_other(self) -> None:
        joining = {"fields": {"auto_new_marking": True}, "links": {"allowed_markings": []}}
        assert "auto_new_marking: markings that are made later" in refusal(group(), desired_group(**joining))
        assert target_of(group(), desired_group(**joining, append=True)).fields["auto_new_marking"] is True

    def test_a_token_with_a_name_or_an_end_or_none_takes_a_later_version(self) -> None:
        reported = refusal(user("6.9.22"), desired_user(token=DesiredToken("absent", "mine", "DAYS_30")))
        for option in ("token_state: up to OpenCTI 6.9", "token_name: this server", "token_duration: this server"):
            assert option in reported

    def test_the_callers_own_user_keeps_its_life_status_and_token(self) -> None:
        own = user(id="u-caller")
        assert "remove it with another user's token" in refusal(own, desired_user(present=False, token=None))
        reported = refusal(own, desired_user("rotated", fields={"account_status": "Locked"}))
        assert reported.startswith("2 things to correct:")

    def test_an_external_users_name_is_fixed_from_6_8_17_on(self) -> None:
        for version in ("6.8.16", "6.8.17"):
            there = user(version, external=True, fields={"name": "admin"})
            if version == "6.8.16":
                assert target_of(there, desired_user()).fields["name"] == "[C] Feed"
            else:
                assert "write admin" in refusal(there, desired_user())

    def test_a_status_is_one_of_the_servers_or_the_one_that_is_there(self) -> None:
        settings = {"platform_user_statuses": [{"status": "Active"}, {"status": "Locked"}]}
        reported = refusal(around(settings=settings), desired_user(fields={"account_status": "locked"}))
        assert "no status 'locked'. Did you mean Locked?" in reported
        there = user(settings=settings, fields={"account_status": "Odd"})
        assert target_of(there, desired_user(fields={"account_status": "Odd"})) == there

    def test_nobody_goes_by_a_name_before_there_are_service_accounts(self) -> None:
        assert refusal(around("6.7.3"), desired_user(email=None)).startswith("service_account: this server is")


class TestOnAPlatform:
    @over_versions
    def test_the_administrator_keeps_its_name_its_life_and_its_token(self, version: str) -> None:
        tasks = Tasks(version)
        admin: dict[str, Any] = {"name": "admin", "email": "admin@opencti.io"}
        assert (
            tasks.run(USER, **admin, token_name="Legacy Token" if version == NEW else "secops.iam")["changed"] is False
        )
        for refused in ({"state": "absent"}, {"account_status": "Inactive"}, {"token_state": "rotated"}):
            result = tasks.run(USER, **(admin | refused))
            assert "is the user of api_token" in result["msg"]
            assert result["requests"]["writes"] == 0
        if version in (MIDDLE, NEW):
            assert "external" in tasks.run(USER, **(admin | {"name": "root"}))["msg"]

    @over_versions
    @pytest.mark.parametrize("email", ["feed", "feed@", "@example.org", "feed @example.org"])
    def test_a_new_one_needs_an_e_mail_that_is_one(self, version: str, email: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, **(FEED | {"email": email}))
        assert f"email: '{email}' is no e-mail address" in result["msg"]
        assert result["requests"]["writes"] == 0
        assert tasks.run(USER, **(FEED | {"email": email}), state="absent")["changed"] is False

    def test_overrides_need_a_maximum_at_first(self) -> None:
        tasks = Tasks("6.0.10")
        overrides: dict[str, Any] = {"confidence_overrides": {"Report": 30}}
        result = tasks.run(USER, **FEED, **overrides)
        assert "confidence_overrides without max_confidence: this server is OpenCTI 6.0.10" in result["msg"]
        assert "give max_confidence, too" in result["msg"]
        tasks.run(USER, **FEED, **overrides, max_confidence=50)
        result = tasks.run(USER, **FEED, max_confidence=-1)
        assert "max_confidence: this server is OpenCTI 6.0.10" in result["msg"]
        assert "write a number from 0 to 100, or confidence_overrides: {} besides" in result["msg"]
        assert tasks.run(USER, **FEED, max_confidence=-1, confidence_overrides={})["user"]["max_confidence"] == -1
        result = tasks.run(GROUP, name="Connectors", max_confidence=-1)
        assert result["msg"].endswith("it came with 6.1.0: write a number from 0 to 100")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes effect for a user, and what is warned of."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._opencti import _effective as effective
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import Group, Snapshot
from unit.opencti.snapshots import ALL_GROUPS, confidence, desired_user, user
from unit.opencti.tasks import FEED, GROUP, MIDDLE, NEW, OLD, USER, Tasks, over_versions, warnings

MANAGERS = Group("Managers", "g-managers", capabilities=frozenset({"SETTINGS_SETACCESSES"}))


def reported(there: Snapshot, desired: Desired | None = None) -> str:
    return "\n".join(effective.warnings(there, desired or desired_user(), there))


class TestCapabilities:
    def test_are_those_of_the_users_groups(self) -> None:
        assert effective.capabilities_of(user()) == {"KNOWLEDGE", "APIACCESS_USETOKEN"}
        assert effective.capabilities_of(user(links={"groups": {}})) == set()

    def test_a_token_needs_its_own_or_all(self) -> None:
        assert effective.may_use_token(user())
        assert effective.may_use_token(user(links={"groups": {"Administrators": "g-admin"}}))
        without = user(links={"groups": {"Default": "g-default"}})
        assert not effective.may_use_token(without)
        assert "will be treated as anonymous" in reported(without)
        assert reported(user("6.9.22", links={"groups": {"Default": "g-default"}})) == ""
        assert reported(without, desired_user("absent")) == ""


class TestConfidence:
    def test_who_may_do_everything_has_all_of_it(self) -> None:
        powerful = {"groups": {"Administrators": "g-admin"}}
        assert "100 takes effect" in reported(user(links=powerful, fields=confidence(50)))
        assert "100 takes effect" in reported(user(links=powerful, fields=confidence(-1, Report=50)))
        assert reported(user(links=powerful, fields=confidence(100))) == reported(user(links=powerful)) == ""

    def test_another_one_that_the_server_computes_is_told(self) -> None:
        assert "the server says that 40 takes effect" in reported(user(fields=confidence(60), effective=40))
        assert reported(user(fields=confidence(60), effective=60)) == ""

    def test_the_highest_of_the_groups_counts_for_a_type(self) -> None:
        levels = [{"Report": most, "Malware": 60} for most in (10, 30)]
        groups = tuple(Group(str(number), f"g-{number}", overrides=level) for number, level in enumerate(levels))
        links = {"groups": {"0": "g-0", "1": "g-1"}}
        there = user("6.9.22", groups=groups, links=links, fields=confidence(60))
        assert effective.group_overrides(there) == {"Malware": 60, "Report": 30}
        assert "for Report 30 takes effect" in reported(there)
        assert "Malware" not in reported(there)  # it is no other than the user's own
        assert reported(user("6.9.22", groups=groups, links=links, fields=confidence(60, Report=20))) == ""
        assert effective.group_overrides(user("5.12.29", groups=groups, links=links)) == {}


class TestOrganizations:
    @pytest.mark.parametrize(
        ("version", "more", "warned"),
        [
            ("7.260817.0", {}, True),
            ("7.260817.0", {"joined": True}, False),
            ("7.260817.0", {"links": {"organizations": {"SOC": "o-soc"}}}, False),
            ("7.260817.0", {"fields": {"service_account": True}}, False),
            ("7.260817.0", {"links": {"groups": {"Administrators": "g-admin"}}}, False),
            ("6.9.0", {"links": {"groups": {"Managers": "g-managers"}}}, True),
            ("6.8.17", {"links": {"groups": {"Managers": "g-managers"}}}, False),
        ],
    )
    def test_who_lacks_one_is_told(self, version: str, more: dict[str, object], warned: bool) -> None:
        there = user(version, groups=(*ALL_GROUPS, MANAGERS), settings={"platform_organization": {"id": "o"}}, **more)
        assert ("main organisation" in reported(there)) is warned


class TestOthers:
    def test_links_of_an_external_user_may_not_last(self) -> None:
        assert "its next login may set groups" in reported(user(external=True))
        assert reported(user(external=True), desired_user(links={})) == ""

    def test_the_callers_own_token_is_not_returned(self) -> None:
        assert "it is api_token itself" in reported(user("6.9.22", id="u-caller"))
        assert reported(user(id="u-caller")) == ""


class TestOnAPlatform:
    @pytest.mark.parametrize("level", [30, 90])
    def test_a_group_with_another_maximum_for_a_type_is_told(self, level: int) -> None:
        tasks = Tasks(MIDDLE)
        tasks.run(GROUP, name="Feeds", confidence_overrides={"Malware": level})
        result = tasks.run(USER, **(FEED | {"groups": ["Feeds"], "max_confidence": 70}))
        assert f"max_confidence is 70, but for Malware {level} takes effect" in warnings(result)
        assert result["effective_max_confidence"] == 70
        own = tasks.run(USER, **(FEED | {"groups": ["Feeds"], "confidence_overrides": {"Malware": "60"}}))
        assert "warnings" not in own

    @over_versions
    def test_so_is_who_may_do_everything(self, version: str) -> None:
        tasks = Tasks(version)
        powerful = FEED | {"groups": ["Administrators"]}
        for check_mode in (True, False, True):
            result = tasks.run(USER, check_mode=check_mode, **powerful, max_confidence=50)
            assert "100 takes effect in the place of its own confidence" in warnings(result)
        assert result["effective_max_confidence"] == 100
        assert "warnings" not in tasks.run(USER, **powerful, max_confidence=-1)
        assert "warnings" not in tasks.run(USER, **powerful, max_confidence=100)

    def test_the_effective_confidence_of_groups(self) -> None:
        for version, level in ((OLD, 30), (MIDDLE, 80)):
            tasks = Tasks(version)
            tasks.run(GROUP, name="Low", max_confidence=30)
            tasks.run(GROUP, name="High", max_confidence=80)
            assert tasks.run(USER, **(FEED | {"groups": ["Low", "High"]}))["effective_max_confidence"] == level

    @over_versions
    def test_check_mode_tells_no_effective_confidence_of_groups_that_are_left(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(GROUP, name="Low", max_confidence=30)
        tasks.run(USER, **FEED)
        other = FEED | {"groups": ["Low"]}
        assert "effective_max_confidence" not in tasks.run(USER, check_mode=True, **other)
        assert tasks.run(USER, **other)["effective_max_confidence"] == 30

    def test_who_needs_an_organization_is_told(self) -> None:
        tasks = Tasks(MIDDLE)
        place = tasks.platform.add_organization("SOC")
        tasks.platform.platform.settings["platform_organization"] = place
        assert "main organisation" in warnings(tasks.run(USER, **FEED))
        joined = tasks.run(USER, **(FEED | {"organizations": ["SOC"]}))
        assert "warnings" not in joined
        assert joined["user"]["organizations"] == ["SOC"]
        assert tasks.run(USER, **(FEED | {"organizations": []}))["user"]["organizations"] == []

    @pytest.mark.parametrize("version", [OLD, "6.8.17", "6.9.0", MIDDLE, NEW])
    def test_who_needs_none_is_not_told_so(self, version: str) -> None:
        """FACTS, users: up to 6.8 who manages users is exempt, from 6.9.0 on only who may do everything."""
        tasks = Tasks(version)
        place = tasks.platform.add_organization("SOC")
        tasks.platform.platform.settings["platform_organization"] = place
        tasks.platform.add_role("Manager", "SETTINGS_SETACCESSES", *["APIACCESS_USETOKEN"] * (version == NEW))
        tasks.run(GROUP, name="Managers", roles=["Manager"])
        for group in ("Administrators", "Managers", "Connectors"):
            result = tasks.run(USER, name=group, email=f"{group}@example.org", groups=[group])
            answer = tasks.platform.post({"query": "{ me { name } }"}, token=result["token"]).json()
            assert ("main organisation" in warnings(result)) == ("errors" in answer), group
        tasks.platform.infer_organization("connectors@example.org", "SOC")
        assert "warnings" not in tasks.run(USER, name="Connectors", email="connectors@example.org")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target has what is desired and differs in nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti._target import target_of
from unit.opencti.snapshots import around, confidence, desired_group, desired_role, desired_user, group, user
from unit.opencti.tasks import GROUP, ROLE, Tasks, over_versions


class TestFields:
    def test_where_nothing_differs_it_is_the_current_state(self) -> None:
        assert target_of(user(effective=60), desired_user()) == user(effective=60)
        assert target_of(group(), desired_group(links={"roles": []})) == group()
        assert target_of(around(), desired_user(present=False, token=None)) == around()

    def test_what_is_not_stated_is_left_alone(self) -> None:
        there = user(fields={"account_status": "Locked", **confidence(5)})
        target = target_of(there, desired_user(fields={"service_account": True}))
        assert target.fields == {**there.fields, "service_account": True}

    def test_a_new_object_has_what_the_server_gives(self) -> None:
        target = target_of(around(), desired_group(fields={"description": "x"}))
        assert target.exists
        assert target.id == ""
        assert (target.fields["max_confidence"], target.fields["confidence_overrides"]) == (100, {})
        assert target.links == {"roles": {}, "allowed_markings": {}}

    def test_a_flag_that_is_off_where_there_is_none_is_no_field(self) -> None:
        desired = desired_group(fields={"no_creators": False})
        assert "no_creators" not in target_of(around("6.2.7"), desired).fields
        assert target_of(around("6.2.8"), desired).fields["no_creators"] is False

    @pytest.mark.parametrize(
        ("maximum", "overrides", "level"),
        [
            (50, None, confidence(50, Report=1)),
            (None, {"Malware": 2}, confidence(60, Malware=2)),
            (-1, None, confidence(-1, Report=1)),
            (-1, {}, confidence(-1)),
        ],
    )
    def test_parts_of_a_confidence_that_are_not_stated_stay(self, maximum: Any, overrides: Any, level: Any) -> None:
        there = user(fields=confidence(60, Report=1))
        given = {"max_confidence": maximum, "confidence_overrides": overrides}
        stated = {option: value for option, value in given.items() if value is not None}
        assert target_of(there, desired_user(fields=stated)).fields == {**there.fields, **level}

    def test_what_takes_effect_is_not_known_where_it_may_change(self) -> None:
        assert target_of(user(effective=60), desired_user(fields={"max_confidence": 50})).effective is None

    def test_who_goes_leaves_nothing(self) -> None:
        target = target_of(user(), desired_user(present=False, token=None, fields={}, links={}))
        assert (target.exists, target.id, target.fields, target.links, target.tokens) == (False, "", {}, {}, ())


class TestLinks:
    def test_a_list_is_exact_unless_it_is_appended(self) -> None:
        there = user(links={"groups": {"Default": "g-default"}})
        assert target_of(there, desired_user()).links["groups"] == {"Feeds": "g-feeds"}
        appended = target_of(there, desired_user(append=True)).links["groups"]
        assert appended == {"Default": "g-default", "Feeds": "g-feeds"}

    def test_a_new_user_has_default_groups_unless_the_list_is_exact(self) -> None:
        assert target_of(around(), desired_user(links={})).links["groups"] == {"Default": "g-default"}
        assert set(target_of(around(), desired_user(append=True)).links["groups"]) == {"Default", "Feeds"}
        assert set(target_of(around(), desired_user()).links["groups"]) == {"Feeds"}

    def test_names_have_the_servers_spelling(self) -> None:
        target = target_of(group(), desired_group(links={"roles": ["ÜBER", "connector"]}))
        assert set(target.links["roles"]) == {"Über", "Connector"}

    def test_a_marking_of_one_name_is_shown_by_it_and_others_by_their_id(self) -> None:
        stated = ["marking-definition--red", "marking-definition--one"]
        target = target_of(group(), desired_group(links={"allowed_markings": stated}))
        assert target.links["allowed_markings"] == {"TLP:RED": "m-red", "marking-definition--one": "m-one"}

    def test_names_that_are_nothing_or_several_are_told_together(self) -> None:
        desired = desired_group(links={"roles": ["Conector"], "allowed_markings": ["internal"]})
        with pytest.raises(Refused) as raised:
            target_of(group(), desired)
        assert "roles: the server has no Conector. Did you mean Connector?" in str(raised.value)
        assert "several that are called internal: write the STIX id of one" in str(raised.value)

    def test_a_role_has_capabilities(self) -> None:
        assert target_of(around(), desired_role(links={"capabilities": ["KNOWLEDGE"]})).links == {
            "capabilities": {"KNOWLEDGE": "c-knowledge"}
        }


class TestSpelling:
    """The server lower-cases names, and does no more to them: ß is not ss."""

    @over_versions
    def test_a_name_in_other_case_is_found(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(ROLE, name="Überwacher")
        assert tasks.run(GROUP, name="Feeds", roles=["ÜBERWACHER"])["group"]["roles"] == ["Überwacher"]

    @over_versions
    def test_another_name_is_another(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(ROLE, name="Straße")
        refused = tasks.run(GROUP, name="Feeds", roles=["Strasse"])
        assert "roles: the server has no Strasse. Did you mean Straße?" in refused["msg"]
        tasks.run(ROLE, name="Strasse")
        assert tasks.run(GROUP, name="Feeds", roles=["STRASSE"])["group"]["roles"] == ["Strasse"]
        assert tasks.run(GROUP, name="Feeds", roles=["straße"])["group"]["roles"] == ["Straße"]

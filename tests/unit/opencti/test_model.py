# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of kinds, ids, and how nodes are read and fields written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._graphql import nodes_of
from ansible_collections.secops.iam.plugins.module_utils._kinds import Kind, read
from ansible_collections.secops.iam.plugins.module_utils._objects import options_of
from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS, KINDS, ROLES, USERS, standard_id
from unit.opencti.snapshots import confidence
from unit.opencti.tasks import FEED, USER, Tasks, over_versions, steps


class TestIds:
    def test_are_those_of_the_server(self) -> None:
        assert standard_id(GROUPS, "Connectors") == "group--599fc7ab-02f4-50c1-94f9-4b68da122010"
        assert standard_id(ROLES, "Connector") == "role--b375ed46-a11c-56d5-a2d4-0c654f61eeee"

    def test_of_groups_and_roles_know_no_case_and_no_outer_blanks(self) -> None:
        assert standard_id(GROUPS, " cONNECTORS ") == standard_id(GROUPS, "Connectors")

    def test_letters_beyond_ascii_are_hashed_as_they_are(self) -> None:
        assert standard_id(ROLES, "Überwacher") == standard_id(ROLES, "überwacher") != standard_id(ROLES, "uberwacher")

    def test_of_users_follow_the_lower_cased_e_mail(self) -> None:
        assert standard_id(USERS, "Feed@Example.org") == standard_id(USERS, "feed@example.org")


class TestKinds:
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
    def test_options_have_all_fields_and_links(self, kind: Kind) -> None:
        options = set(options_of(kind))
        assert {"name", "state", "append"} <= options
        assert {link.option for link in kind.links} <= options
        assert {field.option for field in kind.fields} <= options

    def test_confidence_is_two_options_and_one_value_of_the_api(self) -> None:
        for kind, node in ((USERS, "user_confidence_level"), (GROUPS, "group_confidence_level")):
            options = [field.option for field in kind.fields if field.node == node]
            assert options == ["max_confidence", "confidence_overrides"]

    @pytest.mark.parametrize("kind", [GROUPS, ROLES], ids=lambda kind: kind.name)
    def test_what_new_objects_have_is_read_as_it_is_written(self, kind: Kind) -> None:
        new = {field.option: field.new for field in kind.fields}
        assert read(kind.fields, kind.written(new, new)) == new

    def test_fields_are_written_by_the_apis_names(self) -> None:
        fields = {**confidence(50, Report=1), "service_account": True}
        assert USERS.written(fields, fields) == {
            "user_confidence_level": {
                "max_confidence": 50,
                "overrides": [{"entity_type": "Report", "max_confidence": 1}],
            },
            "user_service_account": True,
        }

    def test_a_half_of_a_confidence_is_written_with_the_other(self) -> None:
        assert USERS.written(["max_confidence"], confidence(50, Report=1)) == USERS.written(
            ["confidence_overrides"], confidence(50, Report=1)
        )

    def test_a_group_always_has_a_level_and_a_user_may_have_none(self) -> None:
        none = confidence(-1)
        assert GROUPS.written(none, none) == {"group_confidence_level": {"max_confidence": None, "overrides": []}}
        assert USERS.written(none, none) == {"user_confidence_level": None}
        only_overrides = {"max_confidence": None, "overrides": [{"entity_type": "Report", "max_confidence": 1}]}
        assert USERS.written(none, confidence(-1, Report=1)) == {"user_confidence_level": only_overrides}


class TestConfidence:
    def test_the_order_of_overrides_means_nothing(self) -> None:
        overrides = [{"entity_type": name, "max_confidence": 1} for name in ("Report", "Malware")]
        one, other = ({"max_confidence": 5, "overrides": some} for some in (overrides, overrides[::-1]))
        assert list(model.overrides_of(one)) == ["Malware", "Report"]
        assert model.overrides_of(one) == model.overrides_of(other)

    @pytest.mark.parametrize("level", [None, {}, {"max_confidence": None, "overrides": []}, {"overrides": None}])
    def test_a_level_that_tells_nothing_is_none_of_its_own(self, level: Any) -> None:
        assert (model.maximum_of(level), model.overrides_of(level)) == (-1, {})


class TestNodes:
    def test_lists_are_read_in_both_shapes(self) -> None:
        assert nodes_of({"edges": [{"node": {"name": "a"}}]}) == [{"name": "a"}]
        assert nodes_of([{"name": "a"}]) == [{"name": "a"}]
        assert nodes_of({"edges": None}) == nodes_of(None) == []

    def test_what_a_rule_has_linked_is_left_out(self) -> None:
        places = [{"name": name, "id": name, "is_inferred": name == "Holding"} for name in ("SOC", "Holding")]
        node = {"groups": None, "objectOrganization": {"edges": [{"node": place} for place in places]}}
        assert model.links_of(USERS, node, {}) == {"groups": {}, "organizations": {"SOC": "SOC"}}

    def test_a_role_without_capabilities(self) -> None:
        assert model.links_of(ROLES, {"capabilities": None}, {}) == {"capabilities": {}}

    def test_named_tokens_end_when_their_time_has_come(self) -> None:
        ends = [None, "2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"]
        node = {"id": "u", "api_tokens": [{"id": "t", "name": " n ", "expires_at": end} for end in ends]}
        tokens = model.tokens_of(node, "u-caller")
        assert [token.expired for token in tokens] == [False, True, False]
        assert {token.name for token in tokens} == {"n"}

    def test_the_callers_own_value_is_left_out(self) -> None:
        for caller, value in (("u", None), ("other", "secret")):
            assert [token.value for token in model.tokens_of({"id": "u", "api_token": "secret"}, caller)] == [value]
        assert model.tokens_of({"id": "u"}, "u") == ()


class TestOnAPlatform:
    @over_versions
    def test_organizations_that_follow_from_others_do_not_count(self, version: str) -> None:
        tasks = Tasks(version)
        for name in ("SOC", "Holding"):
            tasks.platform.add_organization(name)
        tasks.run(USER, **FEED, organizations=["SOC"])
        tasks.platform.infer_organization("feed@example.org", "Holding")
        same = tasks.run(USER, **FEED, organizations=["SOC"])
        assert same["steps"] == []
        assert same["user"]["organizations"] == ["SOC"]
        reported = tasks.run("opencti_info")["users"]
        assert [user["organizations"] for user in reported if user["email"] == "feed@example.org"] == [["SOC"]]
        both = tasks.run(USER, **FEED, organizations=["SOC", "Holding"])
        assert steps(both) == ["change user [C] Feed: add organizations Holding"]
        assert tasks.run(USER, **FEED, organizations=["SOC", "Holding"])["changed"] is False

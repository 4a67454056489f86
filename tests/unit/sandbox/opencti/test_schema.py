# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release's API looks like: fields, who may use them, what input must hold."""

from __future__ import annotations

from functools import cache

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType
from sandbox.opencti.schema import ReleaseSchema, build_schema
from sandbox.opencti.testing import GraphQLErrors, InProcess
from sandbox.opencti.versions import Release
from unit.sandbox.opencti.documents import MARKINGS, RELEASES, code_of, level

BETWEEN = ["5.12.24", "6.0.0", "6.1.0", "6.3.5", "6.5.2", "6.8.0", "6.9.0", "7.260224.0"]
ORGANIZATIONS = "{ organizations { edges { node { id } } } }"
ADD_GROUP = "mutation ($input: GroupAddInput!) { groupAdd(input: $input) { id name } }"


@cache
def taken(release: str) -> ReleaseSchema:
    """The schema of a release, to be looked at only."""
    return build_schema(Release(release))


def fields_of(release: str, type_name: str) -> set[str]:
    found = taken(release).schema.type_map[type_name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return set(found.fields)


class TestReleases:
    @pytest.mark.parametrize("release", [*RELEASES, *BETWEEN])
    def test_each_has_a_valid_schema_with_resolvers(self, release: str) -> None:
        assert InProcess(release)("{ about { version } }") == {"about": {"version": release}}

    @pytest.mark.parametrize(
        ("type_name", "field", "before", "first"),
        [
            ("User", "no_creators", "6.2.7", "6.2.8"),
            ("Role", "can_manage_sensitive_config", "6.3.4", "6.3.5"),
            ("UserAddInput", "prevent_default_groups", "6.5.1", "6.5.2"),
            ("Group", "auto_integration_assignation", "6.6.18", "6.7.0"),
            ("User", "user_service_account", "6.7.20", "6.8.0"),
            ("Role", "capabilitiesInDraft", "6.8.17", "6.9.0"),
            ("Mutation", "userAdminTokenAdd", "6.9.29", "7.260224.0"),
        ],
    )
    def test_fields_come_with_their_release(self, type_name: str, field: str, before: str, first: str) -> None:
        assert field not in fields_of(before, type_name)
        assert field in fields_of(first, type_name)

    @pytest.mark.parametrize(
        ("type_name", "field"),
        [("User", "api_token"), ("Mutation", "meTokenRenew"), ("UserEditMutations", "tokenRenew")],
    )
    def test_plain_tokens_end_with_7_260224(self, type_name: str, field: str) -> None:
        assert field in fields_of("6.9.29", type_name)
        assert field not in fields_of("7.260224.0", type_name)

    @pytest.mark.parametrize("capability", ["SETAUTH", "SETCUSTOMIZATION", "SETMANAGEXTMHUB"])
    def test_more_capabilities_allow_to_change_settings_in_7_260817(self, capability: str) -> None:
        field = ("SettingsEditMutations", "fieldPatch")
        old, new = (taken(release).capabilities[field] for release in ("7.260227.0", "7.260817.0"))
        assert f"SETTINGS_{capability}" in set(new) - set(old)


class TestCapabilities:
    @pytest.mark.parametrize("query", [MARKINGS, ORGANIZATIONS])
    @pytest.mark.parametrize(("release", "expected"), [("6.1.12", "FORBIDDEN_ACCESS"), ("6.1.13", None)])
    def test_managers_see_markings_and_organizations_late(self, query: str, release: str, expected: str | None) -> None:
        server = InProcess(release)
        _user, token = server.user_who_may("SETTINGS_SETACCESSES")
        assert code_of(server, query, token) == expected

    @pytest.mark.parametrize(("release", "expected"), [("6.0.10", None), ("6.8.1", "AUTH_REQUIRED")])
    def test_settings_were_public(self, release: str, expected: str | None) -> None:
        server = InProcess(release)
        assert code_of(server, "{ settings { platform_title } }", None) == expected
        assert code_of(server, "{ settings { otp_mandatory } }", None) == "AUTH_REQUIRED"

    @pytest.mark.parametrize(("release", "expected"), [("5.12.29", None), ("6.0.0", "AUTH_REQUIRED")])
    def test_the_version_was_public(self, release: str, expected: str | None) -> None:
        assert code_of(InProcess(release), "{ about { version } }", None) == expected


class TestInput:
    def test_confidence_is_mandatory(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()(ADD_GROUP, input={"name": "Readers"})
        assert caught.value.code == "BAD_USER_INPUT"
        assert "group_confidence_level" in caught.value.message

    def test_overrides_alone_are_a_level_from_6_1_on(self) -> None:
        InProcess("6.1.0").add_group("Readers", group_confidence_level=level(None, Malware=5))
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.0.10").add_group("Readers", group_confidence_level=level(None))
        assert caught.value.code == "BAD_USER_INPUT"

    def test_default_groups_cannot_be_prevented_before_6_5_2(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.5.1").add_user("a@example.org", prevent_default_groups=True)
        assert "prevent_default_groups" in caught.value.message

    def test_an_id_that_can_be_none(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()(
                """mutation ($to: StixRef!) { userEdit(id: "x") {
                    relationDelete(toId: $to, relationship_type: "member-of") { id } } }""",
                to="group-name",
            )
        assert caught.value.code == "BAD_USER_INPUT"

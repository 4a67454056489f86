# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fresh OpenCTI platform holds, by release, and how its objects are identified."""

from __future__ import annotations

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType
from sandbox.opencti import defaults, identity
from sandbox.opencti.schema import build_schema
from sandbox.opencti.testing import InProcess
from sandbox.opencti.versions import Release, version_key

# Numbers of capabilities and of those of the Connector role, counted on real releases.
RELEASES = {
    "5.12.29": (26, 11),
    "6.0.10": (27, 11),
    "6.2.18": (38, 12),
    "6.4.11": (39, 13),
    "6.6.18": (41, 13),
    "6.8.17": (51, 16),
    "6.9.22": (51, 16),
    "7.260227.0": (55, 17),
    "7.260817.0": (56, 16),
}
BETWEEN = ["5.12.24", "6.0.0", "6.1.0", "6.3.5", "6.5.2", "6.8.0", "6.9.0", "7.260224.0"]


def fields_of(release: str, type_name: str) -> set[str]:
    found = build_schema(Release(release)).schema.type_map[type_name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return set(found.fields)


class TestIdentity:
    @pytest.mark.parametrize(
        ("entity_type", "name", "expected"),
        [
            ("Capability", "TAXIIAPI", "capability--d258afde-7a8a-5917-8b4b-83119d3f8e52"),
            ("Group", "Connectors", "group--599fc7ab-02f4-50c1-94f9-4b68da122010"),
            ("Group", " CONNECTORS ", "group--599fc7ab-02f4-50c1-94f9-4b68da122010"),
            ("Role", "Connector", "role--b375ed46-a11c-56d5-a2d4-0c654f61eeee"),
        ],
    )
    def test_by_name(self, entity_type: str, name: str, expected: str) -> None:
        assert identity.standard_id(entity_type, {"name": name}) == expected

    def test_case_counts_in_an_email(self) -> None:
        lower = identity.standard_id("User", {"user_email": "a@example.org"})
        upper = identity.standard_id("User", {"user_email": "A@example.org"})
        assert lower != upper

    def test_tlp_markings_have_the_ids_of_stix(self) -> None:
        values = {"definition_type": "TLP", "definition": "TLP:RED"}
        expected = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
        assert identity.standard_id("Marking-Definition", values) == expected


class TestReleases:
    def test_are_ordered_by_number(self) -> None:
        in_order = ["5.12.29", "6.0.10", "6.1.0", "6.1.13", "6.9.22", "7.260224.0", "7.260817.0"]
        assert sorted(set(in_order), key=version_key) == in_order

    @pytest.mark.parametrize("text", ["latest", "6", "6.x", ""])
    def test_a_release_is_a_number(self, text: str) -> None:
        with pytest.raises(ValueError, match="not an OpenCTI release"):
            Release(text)

    def test_the_oldest_is_5_12_24(self) -> None:
        with pytest.raises(ValueError, match=r"5\.12\.24 and later, not 5\.12\.23"):
            Release("5.12.23")

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
        old, new = (build_schema(Release(release)).capabilities[field] for release in ("7.260227.0", "7.260817.0"))
        assert f"SETTINGS_{capability}" in set(new) - set(old)


class TestFreshPlatform:
    @pytest.mark.parametrize(("release", "counts"), RELEASES.items())
    def test_capabilities(self, release: str, counts: tuple[int, int]) -> None:
        server = InProcess(release)
        answer = server("{ capabilities(first: 1000) { edges { node { name attribute_order } } } }")
        orders = [edge["node"]["attribute_order"] for edge in answer["capabilities"]["edges"]]
        assert len(orders) == counts[0]
        assert orders == sorted(orders)
        assert len(defaults.roles(Release(release))[-1].capabilities) == counts[1]

    def test_misnamed_capabilities_of_old_releases(self) -> None:
        old, new = (defaults.capabilities(Release(release)) for release in ("6.0.10", "6.2.18"))
        assert "KNOWLEDGE_KNUPDATE_KNOWLEDGE_KNUPDATE_KNORGARESTRICT" in old
        assert {"BYPASSREFERENCE", "TAXIIAPI_SETCSVMAPPERS"} <= old.keys() - new.keys()
        assert {"KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE", "CSVMAPPERS"} <= new.keys() - old.keys()

    def test_tokens_of_connectors_are_accepted_from_7_on(self) -> None:
        old, new = (defaults.roles(Release(release))[-1] for release in ("6.9.22", "7.260227.0"))
        assert set(new.capabilities) - set(old.capabilities) == {"APIACCESS_USETOKEN"}

    @pytest.mark.parametrize("release", RELEASES)
    def test_connectors_group(self, release: str) -> None:
        answer = InProcess(release)(
            """query ($id: String!) { group(id: $id) {
                name auto_new_marking default_assignation
                group_confidence_level { max_confidence overrides { entity_type } }
                roles { edges { node { name capabilities { name } } } }
                allowed_marking { definition } } }""",
            id="group--599fc7ab-02f4-50c1-94f9-4b68da122010",
        )
        group = answer["group"]
        assert (group["name"], group["auto_new_marking"]) == ("Connectors", True)
        assert group["default_assignation"] is False
        assert group["group_confidence_level"] == {"max_confidence": 100, "overrides": []}
        assert [edge["node"]["name"] for edge in group["roles"]["edges"]] == ["Connector"]
        names = {marking["definition"] for marking in group["allowed_marking"]}
        assert {"TLP:CLEAR", "TLP:AMBER+STRICT", "PAP:RED"} <= names

    def test_the_administrator(self) -> None:
        me = InProcess()("{ me { id user_email external capabilities { name } } }")["me"]
        assert me["id"] == "88ec0c6a-13ce-5e39-b486-354fe4a7084f"
        assert (me["user_email"], me["external"]) == ("admin@opencti.io", True)
        assert "BYPASS" in [capability["name"] for capability in me["capabilities"]]


class TestInferredOrganizations:
    READ = "query ($id: String!) { user(id: $id) { objectOrganization { edges { node { name is_inferred } } } } }"
    EDIT = """mutation ($id: ID!, $to: ID!) {{ userEdit(id: $id) {{
        {field}(organizationId: $to) {{ id }} }} }}"""

    def told(self, server: InProcess, user: str) -> list[tuple[str, bool]]:
        edges = server(self.READ, id=user)["user"]["objectOrganization"]["edges"]
        return [(edge["node"]["name"], edge["node"]["is_inferred"]) for edge in edges]

    def test_stay_as_long_as_their_rule_and_can_be_stated(self) -> None:
        server = InProcess()
        user, place = server.add_user("a@example.org"), server.add_organization("Holding")
        server.infer_organization("a@example.org", "Holding")
        assert self.told(server, user) == [("Holding", True)]
        server(self.EDIT.format(field="organizationDelete"), id=user, to=place)
        assert self.told(server, user) == [("Holding", True)]
        server(self.EDIT.format(field="organizationAdd"), id=user, to=place)
        assert self.told(server, user) == [("Holding", False)]
        server(self.EDIT.format(field="organizationDelete"), id=user, to=place)
        assert self.told(server, user) == []

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups, roles, markings and confidence of the OpenCTI sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess

GROUP = """query ($id: String!) { group(id: $id) {
    id standard_id name description default_assignation auto_new_marking default_hidden_types
    group_confidence_level { max_confidence overrides { entity_type max_confidence } }
    allowed_marking { definition } default_marking { entity_type values { definition } }
    roles { edges { node { name } } } members { edges { node { user_email } } } } }"""
ROLE = "query ($id: String!) { role(id: $id) { id name description capabilities { name } } }"
ADD_GROUP = "mutation ($input: GroupAddInput!) { groupAdd(input: $input) { id name } }"
ADD_ROLE = "mutation ($input: RoleAddInput!) { roleAdd(input: $input) { id name description } }"


def read(server: InProcess, group: str) -> dict[str, Any]:
    found: dict[str, Any] = server(GROUP, id=group)["group"]
    return found


def marking_id(definition: str) -> str:
    kind = definition.partition(":")[0]
    values = {"definition_type": kind, "definition": definition}
    return identity.standard_id("Marking-Definition", values)


def level(number: int | None, **overrides: int) -> dict[str, Any]:
    listed = [{"entity_type": k, "max_confidence": v} for k, v in overrides.items()]
    return {"max_confidence": number, "overrides": listed}


class TestGroupAdd:
    def test_confidence_is_mandatory(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()(ADD_GROUP, input={"name": "Readers"})
        assert caught.value.code == "BAD_USER_INPUT"
        assert "group_confidence_level" in caught.value.message

    def test_an_existing_name_gives_the_existing_group(self) -> None:
        server = InProcess()
        first = server.add_group("Readers", description="first", auto_new_marking=False)
        again = server.add_group(
            " readers ",
            description="second",
            default_assignation=True,
            auto_new_marking=True,
            group_confidence_level=level(10),
        )
        assert again == first
        found = read(server, first)
        assert (found["name"], found["description"]) == ("Readers", "second")
        assert not found["default_assignation"]
        assert not found["auto_new_marking"]
        assert found["group_confidence_level"] == level(100)

    def test_blank_names_are_refused_from_6_1_on(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.1.0").add_group("   ")
        assert caught.value.code == "VALIDATION_ERROR"
        InProcess("6.0.10").add_group("x")

    def test_overrides_alone_are_a_level_from_6_1_on(self) -> None:
        InProcess("6.1.0").add_group("Readers", group_confidence_level=level(None, Malware=5))
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.0.10").add_group("Readers", group_confidence_level=level(None))
        assert caught.value.code == "BAD_USER_INPUT"


class TestGroupEdit:
    def test_many_attributes_at_once(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        server.patch(
            "group",
            group,
            {"key": "name", "value": ["Writers"]},
            {"key": "auto_new_marking", "value": ["true"]},
            {"key": "group_confidence_level", "value": [level(30, Report=20)]},
            {"key": "default_hidden_types", "value": ["Malware", "Tool"]},
        )
        found = read(server, group)
        assert (found["name"], found["auto_new_marking"]) == ("Writers", True)
        assert found["group_confidence_level"] == level(30, Report=20)
        assert found["standard_id"] == identity.standard_id("Group", {"name": "Writers"})
        edit = {"key": "default_hidden_types", "value": ["Tool"], "operation": "remove"}
        server.patch("group", group, edit)
        edit = {"key": "default_hidden_types", "value": ["City"], "operation": "add"}
        server.patch("group", group, edit)
        assert read(server, group)["default_hidden_types"] == ["Malware", "City"]

    def test_a_taken_name_is_refused(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        with pytest.raises(GraphQLErrors, match="This update will produce a duplicate"):
            server.patch("group", group, {"key": "name", "value": ["connectors"]})

    def test_a_missing_group(self) -> None:
        with pytest.raises(GraphQLErrors, match="Cant find element to update"):
            InProcess().patch("group", "nothing", {"key": "name", "value": ["x"]})

    def test_an_attribute_of_a_later_release(self) -> None:
        old, new = InProcess("6.2.7"), InProcess("6.2.8")
        edit = {"key": "no_creators", "value": [True]}
        new.patch("group", new.add_group("Readers"), edit)
        with pytest.raises(GraphQLErrors) as caught:
            old.patch("group", old.add_group("Readers"), edit)
        assert caught.value.code == "VALIDATION_ERROR"

    def test_a_list_for_a_single_value(self) -> None:
        server = InProcess()
        edit = {"key": "name", "value": ["a", "b"]}
        with pytest.raises(GraphQLErrors, match="Attribute cannot be multiple"):
            server.patch("group", server.add_group("Readers"), edit)

    def test_relations_from_its_side(self) -> None:
        server = InProcess()
        group, user = server.add_group("Readers"), server.add_user("a@example.org")
        server.relate("group", group, "accesses-to", marking_id("TLP:GREEN"))
        server.relate("group", group, "has-role", server.add_role("Reader"))
        server(
            """mutation ($id: ID!, $user: ID!) { groupEdit(id: $id) { relationAdd(
                input: {relationship_type: "member-of", fromId: $user}) { id } } }""",
            id=group,
            user=user,
        )
        found = read(server, group)
        assert [marking["definition"] for marking in found["allowed_marking"]] == ["TLP:GREEN"]
        assert found["roles"]["edges"] == [{"node": {"name": "Reader"}}]
        assert found["members"]["edges"] == [{"node": {"user_email": "a@example.org"}}]
        server(
            """mutation ($id: ID!, $marking: StixRef!, $user: StixRef!) { groupEdit(id: $id) {
                a: relationDelete(toId: $marking, relationship_type: "accesses-to") { id }
                b: relationDelete(fromId: $user, relationship_type: "member-of") { id } } }""",
            id=group,
            marking=marking_id("TLP:GREEN"),
            user=user,
        )
        found = read(server, group)
        assert (found["allowed_marking"], found["members"]["edges"]) == ([], [])

    def test_default_marking(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        query = """mutation ($id: ID!, $values: [String!]) { groupEdit(id: $id) {
            editDefaultMarking(input: {entity_type: "GLOBAL", values: $values}) { id } } }"""
        server(query, id=group, values=[marking_id("TLP:RED")])
        server(query, id=group, values=[marking_id("TLP:AMBER")])
        expected = [{"entity_type": "GLOBAL", "values": [{"definition": "TLP:AMBER"}]}]
        assert read(server, group)["default_marking"] == expected

    def test_shareable_markings(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        chosen = [
            {"type": "TLP", "value": marking_id("TLP:GREEN")},
            {"type": "PAP", "value": "none"},
        ]
        server.patch("group", group, {"key": "max_shareable_markings", "value": chosen})
        answer = server(
            """query ($id: String!) { group(id: $id) {
                max_shareable_marking { definition } not_shareable_marking_types } }""",
            id=group,
        )
        assert answer["group"] == {
            "max_shareable_marking": [{"definition": "TLP:GREEN"}],
            "not_shareable_marking_types": ["PAP"],
        }

    def test_delete(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        delete = "mutation ($id: ID!) { groupEdit(id: $id) { delete } }"
        assert server(delete, id=group) == {"groupEdit": {"delete": group}}
        with pytest.raises(GraphQLErrors) as caught:
            server(delete, id=group)
        assert caught.value.code == "ALREADY_DELETED_ERROR"


class TestMarkings:
    def test_a_new_one_reaches_groups_that_want_it(self) -> None:
        server = InProcess()
        eager = server.add_group("Eager", auto_new_marking=True)
        other = server.add_group("Other")
        server(
            """mutation { markingDefinitionAdd(input: {
                definition_type: "statement", definition: "ours", x_opencti_order: 1}) { id } }"""
        )
        assert read(server, eager)["allowed_marking"] == [{"definition": "ours"}]
        assert read(server, other)["allowed_marking"] == []

    def test_lower_ones_are_implied_for_a_user_not_listed_for_its_group(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        group = server.platform.rights.groups(server.platform.store.get(user) or {})[0]["id"]
        server.relate("group", group, "accesses-to", marking_id("TLP:AMBER"))
        mine = server("{ me { allowed_marking { definition } } }", token)["me"]["allowed_marking"]
        names = {marking["definition"] for marking in mine}
        assert names == {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"}
        assert read(server, group)["allowed_marking"] == [{"definition": "TLP:AMBER"}]


class TestRoles:
    def test_an_existing_name_gives_the_existing_role(self) -> None:
        server = InProcess()
        answer = server(ADD_ROLE, input={"name": "CONNECTOR"})["roleAdd"]
        assert answer["id"] == server(ROLE, id=identity.standard_id("Role", answer))["role"]["id"]
        assert answer["name"] == "Connector"

    def test_capabilities_are_relations(self) -> None:
        server = InProcess()
        role = server.add_role("Reader", "KNOWLEDGE", "EXPLORE")
        server(
            """mutation ($id: ID!, $to: StixRef!) { roleEdit(id: $id) {
                relationDelete(toId: $to, relationship_type: "has-capability") { id } } }""",
            id=role,
            to=identity.standard_id("Capability", {"name": "EXPLORE"}),
        )
        assert server(ROLE, id=role)["role"]["capabilities"] == [{"name": "KNOWLEDGE"}]

    def test_capabilities_in_draft_from_6_9_on(self) -> None:
        knowledge = identity.standard_id("Capability", {"name": "KNOWLEDGE"})
        server = InProcess("6.9.0")
        role = server.add_role("Reader")
        server.relate("role", role, "has-capability-in-draft", knowledge)
        answer = server(
            """query ($id: String!) { role(id: $id) {
                capabilities { name } capabilitiesInDraft { name } } }""",
            id=role,
        )
        assert answer["role"] == {
            "capabilities": [],
            "capabilitiesInDraft": [{"name": "KNOWLEDGE"}],
        }
        old = InProcess("6.8.17")
        with pytest.raises(GraphQLErrors, match="Only internal-relationship"):
            old.relate("role", old.add_role("Reader"), "has-capability-in-draft", knowledge)


class TestConfidence:
    EFFECTIVE = """query ($id: String!) { user(id: $id) { effective_confidence_level {
        max_confidence overrides { entity_type max_confidence } source { type } } } }"""

    def member(self, server: InProcess, *levels: dict[str, Any]) -> str:
        groups = [server.add_group(f"group {number}", group_confidence_level=one) for number, one in enumerate(levels)]
        user = server.add_user("a@example.org", groups=groups)
        server(
            """mutation ($id: ID!, $group: StixRef!) { userEdit(id: $id) {
                relationDelete(toId: $group, relationship_type: "member-of") { id } } }""",
            id=user,
            group=identity.standard_id("Group", {"name": "Default"}),
        )
        return user

    @pytest.mark.parametrize(("release", "expected"), [("5.12.29", 20), ("6.0.0", 70)])
    def test_which_group_counts(self, release: str, expected: int) -> None:
        server = InProcess(release)
        user = self.member(server, level(20), level(70))
        query = """query ($id: String!) { user(id: $id) {
            effective_confidence_level { max_confidence } } }"""
        found = server(query, id=user)["user"]["effective_confidence_level"]
        assert found == {"max_confidence": expected}

    def test_the_user_beats_its_groups(self) -> None:
        server = InProcess()
        user = self.member(server, level(70, Malware=60, Tool=5))
        own = level(30, Malware=40)
        server.patch("user", user, {"key": "user_confidence_level", "value": [own]})
        found = server(self.EFFECTIVE, id=user)["user"]["effective_confidence_level"]
        assert (found["max_confidence"], found["source"]) == (30, {"type": "User"})
        overrides = {o["entity_type"]: o["max_confidence"] for o in found["overrides"]}
        assert overrides == {"Malware": 40, "Tool": 5}

    def test_no_level_at_all(self) -> None:
        server = InProcess()
        user = self.member(server, level(None))
        assert server(self.EFFECTIVE, id=user) == {"user": {"effective_confidence_level": None}}

    def test_who_bypasses_everything_has_100(self) -> None:
        server = InProcess()
        user, _token = server.user_who_may("BYPASS")
        server.patch("user", user, {"key": "user_confidence_level", "value": [level(10)]})
        found = server(self.EFFECTIVE, id=user)["user"]["effective_confidence_level"]
        assert (found["max_confidence"], found["source"]) == (100, {"type": "Bypass"})

    def test_flags_count_when_every_group_has_them(self) -> None:
        server = InProcess()
        user = self.member(server, level(1), level(1))
        query = "query ($id: String!) { user(id: $id) { no_creators restrict_delete } }"
        for number, expected in ((0, False), (1, True)):
            group = identity.standard_id("Group", {"name": f"group {number}"})
            server.patch("group", group, {"key": "no_creators", "value": [True]})
            assert server(query, id=user)["user"]["no_creators"] is expected

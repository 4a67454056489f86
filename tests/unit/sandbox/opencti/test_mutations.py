# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups, roles and the own account: what their mutations do."""

from __future__ import annotations

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import ADD_ROLE, LOGIN, ROLE, code_of, level, marking_id, read_group


class TestGroupAdd:
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
        found = read_group(server, first)
        assert (found["name"], found["description"]) == ("Readers", "second")
        assert not found["default_assignation"]
        assert not found["auto_new_marking"]
        assert found["group_confidence_level"] == level(100)


class TestGroupEdit:
    def test_a_missing_group(self) -> None:
        with pytest.raises(GraphQLErrors, match="Cant find element to update"):
            InProcess().patch("group", "nothing", {"key": "name", "value": ["x"]})

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
        found = read_group(server, group)
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
        found = read_group(server, group)
        assert (found["allowed_marking"], found["members"]["edges"]) == ([], [])

    def test_default_marking(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        query = """mutation ($id: ID!, $values: [String!]) { groupEdit(id: $id) {
            editDefaultMarking(input: {entity_type: "GLOBAL", values: $values}) { id } } }"""
        server(query, id=group, values=[marking_id("TLP:RED")])
        server(query, id=group, values=[marking_id("TLP:AMBER")])
        expected = [{"entity_type": "GLOBAL", "values": [{"definition": "TLP:AMBER"}]}]
        assert read_group(server, group)["default_marking"] == expected


class TestRoles:
    def test_an_existing_name_gives_the_existing_role(self) -> None:
        server = InProcess()
        answer = server(ADD_ROLE, input={"name": "CONNECTOR"})["roleAdd"]
        assert answer["id"] == server(ROLE, id=identity.standard_id("Role", answer))["role"]["id"]
        assert answer["name"] == "Connector"


class TestOwnAccount:
    def test_a_password_change_needs_the_current_one(self) -> None:
        server = InProcess("6.9.22")
        user = server.add_user("a@example.org", password="right")
        edit = """mutation ($old: String) { meEdit(password: $old, input: [
            {key: "password", value: ["new"]}]) { id } }"""
        token = server.token(user)
        with pytest.raises(GraphQLErrors, match="current password you have provided"):
            server(edit, token, old="wrong")
        server(edit, token, old="right")
        server(LOGIN, None, email="a@example.org", password="new")

    @pytest.mark.parametrize("key", ["api_token", "user_email", "external", "account_status"])
    def test_what_it_may_not_change(self, key: str) -> None:
        server = InProcess("6.9.22")
        token = server.user_who_may("KNOWLEDGE")[1]
        edit = "mutation ($input: [EditInput]!) { meEdit(input: $input) { id } }"
        found = code_of(server, edit, token, input=[{"key": key, "value": ["x"]}])
        assert found == "FORBIDDEN_ACCESS"

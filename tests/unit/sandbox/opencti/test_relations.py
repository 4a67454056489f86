# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`relationAdd`, `relationDelete` and `delete`."""

from __future__ import annotations

import uuid

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import ROLE, groups_of


class TestUsers:
    def test_adding_twice_gives_the_same_relation(self) -> None:
        server = InProcess()
        user, group = server.add_user("a@example.org"), server.add_group("Readers")
        first = server.relate("user", user, "member-of", group)
        assert server.relate("user", user, "member-of", group) == first
        assert groups_of(server, user) == {"Default", "Readers"}

    def test_deleting_what_is_not_there_is_no_error(self) -> None:
        server = InProcess()
        user, group = server.add_user("a@example.org"), server.add_group("Readers")
        self.delete(server, user, group)
        assert groups_of(server, user) == {"Default"}

    def test_deleting_towards_nothing_trips_the_server(self) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors) as caught:
            self.delete(server, server.add_user("a@example.org"), str(uuid.uuid4()))
        assert caught.value.code == "INTERNAL_SERVER_ERROR"

    def test_only_internal_relations(self) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors, match="Only internal-relationship can be added"):
            server.relate("user", server.add_user("a@example.org"), "uses", identity.ADMIN_ID)

    def test_only_between_fitting_types(self) -> None:
        server = InProcess()
        role = identity.standard_id("Role", {"name": "Connector"})
        with pytest.raises(GraphQLErrors) as caught:
            server.relate("user", server.add_user("a@example.org"), "member-of", role)
        assert caught.value.code == "FUNCTIONAL_ERROR"

    @staticmethod
    def delete(server: InProcess, user: str, group: str) -> None:
        query = """mutation ($id: ID!, $to: StixRef!) { userEdit(id: $id) {
            relationDelete(toId: $to, relationship_type: "member-of") { id } } }"""
        server(query, id=user, to=group)


class TestGroups:
    def test_delete(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        delete = "mutation ($id: ID!) { groupEdit(id: $id) { delete } }"
        assert server(delete, id=group) == {"groupEdit": {"delete": group}}
        with pytest.raises(GraphQLErrors) as caught:
            server(delete, id=group)
        assert caught.value.code == "ALREADY_DELETED_ERROR"


class TestRoles:
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

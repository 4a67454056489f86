# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of a document: how often root fields may stand in it, their order, constraints of their input."""

from __future__ import annotations

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess

TWICE = """mutation ($id: ID!) {
    a: userEdit(id: $id) { fieldPatch(input: [{key: "firstname", value: ["A"]}]) { id } }
    b: userEdit(id: $id) { fieldPatch(input: [{key: "lastname", value: ["B"]}]) { id } } }"""


class TestDocuments:
    @pytest.mark.parametrize("release", ["6.1.0", "7.260817.0"])
    def test_a_root_mutation_may_stand_once(self, release: str) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess(release)(TWICE, id=identity.ADMIN_ID)
        message = "Allowed number of calls for Mutation->userEdit has been exceeded (max: 1)"
        assert (caught.value.code, caught.value.message) == ("GRAPHQL_VALIDATION_FAILED", message)

    def test_before_6_1_any_number_may(self) -> None:
        InProcess("6.0.10")(TWICE, id=identity.ADMIN_ID)

    def test_a_root_query_may_stand_twice(self) -> None:
        server = InProcess()
        server("{ a: me { id } b: me { id } }")
        with pytest.raises(GraphQLErrors, match=r"Query->me has been exceeded \(max: 2\)"):
            server("{ a: me { id } b: me { id } c: me { id } }")

    def test_nested_fields_are_not_counted(self) -> None:
        server = InProcess()
        groups = [server.add_group(f"group {number}") for number in range(3)]
        user = server.add_user("a@example.org", prevent_default_groups=True)
        fields = " ".join(
            f'g{n}: relationAdd(input: {{relationship_type: "member-of", toId: "{g}"}}) {{ id }}'
            for n, g in enumerate(groups)
        )
        server(f"mutation ($id: ID!) {{ userEdit(id: $id) {{ {fields} }} }}", id=user)
        query = "query ($id: String!) { user(id: $id) { groups { pageInfo { globalCount } } } }"
        assert server(query, id=user)["user"]["groups"]["pageInfo"]["globalCount"] == 3

    def test_root_mutations_run_in_order(self) -> None:
        answer = InProcess()(
            """mutation ($id: ID!, $input: GroupAddInput!) {
                groupAdd(input: $input) { id }
                groupEdit(id: $id) { fieldPatch(input: [{key: "description", value: ["x"]}]) {
                    description } } }""",
            id=identity.standard_id("Group", {"name": "Readers"}),
            input={
                "name": "Readers",
                "group_confidence_level": {"max_confidence": 1, "overrides": []},
            },
        )
        assert answer["groupEdit"]["fieldPatch"] == {"description": "x"}

    def test_the_schema_cannot_be_asked_for(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()("{ __schema { types { name } } }")
        assert caught.value.code == "FORBIDDEN_ACCESS"
        assert InProcess()("{ me { __typename } }") == {"me": {"__typename": "MeUser"}}


class TestConstraints:
    def test_blank_names_are_refused_from_6_1_on(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.1.0").add_group("   ")
        assert caught.value.code == "VALIDATION_ERROR"
        InProcess("6.0.10").add_group("x")

    @pytest.mark.parametrize("values", [{"name": "x"}, {"user_email": "nobody"}])
    def test_constraints(self, values: dict[str, str]) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess().add_user(values.pop("user_email", "a@example.org"), **values)
        assert caught.value.code == "VALIDATION_ERROR"

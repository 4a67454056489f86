# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the OpenCTI sandbox makes of HTTP requests and of GraphQL documents."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sandbox.fixture import SandboxProcess, start_sandbox
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess

__all__ = ["start_sandbox"]

ME = {"query": "{ me { id } }"}
NOT_ALLOWED = {"query": '{ user(id: "x") { id } }'}
TWICE = """mutation ($id: ID!) {
    a: userEdit(id: $id) { fieldPatch(input: [{key: "firstname", value: ["A"]}]) { id } }
    b: userEdit(id: $id) { fieldPatch(input: [{key: "lastname", value: ["B"]}]) { id } } }"""


class TestStatus:
    @pytest.mark.parametrize("release", ["5.12.29", "6.9.22", "7.260817.0"])
    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("{ user { id } }", "GRAPHQL_VALIDATION_FAILED"),
            ("query ($id: String!) { user(id: $id) { id } }", "BAD_USER_INPUT"),
            ('mutation { userEdit(id: "x") { delete } }', None),
        ],
    )
    def test_every_error_of_graphql_is_a_200(self, release: str, query: str, code: str | None) -> None:
        answer = InProcess(release).post({"query": query})
        assert answer.status_code == 200
        error = answer.json()["errors"][0]
        if code is not None:
            assert error["extensions"]["code"] == code

    @pytest.mark.parametrize("release", ["5.12.29", "7.260817.0"])
    @pytest.mark.parametrize("body", [b"", b"{", b"null", b"[1]", b'{"query": 5}', b"[]"])
    def test_what_is_no_operation_is_a_400(self, release: str, body: bytes) -> None:
        assert InProcess(release).post(body).status_code == 400

    @pytest.mark.parametrize("variables", [[1], "x", {"id": [2]}])
    def test_odd_variables_are_no_500(self, variables: Any) -> None:
        body = {"query": NOT_ALLOWED["query"], "variables": variables}
        assert InProcess().post(body).status_code == 200

    def test_get_is_a_405(self) -> None:
        assert InProcess().post(ME, method="GET").status_code == 405

    def test_too_many_requests_are_a_429(self) -> None:
        server = InProcess(requests_per_second=2)
        assert [server.post(ME).status_code for _each in range(3)] == [200, 200, 429]
        assert "message" in server.post(ME).json()
        server.clock.advance(1)
        assert server.post(ME).status_code == 200


class TestErrorShape:
    @pytest.mark.parametrize("release", ["5.12.29", "6.2.12"])
    def test_up_to_6_2_12_code_and_data_lie_open(self, release: str) -> None:
        error = InProcess(release).post(NOT_ALLOWED, None).json()["errors"][0]
        assert set(error) == {"message", "name", "data"}
        assert error["name"] == "AUTH_REQUIRED"
        assert error["data"] == {"http_status": 401, "genre": "TECHNICAL"}

    @pytest.mark.parametrize("release", ["6.2.14", "7.260817.0"])
    def test_from_6_2_14_on_they_are_extensions(self, release: str) -> None:
        error = InProcess(release).post(NOT_ALLOWED, None).json()["errors"][0]
        assert error["name"] == "AUTH_REQUIRED"
        assert error["extensions"] == {
            "code": "AUTH_REQUIRED",
            "data": {"http_status": 401, "genre": "TECHNICAL"},
        }

    def test_errors_come_with_what_could_be_done(self) -> None:
        body = {"query": '{ about { version } group(id: "x") { id } }'}
        server = InProcess()
        token = server.user_who_may("KNOWLEDGE")[1]
        answer = server.post(body, token).json()
        assert answer["data"] == {"about": {"version": "7.260817.0"}, "group": None}
        assert len(answer["errors"]) == 1


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

    @pytest.mark.parametrize(("release", "status"), [("6.2.12", 200), ("6.2.14", 400)])
    def test_lists_of_operations(self, release: str, status: int) -> None:
        answer = InProcess(release).post([ME, ME])
        assert answer.status_code == status
        if status == 200:
            assert [entry["data"]["me"]["id"] for entry in answer.json()] == [identity.ADMIN_ID] * 2
        else:
            assert answer.json()["errors"][0]["message"] == "Operation batching disabled."

    def test_the_schema_cannot_be_asked_for(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()("{ __schema { types { name } } }")
        assert caught.value.code == "FORBIDDEN_ACCESS"
        assert InProcess()("{ me { __typename } }") == {"me": {"__typename": "MeUser"}}

    def test_an_id_that_can_be_none(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess()(
                """mutation ($to: StixRef!) { userEdit(id: "x") {
                    relationDelete(toId: $to, relationship_type: "member-of") { id } } }""",
                to="group-name",
            )
        assert caught.value.code == "BAD_USER_INPUT"


class TestOverHttps:
    def post(self, server: SandboxProcess, token: str, query: str) -> Any:
        trust = ssl.create_default_context(cafile=str(server.ca_file))
        with httpx.Client(verify=trust, base_url=server.url) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return client.post("/graphql", json={"query": query}, headers=headers).json()

    def test_the_command_line(self, start_sandbox: Callable[..., SandboxProcess]) -> None:
        server = start_sandbox("opencti", "--server-version", "6.5.2")
        [greeting] = server.greeting
        words, token = greeting.rsplit(" ", 1)
        assert words == "admin token"
        answer = self.post(server, token, "{ about { version } me { user_email } }")
        assert answer["data"]["about"] == {"version": "6.5.2"}
        assert answer["data"]["me"] == {"user_email": "admin@opencti.io"}
        [entry] = server.requests()
        assert (entry["path"], entry["status"], entry["user"]) == (
            "/graphql",
            200,
            "admin@opencti.io",
        )
        assert token not in json.dumps(entry)

    def test_a_chosen_token_and_faults(self, start_sandbox: Callable[..., SandboxProcess], tmp_path: Path) -> None:
        chosen = "11111111-2222-4333-8444-555555555555"
        script = tmp_path / "faults.yml"
        script.write_text("- {contains: publicSettings, fault: expire_tokens}\n")
        options = ("--admin-token", chosen, "--fault", str(script))
        server = start_sandbox("opencti", *options)
        assert server.greeting == [f"admin token {chosen}"]
        assert "errors" not in self.post(server, chosen, "{ me { id } }")
        self.post(server, chosen, "{ publicSettings { id } }")
        assert self.post(server, chosen, "{ me { id } }")["errors"][0]["name"] == "AUTH_REQUIRED"

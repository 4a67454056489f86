# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: what is an operation, what is too much, lists of operations, sessions in cookies."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import InProcess
from unit.sandbox.opencti.documents import NOT_ALLOWED

ME = {"query": "{ me { id } }"}


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


class TestBatches:
    @pytest.mark.parametrize(("release", "status"), [("6.2.12", 200), ("6.2.14", 400)])
    def test_lists_of_operations(self, release: str, status: int) -> None:
        answer = InProcess(release).post([ME, ME])
        assert answer.status_code == status
        if status == 200:
            assert [entry["data"]["me"]["id"] for entry in answer.json()] == [identity.ADMIN_ID] * 2
        else:
            assert answer.json()["errors"][0]["message"] == "Operation batching disabled."


class TestSessions:
    @pytest.mark.parametrize(("release", "opened"), [("6.5.2", True), ("6.6.0", False)])
    def test_tokens_opened_them_once(self, release: str, opened: bool) -> None:
        answer = InProcess(release).post({"query": "{ me { id } }"})
        assert ("opencti_session" in answer.cookies) is opened

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh platform, logins, and who sent a request."""

from __future__ import annotations

import base64

import pytest
from sandbox.opencti import identity
from sandbox.opencti.store import iso
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import LOGIN, read_group, read_user


class TestFresh:
    def test_the_administrator(self) -> None:
        me = InProcess()("{ me { id user_email external capabilities { name } } }")["me"]
        assert me["id"] == "88ec0c6a-13ce-5e39-b486-354fe4a7084f"
        assert (me["user_email"], me["external"]) == ("admin@opencti.io", True)
        assert "BYPASS" in [capability["name"] for capability in me["capabilities"]]


class TestMarkings:
    def test_a_new_one_reaches_groups_that_want_it(self) -> None:
        server = InProcess()
        eager = server.add_group("Eager", auto_new_marking=True)
        other = server.add_group("Other")
        server(
            """mutation { markingDefinitionAdd(input: {
                definition_type: "statement", definition: "ours", x_opencti_order: 1}) { id } }"""
        )
        assert read_group(server, eager)["allowed_marking"] == [{"definition": "ours"}]
        assert read_group(server, other)["allowed_marking"] == []


class TestCaller:
    @pytest.mark.parametrize("token", [None, "wrong", ""])
    def test_without_a_valid_token_the_request_is_nobodys(self, token: str | None) -> None:
        answer = InProcess().post({"query": "{ me { id } }"}, token)
        assert answer.status_code == 200
        error = answer.json()["errors"][0]
        assert error["name"] == error["extensions"]["code"] == "AUTH_REQUIRED"
        assert error["extensions"]["data"]["http_status"] == 401

    def test_impersonation_is_for_who_bypasses_everything(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        body = {"query": "{ me { id } }"}
        answer = server.post(body, opencti_applicant_id=user)
        assert answer.json()["data"]["me"]["id"] == user
        answer = server.post(body, token, opencti_applicant_id=identity.ADMIN_ID)
        assert answer.json()["data"]["me"]["id"] == user

    def test_an_inactive_account_is_nobody(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        assert server("{ me { id } }", token)["me"]["id"] == user
        server.patch("user", user, {"key": "account_status", "value": ["Inactive"]})
        with pytest.raises(GraphQLErrors) as caught:
            server("{ me { id } }", token)
        assert caught.value.code == "AUTH_REQUIRED"

    def test_a_date_comes_by_itself(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        soon = iso(server.clock.now() + 60)
        server.patch("user", user, {"key": "account_lock_after_date", "value": [soon]})
        assert server("{ me { id } }", token)["me"]["id"] == user
        server.clock.advance(61)
        with pytest.raises(GraphQLErrors, match="You must be logged in"):
            server("{ me { id } }", token)
        assert read_user(server, user)["account_status"] == "Active"

    @pytest.mark.parametrize(("release", "exempt"), [("6.8.17", True), ("6.9.0", False)])
    def test_who_needs_one(self, release: str, exempt: bool) -> None:
        server = InProcess(release)
        manager, token = server.user_who_may("SETTINGS_SETACCESSES")
        reader, reader_token = server.user_who_may("KNOWLEDGE")
        server.platform.settings["platform_organization"] = server.add_organization("Acme")
        with pytest.raises(GraphQLErrors, match="You must be logged in"):
            server("{ me { id } }", reader_token)
        if exempt:
            assert server("{ me { id } }", token)["me"]["id"] == manager
        else:
            with pytest.raises(GraphQLErrors, match="You must be logged in"):
                server("{ me { id } }", token)
        server.platform.store.relate("participate-to", reader, server.platform.settings["platform_organization"])
        assert server("{ me { id } }", reader_token)["me"]["id"] == reader


class TestLogin:
    def test_gives_the_plain_token(self) -> None:
        server = InProcess("6.9.22")
        user = server.add_user("a@example.org", password="right")
        answer = server(LOGIN, None, email="A@EXAMPLE.ORG", password="right")
        assert answer == {"token": server.token(user)}

    def test_gives_a_session_only_where_tokens_have_names(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org", password="right")
        body = {"query": LOGIN, "variables": {"email": "a@example.org", "password": "right"}}
        answer = server.post(body, None)
        assert answer.json() == {"data": {"token": None}}
        cookies = dict(answer.cookies)
        me = {"query": "{ me { id } }"}
        assert server.post(me, None, cookies=cookies).json()["data"]["me"]["id"] == user
        server("mutation ($id: ID!) { userSessionsKill(id: $id) }", id=user)
        assert "errors" in server.post(me, None, cookies=cookies).json()

    @pytest.mark.parametrize("email", ["a@example.org", "nobody@example.org"])
    def test_wrong(self, email: str) -> None:
        server = InProcess("6.9.22")
        server.add_user("a@example.org", password="right")
        with pytest.raises(GraphQLErrors) as caught:
            server(LOGIN, None, email=email, password="wrong")
        assert caught.value.code == "AUTH_FAILURE"

    def test_once_a_second_from_7_260428_on(self) -> None:
        old, new = InProcess("7.260427.0"), InProcess("7.260428.0")
        for server in (old, new):
            server.add_user("a@example.org", password="right")
            server(LOGIN, None, email="a@example.org", password="right")
        old(LOGIN, None, email="a@example.org", password="right")
        with pytest.raises(GraphQLErrors, match="Too many requests"):
            new(LOGIN, None, email="a@example.org", password="right")
        new.clock.advance(1)
        new(LOGIN, None, email="a@example.org", password="right")

    def test_name_and_password_in_the_header(self) -> None:
        server = InProcess("6.9.22")
        user = server.add_user("a@example.org", password="right")
        secret = base64.b64encode(b"a@example.org:right").decode()
        answer = server.post({"query": "{ me { id } }"}, None, Authorization=f"Basic {secret}")
        assert answer.json()["data"]["me"]["id"] == user

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what on the OpenCTI sandbox; both token models; logins and sessions."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess

USERS = "{ users { edges { node { id } } } }"
MARKINGS = "{ markingDefinitions { edges { node { id } } } }"
ORGANIZATIONS = "{ organizations { edges { node { id } } } }"
LOGIN = """mutation ($email: String!, $password: String!) {
    token(input: {email: $email, password: $password}) }"""
TOKENS = """query ($id: String!) { user(id: $id) {
    api_tokens { id name expires_at masked_token last_used_at } } }"""
ADD_TOKEN = """mutation ($id: ID!, $name: String!, $duration: TokenDuration!) {
    userAdminTokenAdd(userId: $id, input: {name: $name, duration: $duration}) {
        token_id plaintext_token masked_token expires_at } }"""
REVOKE_TOKEN = "mutation ($user: ID!, $id: ID!) { userAdminTokenRevoke(userId: $user, id: $id) }"


def code_of(server: InProcess, query: str, token: str | None, **variables: Any) -> str | None:
    try:
        server(query, token, **variables)
    except GraphQLErrors as error:
        return error.code
    return None


class TestCapabilities:
    @pytest.mark.parametrize("token", [None, "wrong", ""])
    def test_without_a_valid_token_the_request_is_nobodys(self, token: str | None) -> None:
        answer = InProcess().post({"query": "{ me { id } }"}, token)
        assert answer.status_code == 200
        error = answer.json()["errors"][0]
        assert error["name"] == error["extensions"]["code"] == "AUTH_REQUIRED"
        assert error["extensions"]["data"]["http_status"] == 401

    @pytest.mark.parametrize(
        ("capabilities", "expected"),
        [
            (["SETTINGS_SETACCESSES"], None),
            (["BYPASS"], None),
            (["SETTINGS"], "FORBIDDEN_ACCESS"),
            (["KNOWLEDGE_KNUPDATE"], "FORBIDDEN_ACCESS"),
        ],
    )
    def test_users_need_setaccesses(self, capabilities: list[str], expected: str | None) -> None:
        server = InProcess()
        assert code_of(server, USERS, server.user_who_may(*capabilities)[1]) == expected

    def test_a_longer_capability_implies_its_prefix(self) -> None:
        server = InProcess()
        _user, token = server.user_who_may("KNOWLEDGE_KNUPDATE_KNDELETE")
        assert code_of(server, MARKINGS, token) is None

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

    def test_rights_follow_a_change_at_once(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        assert code_of(server, USERS, token) == "FORBIDDEN_ACCESS"
        server.relate("user", user, "member-of", identity.standard_id("Group", {"name": "Administrators"}))
        assert code_of(server, USERS, token) is None

    def test_impersonation_is_for_who_bypasses_everything(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        body = {"query": "{ me { id } }"}
        answer = server.post(body, opencti_applicant_id=user)
        assert answer.json()["data"]["me"]["id"] == user
        answer = server.post(body, token, opencti_applicant_id=identity.ADMIN_ID)
        assert answer.json()["data"]["me"]["id"] == user


class TestPlainTokens:
    RENEW = "mutation ($id: ID!) { userEdit(id: $id) { tokenRenew { api_token } } }"

    @pytest.mark.parametrize("release", ["5.12.29", "6.9.22"])
    def test_one_that_can_be_read_and_renewed(self, release: str) -> None:
        server = InProcess(release)
        user, old = server.user_who_may("KNOWLEDGE")
        assert server("{ me { id api_token } }", old)["me"] == {"id": user, "api_token": old}
        new = server(self.RENEW, id=user)["userEdit"]["tokenRenew"]["api_token"]
        assert new == server.token(user) != old
        assert code_of(server, "{ me { id } }", old) == "AUTH_REQUIRED"
        assert code_of(server, "{ me { id } }", new) is None

    def test_a_chosen_one_can_be_set(self) -> None:
        server = InProcess("6.9.22")
        user = server.add_user("a@example.org")
        chosen = "11111111-2222-4333-8444-555555555555"
        server.patch("user", user, {"key": "api_token", "value": [chosen]})
        assert server("{ me { id } }", chosen)["me"]["id"] == user

    def test_the_configured_administrator_keeps_its_own_from_6_4_11_on(self) -> None:
        with pytest.raises(GraphQLErrors, match="Cannot renew token of admin user"):
            InProcess("6.4.11")(self.RENEW, id=identity.ADMIN_ID)
        InProcess("6.2.18")(self.RENEW, id=identity.ADMIN_ID)


class TestNamedTokens:
    def test_a_new_user_has_none(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        assert server(TOKENS, id=user) == {"user": {"api_tokens": []}}

    def test_the_value_is_shown_once(self) -> None:
        server = InProcess()
        user = server.user_who_may("KNOWLEDGE")[0]
        made = server(ADD_TOKEN, id=user, name="mine", duration="UNLIMITED")["userAdminTokenAdd"]
        value = made["plaintext_token"]
        assert value.startswith("flgrn_octi_tkn_")
        assert len(value) == len("flgrn_octi_tkn_") + 64
        assert made["masked_token"] == f"****{value[-4:]}"
        assert server("{ me { id } }", value)["me"]["id"] == user
        listed = server(TOKENS, id=user)["user"]["api_tokens"]
        entry = next(token for token in listed if token["id"] == made["token_id"])
        assert (entry["name"], entry["masked_token"]) == ("mine", made["masked_token"])
        assert entry["last_used_at"] is not None
        assert value not in str(server.platform.store.get(user))

    def test_names_need_not_be_unique_and_each_can_be_revoked(self) -> None:
        server = InProcess()
        user = server.user_who_may("KNOWLEDGE")[0]
        first, second = (
            server(ADD_TOKEN, id=user, name="same", duration="DAYS_30")["userAdminTokenAdd"] for _each in range(2)
        )
        answer = server(REVOKE_TOKEN, user=user, id=first["token_id"])
        assert answer == {"userAdminTokenRevoke": first["token_id"]}
        assert code_of(server, "{ me { id } }", first["plaintext_token"]) == "AUTH_REQUIRED"
        assert code_of(server, "{ me { id } }", second["plaintext_token"]) is None

    @pytest.mark.parametrize("days", [30, 60, 90, 365])
    def test_they_end(self, days: int) -> None:
        server = InProcess()
        user = server.user_who_may("KNOWLEDGE")[0]
        token = server.token(user, f"DAYS_{days}")
        server.clock.advance(days * 86400 - 1)
        assert code_of(server, "{ me { id } }", token) is None
        server.clock.advance(1)
        assert code_of(server, "{ me { id } }", token) == "AUTH_REQUIRED"

    def test_without_the_capability_to_use_them_the_request_is_nobodys(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        server.relate("group", group, "has-role", server.add_role("Reader", "KNOWLEDGE"))
        user = server.add_user("a@example.org", groups=[group], prevent_default_groups=True)
        assert code_of(server, "{ me { id } }", server.token(user)) == "AUTH_REQUIRED"

    def test_the_administrator_has_the_one_of_old(self) -> None:
        listed = InProcess()(TOKENS, id=identity.ADMIN_ID)["user"]["api_tokens"]
        assert [(token["id"], token["name"]) for token in listed] == [
            (f"base_token_{identity.ADMIN_ID}", "Legacy Token")
        ]

    def test_own_tokens(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        made = server(
            """mutation { userTokenAdd(input: {name: "own", duration: DAYS_90}) {
                token_id plaintext_token } }""",
            token,
        )["userTokenAdd"]
        assert server("{ me { id } }", made["plaintext_token"])["me"]["id"] == user
        server("mutation ($id: ID!) { userTokenRevoke(id: $id) }", token, id=made["token_id"])
        assert code_of(server, "{ me { id } }", made["plaintext_token"]) == "AUTH_REQUIRED"

    def test_a_user_and_its_token_in_one_request(self) -> None:
        server = InProcess()
        answer = server(
            """mutation ($id: ID!) {
                userAdd(input: {user_email: "a@example.org", name: "aa", password: "x"}) { id }
                userAdminTokenAdd(userId: $id, input: {name: "one", duration: DAYS_60}) {
                    token_id } }""",
            id=identity.standard_id("User", {"user_email": "a@example.org"}),
        )
        tokens = server(TOKENS, id=answer["userAdd"]["id"])["user"]["api_tokens"]
        assert [token["id"] for token in tokens] == [answer["userAdminTokenAdd"]["token_id"]]


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


class TestSessions:
    @pytest.mark.parametrize(("release", "opened"), [("6.5.2", True), ("6.6.0", False)])
    def test_tokens_opened_them_once(self, release: str, opened: bool) -> None:
        answer = InProcess(release).post({"query": "{ me { id } }"})
        assert ("opencti_session" in answer.cookies) is opened

    def test_are_killed_by_the_internal_id_only(self) -> None:
        server = InProcess("6.4.11")
        user, token = server.user_who_may("KNOWLEDGE")
        server("{ me { id } }", token)
        kill = "mutation ($id: ID!) { userSessionsKill(id: $id) }"
        email = (server.platform.store.get(user) or {})["user_email"]
        by_standard_id = server(kill, id=identity.standard_id("User", {"user_email": email}))
        assert by_standard_id == {"userSessionsKill": []}
        assert len(server(kill, id=user)["userSessionsKill"]) == 1

    def test_are_listed_and_end(self) -> None:
        server = InProcess("6.4.11")
        user, token = server.user_who_may("KNOWLEDGE")
        server("{ me { id } }", token)
        query = "query ($id: String!) { user(id: $id) { sessions { id ttl originalMaxAge } } }"
        [session] = server(query, id=user)["user"]["sessions"]
        assert session["ttl"] == session["originalMaxAge"] == 1200
        server.clock.advance(1200)
        assert server(query, id=user)["user"]["sessions"] == []


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

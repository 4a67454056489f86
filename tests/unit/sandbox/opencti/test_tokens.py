# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""API tokens in both models."""

from __future__ import annotations

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import code_of

TOKENS = """query ($id: String!) { user(id: $id) {
    api_tokens { id name expires_at masked_token last_used_at } } }"""
ADD_TOKEN = """mutation ($id: ID!, $name: String!, $duration: TokenDuration!) {
    userAdminTokenAdd(userId: $id, input: {name: $name, duration: $duration}) {
        token_id plaintext_token masked_token expires_at } }"""
REVOKE_TOKEN = "mutation ($user: ID!, $id: ID!) { userAdminTokenRevoke(userId: $user, id: $id) }"


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

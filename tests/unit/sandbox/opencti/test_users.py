# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: create, edit, join, leave, delete."""

from __future__ import annotations

import uuid

import pytest
from sandbox.opencti import identity
from sandbox.opencti.store import iso
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import MEMBERSHIP, USER, groups_of, read_user


class TestCreate:
    def test_defaults(self) -> None:
        server = InProcess()
        user = read_user(server, server.add_user("connector@example.org"))
        assert user["external"] is False
        assert (user["account_status"], user["language"]) == ("Active", "auto")
        assert user["user_confidence_level"] is None
        assert user["standard_id"] == identity.standard_id("User", user)

    def test_the_email_is_made_lower_case(self) -> None:
        server = InProcess()
        assert read_user(server, server.add_user("Mixed@Example.ORG"))["user_email"] == ("mixed@example.org")

    @pytest.mark.parametrize("email", ["a@example.org", "A@example.org", "á@example.org"])
    def test_a_taken_email_is_refused(self, email: str) -> None:
        server = InProcess()
        first = server.add_user("a@example.org")
        with pytest.raises(GraphQLErrors) as caught:
            server.add_user(email)
        assert (caught.value.code, caught.value.message) == (
            "FUNCTIONAL_ERROR",
            "User already exists",
        )
        assert caught.value.data["user_id"] == first

    def test_old_releases_name_the_email_instead(self) -> None:
        server = InProcess("6.0.10")
        server.add_user("a@example.org")
        with pytest.raises(GraphQLErrors) as caught:
            server.add_user("a@example.org")
        assert "user_id" not in caught.value.data
        assert caught.value.data["email"] == "a@example.org"

    def test_groups_confidence_and_organizations_in_one_call(self) -> None:
        server = InProcess()
        connectors = identity.standard_id("Group", {"name": "Connectors"})
        user = read_user(
            server,
            server.add_user(
                "a@example.org",
                groups=[connectors],
                objectOrganization=[server.add_organization("Acme")],
                user_confidence_level={"max_confidence": 60, "overrides": []},
                prevent_default_groups=True,
            ),
        )
        assert [edge["node"]["name"] for edge in user["groups"]["edges"]] == ["Connectors"]
        assert user["objectOrganization"]["edges"][0]["node"]["name"] == "Acme"
        assert user["effective_confidence_level"] == {"max_confidence": 60}

    @pytest.mark.parametrize("release", ["5.12.29", "6.4.11", "6.9.22"])
    def test_default_groups_come_on_top(self, release: str) -> None:
        server = InProcess(release)
        connectors = identity.standard_id("Group", {"name": "Connectors"})
        user = server.add_user("a@example.org", groups=[connectors])
        assert groups_of(server, user) == {"Connectors", "Default"}

    def test_a_missing_group_is_refused(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess().add_user("a@example.org", groups=[str(uuid.uuid4())])
        assert caught.value.code == "MISSING_REFERENCE_ERROR"


class TestServiceAccounts:
    def test_need_neither_email_nor_password(self) -> None:
        server = InProcess("6.8.0")
        answer = server(
            """mutation { userAdd(input: {name: "robot", user_service_account: true}) {
                user_email user_service_account } }"""
        )
        assert answer["userAdd"]["user_service_account"] is True
        email = answer["userAdd"]["user_email"]
        assert email.startswith("automatic+")
        assert email.endswith("@opencti.invalid")

    def test_others_need_an_email(self) -> None:
        with pytest.raises(GraphQLErrors, match="User cannot be created without email"):
            InProcess()('mutation { userAdd(input: {name: "robot", password: "x"}) { id } }')

    def test_a_taken_email_gives_the_user_that_has_it(self) -> None:
        server = InProcess()
        person = server.add_user("a@example.org", prevent_default_groups=True)
        connectors = identity.standard_id("Group", {"name": "Connectors"})
        found = server.add_user(
            "a@example.org",
            user_service_account=True,
            groups=[connectors],
            prevent_default_groups=True,
        )
        assert found == person
        assert groups_of(server, person) == {"Connectors"}

    def test_have_no_password_to_change(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org", user_service_account=True)
        with pytest.raises(GraphQLErrors, match="Cannot update password for Service account"):
            server.patch("user", user, {"key": "password", "value": ["secret"]})

    def test_becoming_a_user_needs_a_policy_that_a_uuid_satisfies(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org", user_service_account=True)
        server.platform.settings["password_policy_min_uppercase"] = 1
        with pytest.raises(GraphQLErrors, match="Invalid password"):
            server.patch("user", user, {"key": "user_service_account", "value": [False]})


class TestEdit:
    def test_an_email_is_taken_as_it_comes(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        server.patch("user", user, {"key": "user_email", "value": ["B@Example.org"]})
        found = read_user(server, user)
        assert found["user_email"] == "B@Example.org"
        assert read_user(server, identity.standard_id("User", {"user_email": "B@Example.org"})) == found
        old = identity.standard_id("User", {"user_email": "a@example.org"})
        assert server(USER, id=old) == {"user": None}

    def test_a_missing_user_trips_the_server(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess().patch("user", "nobody", {"key": "name", "value": ["x"]})
        assert caught.value.code == "INTERNAL_SERVER_ERROR"

    @pytest.mark.parametrize("key", ["name", "user_email"])
    def test_external_users_keep_name_and_email(self, key: str) -> None:
        edit = {"key": key, "value": ["new@example.org"]}
        with pytest.raises(GraphQLErrors, match="cannot be updated for external user"):
            InProcess("6.8.17").patch("user", identity.ADMIN_ID, edit)
        InProcess("6.6.18").patch("user", identity.ADMIN_ID, edit)

    def test_language(self) -> None:
        edit = {"key": "language", "value": ["klingon"]}
        server = InProcess()
        with pytest.raises(GraphQLErrors, match="language you have provided is not valid"):
            server.patch("user", server.add_user("a@example.org"), edit)
        old = InProcess("5.12.29")
        old.patch("user", old.add_user("a@example.org"), edit)

    def test_a_past_date_expires_the_account(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        past = iso(server.clock.now() - 60)
        server.patch("user", user, {"key": "account_lock_after_date", "value": [past]})
        assert read_user(server, user)["account_status"] == "Expired"
        server.patch("user", user, {"key": "account_status", "value": ["Active"]})
        found = read_user(server, user)
        assert (found["account_status"], found["account_lock_after_date"]) == ("Active", None)


class TestOrganizations:
    def test_join_and_leave(self) -> None:
        server = InProcess()
        user, place = server.add_user("a@example.org"), server.add_organization("Acme")
        server(MEMBERSHIP.format(field="organizationAdd"), id=user, to=place)
        names = [e["node"]["name"] for e in read_user(server, user)["objectOrganization"]["edges"]]
        assert names == ["Acme"]
        server(MEMBERSHIP.format(field="organizationDelete"), id=user, to=place)
        assert read_user(server, user)["objectOrganization"]["edges"] == []


class TestDelete:
    DELETE = "mutation ($id: ID!) { userEdit(id: $id) { delete } }"

    def test_the_answer_is_the_id(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        assert server(self.DELETE, id=user) == {"userEdit": {"delete": user}}
        assert server(USER, id=user) == {"user": None}
        server.add_user("a@example.org")

    @pytest.mark.parametrize(
        ("release", "code"),
        [("6.8.17", "ALREADY_DELETED_ERROR"), ("6.9.22", "FUNCTIONAL_ERROR")],
    )
    def test_a_missing_user(self, release: str, code: str) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess(release)(self.DELETE, id="nobody")
        assert caught.value.code == code

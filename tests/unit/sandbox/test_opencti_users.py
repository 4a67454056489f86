# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of the OpenCTI sandbox: create, edit, relate, delete."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.store import iso
from sandbox.opencti.testing import GraphQLErrors, InProcess

READ = """query ($id: String!) { user(id: $id) {
    id standard_id user_email name external account_status account_lock_after_date language
    user_confidence_level { max_confidence overrides { entity_type max_confidence } }
    effective_confidence_level { max_confidence }
    groups { edges { node { name } } } objectOrganization { edges { node { name } } } } }"""


def read(server: InProcess, user: str) -> dict[str, Any]:
    found: dict[str, Any] = server(READ, id=user)["user"]
    return found


def groups_of(server: InProcess, user: str) -> set[str]:
    return {edge["node"]["name"] for edge in read(server, user)["groups"]["edges"]}


class TestCreate:
    def test_defaults(self) -> None:
        server = InProcess()
        user = read(server, server.add_user("connector@example.org"))
        assert user["external"] is False
        assert (user["account_status"], user["language"]) == ("Active", "auto")
        assert user["user_confidence_level"] is None
        assert user["standard_id"] == identity.standard_id("User", user)

    def test_the_email_is_made_lower_case(self) -> None:
        server = InProcess()
        assert read(server, server.add_user("Mixed@Example.ORG"))["user_email"] == ("mixed@example.org")

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
        user = read(
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

    def test_default_groups_cannot_be_prevented_before_6_5_2(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess("6.5.1").add_user("a@example.org", prevent_default_groups=True)
        assert "prevent_default_groups" in caught.value.message

    def test_a_missing_group_is_refused(self) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess().add_user("a@example.org", groups=[str(uuid.uuid4())])
        assert caught.value.code == "MISSING_REFERENCE_ERROR"

    @pytest.mark.parametrize("values", [{"name": "x"}, {"user_email": "nobody"}])
    def test_constraints(self, values: dict[str, str]) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess().add_user(values.pop("user_email", "a@example.org"), **values)
        assert caught.value.code == "VALIDATION_ERROR"


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
    def test_confidence_as_a_whole_and_by_path(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        level = {
            "max_confidence": 50,
            "overrides": [{"entity_type": "Malware", "max_confidence": 7}],
        }
        edit: dict[str, Any] = {"key": "user_confidence_level", "value": [level]}
        server.patch("user", user, edit)
        assert read(server, user)["user_confidence_level"] == level
        path = "/user_confidence_level/max_confidence"
        server.patch("user", user, {"key": edit["key"], "object_path": path, "value": [40]})
        assert read(server, user)["user_confidence_level"] == level | {"max_confidence": 40}
        path = "/user_confidence_level/overrides/0/max_confidence"
        server.patch("user", user, {"key": edit["key"], "object_path": path, "value": [9]})
        assert read(server, user)["user_confidence_level"]["overrides"][0]["max_confidence"] == 9
        server.patch("user", user, {"key": "user_confidence_level", "value": [None]})
        assert read(server, user)["user_confidence_level"] is None

    def test_no_limit_is_checked(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        level = {"max_confidence": 250, "overrides": []}
        server.patch("user", user, {"key": "user_confidence_level", "value": [level]})
        found = read(server, user)
        assert found["user_confidence_level"]["max_confidence"] == 250
        assert found["effective_confidence_level"]["max_confidence"] == 100

    def test_an_email_is_taken_as_it_comes(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        server.patch("user", user, {"key": "user_email", "value": ["B@Example.org"]})
        found = read(server, user)
        assert found["user_email"] == "B@Example.org"
        assert read(server, identity.standard_id("User", {"user_email": "B@Example.org"})) == found
        old = identity.standard_id("User", {"user_email": "a@example.org"})
        assert server(READ, id=old) == {"user": None}

    def test_two_users_of_one_email(self) -> None:
        server = InProcess()
        server.add_user("a@example.org")
        user = server.add_user("b@example.org")
        with pytest.raises(GraphQLErrors, match="This update will produce a duplicate"):
            server.patch("user", user, {"key": "user_email", "value": ["a@example.org"]})

    def test_an_unknown_attribute_is_refused(self) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors) as caught:
            server.patch("user", server.add_user("a@example.org"), {"key": "x", "value": [1]})
        assert caught.value.code == "VALIDATION_ERROR"

    @pytest.mark.parametrize("value", [[], [None], [" "]])
    def test_a_name_cannot_be_emptied(self, value: list[Any]) -> None:
        server = InProcess()
        with pytest.raises(GraphQLErrors, match="This attribute is mandatory"):
            server.patch("user", server.add_user("a@example.org"), {"key": "name", "value": value})

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


class TestAccountStatus:
    def test_an_inactive_account_is_nobody(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        assert server("{ me { id } }", token)["me"]["id"] == user
        server.patch("user", user, {"key": "account_status", "value": ["Inactive"]})
        with pytest.raises(GraphQLErrors) as caught:
            server("{ me { id } }", token)
        assert caught.value.code == "AUTH_REQUIRED"

    def test_a_past_date_expires_the_account(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        past = iso(server.clock.now() - 60)
        server.patch("user", user, {"key": "account_lock_after_date", "value": [past]})
        assert read(server, user)["account_status"] == "Expired"
        server.patch("user", user, {"key": "account_status", "value": ["Active"]})
        found = read(server, user)
        assert (found["account_status"], found["account_lock_after_date"]) == ("Active", None)

    def test_a_date_comes_by_itself(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        soon = iso(server.clock.now() + 60)
        server.patch("user", user, {"key": "account_lock_after_date", "value": [soon]})
        assert server("{ me { id } }", token)["me"]["id"] == user
        server.clock.advance(61)
        with pytest.raises(GraphQLErrors, match="You must be logged in"):
            server("{ me { id } }", token)
        assert read(server, user)["account_status"] == "Active"


class TestRelations:
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

    def test_both_ends_can_be_read(self) -> None:
        server = InProcess()
        user, group = server.add_user("a@example.org"), server.add_group("Readers")
        answer = server(
            """mutation ($user: ID!, $group: ID!) { userEdit(id: $user) { relationAdd(input: {
                relationship_type: "member-of", toId: $group
            }) { from { ... on User { name } } to { ... on Group { name } } } } }""",
            user=user,
            group=group,
        )
        ends = answer["userEdit"]["relationAdd"]
        assert ends == {"from": {"name": "a@example.org"}, "to": {"name": "Readers"}}

    @staticmethod
    def delete(server: InProcess, user: str, group: str) -> None:
        query = """mutation ($id: ID!, $to: StixRef!) { userEdit(id: $id) {
            relationDelete(toId: $to, relationship_type: "member-of") { id } } }"""
        server(query, id=user, to=group)


class TestDelete:
    DELETE = "mutation ($id: ID!) { userEdit(id: $id) { delete } }"

    def test_the_answer_is_the_id(self) -> None:
        server = InProcess()
        user = server.add_user("a@example.org")
        assert server(self.DELETE, id=user) == {"userEdit": {"delete": user}}
        assert server(READ, id=user) == {"user": None}
        server.add_user("a@example.org")

    @pytest.mark.parametrize(
        ("release", "code"),
        [("6.8.17", "ALREADY_DELETED_ERROR"), ("6.9.22", "FUNCTIONAL_ERROR")],
    )
    def test_a_missing_user(self, release: str, code: str) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            InProcess(release)(self.DELETE, id="nobody")
        assert caught.value.code == code


class TestOrganizations:
    EDIT = """mutation ($id: ID!, $to: ID!) {{ userEdit(id: $id) {{
        {field}(organizationId: $to) {{ id }} }} }}"""

    def test_join_and_leave(self) -> None:
        server = InProcess()
        user, place = server.add_user("a@example.org"), server.add_organization("Acme")
        server(self.EDIT.format(field="organizationAdd"), id=user, to=place)
        names = [e["node"]["name"] for e in read(server, user)["objectOrganization"]["edges"]]
        assert names == ["Acme"]
        server(self.EDIT.format(field="organizationDelete"), id=user, to=place)
        assert read(server, user)["objectOrganization"]["edges"] == []

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

    def test_an_administrator_of_one_deals_with_its_members_only(self) -> None:
        server = InProcess()
        place = server.add_organization("Acme")
        admin, token = server.user_who_may("KNOWLEDGE")
        member, stranger = server.add_user("a@example.org"), server.add_user("b@example.org")
        for user in (admin, member):
            server(self.EDIT.format(field="organizationAdd"), id=user, to=place)
        server(
            """mutation ($id: ID!, $who: String!) {
                organizationAdminAdd(id: $id, memberId: $who) { id } }""",
            id=place,
            who=admin,
        )
        emails = [
            edge["node"]["user_email"]
            for edge in server("{ users { edges { node { user_email } } } }", token)["users"]["edges"]
        ]
        assert len(emails) == 2
        server.patch("user", member, {"key": "firstname", "value": ["Ann"]}, token=token)
        with pytest.raises(GraphQLErrors, match="You are not allowed"):
            server.patch("user", stranger, {"key": "firstname", "value": ["Bob"]}, token=token)

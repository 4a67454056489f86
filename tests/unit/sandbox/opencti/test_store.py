# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents have one name each; relations that rules make."""

from __future__ import annotations

import pytest
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import MEMBERSHIP


class TestUpdate:
    def test_a_taken_name_is_refused(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        with pytest.raises(GraphQLErrors, match="This update will produce a duplicate"):
            server.patch("group", group, {"key": "name", "value": ["connectors"]})

    def test_two_users_of_one_email(self) -> None:
        server = InProcess()
        server.add_user("a@example.org")
        user = server.add_user("b@example.org")
        with pytest.raises(GraphQLErrors, match="This update will produce a duplicate"):
            server.patch("user", user, {"key": "user_email", "value": ["a@example.org"]})


class TestInferredOrganizations:
    READ = "query ($id: String!) { user(id: $id) { objectOrganization { edges { node { name is_inferred } } } } }"

    def read(self, server: InProcess, user: str) -> list[tuple[str, bool]]:
        edges = server(self.READ, id=user)["user"]["objectOrganization"]["edges"]
        return [(edge["node"]["name"], edge["node"]["is_inferred"]) for edge in edges]

    def test_stay_as_long_as_their_rule_and_can_be_stated(self) -> None:
        server = InProcess()
        user, place = server.add_user("a@example.org"), server.add_organization("Holding")
        server.infer_organization("a@example.org", "Holding")
        assert self.read(server, user) == [("Holding", True)]
        server(MEMBERSHIP.format(field="organizationDelete"), id=user, to=place)
        assert self.read(server, user) == [("Holding", True)]
        server(MEMBERSHIP.format(field="organizationAdd"), id=user, to=place)
        assert self.read(server, user) == [("Holding", False)]
        server(MEMBERSHIP.format(field="organizationDelete"), id=user, to=place)
        assert self.read(server, user) == []

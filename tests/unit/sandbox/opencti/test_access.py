# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: capabilities, markings, confidence, what administrators of an organization may do."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess
from unit.sandbox.opencti.documents import MARKINGS, MEMBERSHIP, code_of, level, marking_id, read_group

USERS = "{ users { edges { node { id } } } }"


class TestCapabilities:
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

    def test_rights_follow_a_change_at_once(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        assert code_of(server, USERS, token) == "FORBIDDEN_ACCESS"
        server.relate("user", user, "member-of", identity.standard_id("Group", {"name": "Administrators"}))
        assert code_of(server, USERS, token) is None


class TestMarkings:
    def test_lower_ones_are_implied_for_a_user_not_listed_for_its_group(self) -> None:
        server = InProcess()
        user, token = server.user_who_may("KNOWLEDGE")
        group = server.platform.rights.groups(server.platform.store.get(user) or {})[0]["id"]
        server.relate("group", group, "accesses-to", marking_id("TLP:AMBER"))
        mine = server("{ me { allowed_marking { definition } } }", token)["me"]["allowed_marking"]
        names = {marking["definition"] for marking in mine}
        assert names == {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER"}
        assert read_group(server, group)["allowed_marking"] == [{"definition": "TLP:AMBER"}]


class TestConfidence:
    EFFECTIVE = """query ($id: String!) { user(id: $id) { effective_confidence_level {
        max_confidence overrides { entity_type max_confidence } source { type } } } }"""

    def member(self, server: InProcess, *levels: dict[str, Any]) -> str:
        groups = [server.add_group(f"group {number}", group_confidence_level=one) for number, one in enumerate(levels)]
        user = server.add_user("a@example.org", groups=groups)
        server(
            """mutation ($id: ID!, $group: StixRef!) { userEdit(id: $id) {
                relationDelete(toId: $group, relationship_type: "member-of") { id } } }""",
            id=user,
            group=identity.standard_id("Group", {"name": "Default"}),
        )
        return user

    @pytest.mark.parametrize(("release", "expected"), [("5.12.29", 20), ("6.0.0", 70)])
    def test_which_group_counts(self, release: str, expected: int) -> None:
        server = InProcess(release)
        user = self.member(server, level(20), level(70))
        query = """query ($id: String!) { user(id: $id) {
            effective_confidence_level { max_confidence } } }"""
        found = server(query, id=user)["user"]["effective_confidence_level"]
        assert found == {"max_confidence": expected}

    def test_the_user_beats_its_groups(self) -> None:
        server = InProcess()
        user = self.member(server, level(70, Malware=60, Tool=5))
        own = level(30, Malware=40)
        server.patch("user", user, {"key": "user_confidence_level", "value": [own]})
        found = server(self.EFFECTIVE, id=user)["user"]["effective_confidence_level"]
        assert (found["max_confidence"], found["source"]) == (30, {"type": "User"})
        overrides = {o["entity_type"]: o["max_confidence"] for o in found["overrides"]}
        assert overrides == {"Malware": 40, "Tool": 5}

    def test_no_level_at_all(self) -> None:
        server = InProcess()
        user = self.member(server, level(None))
        assert server(self.EFFECTIVE, id=user) == {"user": {"effective_confidence_level": None}}

    def test_who_bypasses_everything_has_100(self) -> None:
        server = InProcess()
        user, _token = server.user_who_may("BYPASS")
        server.patch("user", user, {"key": "user_confidence_level", "value": [level(10)]})
        found = server(self.EFFECTIVE, id=user)["user"]["effective_confidence_level"]
        assert (found["max_confidence"], found["source"]) == (100, {"type": "Bypass"})

    def test_flags_count_when_every_group_has_them(self) -> None:
        server = InProcess()
        user = self.member(server, level(1), level(1))
        query = "query ($id: String!) { user(id: $id) { no_creators restrict_delete } }"
        for number, expected in ((0, False), (1, True)):
            group = identity.standard_id("Group", {"name": f"group {number}"})
            server.patch("group", group, {"key": "no_creators", "value": [True]})
            assert server(query, id=user)["user"]["no_creators"] is expected


class TestOrganizations:
    def test_an_administrator_of_one_deals_with_its_members_only(self) -> None:
        server = InProcess()
        place = server.add_organization("Acme")
        admin, token = server.user_who_may("KNOWLEDGE")
        member, stranger = server.add_user("a@example.org"), server.add_user("b@example.org")
        for user in (admin, member):
            server(MEMBERSHIP.format(field="organizationAdd"), id=user, to=place)
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

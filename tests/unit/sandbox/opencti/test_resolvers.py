# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fields answer that are no attributes."""

from __future__ import annotations

from sandbox.opencti.testing import InProcess
from unit.sandbox.opencti.documents import marking_id


class TestGroup:
    def test_shareable_markings(self) -> None:
        server = InProcess()
        group = server.add_group("Readers")
        chosen = [
            {"type": "TLP", "value": marking_id("TLP:GREEN")},
            {"type": "PAP", "value": "none"},
        ]
        server.patch("group", group, {"key": "max_shareable_markings", "value": chosen})
        answer = server(
            """query ($id: String!) { group(id: $id) {
                max_shareable_marking { definition } not_shareable_marking_types } }""",
            id=group,
        )
        assert answer["group"] == {
            "max_shareable_marking": [{"definition": "TLP:GREEN"}],
            "not_shareable_marking_types": ["PAP"],
        }


class TestRelation:
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

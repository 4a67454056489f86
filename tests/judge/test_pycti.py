# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's own client finds its way on the sandbox: it reads, makes, changes and deletes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from judge.official_client import RELEASES, OfficialClient, Refused, judged_sandbox
from sandbox.fixture import SandboxProcess
from sandbox.opencti import identity

LEVEL = {"max_confidence": 30, "overrides": [{"entity_type": "Malware", "max_confidence": 10}]}


@dataclass
class Judged:
    """A sandbox with pycti."""

    release: str
    server: SandboxProcess
    token: str
    pycti: OfficialClient

    def ask(self, query: str, token: str | None = None) -> dict[str, Any]:
        """The whole answer to a query sent without pycti."""
        trust = ssl.create_default_context(cafile=str(self.server.ca_file))
        headers = {"Authorization": f"Bearer {token or self.token}"}
        with httpx.Client(verify=trust, headers=headers) as client:
            answer: dict[str, Any] = client.post(f"{self.server.url}/graphql", json={"query": query}).json()
        return answer


@pytest.fixture(scope="module", params=RELEASES)
def judged(request: pytest.FixtureRequest) -> Iterator[Judged]:
    with judged_sandbox(request.param) as (server, token, client):
        yield Judged(request.param, server, token, client)


def names(found: list[dict[str, Any]]) -> set[str]:
    return {entry["name"] for entry in found}


class TestFreshPlatform:
    def test_groups_and_roles(self, judged: Judged) -> None:
        groups = judged.pycti("group", "list", getAll=True)
        assert names(groups) == {"Default", "Administrators", "Connectors"}
        roles = judged.pycti("role", "list")
        assert names(roles) == {"Default", "Administrator", "Connector"}
        connectors = next(group for group in groups if group["name"] == "Connectors")
        assert [role["name"] for role in connectors["roles"]] == ["Connector"]
        assert connectors["group_confidence_level"]["max_confidence"] == 100

    def test_capabilities_and_markings(self, judged: Judged) -> None:
        expected = 51 if judged.release == "6.9.22" else 56
        assert len(judged.pycti("capability", "list")) == expected
        for marking in judged.pycti("marking_definition", "list"):
            assert marking["standard_id"] == identity.standard_id("Marking-Definition", marking)

    def test_users(self, judged: Judged) -> None:
        admin = judged.pycti("user", "read", id=identity.ADMIN_ID)
        assert (admin["user_email"], admin["external"]) == ("admin@opencti.io", True)
        assert admin["effective_confidence_level"]["source"]["type"] == "Bypass"
        assert judged.pycti("user", "list", getAll=True, include_sessions=True)

    def test_what_fails_on_a_real_platform_fails_here(self, judged: Judged) -> None:
        # Both releases ask for created_at, which MeUser has in none.
        with pytest.raises(Refused, match="Cannot query field 'created_at' on type 'MeUser'"):
            judged.pycti("user", "me")


class TestRole:
    def test_from_making_to_deleting(self, judged: Judged) -> None:
        pycti = judged.pycti
        role = pycti("role", "create", name="Judge", description="first")
        assert role["standard_id"] == identity.standard_id("Role", {"name": "judge"})
        capabilities = pycti("capability", "list")
        chosen = next(entry for entry in capabilities if entry["name"] == "KNOWLEDGE")
        pycti("role", "add_capability", id=role["id"], capability_id=chosen["id"])
        assert names(pycti("role", "read", id=role["id"])["capabilities"]) == {"KNOWLEDGE"}
        pycti("role", "delete_capability", id=role["id"], capability_id=chosen["id"])
        edit = [{"key": "description", "value": ["second"]}]
        pycti("role", "update_field", id=role["id"], input=edit)
        role = pycti("role", "read", id=role["id"])
        assert (role["capabilities"], role["description"]) == ([], "second")
        pycti("role", "delete", id=role["id"])
        assert pycti("role", "read", id=role["id"]) is None


class TestGroup:
    def test_from_making_to_deleting(self, judged: Judged) -> None:
        pycti = judged.pycti
        level = {"max_confidence": 50, "overrides": []}
        group = pycti("group", "create", name="Jury", group_confidence_level=level)
        group_id = group["id"]
        role_id = identity.standard_id("Role", {"name": "Connector"})
        red = identity.standard_id("Marking-Definition", {"definition_type": "TLP", "definition": "TLP:RED"})
        pycti("group", "add_role", id=group_id, role_id=role_id)
        pycti("group", "add_allowed_marking", id=group_id, marking_id=red)
        pycti("group", "edit_default_marking", id=group_id, marking_ids=[red])
        edit = [{"key": "no_creators", "value": [True]}]
        pycti("group", "update_field", id=group_id, input=edit)
        group = pycti("group", "read", id=group_id)
        assert names(group["roles"]) == {"Connector"}
        assert [marking["definition"] for marking in group["allowed_marking"]] == ["TLP:RED"]
        assert group["default_marking"][0]["values"][0]["standard_id"] == red
        assert (group["no_creators"], group["group_confidence_level"]) == (True, level)
        pycti("group", "delete_role", id=group_id, role_id=role_id)
        pycti("group", "delete_allowed_marking", id=group_id, marking_id=red)
        group = pycti("group", "read", id=group_id)
        assert (group["roles"], group["allowed_marking"]) == ([], [])
        pycti("group", "delete", id=group_id)
        assert pycti("group", "read", id=group_id) is None


class TestUser:
    def test_memberships(self, judged: Judged) -> None:
        pycti = judged.pycti
        connectors = identity.standard_id("Group", {"name": "Connectors"})
        user = pycti(
            "user",
            "create",
            name="Witness",
            user_email="Witness@example.org",
            password="secret",
            user_confidence_level=LEVEL,
        )
        assert user["user_email"] == "witness@example.org"
        assert user["user_confidence_level"] == LEVEL
        pycti("user", "add_membership", id=user["id"], group_id=connectors)
        assert names(pycti("user", "read", id=user["id"])["groups"]) == {"Default", "Connectors"}
        pycti("user", "delete_membership", id=user["id"], group_id=connectors)
        pycti("group", "add_member", id=connectors, user_id=user["id"])
        members = pycti("group", "read", id=connectors)["members"]
        assert [member["user_email"] for member in members] == ["witness@example.org"]
        pycti("group", "delete_member", id=connectors, user_id=user["id"])
        edit = [{"key": "firstname", "value": ["Ann"]}]
        pycti("user", "update_field", id=user["id"], input=edit)
        assert pycti("user", "read", id=user["id"])["firstname"] == "Ann"
        pycti("user", "delete", id=user["id"])
        assert pycti("user", "read", id=user["id"]) is None

    def test_organizations(self, judged: Judged) -> None:
        pycti = judged.pycti
        answer = judged.ask('mutation { organizationAdd(input: {name: "Court"}) { id } }')
        place = answer["data"]["organizationAdd"]["id"]
        email = "clerk@example.org"
        user = pycti("user", "create", name="Clerk", user_email=email, password="secret")
        pycti("user", "add_organization", id=user["id"], organization_id=place)
        found = pycti("user", "read", id=user["id"])
        assert names(found["objectOrganization"]) == {"Court"}
        pycti("user", "delete_organization", id=user["id"], organization_id=place)
        assert pycti("user", "read", id=user["id"])["objectOrganization"] == []
        pycti("user", "delete", id=user["id"])

    def test_tokens(self, judged: Judged) -> None:
        connectors = identity.standard_id("Group", {"name": "Connectors"})
        user = judged.pycti(
            "user",
            "create",
            name="Expert",
            user_email="expert@example.org",
            password="secret",
            groups=[connectors],
        )
        token = TOKENS[judged.release](judged, user["id"])
        me = judged.ask("{ me { user_email } }", token)
        assert me["data"] == {"me": {"user_email": "expert@example.org"}}
        judged.pycti("user", "delete", id=user["id"])


def renewed_token(judged: Judged, user: str) -> str:
    """The one token of a user, after it was replaced."""
    old = judged.pycti("user", "read", id=user, include_token=True)["api_token"]
    judged.pycti("user", "token_renew", id=user)
    new: str = judged.pycti("user", "read", id=user, include_token=True)["api_token"]
    assert new != old
    return new


def named_token(judged: Judged, user: str) -> str:
    """A named token, the second of two of which the first was revoked."""
    made = [
        judged.pycti("user", "create_token", user_id=user, token_name=name, token_duration="DAYS_30")
        for name in ("first", "second")
    ]
    judged.pycti("user", "remove_token", user_id=user, token_id=made[0]["token_id"])
    found = judged.pycti("user", "read", id=user, include_tokens=True)["api_tokens"]
    assert [token["name"] for token in found] == ["second"]
    value: str = made[1]["plaintext_token"]
    return value


TOKENS = {"6.9.22": renewed_token, "7.260817.0": named_token}

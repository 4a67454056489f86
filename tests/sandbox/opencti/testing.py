# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talk to a platform in the same process: for tests that need neither a port nor a real clock."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from sandbox.clock import ManualClock
from sandbox.opencti import app, identity
from sandbox.opencti.platform import Platform
from sandbox.opencti.versions import Release

ADMIN = "admin"
"""Stands for the administrator's token."""


class GraphQLErrors(Exception):
    """The answer has errors.

    Args:
        errors: as they came.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(str(errors))
        self.errors = errors

    @property
    def code(self) -> str | None:
        """The first one's code, wherever the release puts it."""
        first = self.errors[0]
        code: str | None = first.get("name") or first.get("extensions", {}).get("code")
        return code

    @property
    def message(self) -> str:
        """The first one's message."""
        return str(self.errors[0]["message"])

    @property
    def data(self) -> dict[str, Any]:
        """The first one's data, wherever the release puts it."""
        first = self.errors[0]
        found: dict[str, Any] = first.get("data") or first["extensions"]["data"]
        return found


class InProcess:
    """A fresh platform and a client for it.

    Args:
        release: its number.
        requests_per_second: None for the release's own limit.
    """

    def __init__(self, release: str = "7.260817.0", requests_per_second: int | None = None) -> None:
        self.clock = ManualClock()
        self.platform = Platform(Release(release), self.clock)
        self._transport = httpx.ASGITransport(app.create(self.platform, requests_per_second))

    def post(
        self,
        body: Any,
        token: str | None = ADMIN,
        method: str = "POST",
        cookies: dict[str, str] | None = None,
        **headers: str,
    ) -> httpx.Response:
        """One HTTP request to ``/graphql``; ``token`` None is nobody's.

        Args:
            body: JSON, or bytes as they are.
            token: of the caller.
            method: of the request.
            cookies: to send.
            headers: to send, with ``_`` for ``-``.
        """
        value = self.platform.admin_token if token == ADMIN else token
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if value is not None:
            sent["Authorization"] = f"Bearer {value}"
        content = {"content": body} if isinstance(body, bytes) else {"json": body}

        request = httpx.Request(method, "https://sandbox/graphql", headers=sent, cookies=cookies, **content)
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        await answer.aread()
        answer.request = request
        return answer

    def __call__(self, query: str, token: str | None = ADMIN, **variables: Any) -> Any:
        """The ``data`` of an operation.

        Raises:
            GraphQLErrors: it has errors.
        """
        answer = self.post({"query": query, "variables": variables}, token).json()
        if answer.get("errors"):
            raise GraphQLErrors(answer["errors"])
        return answer["data"]

    # what tests start from

    def add_user(self, email: str, **values: Any) -> str:
        """Create a user; its internal id."""
        new = {"user_email": email, "name": email, "password": "secret"} | values
        query = "mutation ($input: UserAddInput!) { userAdd(input: $input) { id } }"
        return str(self(query, input=new)["userAdd"]["id"])

    def add_group(self, name: str, **values: Any) -> str:
        """Create a group of maximum confidence 100; its internal id."""
        level = {"max_confidence": 100, "overrides": []}
        new = {"name": name, "group_confidence_level": level} | values
        query = "mutation ($input: GroupAddInput!) { groupAdd(input: $input) { id } }"
        return str(self(query, input=new)["groupAdd"]["id"])

    def add_role(self, name: str, *capabilities: str) -> str:
        """Create a role with capabilities; its internal id."""
        query = "mutation ($input: RoleAddInput!) { roleAdd(input: $input) { id } }"
        role = str(self(query, input={"name": name})["roleAdd"]["id"])
        for capability in capabilities:
            target = identity.standard_id("Capability", {"name": capability})
            self.relate("role", role, "has-capability", target)
        return role

    def add_organization(self, name: str) -> str:
        """Create an organization; its internal id."""
        query = "mutation ($input: OrganizationAddInput!) { organizationAdd(input: $input) { id } }"
        return str(self(query, input={"name": name})["organizationAdd"]["id"])

    def infer_organization(self, email: str, name: str) -> None:
        """Let a rule of the platform say that a user belongs to an organization."""
        user = self.platform.user_by_email(email)
        assert user is not None
        place = identity.standard_id("Organization", {"name": name})
        self.platform.store.relate("participate-to", user["id"], place, inferred=True)

    def relate(self, side: str, any_id: str, kind: str, target: str) -> str:
        """``relationAdd`` of a user, group or role towards a target; the relation's id."""
        relation = {"relationship_type": kind, "toId": target}
        query = f"""mutation ($id: ID!, $input: InternalRelationshipAddInput!) {{
            {side}Edit(id: $id) {{ relationAdd(input: $input) {{ id }} }} }}"""
        return str(self(query, id=any_id, input=relation)[f"{side}Edit"]["relationAdd"]["id"])

    def patch(self, side: str, any_id: str, *edits: dict[str, Any], token: str = ADMIN) -> None:
        """``fieldPatch`` of a user, group or role."""
        query = f"""mutation ($id: ID!, $input: [EditInput]!) {{
            {side}Edit(id: $id) {{ fieldPatch(input: $input) {{ id }} }} }}"""
        self(query, token, id=any_id, input=list(edits))

    def token(self, user: str, duration: str = "UNLIMITED") -> str:
        """A token of a user that works as far as the user's rights let it."""
        if not self.platform.release.does("named tokens"):
            found = self("query ($id: String!) { user(id: $id) { api_token } }", id=user)
            return str(found["user"]["api_token"])
        query = """mutation ($id: ID!, $input: UserTokenAddInput!) {
            userAdminTokenAdd(userId: $id, input: $input) { plaintext_token } }"""
        made = self(query, id=user, input={"name": "test", "duration": duration})
        return str(made["userAdminTokenAdd"]["plaintext_token"])

    def user_who_may(self, *capabilities: str) -> tuple[str, str]:
        """A new user with exactly these capabilities (and to use tokens): its id and a token."""
        number = len(self.platform.store.all("User"))
        if self.platform.release.does("named tokens"):
            capabilities = (*capabilities, "APIACCESS_USETOKEN")
        group = self.add_group(f"group {number}")
        self.relate("group", group, "has-role", self.add_role(f"role {number}", *capabilities))
        user = self.add_user(f"user{number}@example.org", groups=[group])
        query = """mutation ($id: ID!, $group: StixRef!) { userEdit(id: $id) {
            relationDelete(toId: $group, relationship_type: "member-of") { id } } }"""
        self(query, id=user, group=identity.standard_id("Group", {"name": "Default"}))
        return user, self.token(user)

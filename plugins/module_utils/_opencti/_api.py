# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's GraphQL API: the caller, the version, and what its errors mean."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _graphql as graphql
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._http import Connection, header_token
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

NOT_ACCEPTED = (
    "the server does not accept api_token: it is wrong or has expired, its user is not active, or (from OpenCTI "
    "7.260224.0 on) none of the user's roles has the capability APIACCESS_USETOKEN"
)
KNOWLEDGE_LISTS = (model.MARKINGS, "organizations")  # before 6.1.13 they are knowledge (FACTS, capabilities)
# A new user and its token are one request. The token's type is non-null: where it fails, the answer about the user is
# lost with it (the server's schema); and it always fails where the user could not be made.
USER_ADD, TOKEN_ADD = "userAdd", "userAdminTokenAdd"


class OpenctiApi(graphql.GraphqlClient):
    """One conversation with one server, with one token.

    :ivar version: known after the first read.
    """

    unsure_codes = frozenset({"LOCK_ERROR", "DATABASE_ERROR", "INTERNAL_SERVER_ERROR"})
    login_changed = False  # a task cannot change its own token

    def __init__(self, connection: Connection, token: str) -> None:
        super().__init__(connection, {"Authorization": f"Bearer {header_token(token)}"})
        self.version: Version | None = None

    def read(self, document: str, variables: graphql.Body | None = None) -> graphql.Body:
        """The data of a query; it may be asked twice, since it changes nothing.

        :raises Refused: when the server is older than the oldest version that this collection knows.
        """
        try:
            data = super().read(document, variables)
        except graphql.Answered as error:
            if graphql.INVALID in error.codes and self.version is None and document != documents.CALLER:
                self.read(documents.CALLER)  # what older versions do understand: it tells that they are older
            raise
        if "about" in data:
            self.version = Version(data["about"]["version"])
            _check_caller(data["me"])
        return data

    def judged(self, document: str, errors: list[graphql.Error]) -> tuple[list[graphql.Error], bool]:
        """A token that could not be made hides whether the user was, unless an error tells that it was refused."""
        if any(error.path == (USER_ADD,) for error in errors):
            return [error for error in errors if error.root != TOKEN_ADD], False
        token_failed = any(error.root == TOKEN_ADD for error in errors)
        return errors, token_failed and f"{USER_ADD}(" in document

    def advice(self, code: str, roots: t.Sequence[str]) -> str:
        """What to do about a token that is not accepted, or may not do what the task takes."""
        if code == "AUTH_REQUIRED":
            return NOT_ACCEPTED
        if code != "FORBIDDEN_ACCESS":
            return ""
        needed = f"the token's user needs {model.MANAGES_USERS}"
        lists = [root for root in roots if root in KNOWLEDGE_LISTS]
        if lists:
            needed += f", and before OpenCTI 6.1.13 also KNOWLEDGE to read {', '.join(lists)}"
        return needed


def _check_caller(caller: graphql.Body) -> None:
    names = [capability["name"] for capability in caller["capabilities"]]
    if not any(name == model.BYPASS or model.MANAGES_USERS in name for name in names):
        raise IamError(
            f"{caller['name']}, the user of api_token, may not manage users: the token's user needs "
            f"{model.MANAGES_USERS} (Manage credentials): give its role that capability, or use another token"
        )

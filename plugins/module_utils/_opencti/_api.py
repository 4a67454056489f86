# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's GraphQL API over HTTP: one request, its answer, and its two ways of telling errors."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection, HttpSession, header_token
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    BYPASS,
    MANAGES_USERS,
    MARKINGS,
    Body,
    nodes_of,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

NOT_ACCEPTED = (
    "the server does not accept api_token: it is wrong or has expired, its user is not active, or (from OpenCTI "
    "7.260224.0 on) none of the user's roles has the capability APIACCESS_USETOKEN"
)
KNOWLEDGE_LISTS = (MARKINGS, "organizations")  # before 6.1.13 they are knowledge (FACTS, capabilities)
MAY_HAVE_HAPPENED = {"LOCK_ERROR", "DATABASE_ERROR", "INTERNAL_SERVER_ERROR"}
# A new user and its token are one request. The token's type is non-null: where it fails, the answer about the user is
# lost with it (the server's schema); and it always fails where the user could not be made.
USER_ADD, TOKEN_ADD = "userAdd", "userAdminTokenAdd"


class Answered(IamError):
    """The server's own error.

    :ivar codes: the server's names for what is wrong, such as C(FUNCTIONAL_ERROR).
    :ivar data: what the answer told besides: what was done nevertheless.
    """

    def __init__(self, message: str, codes: t.Sequence[str], data: Body) -> None:
        super().__init__(message)
        self.codes = codes
        self.data = data
        self.wrote = _tells(data)


def _tells(data: t.Any) -> bool:
    """Whether anything in an answer's data is more than null."""
    if isinstance(data, dict):
        return any(_tells(value) for value in data.values())
    return data is not None


class OpenctiApi:
    """One conversation with one server, with one token.

    :ivar version: known after the first read.
    """

    def __init__(self, connection: Connection, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {header_token(token)}"}
        self.http = HttpSession(connection)
        self.version: Version | None = None

    def cost(self) -> Body:
        """What the task has sent so far; there are no logins."""
        return {key: value for key, value in self.http.tally.result().items() if key != "logins"}

    def read(self, document: str, variables: Body | None = None) -> Body:
        """The data of a query; it may be asked twice, since it changes nothing.

        :raises Refused: when the server is older than the oldest version that this collection knows.
        """
        try:
            data = self._send(document, variables, safe=True)
        except Answered as error:
            if "GRAPHQL_VALIDATION_FAILED" in error.codes and self.version is None and document != documents.caller():
                self.read(documents.caller())  # what older versions do understand: it tells that they are older
            raise
        if "about" in data:
            self.version = Version(data["about"]["version"])
            _check_caller(data["me"])
        return data

    def write(self, document: str, variables: Body) -> Body:
        """The data of a mutation.

        :raises Unsure: when the answer was lost, or tells an error after which the work may be done.
        """
        return self._send(document, variables, safe=False)

    def _send(self, document: str, variables: Body | None, safe: bool) -> Body:
        response = self.http.send(
            "POST", "/graphql", safe=safe, headers=self._headers, json={"query": document, "variables": variables or {}}
        )
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            text = f"{self.http.url}/graphql: HTTP {response.status_code}, and no GraphQL answer. Is api_url right?"
            if not safe and (response.status_code >= 500 or response.status_code == 200):
                raise Unsure(text)
            raise IamError(text)
        data: Body = answer.get("data") or {}
        if not answer.get("errors"):
            return data
        if safe:
            raise read_error(answer["errors"], data)
        raise write_error(answer["errors"], data, makes_user=f"{USER_ADD}(" in document)

    def every(self, plural: str, first: Body | None = None, fields: str | None = None) -> list[Body]:
        """All nodes of a list; C(first) is its first page if it was read already."""
        found = first or self.read(documents.following(plural, fields))[plural]
        nodes = nodes_of(found)
        while found["pageInfo"]["hasNextPage"]:
            after = {"after": found["pageInfo"]["endCursor"]}
            found = self.read(documents.following(plural, fields), after)[plural]
            nodes += nodes_of(found)
        return nodes


def _check_caller(caller: Body) -> None:
    names = [capability["name"] for capability in caller["capabilities"]]
    if not any(name == BYPASS or MANAGES_USERS in name for name in names):
        raise IamError(
            f"{caller['name']}, the user of api_token, may not manage users: the token's user needs "
            f"{MANAGES_USERS} (Manage credentials): give its role that capability, or use another token"
        )


def read_error(errors: t.Sequence[Body], data: Body) -> Answered:
    """What the server says is wrong with a query."""
    return Answered(f"The server answered: {_texts(errors, data)}", [_code(error) for error in errors], {})


def write_error(errors: t.Sequence[Body], data: Body, makes_user: bool) -> IamError:
    """What the server says is wrong with a mutation, and whether it did a part of it, or may have done it."""
    hidden = makes_user and any(_root(error) == TOKEN_ADD for error in errors)
    if any(error.get("path") == [USER_ADD] for error in errors):  # the user was refused, not a part of the answer
        hidden = False
        errors = [error for error in errors if _root(error) != TOKEN_ADD]
    answered = f"The server answered: {_texts(errors, data)}"
    codes = [_code(error) for error in errors]
    if _tells(data):
        return Answered(answered.replace("The server", "The server did part of this, and", 1), codes, data)
    if hidden or set(codes) & MAY_HAVE_HAPPENED:
        return Unsure(answered)
    return Answered(answered, codes, data)


def _texts(errors: t.Sequence[Body], data: Body) -> str:
    """All errors, each once, with what to do."""
    texts = []
    for error in errors:
        text = _text(error)
        unanswered = [root for root in data if data[root] is None]
        advice = _advice(_code(error), [_root(error)] if error.get("path") else unanswered)
        texts.append(f"{text}: {advice}" if advice else text)
    return "; ".join(dict.fromkeys(texts))


def _text(error: Body) -> str:
    """An error in the server's words, in either of its shapes (up to 6.2.12, and later)."""
    code = _code(error)
    details = error.get("data") or (error.get("extensions") or {}).get("data")
    if not isinstance(details, dict):
        details = {}
    text = str(error.get("message") or "error")
    if details.get("field"):
        text = f"{details['field']}: {text}"
    if code:
        text += f" ({code})"
    if details.get("reason"):
        text += f": {details['reason']}"
    return text


def _code(error: Body) -> str:
    """The server's name for what is wrong, which stands in one of two places."""
    name = str(error.get("name") or "")
    return name if name.isupper() else str((error.get("extensions") or {}).get("code") or "")


def _root(error: Body) -> str:
    """The root field that an error is about, as far as the server tells it."""
    return str((error.get("path") or [""])[0])


def _advice(code: str, roots: t.Sequence[str]) -> str:
    """C(roots): what the error is about; for errors without a path, all that was not answered."""
    if code == "AUTH_REQUIRED":
        return NOT_ACCEPTED
    if code != "FORBIDDEN_ACCESS":
        return ""
    lists = [root for root in roots if root in KNOWLEDGE_LISTS]
    if lists:
        also = f", and before OpenCTI 6.1.13 also KNOWLEDGE to read {', '.join(lists)}"
        return f"the token's user needs {MANAGES_USERS}{also}"
    return f"the token's user needs {MANAGES_USERS}"

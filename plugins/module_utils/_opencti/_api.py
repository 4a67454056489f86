# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's GraphQL API over HTTP: one request, its answer, and its two ways of telling errors."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection, HttpSession
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._version import Version

Body = t.Dict[str, t.Any]
NEEDED = "SETTINGS_SETACCESSES"
ADVICE = {
    "AUTH_REQUIRED": (
        "the server does not accept api_token: it is wrong or has expired, its user is not active, or (from OpenCTI "
        "7.260224.0 on) none of the user's roles has the capability APIACCESS_USETOKEN"
    ),
    "FORBIDDEN_ACCESS": f"the token's user needs {NEEDED}",
}
MAY_HAVE_HAPPENED = ("LOCK_ERROR", "DATABASE_ERROR", "INTERNAL_SERVER_ERROR")


class OpenctiApi:
    """One conversation with one server, with one token.

    :ivar version: known after the first read.
    """

    def __init__(self, connection: Connection, token: str) -> None:
        self.http = HttpSession(connection)
        self.version: Version | None = None
        self._headers = {"Authorization": f"Bearer {token}"}

    def read(self, document: str, variables: Body | None = None) -> Body:
        """The data of a query; it may be asked twice, since it changes nothing."""
        data = self._send(document, variables, safe=True)
        if "about" in data:
            self.version = Version(data["about"]["version"])
            capabilities = {capability["name"] for capability in data["me"]["capabilities"]}
            if not any(name == "BYPASS" or NEEDED in name for name in capabilities):
                raise IamError(
                    f"{data['me']['name']}, the user of api_token, may not manage users: the token's user needs "
                    f"{NEEDED} (Manage credentials): give its role that capability, or use another token"
                )
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
            if response.status_code >= 500 and not safe:
                raise Unsure(text)
            raise IamError(text)
        data = answer.get("data") or {}
        if answer.get("errors"):
            raise _told(answer["errors"], any(value is not None for value in data.values()) and not safe, safe)
        return t.cast(Body, data)

    def every(self, plural: str, first: Body | None = None, fields: str | None = None) -> list[Body]:
        """All nodes of a list; C(first) is its first page if it was read already."""
        nodes: list[Body] = []
        found = first
        while found is None or found["pageInfo"]["hasNextPage"]:
            after = found["pageInfo"]["endCursor"] if found else None
            if found is not None:
                nodes += [edge["node"] for edge in found["edges"]]
            variables = {"after": after} if after else {}
            found = self.read(documents.following(plural, fields), variables)[plural]
        return nodes + [edge["node"] for edge in found["edges"]]


def _told(errors: t.Sequence[Body], partly: bool, safe: bool) -> IamError:
    """What the server says is wrong, in either of its shapes (up to 6.2.12, and later), with what to do."""
    texts, codes = [], []
    for error in errors:
        extensions = error.get("extensions") or {}
        code = str(error.get("name") if error.get("name") not in (None, "Error") else extensions.get("code") or "")
        details = error.get("data") or extensions.get("data") or {}
        reason = details.get("reason") if isinstance(details, dict) else None
        text = f"{error.get('message', 'error')}" + (f" ({code})" if code else "") + (f": {reason}" if reason else "")
        texts.append(f"{text}: {ADVICE[code]}" if code in ADVICE else text)
        codes.append(code)
    message = "The server answered: " + "; ".join(dict.fromkeys(texts))
    if not safe and not partly and any(code in MAY_HAVE_HAPPENED for code in codes):
        return Unsure(message)
    failure = IamError(message)
    failure.wrote = partly
    return failure

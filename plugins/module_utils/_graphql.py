# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GraphQL over HTTP: one request, its answer, its ways of telling errors, and lists page by page.

What its errors mean to a person, each product says in a class of its own.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection, HttpSession

Body = t.Dict[str, t.Any]
INVALID = "GRAPHQL_VALIDATION_FAILED"  # the server's schema does not know what was asked


class Answered(IamError):
    """The server's own error.

    :ivar codes: the server's names for what is wrong, such as C(FORBIDDEN).
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


@dataclasses.dataclass(frozen=True)
class Error:
    """One error of an answer.

    :ivar text: in the server's words, with the field and the reason where they are told.
    :ivar code: the server's name for what is wrong, "" where it has none.
    :ivar path: to what it is about, as far as the server tells it; its first part is a root field.
    """

    text: str
    code: str
    path: tuple[t.Any, ...]

    @property
    def root(self) -> str:
        """The root field that it is about, or ""."""
        return str(self.path[0]) if self.path else ""


def error_of(told: Body) -> Error:
    """An error from either of its shapes: what servers add stands in C(extensions), or beside the message."""
    extensions = told.get("extensions") or {}
    name = str(told.get("name") or "")
    code = name if name.isupper() else str(extensions.get("code") or "")
    details = told.get("data") or extensions.get("data")
    if not isinstance(details, dict):
        details = {}
    text = str(told.get("message") or "error")
    if details.get("field"):
        text = f"{details['field']}: {text}"
    if code:
        text += f" ({code})"
    if details.get("reason"):
        text += f": {details['reason']}"
    return Error(text, code, tuple(told.get("path") or ()))


class GraphqlClient:
    """One conversation with one server.

    :cvar unsure_codes: of errors after which the work of a mutation may be done all the same.
    """

    unsure_codes: t.ClassVar[frozenset[str]] = frozenset()

    def __init__(self, connection: Connection, headers: dict[str, str]) -> None:
        self.http = HttpSession(connection)
        self._headers = headers

    # -- what a product says ----------------------------------------------------------------------------------------

    def advice(self, code: str, roots: t.Sequence[str]) -> str:
        """What to do about an error, or "".

        :param roots: what it is about; for an error without a path, all that was not answered.
        """
        return ""

    def judged(self, document: str, errors: list[Error]) -> tuple[list[Error], bool]:
        """Those errors of a mutation that are worth telling, and whether they hide that another part of it was done."""
        return errors, False

    # -- the life of a client -----------------------------------------------------------------------------------------

    def start_task(self) -> None:
        """Count the requests of another task."""
        self.http.start_task()

    def forget(self) -> None:
        """Nothing is kept that could change."""

    def cost(self) -> Body:
        """What the task has sent so far; there are no logins."""
        return {key: value for key, value in self.http.tally.result().items() if key != "logins"}

    # -- requests -----------------------------------------------------------------------------------------------------

    def read(self, document: str, variables: Body | None = None) -> Body:
        """The data of a query; it may be asked twice, since it changes nothing."""
        errors, data = self._send(document, variables, safe=True)
        if errors:
            raise Answered(f"The server answered: {self._texts(errors, data)}", _codes(errors), {})
        return data

    def write(self, document: str, variables: Body) -> Body:
        """The data of a mutation.

        :raises Unsure: when the answer was lost, or tells an error after which the work may be done.
        """
        told, data = self._send(document, variables, safe=False)
        if not told:
            return data
        errors, hidden = self.judged(document, told)
        texts = self._texts(errors, data)
        codes = _codes(errors)
        if _tells(data):
            raise Answered(f"The server did part of this, and answered: {texts}", codes, data)
        if hidden or self.unsure_codes.intersection(codes):
            raise Unsure(f"The server answered: {texts}")
        raise Answered(f"The server answered: {texts}", codes, data)

    def every(self, root: str, document: str, first: Body | None = None) -> list[Body]:
        """All nodes of a list.

        :param root: the root field that is a connection.
        :param document: asks for the page that follows C($after).
        :param first: the first page, if it was read already.
        """
        found = first or self.read(document)[root]
        nodes = nodes_of(found)
        while found["pageInfo"]["hasNextPage"]:
            found = self.read(document, {"after": found["pageInfo"]["endCursor"]})[root]
            nodes += nodes_of(found)
        return nodes

    def _send(self, document: str, variables: Body | None, safe: bool) -> tuple[list[Error], Body]:
        """The errors and the data of an answer.

        :raises IamError: for what is no GraphQL answer; Unsure where a server's work may be done behind it.
        """
        body = {"query": document, "variables": variables or {}}
        response = self.http.send("POST", "/graphql", safe=safe, headers=self._headers, json=body)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if isinstance(answer, dict) and ("data" in answer or "errors" in answer):
            return [error_of(told) for told in answer.get("errors") or []], answer.get("data") or {}
        text = f"{self.http.url}/graphql: HTTP {response.status_code}, and no GraphQL answer. Is api_url right?"
        if not safe and (response.status_code >= 500 or response.status_code == 200):
            raise Unsure(text)
        raise IamError(text)

    def _texts(self, errors: t.Sequence[Error], data: Body) -> str:
        """All errors, each once, with what to do."""
        unanswered = [root for root in data if data[root] is None]
        texts = []
        for error in errors:
            advice = self.advice(error.code, [error.root] if error.path else unanswered)
            texts.append(f"{error.text}: {advice}" if advice else error.text)
        return "; ".join(dict.fromkeys(texts))


def _codes(errors: t.Sequence[Error]) -> list[str]:
    return [error.code for error in errors]


def nodes_of(listed: t.Any) -> list[Body]:
    """The nodes of a list, whether it is a connection or not."""
    if isinstance(listed, dict):
        return [edge["node"] for edge in listed.get("edges") or []]
    return list(listed or [])


def page(root: str, arguments: str, fields: str) -> str:
    """A page of a list with these fields of its nodes, as a root field. C(arguments): such as C(first: 100)."""
    return f"{root}({arguments}) {{ pageInfo {{ endCursor hasNextPage }} edges {{ node {{ {fields} }} }} }}"


class Mutation:
    """A mutation that is put together part by part: its variables, and what declares them.

    :ivar variables: by name.
    """

    def __init__(self) -> None:
        self.variables: Body = {}
        self._declared: list[str] = []

    def declare(self, name: str, kind: str, value: t.Any) -> None:
        """One more variable, with its type in the server's schema."""
        self.variables[name] = value
        self._declared.append(f"${name}: {kind}")

    def numbered(self, prefix: str) -> str:
        """A name for one more variable of those that begin so, counted from 0."""
        return f"{prefix}{sum(name.startswith(prefix) for name in self.variables)}"

    def text(self, name: str, roots: t.Iterable[str]) -> str:
        """The mutation under a name, with its root fields in their order."""
        return f"mutation {name}({', '.join(self._declared)}) {{ {' '.join(roots)} }}"

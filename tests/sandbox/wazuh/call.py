# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a handler gets: the request, validated, with the caller's rights; and the whole server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.wazuh.access import NODE, Rights
from sandbox.wazuh.errors import (
    ErrorText,
    Problem,
    ServerBreaksError,
    bad_request,
    error_text,
)
from sandbox.wazuh.limits import without_nulls
from sandbox.wazuh.store import MAX_INTEGER
from sandbox.wazuh.tokens import Token

if TYPE_CHECKING:
    from sandbox.wazuh.server import Server

_NOBODYS_ID = 0  # an id that nothing has


@dataclass
class Call:
    """One request on its way through a handler.

    Attributes:
        server: all state.
        params: query and path parameters by name, typed, with their defaults.
        body: the parsed JSON body, None if there is none. It is an object wherever the
            description of the API has one.
        username: who asks.
        token: by which token; None for logins.
        headers: to be added to the answer.
        objects: how many objects the work is about, for the time that it takes.
    """

    server: Server
    params: dict[str, Any]
    body: Any
    username: str
    token: Token | None = None
    headers: dict[str, str] = field(default_factory=dict)
    objects: int = 0
    _rights: Rights | None = None

    @property
    def rights(self) -> Rights:
        """The caller's rights."""
        assert self.token is not None, "logins have no rights"
        if self._rights is None:
            self._rights = Rights(self.token.permissions, self.token.mode, self.server.store)
        return self._rights

    @property
    def node(self) -> str:
        """The node that errors name: once rights were looked at, only if they allow it."""
        return NODE if self._rights is None else self._rights.node

    def fields(self, *known: str) -> dict[str, Any]:
        """The fields of the body, without nulls.

        Raises:
            Problem: 400, there is another field in it.
            RecursionError: it is nested too deep.
        """
        body = self.body or {}
        unknown = [name for name in body if name not in known]
        if unknown:
            listed = ", ".join(map(repr, unknown))
            raise bad_request(f"Invalid field found {{{listed}}}")
        return without_nulls(body)

    def error(self, code: int) -> ErrorText:
        """An entry of the error table in this server's version."""
        return error_text(self.server.version, code)

    def ids(self, name: str) -> list[str] | None:
        """The ids of a list parameter; None if it is not there or has ``all`` in it."""
        ids: list[str] | None = self.params.get(name)
        return None if ids is None or "all" in ids else ids


def as_number(id_: str) -> int:
    """An id as a number that the database can hold.

    Raises:
        ServerBreaksError: it is none (a policy may name ``role:id:x``), or too great.
    """
    number = loose_number(id_)
    if number > MAX_INTEGER:
        raise ServerBreaksError
    return number


def loose_number(id_: str) -> int:
    """An id as a number of any size, where the server looks it up as text.

    Raises:
        ServerBreaksError: it is no number.
    """
    try:
        return int(id_)
    except ValueError as error:
        raise ServerBreaksError from error


def looked_up(id_: str) -> int:
    """An id as the database finds it by its text: digits beyond ASCII are a number to Python only.

    Raises:
        ServerBreaksError: it is no number.
    """
    number = loose_number(id_)
    return number if id_.isascii() else _NOBODYS_ID


def recursion_problem() -> Problem:
    """The answer to a body that is nested too deep."""
    return Problem(
        400,
        "Maximum recursion depth exceeded.",
        "The JSON structure of the request exceeds the maximum nesting depth allowed by the API.",
    )

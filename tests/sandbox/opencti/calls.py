# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resolver is given: the object that its field belongs to, the arguments, the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.opencti import errors
from sandbox.opencti.access import Caller, Rights
from sandbox.opencti.platform import Platform
from sandbox.opencti.store import Store


@dataclass
class Request:
    """One HTTP request.

    Attributes:
        platform: the server's state.
        caller: who asks; None for nobody.
        session: id of the session that the request came with or opened.
        cookies: sessions to hand out with the answer.
    """

    platform: Platform
    caller: Caller | None
    session: str | None = None
    cookies: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """One field that is to be resolved. ``call["id"]`` is its argument ``id``.

    Attributes:
        parent: the object that the field belongs to; below ``userEdit`` and its like, the id.
        request: what it is part of.
        arguments: of the field; those that were left out are not there.
    """

    parent: Any
    request: Request
    arguments: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    @property
    def platform(self) -> Platform:
        return self.request.platform

    @property
    def store(self) -> Store:
        return self.request.platform.store

    @property
    def rights(self) -> Rights:
        return self.request.platform.rights

    @property
    def caller(self) -> Caller:
        """Who asks, where a field cannot be reached by nobody."""
        if self.request.caller is None:
            raise errors.auth_required()
        return self.request.caller


Resolver = Callable[[Call], Any]

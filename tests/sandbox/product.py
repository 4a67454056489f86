# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a product hands to the shared part, and what middlewares and products tell each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Product:
    """A server that is ready to be served.

    Attributes:
        app: the ASGI application, with a fresh state of its own.
        expire_tokens: makes every token handed out so far worthless (a fault may ask for it).
        greeting: lines to print before the ready line.
        environment: variables for commands run against it, with ``{url}`` and ``{ca}`` to fill in.
    """

    app: App
    expire_tokens: Callable[[], None]
    greeting: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


class DropConnection(Exception):
    """Raised inside the application: close the connection without (more of) an answer."""


def set_user(scope: Scope, name: str) -> None:
    """Tell the request log who is asking. Products call it as soon as they know."""
    scope.setdefault("sandbox", {})["user"] = name


def get_user(scope: Scope) -> str | None:
    """The name told by :func:`set_user`, or None."""
    user: str | None = scope.get("sandbox", {}).get("user")
    return user

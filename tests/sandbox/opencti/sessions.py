# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: what a login leaves behind, and up to 6.5 every request with a token."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.opencti.store import Document, iso

COOKIE = "opencti_session"
LIFETIME = 1200
"""Seconds after which a session is over (app:session_timeout)."""


@dataclass(frozen=True)
class Session:
    """One session.

    Attributes:
        id: what the cookie holds.
        user: whose it is.
        created: seconds since the epoch.
    """

    id: str
    user: Document
    created: float


class Sessions:
    """The sessions of a platform.

    Args:
        now: the time, in seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, Session] = {}

    def open(self, user: Document) -> str:
        session = Session(str(uuid.uuid4()), user, self._now())
        self._sessions[session.id] = session
        return session.id

    def user_of(self, session_id: str | None) -> Document | None:
        session = self._sessions.get(session_id or "")
        return session.user if session and self._alive(session) else None

    def kill(self, session_id: str) -> str:
        self._sessions.pop(session_id, None)
        return session_id

    def kill_of(self, user_id: str) -> list[str]:
        """End a user's sessions. Only its internal id finds them: no other is looked up."""
        ended = [entry.id for entry in self._sessions.values() if entry.user["id"] == user_id]
        return [self.kill(session_id) for session_id in ended]

    def of(self, user: Document) -> list[dict[str, Any]]:
        """The user's sessions as ``SessionDetail``."""
        return [
            {
                "id": entry.id,
                "created": iso(entry.created),
                "ttl": int(entry.created + LIFETIME - self._now()),
                "originalMaxAge": LIFETIME,
            }
            for entry in self._sessions.values()
            if entry.user["id"] == user["id"] and self._alive(entry)
        ]

    def users(self) -> list[Document]:
        """Who has one."""
        alive = [entry.user for entry in self._sessions.values() if self._alive(entry)]
        return list({user["id"]: user for user in alive}.values())

    def _alive(self, session: Session) -> bool:
        return self._now() < session.created + LIFETIME

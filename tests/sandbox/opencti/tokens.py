# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""API tokens in both models, and who a request's credentials stand for.

Up to 6.9 a user has one token, a UUID that can be read at any time (``api_token``). From 7.260224.0
it has any number of named ones (``api_tokens``); a value is shown once, then only its hash is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import uuid
from collections.abc import Callable
from typing import Any

from sandbox.opencti import errors, identity
from sandbox.opencti.access import Caller, Rights
from sandbox.opencti.store import Document, iso, seconds

PREFIX = "flgrn_octi_tkn_"
USE_TOKEN = "APIACCESS_USETOKEN"
_LETTERS = string.ascii_letters + string.digits + "_-"
_DAY = 86400
_DAYS = {"DAYS_30": 30, "DAYS_60": 60, "DAYS_90": 90, "DAYS_365": 365, "UNLIMITED": None}


class Tokens:
    """The tokens of a platform.

    Args:
        rights: what may be done with them.
        now: the time, in seconds since the epoch.
    """

    def __init__(self, rights: Rights, now: Callable[[], float]) -> None:
        self._rights = rights
        self._now = now
        self._key = secrets.token_bytes(32)
        self._named = rights.release.does("named tokens")

    def first(self, user: Document) -> None:
        """What a new user gets: a token of its own, or none where tokens have names."""
        user["api_tokens" if self._named else "api_token"] = [] if self._named else str(uuid.uuid4())

    def keep(self, user: Document, value: str) -> None:
        """Give a user a token of a known value, as an upgrade to 7.260224.0 keeps old ones."""
        if not self._named:
            user["api_token"] = value
            return
        legacy = self._entry(f"base_token_{user['id']}", "Legacy Token", value, None)
        user["api_tokens"].append(legacy)

    def renew(self, user_id: str, user: Document | None) -> None:
        """Replace the one token (up to 6.9).

        Args:
            user_id: as the client gave it.
            user: whom it found.
        """
        does = self._rights.release.does
        if user_id == identity.ADMIN_ID and does("admin token cannot be renewed"):
            message = "Cannot renew token of admin user defined in configuration"
            raise errors.functional(f"{message}, please change configuration instead.")
        if user is None:
            raise errors.functional(f"Cannot renew token, {user_id} user cannot be found.")
        user["api_token"] = str(uuid.uuid4())
        user["updated_at"] = iso(self._now())

    def create(self, user: Document | None, name: str, duration: str) -> dict[str, Any]:
        """Add a named token (from 7.260224.0); names need not be unique."""
        if user is None:
            raise errors.functional("User not found")
        value = PREFIX + "".join(secrets.choice(_LETTERS) for _place in range(64))
        days = _DAYS[duration]
        expires = None if days is None else iso(self._now() + days * _DAY)
        entry = self._entry(str(uuid.uuid4()), name, value, expires)
        user["api_tokens"].append(entry)
        return {
            "token_id": entry["id"],
            "plaintext_token": value,
            "expires_at": expires,
            "masked_token": entry["masked_token"],
        }

    def revoke(self, user: Document | None, token_id: str) -> str:
        """Take a named token away."""
        if user is None:
            raise errors.functional("User not found")
        left = [entry for entry in user["api_tokens"] if entry["id"] != token_id]
        if len(left) == len(user["api_tokens"]):
            raise errors.functional("Token not found", id=token_id)
        user["api_tokens"] = left
        return token_id

    def expire_all(self) -> None:
        """Make every token worthless, that of the administrator included."""
        for user in self._rights.store.all("User"):
            self.first(user)

    def user_of(self, value: str) -> Document | None:
        """Whose token it is, if it may be used now."""
        users = self._rights.store.all("User")
        if not self._named:
            return next((user for user in users if user["api_token"] == value), None)
        wanted = self._hash(value)
        for user in users:
            for entry in user["api_tokens"]:
                if entry["hash"] == wanted:
                    return user if self._usable(user, entry) else None
        return None

    def _usable(self, user: Document, entry: dict[str, Any]) -> bool:
        if entry["expires_at"] and seconds(entry["expires_at"]) <= self._now():
            return False
        if not Caller(self._rights, user).has(USE_TOKEN):
            return False
        entry["last_used_at"] = iso(self._now())
        return True

    def _entry(self, token_id: str, name: str, value: str, expires: str | None) -> dict[str, Any]:
        return {
            "id": token_id,
            "name": name,
            "created_at": iso(self._now()),
            "expires_at": expires,
            "masked_token": f"****{value[-4:]}",
            "last_used_at": None,
            "hash": self._hash(value),
        }

    def _hash(self, value: str) -> str:
        return hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()

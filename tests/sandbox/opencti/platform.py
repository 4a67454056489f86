# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform: its data as a fresh start makes it, and who is signed in."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping

from sandbox.clock import Clock
from sandbox.opencti import defaults, errors, identity, passwords
from sandbox.opencti.access import BYPASS, SET_ACCESSES, Caller, Rights
from sandbox.opencti.listing import normalised
from sandbox.opencti.sessions import Sessions
from sandbox.opencti.store import Document, Store, seconds
from sandbox.opencti.tokens import Tokens
from sandbox.opencti.versions import Release

ADMIN_EMAIL = "admin@opencti.io"
_POLICY = "min_length max_length min_symbols min_numbers min_words min_lowercase min_uppercase"
_LOGIN_PAUSE = 1.0
"""Seconds between two logins, where they are limited."""


class Platform:
    """A platform of a release, fresh.

    Args:
        release: which one it is.
        clock: its time.
        admin_token: of the configured administrator, a UUID; None for a new one.
        admin_password: of the same.
    """

    def __init__(
        self,
        release: Release,
        clock: Clock,
        admin_token: str | None = None,
        admin_password: str = "admin",
    ) -> None:
        self.release = release
        self.now = clock.now
        self.store = Store(clock.now)
        self.rights = Rights(self.store, release)
        self.tokens = Tokens(self.rights, clock.now)
        self.sessions = Sessions(clock.now)
        self.admin_token = admin_token or str(uuid.uuid4())
        self.account_statuses = dict(defaults.ACCOUNT_STATUSES)
        self._last_login = float("-inf")
        self.settings = self.store.add("Settings", _settings())
        self._add_rights()
        self._add_admin(admin_password)

    def _add_rights(self) -> None:
        store = self.store
        for name, order in defaults.capabilities(self.release).items():
            values = {"name": name, "description": f"Capability {name}", "attribute_order": order}
            store.add("Capability", values)
        for role in defaults.roles(self.release):
            values = {"name": role.name, "description": role.description}
            document = store.add("Role", values | {"can_manage_sensitive_config": False})
            for name in role.capabilities:
                capability = identity.standard_id("Capability", {"name": name})
                store.relate("has-capability", document["id"], capability)
        for group in defaults.groups(self.release):
            values = {
                "name": group.name,
                "description": group.description,
                "default_assignation": group.default_assignation,
                "auto_new_marking": group.auto_new_marking,
                "auto_integration_assignation": list(group.auto_integration_assignation),
                "group_confidence_level": {
                    "max_confidence": defaults.MAX_CONFIDENCE,
                    "overrides": [],
                },
            }
            role_id = identity.standard_id("Role", {"name": group.role})
            store.relate("has-role", store.add("Group", values)["id"], role_id)
        for kind, definition, order, colour in defaults.markings():
            self.add_marking(kind, definition, order, colour)

    def _add_admin(self, password: str) -> None:
        values = {
            "name": "admin",
            "user_email": ADMIN_EMAIL,
            "firstname": "Admin",
            "lastname": "OpenCTI",
            "description": "Administrator from the configuration",
            "external": True,
            "account_status": "Active",
            "theme": "default",
            "language": "auto",
            "user_service_account": False,
            "password": passwords.hashed(password),
            "user_confidence_level": {"max_confidence": 100, "overrides": []},
        }
        admin = self.store.add("User", values, identity.ADMIN_ID)
        self.tokens.first(admin)
        self.tokens.keep(admin, self.admin_token)
        for name in ("Administrators", "Default"):
            self.store.relate("member-of", admin["id"], identity.standard_id("Group", {"name": name}))

    def add_marking(self, definition_type: str, definition: str, order: int, colour: str | None) -> Document:
        """A new marking; groups with ``auto_new_marking`` get it. An existing one is returned."""
        values: Document = {"definition_type": definition_type, "definition": definition}
        found = self.store.get(identity.standard_id("Marking-Definition", values))
        if found is not None:
            return found
        values = values | {"x_opencti_order": order, "x_opencti_color": colour}
        marking = self.store.add("Marking-Definition", values)
        for group in self.store.all("Group"):
            if group.get("auto_new_marking"):
                self.store.relate("accesses-to", group["id"], marking["id"])
        return marking

    # signing in

    def user_by_email(self, email: str) -> Document | None:
        """By e-mail as the search engine compares it: without case and accents."""
        wanted = normalised(email)
        found = (u for u in self.store.all("User") if normalised(u["user_email"]) == wanted)
        return next(found, None)

    def caller(self, headers: Mapping[str, str], session_id: str | None) -> Caller | None:
        """Who sent a request. Wrong credentials make it nobody's, without an error.

        Args:
            headers: of the request, names in lower case.
            session_id: from its cookie.
        """
        user = self.sessions.user_of(session_id)
        if user is not None:
            return Caller(self.rights, user)
        user = self._user_of_credentials(headers.get("authorization", ""))
        if user is None:
            return None
        applicant = headers.get("opencti-applicant-id")
        if applicant and Caller(self.rights, user).bypasses:
            user = self.store.get(applicant, "User")
        if user is None or self._refusal(user):
            return None
        return Caller(self.rights, user)

    def log_in(self, email: str, password: str) -> Document:
        """The user of an e-mail and password.

        Raises:
            PlatformError: they are wrong, the account may not be used, or it is too soon.
        """
        if self.release.does("login once a second"):
            if self.now() - self._last_login < _LOGIN_PAUSE:
                raise errors.functional("Too many requests")
            self._last_login = self.now()
        user = self.user_by_email(email)
        if user is None or not passwords.is_password(password, user.get("password")):
            raise errors.auth_failure()
        refusal = self._refusal(user)
        if refusal:
            raise errors.auth_failure(refusal)
        return user

    def _user_of_credentials(self, authorization: str) -> Document | None:
        scheme, _space, value = authorization.partition(" ")
        if scheme == "Bearer":
            return self.tokens.user_of(value)
        if scheme == "Basic":
            try:
                email, _colon, password = base64.b64decode(value).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return None
            user = self.user_by_email(email)
            if user and passwords.is_password(password, user.get("password")):
                named = self.release.does("named tokens")
                caller = Caller(self.rights, user)
                return user if not named or caller.has("APIACCESS_USEBASICAUTH") else None
        return None

    def _refusal(self, user: Document) -> str | None:
        """Why an account may not be used now, or None."""
        exempt = BYPASS if self.release.does("only BYPASS needs no organization") else SET_ACCESSES
        caller = Caller(self.rights, user)
        free = caller.bypasses or (exempt == SET_ACCESSES and caller.has(SET_ACCESSES))
        needed = self.settings["platform_organization"] and not user.get("user_service_account")
        if needed and not free and not self.rights.organizations(user):
            return "You can't login without an organization"
        lock_after = user.get("account_lock_after_date")
        if lock_after and seconds(lock_after) < self.now():
            return self.account_statuses["Expired"]
        if user["account_status"] != "Active":
            return self.account_statuses.get(user["account_status"], user["account_status"])
        return None


def _settings() -> Document:
    return {
        "standard_id": identity.random_standard_id("Settings"),
        "platform_title": "OpenCTI sandbox",
        "platform_email": ADMIN_EMAIL,
        "platform_language": "auto",
        "platform_organization": None,
        "otp_mandatory": False,
    } | {f"password_policy_{rule}": 0 for rule in _POLICY.split()}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to what is desired of one object. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Key
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    GROUPS,
    NO_MAXIMUM,
    ROLES,
    USERS,
    Body,
    Field,
    Kind,
    standard_id,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

SHORTEST_NAME = 2
TOKEN_NAME = "secops.iam"
TOKEN_DURATION = "UNLIMITED"
TOKEN_DURATIONS = ["DAYS_30", "DAYS_60", "DAYS_90", "DAYS_365", TOKEN_DURATION]
TOKEN_STATES = ["present", "rotated", "absent"]
CONNECTOR_OPTIONS: Body = {
    **USERS.options(),
    "email": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "token_state": {"type": "str", "choices": TOKEN_STATES, "default": "present", "no_log": False},
    "token_name": {"type": "str", "default": TOKEN_NAME, "no_log": False},
    "token_duration": {"type": "str", "choices": TOKEN_DURATIONS, "default": TOKEN_DURATION, "no_log": False},
}


@dataclasses.dataclass(frozen=True)
class DesiredToken:
    """C(state) is C(present), C(rotated) or C(absent); C(name) and C(duration) are for named tokens only."""

    state: str = "present"
    name: str = TOKEN_NAME
    duration: str = TOKEN_DURATION


@dataclasses.dataclass(frozen=True)
class Desired:
    """What a task states of one object; what is not stated is left alone.

    :ivar fields: by our option, confidence apart.
    :ivar links: names (markings: or STIX ids) by option.
    :ivar append: leave links alone that are not named.
    :ivar password: of a new user; None lets one be drawn.
    """

    kind: Kind
    name: str
    present: bool = True
    email: str | None = None
    fields: Body = dataclasses.field(default_factory=dict)
    max_confidence: int | None = None
    confidence_overrides: dict[str, int] | None = None
    links: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    append: bool = False
    password: str | None = None
    token: DesiredToken | None = None

    @property
    def id(self) -> str:
        """The id that the server computes from the name or the e-mail; "" for a service account without one."""
        if self.kind is not USERS:
            return standard_id(self.kind, self.name)
        return standard_id(USERS, self.email) if self.email else ""

    @property
    def label(self) -> str:
        """How sentences and errors call the object."""
        return f"{self.kind.name} {self.name}"

    def optional_fields(self) -> list[Field]:
        """The fields of the task that only some versions have: those of a user, and what is stated of a group."""
        if not self.present:
            return []
        return [
            field for field in self.kind.fields if field.since and (self.kind is USERS or field.option in self.fields)
        ]

    def fields_on(self, version: Version) -> list[Field]:
        """The fields that a snapshot has for this task."""
        optional = [field for field in self.optional_fields() if version.has(field.since)]
        return [field for field in self.kind.fields if not field.since or field in optional]


def key_of(desired: Desired, verb: str) -> Key:
    """What a step of this object is."""
    return Key(desired.kind.name, (desired.name,), verb)


def connector_user(params: Body) -> Desired:
    """The options of opencti_connector_user."""
    desired = _desired(USERS, params)
    email = params["email"]
    if email is not None and not email.strip():
        raise Refused(
            "email: it is blank, as an unset variable makes it: give the e-mail, or leave email out for a service "
            "account that is to be found by its name"
        )
    if email is None and not params["service_account"]:
        raise Refused("email: only a service account (from OpenCTI 6.8.0) can do without: give email")
    if params["service_account"] and params["password"] is not None:
        raise Refused("password: a service account has none: leave password out")
    if email is not None:
        # The server lower-cases it on creation, but not elsewhere (FACTS, users).
        desired = dataclasses.replace(desired, email=email.strip().lower())
    if not desired.present:
        return desired
    if params["password"] == "":
        raise Refused(
            "password: it is empty, as an unset variable makes it: give one, or leave password out for a random "
            "one that nobody knows"
        )
    token_name = params["token_name"].strip()
    if not token_name:
        raise Refused("token_name: it is blank: give a name, or leave token_name out")
    token = DesiredToken(params["token_state"], token_name, params["token_duration"])
    return dataclasses.replace(desired, password=params["password"], token=token)


def group(params: Body) -> Desired:
    """The options of opencti_group."""
    return _desired(GROUPS, params)


def role(params: Body) -> Desired:
    """The options of opencti_role."""
    return _desired(ROLES, params)


def _desired(kind: Kind, params: Body) -> Desired:
    """What the modules have in common: name, state, fields, exact or appended links, confidence."""
    problems: list[str] = []
    name = params["name"].strip()  # as the server does
    if len(name) < SHORTEST_NAME:
        problems.append(f"name: {name!r} is too short: write at least {SHORTEST_NAME} characters")
    if params["state"] == "absent":
        _refuse(problems)
        return Desired(kind, name, present=False)
    maximum = _maximum(params.get("max_confidence"), problems)
    overrides = _overrides(params.get("confidence_overrides"), problems)
    _refuse(problems)
    return Desired(
        kind,
        name,
        fields=kind.stated(params),
        max_confidence=maximum,
        confidence_overrides=overrides,
        links=kind.stated_links(params),
        append=params["append"],
    )


def _refuse(problems: list[str]) -> None:
    if problems:
        raise Refused(join_problems(problems))


def _maximum(given: int | None, problems: list[str]) -> int | None:
    if given in (None, NO_MAXIMUM):
        return given
    return _level("max_confidence", given, problems)


def _overrides(given: Body | None, problems: list[str]) -> dict[str, int] | None:
    if given is None:
        return None
    return {str(name): _level(f"confidence_overrides: {name}", most, problems) for name, most in given.items()}


def _level(option: str, given: t.Any, problems: list[str]) -> int:
    """A confidence; the server itself takes any number. Values in a mapping may still be text."""
    level = -1 if isinstance(given, bool) or not str(given).isdecimal() else int(given)
    if not 0 <= level <= 100:
        problems.append(f"{option}: {given} will not do: write a number from 0 to 100")
    return level

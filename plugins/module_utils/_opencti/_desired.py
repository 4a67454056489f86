# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to what is desired of one object. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, refuse
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body, Field, Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model

SHORTEST_NAME = 2
TOKEN_NAME = "secops.iam"
TOKEN_DURATION = "UNLIMITED"
TOKEN_DURATIONS = ["DAYS_30", "DAYS_60", "DAYS_90", "DAYS_365", TOKEN_DURATION]
TOKEN_STATES = ["present", "rotated", "absent"]
CONNECTOR_OPTIONS: Body = {
    **objects.options_of(model.USERS),
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
class Desired(objects.Desired):
    """What a task states of one object; what is not stated is left alone.

    :ivar password: of a new user; None lets one be drawn.
    """

    email: str | None = None
    password: str | None = None
    token: DesiredToken | None = None

    @property
    def id(self) -> str:
        """The id that the server computes from the name or the e-mail; "" for a service account without one."""
        if self.kind is not model.USERS:
            return model.standard_id(self.kind, self.name)
        return model.standard_id(self.kind, self.email) if self.email else ""

    def optional_fields(self) -> list[Field]:
        """Of a user that is to be there, all that only some versions have; of others what is stated."""
        if self.kind is model.USERS and self.present:
            return [field for field in self.kind.fields if field.since]
        return super().optional_fields()


def connector_user(params: Body) -> Desired:
    """The options of opencti_connector_user."""
    desired = _desired(model.USERS, params)
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
    return _desired(model.GROUPS, params)


def role(params: Body) -> Desired:
    """The options of opencti_role."""
    return _desired(model.ROLES, params)


def _desired(kind: Kind, params: Body) -> Desired:
    """What the modules have in common: name, state, fields, exact or appended links."""
    name = params["name"].strip()  # as the server does
    problems = []
    if len(name) < SHORTEST_NAME:
        problems.append(f"name: {name!r} is too short: write at least {SHORTEST_NAME} characters")
    if params["state"] == "present":
        problems += _levels(params)
    refuse(problems)
    return Desired(kind, name, **objects.stated(kind, params))


def _levels(params: Body) -> list[str]:
    """What is wrong with confidences; the server itself takes any number. Values in a mapping may still be text."""
    levels = {}
    if params.get("max_confidence") not in (None, model.NO_MAXIMUM):
        levels["max_confidence"] = params["max_confidence"]
    for name, most in (params.get("confidence_overrides") or {}).items():
        levels[f"confidence_overrides: {name}"] = most
    return [
        f"{option}: {most} will not do: write a number from 0 to 100"
        for option, most in levels.items()
        if not _is_level(most)
    ]


def _is_level(given: t.Any) -> bool:
    return not isinstance(given, bool) and str(given).isdecimal() and int(given) <= 100

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to its wish. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, ROLES, USERS, Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import NO_MAXIMUM, TokenWish, Wish

Params = t.Dict[str, t.Any]
SHORTEST_NAME = 2


def connector_user(params: Params) -> Wish:
    """The options of opencti_connector_user."""
    wish = _wish(USERS, params, ("account_status", "service_account"))
    email = params["email"]
    if email is not None:
        if not email.strip():
            raise Refused(
                "email: it is blank, as an unset variable makes it: give the e-mail, or leave email out for a service "
                "account that is to be found by its name"
            )
        wish.email = email.strip().lower()  # the server lower-cases it on creation, but not elsewhere
    elif not params["service_account"]:
        raise Refused("email: only a service account (from OpenCTI 6.8.0) can do without: give email")
    if params["service_account"] and params["password"] is not None:
        raise Refused("password: a service account has none: leave password out")
    if wish.present:
        if params["password"] == "":
            raise Refused(
                "password: it is empty, as an unset variable makes it: give one, or leave password out for a random "
                "one that nobody knows"
            )
        wish.fields["name"] = wish.name
        wish.password = params["password"]
        token_name = params["token_name"].strip()
        if not token_name:
            raise Refused("token_name: it is blank: give a name, or leave token_name out")
        wish.token = TokenWish(params["token_state"], token_name, params["token_duration"])
    return wish


def group(params: Params) -> Wish:
    """The options of opencti_group."""
    flags = ("description", "auto_new_marking", "default_assignation", "no_creators", "restrict_delete")
    return _wish(GROUPS, params, flags)


def role(params: Params) -> Wish:
    """The options of opencti_role."""
    return _wish(ROLES, params, ("description",))


def _wish(kind: Kind, params: Params, fields: t.Sequence[str]) -> Wish:
    """What the modules have in common: name, state, fields, exact or appended links, confidence."""
    problems = []
    name = params["name"].strip()  # as the server does
    if len(name) < SHORTEST_NAME:
        problems.append(f"name: {name!r} is too short: write at least {SHORTEST_NAME} characters")
    wish = Wish(kind, name, present=params["state"] == "present")
    if not wish.present:
        if problems:
            raise Refused(join_problems(problems))
        return wish
    wish.append = params["append"]
    wish.fields = {field: params[field] for field in fields if params[field] is not None}
    for field in {"description", "account_status"} & set(wish.fields):
        wish.fields[field] = wish.fields[field].strip()  # as the server does when it changes them
    for option in kind.links:
        if params[option] is not None:
            wish.links[option] = params[option]
    maximum, overrides = params.get("max_confidence"), params.get("confidence_overrides")
    if maximum not in (None, NO_MAXIMUM):
        maximum = _level("max_confidence", maximum, problems)
    if overrides is not None:
        overrides = {
            str(kind): _level(f"confidence_overrides: {kind}", most, problems) for kind, most in overrides.items()
        }
    if maximum is not None or overrides is not None:
        wish.fields["confidence"] = (maximum, overrides)
    if problems:
        raise Refused(join_problems(problems))
    return wish


def _level(option: str, given: t.Any, problems: list[str]) -> int:
    """A confidence; the server itself takes any number. Values in a mapping may still be text."""
    level = -1 if isinstance(given, bool) or not str(given).isdecimal() else int(given)
    if not 0 <= level <= 100:
        problems.append(f"{option}: {given} will not do: write a number from 0 to 100")
    return level

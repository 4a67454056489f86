# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to its wish, and the export in the same shape. Pure but for C(info)."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, ROLES, USERS, Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import TokenWish, Wish, fields_of, links_of

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
        wish.fields["name"] = wish.name
        wish.password = params["password"]
        wish.token = TokenWish(params["token_state"], params["token_name"], params["token_duration"])
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
    if "description" in wish.fields:
        wish.fields["description"] = wish.fields["description"].strip()  # as the server does when it changes one
    for option in kind.links:
        if params[option] is not None:
            wish.links[option] = params[option]
    maximum, overrides = params.get("max_confidence"), params.get("confidence_overrides")
    if maximum is not None:
        maximum = _level("max_confidence", maximum, problems)
    if overrides is not None:
        overrides = {kind: _level(f"confidence_overrides: {kind}", most, problems) for kind, most in overrides.items()}
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


def info(api: OpenctiApi, params: Params, check_mode: bool) -> Params:
    """Users, groups and roles in the shape that the modules take; what they can be linked to; the version."""
    api.read(documents.caller())
    version = api.version
    answer: Params = {"version": version.text if version else None}
    for kind in (USERS, GROUPS, ROLES):
        nodes = api.every(kind.plural, fields=documents.fields_of(kind, version, params["include_tokens"]))
        answer[kind.plural] = [_exported(kind, node, params["include_tokens"]) for node in nodes]
    answer["capabilities"] = sorted(node["name"] for node in api.every("capabilities"))
    answer["markings"] = sorted(node["definition"] for node in api.every("markingDefinitions"))
    answer["organizations"] = sorted(node["name"] for node in api.every("organizations"))
    return answer


def _exported(kind: Kind, node: Params, include_tokens: bool) -> Params:
    fields = fields_of(kind, node)
    level = fields.pop("confidence", None)
    item: Params = {"name": node["name"], **fields}
    if kind is not ROLES:
        item["max_confidence"] = level["max_confidence"] if level else None
        item["confidence_overrides"] = level["overrides"] if level else {}
    item.update({option: sorted(linked) for option, linked in links_of(kind, node).items()})
    if item.get("auto_new_marking"):
        item["append"] = True  # the module refuses to keep such a group to an exact list of markings
    if kind is USERS:
        item["email"] = node["user_email"]
        item["external"] = bool(node["external"])
        if "api_tokens" in node:
            item["tokens"] = [
                {"name": token["name"], "expires_at": token["expires_at"]} for token in node["api_tokens"] or []
            ]
        elif include_tokens:
            item["token"] = node["api_token"]
    return item

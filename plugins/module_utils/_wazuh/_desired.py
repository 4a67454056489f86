# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to what it desires. Pure; one function a module."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, refuse
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body, normal_rule
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    CONFIG,
    DEFAULT_CONFIG,
    KINDS,
    POLICY,
    ROLE,
    RULE,
    USER,
    Desired,
    DesiredLink,
    Kind,
    Snapshot,
)

Params = t.Dict[str, t.Any]


def policy(params: Params) -> Desired:
    """C(name), C(actions), C(resources), C(effect), C(new_name), C(state)."""
    desired = _one(POLICY, params)
    desired.validate_catalogue = params["validate_catalogue"]
    return desired


def rule(params: Params) -> Desired:
    """C(name), C(rule), C(new_name), C(state)."""
    desired = _one(RULE, params)
    _note_empty(desired, params)
    return desired


def role(params: Params) -> Desired:
    """C(name), C(policies), C(rules), C(new_name), C(state)."""
    return _one(ROLE, params)


def user(params: Params) -> Desired:
    """C(name), C(password), C(update_password), C(allow_run_as), C(roles), C(state)."""
    desired = _one(USER, params)
    if params["state"] == "present":
        _add_password(desired, params, params["password"])
    return desired


def link(params: Params) -> Desired:
    """C(role) with C(policy) or C(rule), or C(user) with C(role); C(position), C(state)."""
    owners, items = _ends(params)
    position = params["position"]
    if position is not None and items is RULE:
        raise Refused("position: a role's rules have no order: leave it out")
    if position is not None and position < 0:
        raise Refused(f"position: {position} is too small: 0 is the first")
    owner, item = params[owners.name], params[items.name]
    present = params["state"] == "present"
    return Desired(
        links=[DesiredLink(owners.plural, owner, items.plural, item, position, present)],
        subject=(owners.plural, owner, items.plural),
    )


def _ends(params: Params) -> tuple[Kind, Kind]:
    """The kinds of the owner and of the item of a link."""
    if params["user"] is not None:
        return USER, ROLE
    return ROLE, POLICY if params["policy"] is not None else RULE


def config(params: Params) -> Desired:
    """C(rbac_mode), C(auth_token_exp_timeout), C(state)."""
    wanted = _settings(params) if params["state"] == "present" else dict(DEFAULT_CONFIG)
    return Desired(config=wanted, subject=(CONFIG, "", ""))


def _settings(params: Params) -> Body:
    return {key: params[key] for key in DEFAULT_CONFIG if params.get(key) is not None}


def tree(params: Params) -> Desired:
    """C(policies), C(rules), C(roles), C(users), C(config), C(passwords), C(purge), C(validate_catalogue)."""
    passwords = {user: word for user, word in (params["passwords"] or {}).items() if word is not None}
    desired = Desired(
        purge=params["purge"],
        config=_settings(params["config"] or {}),
        validate_catalogue=params["validate_catalogue"],
        many=True,
    )
    problems = [
        f"passwords: the one of {user} is no text: put it in quotes"
        for user, word in passwords.items()
        if not isinstance(word, str)
    ]
    for kind in KINDS:
        problems += _add_objects(desired, kind, params, passwords)
    for name in params["passwords"] or {}:
        if name not in desired.present[USER.plural]:
            problems.append(f"passwords: {name} is not among the users: list it there, or take its password out")
    refuse(problems)
    return desired


def _add_objects(desired: Desired, kind: Kind, params: Params, passwords: Params) -> list[str]:
    """Take over the objects of one kind of a tree; return what is wrong with them."""
    problems = []
    stated = desired.present.setdefault(kind.plural, {})
    for item in params[kind.plural] or []:
        name = item["name"]
        if name in stated:
            problems.append(f"{kind.plural}: {name} is listed twice: list it once")
        if item["reserved"]:
            desired.reserved.setdefault(kind.plural, set()).add(name)
        stated[name] = stated_body(kind, item)
        if kind is RULE:
            _note_empty(desired, item)
        if kind is USER:
            _add_password(desired, item, passwords.get(name) if item["password"] is None else item["password"])
    if kind.plural in desired.purge and params[kind.plural] is None:
        problems.append(
            f"purge: {kind.plural} are to be purged, but none are stated: write {kind.plural}: [] to remove all"
        )
    return problems


def _one(kind: Kind, params: Params) -> Desired:
    """What a module desires that is about one object of a kind, by its name."""
    name, new_name = params["name"], params.get("new_name")
    if params["state"] == "absent":
        return Desired(absent={kind.plural: [name]})
    desired = Desired(present={kind.plural: {name: stated_body(kind, params)}}, subject=(kind.plural, name, ""))
    if new_name is not None:
        desired.renames = {kind.plural: {name: new_name}}
        desired.subject = (kind.plural, new_name, "")
    return desired


def stated_body(kind: Kind, params: Params) -> Body:
    """What is stated of an object, in the shape that a snapshot has it in, as the server will store it."""
    stated = kind.stated(params)
    if kind is RULE:
        return t.cast(Body, stated.get("rule", {}))
    return {**stated, **kind.stated_links(params)}


def _note_empty(desired: Desired, params: Params) -> None:
    """Tell an empty expression, which the server may have already, from an omitted one, which is left alone."""
    if params["rule"] is not None and not normal_rule(params["rule"]):
        desired.empty_rules.add(params["name"])


def _add_password(desired: Desired, params: Params, password: str | None) -> None:
    if password is not None:
        desired.passwords[params["name"]] = password
        desired.update_password[params["name"]] = params["update_password"]


def settled(desired: Desired, current: Snapshot) -> Desired:
    """What is desired, with links that are new told from those that are there: a new one comes after all others.

    Once the link is made, no snapshot tells any more that it was new.
    """
    if not desired.links:
        return desired
    return dataclasses.replace(desired, links=[_last_when_new(link, current) for link in desired.links])


def _last_when_new(link: DesiredLink, current: Snapshot) -> DesiredLink:
    linked = current.linked(link)
    placed = link.position is not None or link.items == RULE.plural  # rules have no order (FACTS, links)
    if placed or not link.present or link.item in linked:
        return link
    return dataclasses.replace(link, after=tuple(linked))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of a module to its wish. Pure; one function a module."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    DEFAULT_CONFIG,
    KINDS,
    POLICY,
    ROLE,
    RULE,
    USER,
    Body,
    Kind,
    LinkWish,
    Snapshot,
    Wish,
    normal_resource,
    normal_rule,
)

Params = t.Dict[str, t.Any]


@dataclasses.dataclass
class Errand:
    """What a module asks for: its wish, what its result shows, and whether it is about many objects."""

    wish: Wish
    view: t.Callable[[Snapshot], Body]
    validate_catalogue: bool = False
    many: bool = False


def policy(params: Params) -> Errand:
    """C(name), C(actions), C(resources), C(effect), C(new_name), C(state)."""
    errand = _one(POLICY, params, policy_body(params))
    errand.validate_catalogue = params["validate_catalogue"]
    return errand


def rule(params: Params) -> Errand:
    """C(name), C(rule), C(new_name), C(state)."""
    errand = _one(RULE, params, normal_rule(params["rule"] or {}))
    _note_empty(errand.wish, params)
    return errand


def role(params: Params) -> Errand:
    """C(name), C(policies), C(rules), C(new_name), C(state)."""
    return _one(ROLE, params, _stated(params, "policies", "rules"))


def user(params: Params) -> Errand:
    """C(name), C(password), C(update_password), C(allow_run_as), C(roles), C(state)."""
    errand = _one(USER, params, _stated(params, "allow_run_as", "roles"))
    if params["state"] == "present":
        _want_password(errand.wish, params, params["password"])
    return errand


def link(params: Params) -> Errand:
    """C(role) with C(policy) or C(rule), or C(user) with C(role); C(position), C(state)."""
    if params["user"] is not None:
        owners, items, item = USER, ROLE, params["role"]
    elif params["policy"] is not None:
        owners, items, item = ROLE, POLICY, params["policy"]
    else:
        owners, items, item = ROLE, RULE, params["rule"]
    position = params["position"]
    if position is not None and items is RULE:
        raise Refused("position: a role's rules have no order: leave it out")
    if position is not None and position < 0:
        raise Refused(f"position: {position} is too small: 0 is the first")
    owner = params[owners.name]
    present = params["state"] == "present"
    wish = Wish(links=[LinkWish(owners.plural, owner, items.plural, item, position, present)])

    def view(snapshot: Snapshot) -> Body:
        body = snapshot.of(owners.plural).get(owner)
        return {owners.name: {"name": owner, items.plural: body[items.plural]}} if body is not None else {}

    return Errand(wish, view)


def config(params: Params) -> Errand:
    """C(rbac_mode), C(auth_token_exp_timeout), C(state)."""
    stated = _stated(params, "rbac_mode", "auth_token_exp_timeout")
    wanted = stated if params["state"] == "present" else dict(DEFAULT_CONFIG)
    return Errand(Wish(config=wanted), lambda snapshot: {"config": snapshot.config})


def tree(params: Params) -> Errand:
    """C(policies), C(rules), C(roles), C(users), C(config), C(passwords), C(purge), C(validate_catalogue)."""
    wish = Wish(purge=params["purge"], config=_stated(params["config"] or {}, *DEFAULT_CONFIG))
    passwords = {user: password for user, password in (params["passwords"] or {}).items() if password is not None}
    problems = [
        f"passwords: the one of {user} is no text: put it in quotes"
        for user, password in passwords.items()
        if not isinstance(password, str)
    ]
    for kind in KINDS:
        stated: dict[str, Body] = {}
        for item in params[kind.plural] or []:
            name = item["name"]
            if name in stated:
                problems.append(f"{kind.plural}: {name} is listed twice: list it once")
            if item["reserved"]:
                wish.reserved.setdefault(kind.plural, set()).add(name)
            stated[name] = _tree_body(kind, item)
            if kind is RULE:
                _note_empty(wish, item)
            if kind is USER:
                _want_password(wish, item, passwords.get(name) if item["password"] is None else item["password"])
        wish.present[kind.plural] = stated
        if kind.plural in wish.purge and params[kind.plural] is None:
            problems.append(
                f"purge: {kind.plural} are to be purged, but none are stated: write {kind.plural}: [] to remove all"
            )
    for name in params["passwords"] or {}:
        if name not in wish.present[USER.plural]:
            problems.append(f"passwords: {name} is not among the users: list it there, or take its password out")
    if problems:
        raise Refused(join_problems(problems))
    return Errand(wish, lambda snapshot: {}, params["validate_catalogue"], many=True)


def _one(kind: Kind, params: Params, stated: Body) -> Errand:
    """An errand about one object of a kind, by its name."""
    name, new_name = params["name"], params.get("new_name")
    if params["state"] == "absent":
        return Errand(Wish(absent={kind.plural: [name]}), lambda snapshot: {})
    wish = Wish(present={kind.plural: {name: stated}})
    if new_name is not None:
        wish.renames = {kind.plural: {name: new_name}}

    def view(snapshot: Snapshot) -> Body:
        final = new_name or name
        body = snapshot.of(kind.plural).get(final, {})
        return {kind.name: {"name": final, kind.body: body} if kind is RULE else {"name": final, **body}}

    return Errand(wish, view)


def _tree_body(kind: Kind, item: Params) -> Body:
    if kind is POLICY:
        return policy_body(item)
    if kind is RULE:
        return t.cast(Body, normal_rule(item["rule"] or {}))
    return _stated(item, *(("policies", "rules") if kind is ROLE else ("allow_run_as", "roles")))


def policy_body(params: Params) -> Body:
    """The stated parts of a policy as the server will store them (server: core/security, sanitize_rbac_policy)."""
    stated = _stated(params, "actions", "resources", "effect")
    if "actions" in stated:
        stated["actions"] = [action.lower() for action in stated["actions"]]
    if "resources" in stated:
        stated["resources"] = [normal_resource(resource) for resource in stated["resources"]]
    if "effect" in stated:
        stated["effect"] = stated["effect"].lower()
    return stated


def _note_empty(wish: Wish, params: Params) -> None:
    """Tell an empty expression, which the server may have already, from an omitted one, which is left alone."""
    if params["rule"] is not None and not normal_rule(params["rule"]):
        wish.empty_rules.add(params["name"])


def _want_password(wish: Wish, params: Params, password: str | None) -> None:
    if password is not None:
        wish.passwords[params["name"]] = password
        wish.update_password[params["name"]] = params["update_password"]


def _stated(params: Params, *keys: str) -> Body:
    """Those of the options that were given."""
    return {key: params[key] for key in keys if params.get(key) is not None}

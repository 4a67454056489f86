# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of the account that a task logs in with: no step may take them before the task is done. Pure.

What the task needs are actions on the RBAC itself, security:…; it may lose all others.
"""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY, ROLE, USER, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call

NEEDED = "security:"
SEE_CONFIG = "read_config"
ACTIONS = {
    "create": "create",
    "update": "update",
    "link": "update",
    "password": "update",
    "delete": "delete",
    "unlink": "delete",
    "run_as": "edit_run_as",
    "config": "update_config",
}
Links = t.List[t.Tuple[str, Body]]  # roles of the caller, each with one of its policies


def may_matter(call: Call, username: str, target: Snapshot) -> bool:
    """Whether a write can take rights from a user: most only add, and then nobody has to be asked for.

    :param username: C("") when it is not known.
    """
    if call.verb == "config":
        return _leaves_black_mode(call)
    if call.verb == "link":
        return _denies(call, target)
    if call.plural == USER.plural:
        return call.verb in ("delete", "unlink") and (not username or username in call.names)
    return call.verb in ("delete", "unlink", "update")


def first_loss(calls: t.Sequence[Call], caller: Body, target: Snapshot) -> Call | None:
    """The first write after which the caller would miss a right on the RBAC that it has now, or None.

    :param caller: C({name, roles: {role: [policies with their names]}}), as the server tells it for the token in use.
    :param target: the state that is to be, for what links lead to.
    """
    links: Links = [(role, policy) for role, policies in caller["roles"].items() for policy in policies]
    allowed, denied = _rights(links, "allow"), _rights(links, "deny")
    owners = {(USER.plural, caller["name"]), *((ROLE.plural, role) for role in caller["roles"])}
    for call in calls:
        links = [_after(call, *link) for link in links if not _cuts(call, *link)]
        left = _rights(links, "allow")
        if _misses(allowed, left) or _misses(_rights(links, "deny"), denied):
            return call
        if _leaves_black_mode(call) and not _suffices(left, calls):
            return call
        owners |= _renamed(call, owners)
        if _denies_owner(call, owners, target) or _takes_from(call, caller["name"]):
            return call
    return None


def _renamed(call: Call, owners: t.Container[tuple[str, str]]) -> set[tuple[str, str]]:
    """The new name of the caller's role, where a write gives it one."""
    renames = call.verb == "update" and (call.plural, call.names[0]) in owners
    return {(call.plural, call.new_name)} if renames else set()


def _denies_owner(call: Call, owners: t.Container[tuple[str, str]], target: Snapshot) -> bool:
    """Whether a write gives the caller, or one of its roles, what denies something of the RBAC."""
    return call.verb == "link" and (call.plural, call.names[0]) in owners and _denies(call, target)


def _takes_from(call: Call, caller: str) -> bool:
    """Whether a write takes from the account itself: it is not the task's, whatever the write is about."""
    return call.plural == USER.plural and call.verb in ("delete", "unlink") and caller in call.names


def concerns(call: Call, caller: Body) -> bool:
    """Whether a write is about the caller, or about one of the roles and policies that it has."""
    own = {
        USER.plural: {caller["name"]},
        ROLE.plural: set(caller["roles"]),
        POLICY.plural: {policy["name"] for policies in caller["roles"].values() for policy in policies},
    }
    return not own.get(call.plural, set()).isdisjoint(call.names)


def _leaves_black_mode(call: Call) -> bool:
    return call.verb == "config" and "rbac_mode" in call.names and call.body["rbac_mode"] == "white"


def _suffices(rights: set[tuple[str, str]], calls: t.Iterable[Call]) -> bool:
    """Whether rights are enough for a task without what black mode allows (the API's description, x-rbac-actions)."""
    users = {"create": "create_user"}
    verbs = {({**ACTIONS, **users} if call.plural == USER.plural else ACTIONS)[call.verb] for call in calls}
    return {NEEDED + verb for verb in (SEE_CONFIG, *verbs)} <= {action for action, _resource in rights}


def _rights(links: Links, effect: str) -> set[tuple[str, str]]:
    """What policies of this effect say of the RBAC, as pairs of action and resource."""
    return {
        (action, resource)
        for _role, policy in links
        for action in policy["actions"]
        for resource in policy["resources"]
        if policy["effect"] == effect and action.startswith(NEEDED)
    }


def _misses(rights: set[tuple[str, str]], others: set[tuple[str, str]]) -> bool:
    """Whether there is any among the rights that the others do not cover."""
    return any(right not in others and _wildcard(right) not in others for right in rights)


def _wildcard(right: tuple[str, str]) -> tuple[str, str]:
    """The right on all objects of the same type."""
    return right[0], f"{right[1].rpartition(':')[0]}:*"


def _after(call: Call, role: str, policy: Body) -> tuple[str, Body]:
    """A link as it is after a write that leaves it."""
    if call.verb == "update" and call.plural == ROLE.plural and call.names[0] == role:
        role = call.new_name
    if call.verb == "update" and call.plural == POLICY.plural and call.names[0] == policy["name"]:
        policy = {**call.body, "name": call.new_name}
    return role, policy


def _cuts(call: Call, role: str, policy: Body) -> bool:
    """Whether a write takes a policy out of a role, or one of them away."""
    if call.verb == "delete":
        return {ROLE.plural: role, POLICY.plural: policy["name"]}.get(call.plural) in call.names
    unlinks = call.verb == "unlink" and call.items == POLICY.plural
    return unlinks and call.names[0] == role and policy["name"] in call.linked


def _denies(call: Call, target: Snapshot) -> bool:
    """Whether a link brings a policy that denies something of the RBAC."""
    policies = list(call.linked) if call.items == POLICY.plural else []
    if call.items == ROLE.plural:
        policies = [name for role in call.linked for name in target.of(ROLE.plural).get(role, {}).get("policies", [])]
    bodies = [target.of(POLICY.plural).get(name, {}) for name in policies]
    return any(
        body.get("effect") == "deny" and any(action.startswith(NEEDED) for action in body["actions"]) for body in bodies
    )

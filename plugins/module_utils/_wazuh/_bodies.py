# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies and rules say: as the server stores them, and when two of them mean the same. Pure."""

from __future__ import annotations

import json
import typing as t

Body = t.Dict[str, t.Any]


def text(body: Body) -> str:
    """A policy or a rule as the server stores it: uniqueness is that of this text (server: orm, unique columns)."""
    return json.dumps(body)


def normal_actions(actions: t.Sequence[str]) -> list[str]:
    """Actions as the server stores them (server: core/security, sanitize_rbac_policy)."""
    return [action.lower() for action in actions]


def normal_resources(resources: t.Sequence[str]) -> list[str]:
    """Resources as the server stores them."""
    return [normal_resource(resource) for resource in resources]


def normal_resource(resource: str) -> str:
    """A resource as the server stores it: lower-case but for the value of each C(&) piece (server: core/security)."""
    pieces = []
    for piece in resource.split("&"):
        head, colon, value = piece.rpartition(":")
        pieces.append(head.lower() + colon + value)
    return "&".join(pieces)


def normal_rule(rule: t.Any) -> t.Any:
    """A rule as the server will store it.

    Null values of dictionaries are dropped at any depth, but for those within a list (server: api util,
    remove_nones_to_dict).
    """
    if isinstance(rule, dict):
        return {key: normal_rule(value) for key, value in rule.items() if value is not None}
    return rule


def surviving_resources(resources: t.Sequence[str]) -> frozenset[str]:
    """The resources of one policy that still count after the server processed its list in order.

    A wildcard removes what stands before it and begins as it does, and any wildcard removes earlier
    C(agent:group) entries (server: preprocessor). That is why order inside a policy can matter, and nothing
    but this set does: what a policy removes from earlier policies does not depend on its order.
    """
    kept: dict[str, None] = {}
    for resource in resources:
        for earlier in [key for key in kept if _wipes(resource, key)]:
            del kept[earlier]
        kept.pop(resource, None)
        kept[resource] = None
    return frozenset(kept)


def _wipes(later: str, earlier: str) -> bool:
    """Whether a resource that comes later takes an earlier one away."""
    if "&" in later:
        return "&" in earlier and _combination_covers(later.split("&"), earlier.split("&"))
    if "&" in earlier or later.rpartition(":")[2] != "*":
        return False
    prefix = "*:*" if later in ("*", "*:*:*") else later.rpartition(":")[0]
    return earlier.startswith((prefix, "agent:group"))


def _combination_covers(later: list[str], earlier: list[str]) -> bool:
    return len(later) == len(earlier) and all(new == old or new.endswith(":*") for new, old in zip(later, earlier))


def rule_meaning(rule: t.Any) -> str:
    """What a rule says, as a text to compare.

    The order of a list never matters for the matching, that of an object's keys only beside a NOT, which ends the
    evaluation of its object (server: auth_context).
    """
    return json.dumps(_canonical(normal_rule(rule)))


def _canonical(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        items = [[key, _canonical(inner)] for key, inner in value.items()]
        return {"keys": items if "NOT" in value else sorted(items, key=json.dumps)}
    if isinstance(value, list):
        return sorted((_canonical(inner) for inner in value), key=json.dumps)
    return value


def other_wording(plural: str, body: Body) -> Body:
    """The same meaning in another text: a place to stand while two objects exchange their bodies."""
    if plural == "rules":
        return {"AND": [body]}
    return {**body, "actions": [*body["actions"], *(body["actions"][:1] or [""])]}  # empty ones are refused unsent

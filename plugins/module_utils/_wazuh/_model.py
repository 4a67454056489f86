# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of Wazuh's RBAC as plain data: kinds, snapshots, wishes, and when two bodies mean the same."""

from __future__ import annotations

import dataclasses
import json
import typing as t

Body = t.Dict[str, t.Any]

MAX_RESERVED_ID = 99  # ids up to this are the server's own (server: orm, MAX_ID_RESERVED)
HIDDEN = "(id "  # how a link is named whose other side the caller may not see
DEFAULT_CONFIG = {"rbac_mode": "white", "auth_token_exp_timeout": 900}


@dataclasses.dataclass(frozen=True)
class Kind:
    """One of the four kinds of RBAC objects, and what the API calls it.

    :ivar body: the key under which an object holds its body, where it has one.
    :ivar links: the kinds that an object links to, by the key of the list.
    """

    name: str
    plural: str
    ids: str
    label: str = "name"
    body: str = ""
    links: tuple[str, ...] = ()


POLICY = Kind("policy", "policies", "policy_ids", body="policy")
RULE = Kind("rule", "rules", "rule_ids", body="rule")
ROLE = Kind("role", "roles", "role_ids", links=("policies", "rules"))
USER = Kind("user", "users", "user_ids", label="username", links=("roles",))
KINDS = (POLICY, RULE, ROLE, USER)
POLICY_KEYS = ("actions", "resources", "effect")
BY_PLURAL = {kind.plural: kind for kind in KINDS}
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclasses.dataclass
class LinkWish:
    """One relation: C(owner) (a role or a user) with C(item), at C(position) in its list or anywhere.

    :ivar after: of a new link, what was linked before; it comes after all of that.
    """

    owners: str
    owner: str
    items: str
    item: str
    position: int | None
    present: bool
    after: tuple[str, ...] = ()


@dataclasses.dataclass
class Snapshot:
    """The state of a server, or the state that is wished for, with names instead of ids.

    :ivar objects: C({"policies": {name: {actions, resources, effect}}, "rules": {name: expression},
        "roles": {name: {policies: [names], rules: [names]}}, "users": {name: {allow_run_as, roles: [names]}}}).
        Only kinds that were read are there, and only links whose other side was read.
    :ivar ids: by kind and name; an object that is yet to be made has none.
    :ivar config: C({rbac_mode, auth_token_exp_timeout}), if read.
    :ivar passwords: users whose password is known to be the wished one.
    :ivar renamed: by kind, C({new name: name that the server still has}).
    """

    objects: dict[str, dict[str, Body]] = dataclasses.field(default_factory=dict)
    ids: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    config: Body | None = None
    passwords: set[str] = dataclasses.field(default_factory=set)
    renamed: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    def of(self, plural: str) -> dict[str, Body]:
        """The objects of a kind by name; empty where the kind was not read."""
        return self.objects.get(plural, {})

    def reserved(self, plural: str, name: str) -> bool:
        """Whether an object is one of the server's own."""
        return self.ids.get(plural, {}).get(name, MAX_RESERVED_ID + 1) <= MAX_RESERVED_ID

    def linked(self, link: LinkWish) -> list[str]:
        """What the owner of a link has in the list that the link is about; nothing where it is not there."""
        return t.cast(t.List[str], self.of(link.owners).get(link.owner, {}).get(link.items, []))


@dataclasses.dataclass
class Wish:
    """What a task asks for, by kind (plural). Fields that are not stated are left alone.

    :ivar present: C({plural: {name: {stated fields}}}).
    :ivar absent: C({plural: [names]}).
    :ivar renames: C({plural: {name: new name}}).
    :ivar purge: kinds whose unlisted custom objects go.
    :ivar passwords: C({user: password}) to set, on creation or whenever not known to be set.
    :ivar update_password: by user, C(on_create), C(always) or C(on_mismatch).
    :ivar reserved: by kind, names that the author takes to be the server's own.
    :ivar empty_rules: names of rules whose expression is stated, and empty.
    """

    present: dict[str, dict[str, Body]] = dataclasses.field(default_factory=dict)
    absent: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    renames: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    purge: t.Sequence[str] = ()
    links: t.Sequence[LinkWish] = ()
    config: Body = dataclasses.field(default_factory=dict)
    passwords: dict[str, str] = dataclasses.field(default_factory=dict)
    update_password: dict[str, str] = dataclasses.field(default_factory=dict)
    reserved: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    empty_rules: set[str] = dataclasses.field(default_factory=set)

    def kinds(self) -> set[str]:
        """The kinds (plural) that must be read to plan this wish, C("config") among them."""
        needed = {plural for plural, wanted in self.present.items() if wanted}
        needed |= {plural for plural, names in self.absent.items() if names}
        needed |= set(self.purge)
        for plural, objects in self.present.items():
            for key in BY_PLURAL[plural].links:
                if any(key in body for body in objects.values()):
                    needed.add(key)
        for link in self.links:
            needed |= {link.owners, link.items}
        if self.config:
            needed.add("config")
        return needed


def text(body: Body) -> str:
    """A policy or a rule as the server stores it: uniqueness is that of this text (server: orm, unique columns)."""
    return json.dumps(body)


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
        if "&" not in resource and resource.rpartition(":")[2] == "*":
            prefix = "*:*" if resource in ("*", "*:*:*") else resource.rpartition(":")[0]
            for earlier in [key for key in kept if "&" not in key]:
                if earlier.startswith(prefix) or earlier.startswith("agent:group"):
                    del kept[earlier]
        elif "&" in resource:
            for earlier in [key for key in kept if "&" in key]:
                if _combination_covers(resource.split("&"), earlier.split("&")):
                    del kept[earlier]
        kept.pop(resource, None)
        kept[resource] = None
    return frozenset(kept)


def _combination_covers(later: list[str], earlier: list[str]) -> bool:
    return len(later) == len(earlier) and all(new == old or new.endswith(":*") for new, old in zip(later, earlier))


# What the parts of a policy say, whatever their order: parts of equal meaning need no change.
PART_MEANING: dict[str, t.Callable[[t.Any], t.Any]] = {
    "actions": frozenset,
    "resources": surviving_resources,
    "effect": str,
}


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

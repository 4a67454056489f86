# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of Wazuh's RBAC as plain data: the table of its kinds, snapshots, and what a task desires."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _kinds
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAME, NAMES, Field, Link, Spec
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import (
    Body,
    normal_actions,
    normal_resources,
    normal_rule,
    rule_meaning,
    surviving_resources,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import Held

MAX_RESERVED_ID = 99  # ids up to this are the server's own (server: orm, MAX_ID_RESERVED)
RESERVED_USERS = ("wazuh", "wazuh-wui")  # the server's own: nothing takes their administrator role from them
HIDDEN = "(id "  # how a link is named whose other side the caller may not see
CONFIG = "config"  # not a kind of objects: the one configuration

Version = t.Tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Kind(_kinds.Kind):
    """One of the four kinds of RBAC objects, and what the API calls it.

    :ivar ids: the parameter that names objects of the kind.
    :ivar label: the key under which an object has its name.
    :ivar body: the key under which an object holds its body, where it has one.
    """

    ids: str = ""
    label: str = "name"
    body: str = ""


POLICY = Kind(
    "policy",
    "policies",
    fields=(
        Field("actions", NAMES, normal=normal_actions, meaning=frozenset),
        Field("resources", NAMES, normal=normal_resources, meaning=surviving_resources),
        Field("effect", {"type": "str"}, normal=str.lower),
    ),
    ids="policy_ids",
    body="policy",
)
RULE = Kind(
    "rule",
    "rules",
    fields=(Field("rule", {"type": "dict"}, normal=normal_rule, meaning=rule_meaning),),
    ids="rule_ids",
    body="rule",
)
ROLE = Kind(
    "role",
    "roles",
    links=(Link("policies", "policies", ordered=True), Link("rules", "rules")),
    ids="role_ids",
)
USER = Kind(
    "user",
    "users",
    fields=(Field("allow_run_as", {"type": "bool"}, new=False),),
    links=(Link("roles", "roles", ordered=True),),
    ids="user_ids",
    label="username",
)
KINDS = (POLICY, RULE, ROLE, USER)
OWNERS = (ROLE, USER)  # the kinds that have links
POLICY_KEYS = tuple(field.option for field in POLICY.fields)
BY_PLURAL = {kind.plural: kind for kind in KINDS}
SETTINGS = (
    Field("rbac_mode", {"type": "str", "choices": ["white", "black"]}, new="white"),
    Field("auth_token_exp_timeout", {"type": "int"}, new=900),
)
DEFAULT_CONFIG = {field.option: field.new for field in SETTINGS}
PASSWORD_OPTIONS: Spec = {
    "password": {"type": "str", "no_log": True},
    "update_password": {
        "type": "str",
        "choices": ["on_create", "always", "on_mismatch"],
        "default": "on_create",
        "no_log": False,
    },
}
# The options of a whole tree. Its objects say which of them their author takes to be reserved, as exports do.
NAMED: Spec = {"name": NAME, "id": {"type": "int"}, "reserved": {"type": "bool", "default": False}}
TREE: Spec = {
    **{
        kind.plural: {
            "type": "list",
            "elements": "dict",
            "options": {**NAMED, **kind.options(), **(PASSWORD_OPTIONS if kind is USER else {})},
        }
        for kind in KINDS
    },
    "config": {"type": "dict", "options": {setting.option: setting.spec for setting in SETTINGS}},
    "passwords": {"type": "dict", "no_log": True},
    "purge": {"type": "list", "elements": "str", "choices": [kind.plural for kind in KINDS], "default": []},
    "validate_catalogue": {"type": "bool", "default": True},
}


@dataclasses.dataclass
class Facts:
    """What a plan may turn on besides the objects. None is what has not been asked.

    :ivar username: the account that the task logs in with; C("") where only a token is known.
    :ivar accounts: users that the task logs in with, or may have to, as far as they are known.
    :ivar caller: C({name, roles: {role: [policies with their names]}}), as the server tells it for the token in use.
    :ivar catalogue: C({action: [types of resources]}).
    :ivar matching: users whose password is known to be the desired one.
    :ivar uncompared: users whose password could not be compared with the desired one.
    :ivar logins_held: why not, and for how long, if there are any.
    """

    username: str = ""
    accounts: t.AbstractSet[str] = frozenset()
    caller: Body | None = None
    version: Version | None = None
    catalogue: dict[str, list[str]] | None = None
    matching: t.AbstractSet[str] = frozenset()
    uncompared: t.Sequence[str] = ()
    logins_held: Held | None = None


@dataclasses.dataclass(frozen=True)
class DesiredLink:
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
    """The state of a server with names instead of ids, and the facts that belong to it.

    :ivar objects: C({"policies": {name: {actions, resources, effect}}, "rules": {name: expression},
        "roles": {name: {policies: [names], rules: [names]}}, "users": {name: {allow_run_as, roles: [names]}}}).
        Only kinds that were read are there, and only links whose other side was read.
    :ivar ids: by kind and name; an object that is yet to be made has none.
    :ivar config: C({rbac_mode, auth_token_exp_timeout}), if read.
    """

    objects: dict[str, dict[str, Body]] = dataclasses.field(default_factory=dict)
    ids: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    config: Body | None = None
    facts: Facts = dataclasses.field(default_factory=Facts)

    def of(self, plural: str) -> dict[str, Body]:
        """The objects of a kind by name; empty where the kind was not read."""
        return self.objects.get(plural, {})

    def reserved(self, plural: str, name: str) -> bool:
        """Whether an object is reserved: one of the server's own."""
        return is_reserved(self.ids.get(plural, {}).get(name))

    def linked(self, link: DesiredLink) -> list[str]:
        """What the owner of a link has in the list that the link is about; nothing where it is not there."""
        return t.cast(t.List[str], self.of(link.owners).get(link.owner, {}).get(link.items, []))


@dataclasses.dataclass
class Target(Snapshot):
    """The state that is to be.

    :ivar renamed: by kind, C({new name: name that the server still has}).
    :ivar passwords: users whose password is to be set.
    """

    renamed: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    passwords: set[str] = dataclasses.field(default_factory=set)

    def old(self, plural: str, name: str) -> str:
        """The name that the server still has for an object."""
        return self.renamed.get(plural, {}).get(name, name)


@dataclasses.dataclass
class Desired:
    """What a task asks for, by kind (plural). Fields that are not stated are left alone.

    :ivar present: C({plural: {name: {stated fields}}}).
    :ivar absent: C({plural: [names]}).
    :ivar renames: C({plural: {name: new name}}).
    :ivar purge: kinds whose unlisted custom objects go.
    :ivar passwords: C({user: password}) to set, on creation or whenever not known to be set.
    :ivar update_password: by user, C(on_create), C(always) or C(on_mismatch).
    :ivar reserved: by kind, names that the author takes to be the server's own.
    :ivar empty_rules: names of rules whose expression is stated, and empty.
    :ivar subject: kind (plural or C(config)) and name of what the result shows, and the one list of it that it shows.
    :ivar many: whether it is about many objects, so that a list costs less than the doubt.
    """

    present: dict[str, dict[str, Body]] = dataclasses.field(default_factory=dict)
    absent: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    renames: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    purge: t.Sequence[str] = ()
    links: t.Sequence[DesiredLink] = ()
    config: Body = dataclasses.field(default_factory=dict)
    passwords: dict[str, str] = dataclasses.field(default_factory=dict)
    update_password: dict[str, str] = dataclasses.field(default_factory=dict)
    reserved: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    empty_rules: set[str] = dataclasses.field(default_factory=set)
    validate_catalogue: bool = True
    subject: tuple[str, str, str] = ("", "", "")
    many: bool = False

    def kinds(self) -> set[str]:
        """The kinds (plural) that must be read to plan this, C("config") among them."""
        needed = {plural for plural, stated in self.present.items() if stated}
        needed |= {plural for plural, names in self.absent.items() if names}
        needed |= set(self.purge)
        for plural, objects in self.present.items():
            for link in BY_PLURAL[plural].links:
                if any(link.option in body for body in objects.values()):
                    needed.add(link.others)
        for desired in self.links:
            needed |= {desired.owners, desired.items}
        if self.config:
            needed.add(CONFIG)
        return needed

    def final_name(self, plural: str, name: str) -> str:
        """The name that an object is to have."""
        return self.renames.get(plural, {}).get(name, name)


def is_reserved(number: int | None) -> bool:
    """Whether an id is of the server's own objects (FACTS, reserved resources); None is that of a new object."""
    return number is not None and number <= MAX_RESERVED_ID


def is_administrator(username: str) -> bool:
    """Whether an account is one of the server's own users, which keep their administrator role whatever is written."""
    return username in RESERVED_USERS

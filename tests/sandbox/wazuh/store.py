# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The RBAC database: four kinds of objects and the links between them, in SQLite in memory.

Shaped like the server's (framework/wazuh/rbac/orm), because its oddities come from there: ids of
deleted objects at the top are given out again, names and bodies are unique as stored text, links
have a level that may have gaps and doubles.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.wazuh.envelope import Item
from sandbox.wazuh.passwords import seal
from sandbox.wazuh.versions import Version, version_data

MAX_RESERVED_ID = 99
MAX_INTEGER = 2**63 - 1
_MANY = 500  # ids in one statement

_TABLES = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    allow_run_as INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE rules (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rule TEXT NOT NULL);
CREATE TABLE policies (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    policy TEXT NOT NULL UNIQUE
);
CREATE TABLE user_roles (
    user_id INTEGER NOT NULL,
    role_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX users_of_role ON user_roles (role_id);
CREATE TABLE roles_policies (
    role_id INTEGER NOT NULL,
    policy_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    PRIMARY KEY (role_id, policy_id)
);
CREATE INDEX roles_of_policy ON roles_policies (policy_id);
CREATE TABLE roles_rules (
    role_id INTEGER NOT NULL,
    rule_id INTEGER NOT NULL,
    PRIMARY KEY (role_id, rule_id)
);
CREATE INDEX roles_of_rule ON roles_rules (rule_id);
"""
_UNIQUE_RULES = "CREATE UNIQUE INDEX bodies_of_rules ON rules (rule)"


@dataclass(frozen=True)
class Relation:
    """How an object shows its links: a field with ids.

    Attributes:
        field: in the object.
        table: with the links.
        own, other: columns of the object itself and of what is linked.
        ordered: by level; otherwise by id. Links on one level come by id, too: the server reads
            them through the index on the pair.
    """

    field: str
    table: str
    own: str
    other: str
    ordered: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        table: with the objects.
        resource: as permissions name it.
        shown: columns in the object, in the order of the API.
        relations: its links; the ordered ones first.
        body: the column that holds JSON, if any.
    """

    table: str
    resource: str
    shown: tuple[str, ...]
    relations: tuple[Relation, ...]
    body: str | None = None


USER = Kind(
    "users",
    "user:id",
    ("id", "username", "allow_run_as"),
    (Relation("roles", "user_roles", "user_id", "role_id", ordered=True),),
)
ROLE = Kind(
    "roles",
    "role:id",
    ("id", "name"),
    (
        Relation("policies", "roles_policies", "role_id", "policy_id", ordered=True),
        Relation("users", "user_roles", "role_id", "user_id"),
        Relation("rules", "roles_rules", "role_id", "rule_id"),
    ),
)
RULE = Kind(
    "rules",
    "rule:id",
    ("id", "name", "rule"),
    (Relation("roles", "roles_rules", "rule_id", "role_id"),),
    body="rule",
)
POLICY = Kind(
    "policies",
    "policy:id",
    ("id", "name", "policy"),
    (Relation("roles", "roles_policies", "policy_id", "role_id"),),
    body="policy",
)
KINDS = {kind.resource: kind for kind in (USER, ROLE, RULE, POLICY)}


class TakenError(Exception):
    """A name or a body that must be unique is there already. Nothing was changed."""


class Store:
    """The database of one server, filled with the defaults of its version.

    Args:
        version: whose defaults, and whether bodies of rules are unique.
    """

    def __init__(self, version: Version) -> None:
        self.database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self.database.close)
        self.database.executescript(_TABLES)
        if version.unique_rules:
            self.database.execute(_UNIQUE_RULES)
        self._insert_defaults(version_data(version.number))

    def _insert_defaults(self, data: dict[str, Any]) -> None:
        policies = {
            name: self._insert(POLICY.table, name=name, policy=json.dumps(policy | {"effect": "allow"}))
            for name, policy in data["policies"].items()
        }
        rules = {
            name: self._insert(RULE.table, name=name, rule=json.dumps(rule)) for name, rule in data["rules"].items()
        }
        roles = {}
        for name, role in data["roles"].items():
            roles[name] = id_ = self._insert(ROLE.table, name=name)
            for level, policy in enumerate(role["policies"]):
                values = {"role_id": id_, "policy_id": policies[policy], "level": level}
                self._insert("roles_policies", **values)
            for rule in role["rules"]:
                self._insert("roles_rules", role_id=id_, rule_id=rules[rule])
        for name, user in data["users"].items():
            id_ = self._insert(
                USER.table,
                username=name,
                password=seal(user["password"]),
                allow_run_as=user["allow_run_as"],
            )
            for level, role in enumerate(user["roles"]):
                self._insert("user_roles", user_id=id_, role_id=roles[role], level=level)

    def _insert(self, table: str, **values: Any) -> int:
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        try:
            id_ = self.database.execute(statement, tuple(values.values())).lastrowid
        except sqlite3.IntegrityError as error:
            raise TakenError from error
        assert id_ is not None
        return id_

    def create(self, kind: Kind, **values: Any) -> int:
        """Add an object; its id is 100 or one more than the greatest.

        Raises:
            TakenError: its name or body is there already.
        """
        (greatest,) = self.database.execute(f"SELECT max(id) FROM {kind.table}").fetchone()
        return self._insert(kind.table, id=max(greatest or 0, MAX_RESERVED_ID) + 1, **values)

    def change(self, kind: Kind, id_: int, **values: Any) -> None:
        """Set columns of an object.

        Raises:
            TakenError: its new name or body is there already.
        """
        columns = ", ".join(f"{name} = ?" for name in values)
        statement = f"UPDATE {kind.table} SET {columns} WHERE id = ?"
        try:
            self.database.execute(statement, (*values.values(), id_))
        except sqlite3.IntegrityError as error:
            raise TakenError from error

    def remove(self, kind: Kind, id_: int) -> None:
        """Delete an object and its links. Levels of other links stay as they are."""
        self.database.execute(f"DELETE FROM {kind.table} WHERE id = ?", (id_,))
        for relation in kind.relations:
            statement = f"DELETE FROM {relation.table} WHERE {relation.own} = ?"
            self.database.execute(statement, (id_,))

    def exists(self, kind: Kind, id_: int) -> bool:
        """Whether there is an object with this id, of whatever size."""
        if id_ > MAX_INTEGER:
            return False
        statement = f"SELECT 1 FROM {kind.table} WHERE id = ?"
        return self.database.execute(statement, (id_,)).fetchone() is not None

    def ids(self, kind: Kind) -> list[int]:
        """The ids of all objects of a kind, ascending."""
        rows = self.database.execute(f"SELECT id FROM {kind.table} ORDER BY id")
        return [id_ for (id_,) in rows]

    def get(self, kind: Kind, id_: int) -> Item | None:
        """An object as the API shows it."""
        return self.get_many(kind, [id_]).get(id_)

    def need(self, kind: Kind, id_: int) -> Item:
        """An object that is there, as the API shows it."""
        item = self.get(kind, id_)
        assert item is not None, "the caller knows that it is there"
        return item

    def get_many(self, kind: Kind, ids: Collection[int]) -> dict[int, Item]:
        """Objects by id, as the API shows them; those that there are not are left out."""
        wanted = set(ids)
        columns = ", ".join(kind.shown)
        rows = self._read(f"SELECT {columns} FROM {kind.table}", "id", wanted)
        items = {row[0]: _shown(kind, row) for row in rows if row[0] in wanted}
        for relation in kind.relations:
            self._add_links(relation, items, wanted)
        return items

    def _add_links(self, relation: Relation, items: dict[int, Item], wanted: Collection[int]) -> None:
        """Put the links of one relation into the objects."""
        own, other = relation.own, relation.other
        order = f"{own}, level, {other}" if relation.ordered else f"{own}, {other}"
        statement = f"SELECT {own}, {other} FROM {relation.table}"
        for one, linked in self._read(statement, own, wanted, order):
            if one in items:
                items[one][relation.field].append(linked)

    def _read(
        self, statement: str, column: str, ids: Collection[int], order: str | None = None
    ) -> Iterable[tuple[Any, ...]]:
        """Rows for these ids, or simply all of them if the ids are very many."""
        arguments: tuple[int, ...] = ()
        if len(ids) <= _MANY:
            arguments = tuple(ids)
            statement = f"{statement} WHERE {column} IN ({', '.join('?' * len(ids))})"
        if order is not None:
            statement = f"{statement} ORDER BY {order}"
        return self.database.execute(statement, arguments)

    def link_rule(self, role: int, rule: int) -> bool:
        """Hang a rule on a role; false if it hangs there already."""
        try:
            self._insert("roles_rules", role_id=role, rule_id=rule)
        except TakenError:
            return False
        return True

    def unlink_rule(self, role: int, rule: int) -> bool:
        """Take a rule off a role; false if it does not hang there."""
        statement = "DELETE FROM roles_rules WHERE role_id = ? AND rule_id = ?"
        return self.database.execute(statement, (role, rule)).rowcount > 0

    def find_user(self, username: str) -> Item | None:
        """A user by name, as the API shows it."""
        statement = "SELECT id FROM users WHERE username = ?"
        row = self.database.execute(statement, (username,)).fetchone()
        return None if row is None else self.get(USER, row[0])

    def password_of(self, username: str) -> str | None:
        """The stored password of a user; None if there is no such user."""
        statement = "SELECT password FROM users WHERE username = ?"
        row = self.database.execute(statement, (username,)).fetchone()
        return None if row is None else row[0]


def _shown(kind: Kind, row: tuple[Any, ...]) -> Item:
    """A row as the API shows the object, without links yet."""
    item: Item = dict(zip(kind.shown, row, strict=True))
    if kind.body is not None:
        item[kind.body] = json.loads(item[kind.body])
    elif kind is USER:
        item["allow_run_as"] = bool(item["allow_run_as"])
    for relation in kind.relations:
        item[relation.field] = []
    return item

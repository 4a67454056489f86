# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The RBAC database: four kinds of objects and the links between them, in SQLite in memory.

Shaped like the server's (framework/wazuh/rbac/orm), because its oddities come from there: ids of
deleted objects at the top are given out again, names and bodies are unique as stored text, links
have a level that may have gaps and doubles.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from sandbox.wazuh.envelope import Item
from sandbox.wazuh.passwords import seal
from sandbox.wazuh.versions import Version, version_data

MAX_RESERVED_ID = 99
MAX_INTEGER = 2**63 - 1
_MANY = 500  # ids in one statement

_metadata = MetaData()


def _objects(name: str, *columns: Column[Any]) -> Table:
    return Table(name, _metadata, Column("id", Integer, primary_key=True), *columns)


def _links(name: str, one: str, other: str) -> Table:
    return Table(
        name,
        _metadata,
        Column("id", Integer, primary_key=True),
        Column(one, Integer, nullable=False),
        Column(other, Integer, nullable=False, index=True),
        Column("level", Integer, nullable=False, default=0),
        UniqueConstraint(one, other),
    )


users = _objects(
    "users",
    Column("username", String, unique=True, nullable=False),
    Column("password", String, nullable=False),
    Column("allow_run_as", Boolean, nullable=False, default=False),
)
roles = _objects("roles", Column("name", String, unique=True, nullable=False))
rules = _objects(
    "rules",
    Column("name", String, unique=True, nullable=False),
    Column("rule", Text, nullable=False),
    Column("unique_body", Text, unique=True),
)
policies = _objects(
    "policies",
    Column("name", String, unique=True, nullable=False),
    Column("policy", Text, unique=True, nullable=False),
)
user_roles = _links("user_roles", "user_id", "role_id")
roles_policies = _links("roles_policies", "role_id", "policy_id")
roles_rules = _links("roles_rules", "role_id", "rule_id")


@dataclass(frozen=True)
class Relation:
    """How an object shows its links: a field with ids.

    Attributes:
        field: in the object.
        table: with the links.
        own, other: columns of the object itself and of what is linked.
    """

    field: str
    table: Table
    own: str
    other: str


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        table: with the objects.
        resource: as permissions name it.
        shown: columns in the object, in the order of the API.
        relations: its links, those with levels in their order, others by id.
        body: the column that holds JSON, if any.
    """

    table: Table
    resource: str
    shown: tuple[str, ...]
    relations: tuple[Relation, ...]
    body: str | None = None


USER = Kind(
    users,
    "user:id",
    ("id", "username", "allow_run_as"),
    (Relation("roles", user_roles, "user_id", "role_id"),),
)
ROLE = Kind(
    roles,
    "role:id",
    ("id", "name"),
    (
        Relation("policies", roles_policies, "role_id", "policy_id"),
        Relation("users", user_roles, "role_id", "user_id"),
        Relation("rules", roles_rules, "role_id", "rule_id"),
    ),
)
RULE = Kind(
    rules,
    "rule:id",
    ("id", "name", "rule"),
    (Relation("roles", roles_rules, "rule_id", "role_id"),),
    body="rule",
)
POLICY = Kind(
    policies,
    "policy:id",
    ("id", "name", "policy"),
    (Relation("roles", roles_policies, "policy_id", "role_id"),),
    body="policy",
)
KINDS = {kind.resource: kind for kind in (USER, ROLE, RULE, POLICY)}
_ORDERED = {("users", "roles"), ("roles", "policies")}


class TakenError(Exception):
    """A name or a body that must be unique is there already. Nothing was changed."""


class Store:
    """The database of one server, filled with the defaults of its version.

    Args:
        version: whose defaults, and whether bodies of rules are unique.
    """

    def __init__(self, version: Version) -> None:
        self._version = version
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        _metadata.create_all(engine)
        self.connection: Connection = engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        self._insert_defaults()

    def _insert_defaults(self) -> None:
        data = version_data(self._version.number)
        policy_ids = {
            name: self._add(POLICY, name=name, policy=json.dumps(policy | {"effect": "allow"}))
            for name, policy in data["policies"].items()
        }
        rule_ids = {
            name: self._add(RULE, name=name, rule=json.dumps(rule))
            for name, rule in data["rules"].items()
        }
        role_ids = {}
        for name, role in data["roles"].items():
            role_ids[name] = role_id = self._add(ROLE, name=name)
            for level, policy in enumerate(role["policies"]):
                self._link(roles_policies, role_id, policy_ids[policy], level)
            for rule in role["rules"]:
                self._link(roles_rules, role_id, rule_ids[rule], 0)
        for name, user in data["users"].items():
            user_id = self._add(
                USER,
                username=name,
                password=seal(user["password"]),
                allow_run_as=user["allow_run_as"],
            )
            for level, role in enumerate(user["roles"]):
                self._link(user_roles, user_id, role_ids[role], level)

    def _link(self, table: Table, one: int, other: int, level: int) -> None:
        columns = [column.name for column in table.columns][1:3]
        values = dict(zip(columns, (one, other), strict=True))
        self.connection.execute(insert(table).values(**values, level=level))

    def create(self, kind: Kind, **values: Any) -> int:
        """Add an object; its id is 100 or one more than the greatest.

        Raises:
            TakenError: its name or body is there already.
        """
        greatest = self.connection.scalar(select(func.max(kind.table.c.id))) or 0
        if greatest < MAX_RESERVED_ID:
            values["id"] = MAX_RESERVED_ID + 1
        return self._add(kind, **values)

    def _add(self, kind: Kind, **values: Any) -> int:
        try:
            result = self.connection.execute(insert(kind.table).values(self._row(kind, values)))
        except IntegrityError as error:
            raise TakenError from error
        assert result.inserted_primary_key is not None
        number: int = result.inserted_primary_key[0]
        return number

    def change(self, kind: Kind, id_: int, **values: Any) -> None:
        """Set columns of an object.

        Raises:
            TakenError: its new name or body is there already.
        """
        if not values:
            return
        statement = update(kind.table).where(kind.table.c.id == id_)
        try:
            self.connection.execute(statement.values(self._row(kind, values)))
        except IntegrityError as error:
            raise TakenError from error

    def _row(self, kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
        if kind is RULE and "rule" in values and self._version.unique_rules:
            return values | {"unique_body": values["rule"]}
        return values

    def remove(self, kind: Kind, id_: int) -> None:
        """Delete an object and its links. Levels of other links stay as they are."""
        self.connection.execute(delete(kind.table).where(kind.table.c.id == id_))
        for relation in kind.relations:
            table = relation.table
            self.connection.execute(delete(table).where(table.c[relation.own] == id_))

    def exists(self, kind: Kind, id_: int) -> bool:
        """Whether there is an object with this id, of whatever size."""
        if id_ > MAX_INTEGER:
            return False
        table = kind.table
        return self.connection.scalar(select(table.c.id).where(table.c.id == id_)) is not None

    def ids(self, kind: Kind) -> list[int]:
        """The ids of all objects of a kind, ascending."""
        statement = select(kind.table.c.id).order_by(kind.table.c.id)
        return list(self.connection.scalars(statement))

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
        columns = [kind.table.c[name] for name in kind.shown]
        statement = select(*columns)
        some = set(ids) if len(ids) <= _MANY else None
        if some is not None:
            statement = statement.where(kind.table.c.id.in_(some))
        wanted = set(ids)
        items = {
            row[0]: dict(zip(kind.shown, row, strict=True))
            for row in self.connection.execute(statement)
            if row[0] in wanted
        }
        if kind.body is not None:
            for item in items.values():
                item[kind.body] = json.loads(item[kind.body])
        for relation in kind.relations:
            for item in items.values():
                item[relation.field] = []
            for own, other in self._related(kind, relation, some):
                if own in items:
                    items[own][relation.field].append(other)
        return items

    def _related(
        self, kind: Kind, relation: Relation, ids: set[int] | None
    ) -> Iterable[tuple[int, int]]:
        table = relation.table
        own, other = table.c[relation.own], table.c[relation.other]
        statement = select(own, other)
        if ids is not None:
            statement = statement.where(own.in_(ids))
        if (kind.table.name, relation.field) in _ORDERED:
            # Links on one level come by id: the server reads them through the index on the pair.
            statement = statement.order_by(own, table.c.level, other)
        else:
            statement = statement.order_by(own, other)
        return [(row[0], row[1]) for row in self.connection.execute(statement)]

    def link_rule(self, role: int, rule: int) -> bool:
        """Hang a rule on a role; false if it hangs there already."""
        if rule in self.need(ROLE, role)["rules"]:
            return False
        self._link(roles_rules, role, rule, 0)
        return True

    def unlink_rule(self, role: int, rule: int) -> bool:
        """Take a rule off a role; false if it does not hang there."""
        table = roles_rules
        here = (table.c.role_id == role) & (table.c.rule_id == rule)
        return self.connection.execute(delete(table).where(here)).rowcount > 0

    def find_user(self, username: str) -> Item | None:
        """A user by name, as the API shows it."""
        id_ = self.connection.scalar(select(users.c.id).where(users.c.username == username))
        return None if id_ is None else self.get(USER, id_)

    def password_of(self, username: str) -> str | None:
        """The stored password of a user; None if there is no such user."""
        statement = select(users.c.password).where(users.c.username == username)
        password: str | None = self.connection.scalar(statement)
        return password

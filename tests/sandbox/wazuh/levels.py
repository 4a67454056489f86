# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions of links: the policies of a role and the roles of a user are in order.

A position is a level, not an index. The rules are the server's (framework/wazuh/rbac/orm), with
all that follows: unlinking a role from a user, or deleting an object, leaves a gap; appending
counts links instead of looking at levels, so that two links may share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from sandbox.wazuh.store import ROLE, USER, Kind, Store


@dataclass(frozen=True)
class Ladder:
    """The ordered links of one owner.

    Args:
        store: where they are.
        kind: of the owner: a role with policies or a user with roles.
        owner: its id.
    """

    store: Store
    kind: Kind
    owner: int

    @property
    def _table(self) -> Any:
        return self.kind.relations[0].table

    @property
    def _mine(self) -> Any:
        return self._table.c[self.kind.relations[0].own] == self.owner

    @property
    def _other(self) -> Any:
        return self._table.c[self.kind.relations[0].other]

    def holds(self, id_: int) -> bool:
        """Whether this id is linked."""
        query = select(self._table.c.id).where(self._mine, self._other == id_)
        return self.store.connection.scalar(query) is not None

    def add(self, id_: int, position: int | None) -> None:
        """Link an id that is not linked yet.

        Args:
            id_: what to link.
            position: the level; None appends at the level that is the count of links. A user's
                role goes no further than one behind the greatest level, and a role's policy that
                is to go further is appended.
        """
        connection, level = self.store.connection, self._table.c.level
        rows = connection.execute(
            select(self._table.c.id, level).where(self._mine).order_by(level, self._other)
        ).all()
        if position is not None and any(row.level == position for row in rows):
            # From the level on, the others move up and close ranks.
            behind = [row for row in rows if row.level >= position]
            for new_level, row in enumerate(behind, position + 1):
                connection.execute(
                    update(self._table).where(self._table.c.id == row.id).values(level=new_level)
                )
        appended = len(rows)
        if position is None or not rows:
            position = appended
        else:
            greatest = connection.scalar(select(func.max(level)).where(self._mine))
            beyond = max(greatest or 0, 0) + 1
            if position > beyond:
                position = beyond if self.kind is USER else appended
        relation = self.kind.relations[0]
        values = {relation.own: self.owner, relation.other: id_, "level": position}
        connection.execute(insert(self._table).values(**values))

    def drop(self, id_: int) -> None:
        """Unlink an id. Only the levels of policies close up behind it."""
        connection, level = self.store.connection, self._table.c.level
        was = connection.scalar(select(level).where(self._mine, self._other == id_))
        connection.execute(delete(self._table).where(self._mine, self._other == id_))
        if self.kind is ROLE:
            connection.execute(
                update(self._table).where(self._mine, level >= was).values(level=level - 1)
            )

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions of links: the policies of a role and the roles of a user are in order.

A position is a level, not an index. The rules are the server's (framework/wazuh/rbac/orm), with
all that follows: unlinking a role from a user, or deleting an object, leaves a gap; appending
counts links instead of looking at levels, so that two links may share one.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    def levels(self) -> dict[int, int]:
        """Level by linked id, in order."""
        relation = self.kind.relations[0]
        rows = self.store.database.execute(
            f"SELECT {relation.other}, level FROM {relation.table} WHERE {relation.own} = ? "
            f"ORDER BY level, {relation.other}",
            (self.owner,),
        )
        return dict(rows.fetchall())

    def add(self, id_: int, position: int | None) -> None:
        """Link an id that is not linked yet.

        Args:
            id_: what to link.
            position: the level; None appends at the level that is the count of links. A user's
                role goes no further than one behind the greatest level, and a role's policy that
                is to go further is appended.
        """
        levels = self.levels()
        if position is None or not levels:
            position = len(levels)
        else:
            levels |= _moved_up(levels, position)
            position = self._within_reach(levels, position)
        self._write(levels | {id_: position})

    def _within_reach(self, levels: dict[int, int], position: int) -> int:
        """The level that a position comes to."""
        beyond = max(0, *levels.values()) + 1
        if position <= beyond:
            return position
        return beyond if self.kind is USER else len(levels)

    def drop(self, id_: int) -> None:
        """Unlink an id. Only the levels of policies close up behind it."""
        levels = self.levels()
        gap = levels.pop(id_)
        if self.kind is ROLE:
            levels = {one: level - (level >= gap) for one, level in levels.items()}
        self._write(levels)

    def _write(self, levels: dict[int, int]) -> None:
        relation = self.kind.relations[0]
        database = self.store.database
        database.execute(f"DELETE FROM {relation.table} WHERE {relation.own} = ?", (self.owner,))
        database.executemany(
            f"INSERT INTO {relation.table} ({relation.own}, {relation.other}, level) VALUES (?, ?, ?)",
            [(self.owner, one, level) for one, level in levels.items()],
        )


def _moved_up(levels: dict[int, int], position: int) -> dict[int, int]:
    """New levels where the position is taken: from there on all move up, and close ranks."""
    if position not in levels.values():
        return {}
    behind = [one for one, level in levels.items() if level >= position]
    return {one: level for level, one in enumerate(behind, position + 1)}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lists and deletes do alike for users, roles, rules and policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.wazuh.access import Selection
from sandbox.wazuh.call import Call, as_number
from sandbox.wazuh.envelope import Item, Outcome
from sandbox.wazuh.listing import page
from sandbox.wazuh.store import MAX_RESERVED_ID, Kind


@dataclass(frozen=True)
class Collection:
    """One of the four collections of objects.

    Attributes:
        kind: of the objects.
        ids: the query parameter that names some of them.
        sorts: what a list can be sorted by besides ``id``.
        missing, reserved: error codes for objects that are not there, and not to be deleted.
        listed, deleted: the messages for all, some and none.
        failed_as_text: ids that a list cannot find are reported as text.
    """

    kind: Kind
    ids: str
    missing: int
    reserved: int
    listed: tuple[str, str, str]
    deleted: tuple[str, str, str]
    sorts: str = "name"
    failed_as_text: bool = False

    def select(self, call: Call, action: str) -> Selection:
        """The objects that a request is about, as far as the caller may touch them."""
        selection = call.rights.select(action, self.kind, call.ids(self.ids))
        call.objects += len(selection.ids)
        return selection

    def read(self, call: Call) -> dict[str, Any]:
        """The answer to a list."""
        selection = self.select(call, "security:read")
        outcome = Outcome(*self.listed)
        numbers = {id_: as_number(id_) for id_ in selection.ids}
        found = call.server.store.get_many(self.kind, numbers.values())
        items: list[Item] = []
        for id_ in selection.ids:
            number = numbers[id_]
            if number in found:
                items.append(found[number])
            else:
                failed = id_ if self.failed_as_text else number
                outcome.fail(failed, call.error(self.missing))
        version = call.server.version
        outcome.items, outcome.affected = page(items, call.params, self.sorts, selects_first=version.selects_first)
        selection.settle(outcome, version, frozenset({self.missing}))
        return outcome.render()

    def remove(
        self,
        call: Call,
        removed: Callable[[Item], None],
        *,
        spared: Callable[[int], bool] = lambda _number: False,
        spared_code: int = 0,
        order: Callable[[Item], Any] = lambda item: item["id"],
    ) -> dict[str, Any]:
        """The answer to a delete: objects and their links go, the reserved ones stay.

        Args:
            call: the request.
            removed: called with each object that was deleted.
            spared: what else is not deleted.
            spared_code: with which error.
            order: of the objects in the answer.
        """
        selection = self.select(call, "security:delete")
        outcome = Outcome(*self.deleted)
        store = call.server.store
        for number in map(as_number, selection.ids):
            item = store.get(self.kind, number)
            if spared(number):
                outcome.fail(number, call.error(spared_code))
            elif number <= MAX_RESERVED_ID:
                outcome.fail(number, call.error(self.reserved))
            elif item is None:
                outcome.fail(number, call.error(self.missing))
            else:
                store.remove(self.kind, number)
                outcome.items.append(item)
                removed(item)
        outcome.items.sort(key=order)
        hidden = frozenset({self.missing, self.reserved, spared_code})
        selection.settle(outcome, call.server.version, hidden)
        return outcome.render()

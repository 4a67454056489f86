# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of every list and change: affected items, failed items by error, a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.wazuh.errors import ErrorText

Item = dict[str, Any]


@dataclass
class Outcome:
    """What a request did, item by item. HTTP 200, whatever failed.

    Attributes:
        all_done, some_done, none_done: the messages. ``none_done`` whenever nothing was affected.
        items: affected objects; ``affected`` counts them where that is another number.
        affected: None = as many as there are items.
    """

    all_done: str
    some_done: str = ""
    none_done: str = ""
    items: list[Item] = field(default_factory=list)
    affected: int | None = None
    _failed: dict[ErrorText, set[int | str]] = field(default_factory=dict)

    def fail(self, id_: int | str, error: ErrorText) -> None:
        """Note an id that failed. An id fails once per error however often it is noted."""
        self._failed.setdefault(error, set()).add(id_)

    def forget_failures(self, codes: frozenset[int]) -> None:
        """Drop what failed with one of these codes."""
        self._failed = {error: ids for error, ids in self._failed.items() if error.code not in codes}

    def render(self) -> dict[str, Any]:
        """The body of the answer. ``error``: 0 all done (or nothing to do), 1 none, 2 some."""
        affected = len(self.items) if self.affected is None else self.affected
        failed = sum(len(ids) for ids in self._failed.values())
        if affected:
            message = self.some_done if failed else self.all_done
        else:
            message = self.none_done
        data = {
            "affected_items": self.items,
            "total_affected_items": affected,
            "total_failed_items": failed,
            "failed_items": [
                {"error": error.render(), "id": _sorted_ids(ids)}
                for error, ids in sorted(self._failed.items(), key=lambda pair: pair[0].code)
            ],
        }
        code = (2 if failed else 0) if affected else (1 if failed else 0)
        return {"data": data, "message": message, "error": code}


def _sorted_ids(ids: set[int | str]) -> list[int | str]:
    try:
        return sorted(ids, key=int)
    except ValueError:
        return sorted(ids, key=str)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action front keeps from one item of a loop to the next, without an action front."""

from __future__ import annotations

from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._front import Memory


class LoopMemory(Memory):
    """Remembers from one run to the next what the action front remembers from one loop item to the next.

    Attributes:
        kept: what was made, by its key.
    """

    def __init__(self) -> None:
        self.kept: dict[Any, Any] = {}

    def recall(self, key: Any, make: Any) -> Any:
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def forget(self) -> None:
        self.kept.clear()

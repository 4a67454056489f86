# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the server's lock-out is: it counts the failed logins of an address, of all users together."""

from __future__ import annotations

import json
import time

from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Store

# The server locks an address out after so many failed logins in so many seconds (FACTS, lock-out).
MOST_LOGINS = 50
LOCK_OUT_SECONDS = 300
MOST_OF_OURS = 45  # the others are left to the people at the same address


class FailedLogins:
    """The failed logins of the last minutes: those of this task and, where a store outlives it, of the run's others."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._moments: list[float] = []  # as time.monotonic() tells them, which is one clock for all processes

    def are_near_lock_out(self) -> bool:
        """Whether one more failure is too much of a risk."""
        return len(self._recent()) >= MOST_OF_OURS

    def count(self, failures: int = 1) -> None:
        """Note that logins have just failed."""
        self._moments = self._recent() + [time.monotonic()] * failures
        if self._store:
            self._store.save(json.dumps(self._moments))

    def count_all(self) -> None:
        """Note that the server has locked the address out."""
        self.count(MOST_OF_OURS)

    def _recent(self) -> list[float]:
        kept = self._store.load() if self._store else None
        moments = self._moments if kept is None else json.loads(kept)
        return [moment for moment in moments if time.monotonic() - moment < LOCK_OUT_SECONDS]

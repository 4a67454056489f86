# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the forks of a run know together of a server's request limit: when one of them has met it, the others wait too.

The limit is on the requests of everybody together, in windows (FACTS, limits): while a window is full, whatever the
others send is in vain.
"""

from __future__ import annotations

import json
import time
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore, Store

StoreOf = t.Callable[[t.Any], t.Optional[Store]]
WINDOW_SECONDS = 60  # what was found longer ago is about another window
TRY_SECONDS = 5.0  # for what comes of the try that ends a wait


class RequestWindow:
    """A server's window of requests, as far as this run knows it.

    :param url: of the server.
    :param store_of: gives a place for an identity, or None; with none this knows what its own task finds.
    """

    def __init__(self, url: str = "", store_of: StoreOf | None = None) -> None:
        self._store: Store = (store_of((url, "request limit")) if store_of else None) or OwnStore()

    def seconds_left(self) -> float:
        """For how long it is in vain to send anything; 0 where it is not, or where nobody knows.

        When a wait is over, one task gets 0 and tries; the others wait for a moment more, for what comes of it.
        """
        until = _moment(self._store.load())
        if until is None:
            return 0.0
        left = until - time.monotonic()
        return left if left > 0 else self._claim()

    def note_full(self, seconds: float) -> None:
        """The server has refused a request for its limit; another look is worth it after so many seconds."""
        self._store.save(json.dumps(time.monotonic() + seconds))

    def note_open(self) -> None:
        """The server has taken a request. Costs nothing where nobody has found it full."""
        if _moment(self._store.load()) is not None:
            self._store.save("null")

    def _claim(self) -> float:
        """Be the one that tries, unless another was faster."""
        waits: list[float] = []

        def claimed(text: str | None) -> str:
            now = time.monotonic()
            until = _moment(text)
            if until is None:
                return "null"
            if until > now:
                waits.append(until - now)
                return json.dumps(until)
            return json.dumps(now + TRY_SECONDS)

        self._store.update(claimed)
        return waits[0] if waits else 0.0


def _moment(text: str | None) -> float | None:
    """When the wait is over; None where there is nothing to wait for, or nothing that makes sense."""
    try:
        until = json.loads(text or "null")
    except ValueError:
        return None
    now = time.monotonic()
    return until if isinstance(until, float) and abs(until - now) <= WINDOW_SECONDS else None

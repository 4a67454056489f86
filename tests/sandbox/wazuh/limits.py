# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server refuses for its own protection: too many, too often, too big, too slow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock

MAX_BODY_BYTES = 10485760
MAX_TARGET_BYTES = 40000
"""Longest request target that is sure to pass; up to 66 KB the real one answers at random."""

# The server stops at the depth of Python's stack; these are where that is, as near as measured
# (300 pass, 500 do not).
_MAX_NESTING = 850
MAX_OBJECT_NESTING = 480


class RateLimit:
    """So many requests a minute from everybody together, in fixed windows.

    A window begins with the first request; the first one after 60 seconds begins the next and is
    not counted. Being refused does not lengthen it.

    Args:
        clock: the time.
        per_minute: 0 = no limit.
    """

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._began: float | None = None
        self._count = 0

    def exceeded(self) -> bool:
        """Count a request; true if it is one too many."""
        if self._per_minute == 0:
            return False
        now = self._clock.now()
        if self._began is None:
            self._began = now
        if now - 60 <= self._began:
            self._count += 1
        else:
            self._began, self._count = now, 0
        return self._count > self._per_minute


@dataclass
class _Attempts:
    since: float
    count: int = 1


class Lockout:
    """A client that fails to log in too often is locked out for a while.

    Failures are counted, from the first one for so many seconds, and success does not reset the
    count. Or else every login is counted when it comes, each one starts the time anew, and success
    takes its count back.

    Args:
        clock: the time.
        attempts: the one that locks out.
        seconds: until everything is forgotten.
        counts_first: the second way.
    """

    def __init__(self, clock: Clock, attempts: int = 50, seconds: float = 300, *, counts_first: bool = False) -> None:
        self._clock = clock
        self._attempts = attempts
        self._seconds = seconds
        self._counts_first = counts_first
        self._failed: dict[str, _Attempts] = {}

    def holds(self, client: str) -> bool:
        """Whether this client is locked out now."""
        failed = self._failed.get(client)
        if failed is None:
            return False
        if self._clock.now() - self._seconds >= failed.since:
            del self._failed[client]
            return False
        return failed.count >= self._attempts

    def note_login(self, client: str) -> None:
        """A login comes."""
        if self._counts_first:
            self._count(client)
            self._failed[client].since = self._clock.now()

    def note_success(self, client: str) -> None:
        """It came through."""
        if self._counts_first and client in self._failed:
            self._failed[client].count -= 1

    def note_failure(self, client: str) -> None:
        """Its credentials were refused."""
        if not self._counts_first:
            self._count(client)

    def _count(self, client: str) -> None:
        if client in self._failed:
            self._failed[client].count += 1
        else:
            self._failed[client] = _Attempts(self._clock.now())


class Worker:
    """The one process that does the work: requests queue for it, and it finishes what it begins.

    Args:
        clock: the time.
        seconds_per_object: what it spends on each object that a request is about; 0 = no time.
        patience: seconds after which a request is answered 500/3021, its work still going on.
    """

    def __init__(self, clock: Clock, seconds_per_object: float, patience: float = 10) -> None:
        self._clock = clock
        self._seconds_per_object = seconds_per_object
        self._patience = patience
        self._free_at = 0.0

    async def spend(self, objects: int, *, patient: bool) -> bool:
        """Let the time of a request pass.

        Args:
            objects: how many it was about.
            patient: the client waits for as long as it takes (``wait_for_complete``).

        Returns:
            False if it took too long.
        """
        if self._seconds_per_object == 0:
            return True
        now = self._clock.now()
        self._free_at = max(now, self._free_at) + objects * self._seconds_per_object
        wait = self._free_at - now
        in_time = patient or wait <= self._patience
        await self._clock.sleep(wait if in_time else self._patience)
        return in_time


def nested_too_deep(value: Any) -> bool:
    """Whether a JSON body is nested deeper than the server's parser can follow."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _MAX_NESTING:
            return True
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        level = inner
    return False


def without_nulls(value: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """A body without its nulls, at any depth of objects; lists are left as they are.

    Raises:
        RecursionError: objects in objects, deeper than the server's code can follow.
    """
    if depth > MAX_OBJECT_NESTING:
        raise RecursionError
    kept: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            kept[name] = without_nulls(inner, depth + 1)
        elif inner is not None:
            kept[name] = inner
    return kept

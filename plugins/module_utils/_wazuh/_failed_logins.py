# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the server's lock-out is: it counts the failed logins of an address, of all users together.

A login is counted before it is tried, and taken back when it did not fail: so the forks of a run, which share the
count, cannot all try the last one that there is.
"""

from __future__ import annotations

import dataclasses
import json
import math
import secrets
import time
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore, Store

# The server locks an address out after so many failed logins in so many seconds (FACTS, lock-out).
MOST_LOGINS = 50
LOCK_OUT_SECONDS = 300
MOST_OF_OURS = 45  # the others are left to the people at the same address
OTHERS_SECONDS = 60  # for how long to wait for the outcome of logins that others of the run are trying
OTHERS_POLL_SECONDS = 0.2

StoreOf = t.Callable[[t.Any], t.Optional[Store]]


class Held(t.NamedTuple):
    """Why no login may be tried, and for how long.

    :ivar locked_out: the server has said so; otherwise one more failure is too much of a risk.
    """

    locked_out: bool
    seconds: float

    def text(self) -> str:
        """For people: who is out, and until when."""
        if self.locked_out:
            return (
                f"the server has locked this address out: nobody behind it can log in for up to {minutes(self.seconds)}"
                " (tokens that exist go on working)"
            )
        return (
            f"the server locks everybody behind this address out for {minutes(LOCK_OUT_SECONDS)} after {MOST_LOGINS} "
            f"failed logins, and this run has come near that: it tries no login for {minutes(self.seconds)}"
        )


class LoginsHeld(IamError):
    """A login was not tried. The text says for how long none is."""

    def __init__(self, held: Held) -> None:
        super().__init__(f"no login was tried: {held.text()}")
        self.held = held


def minutes(seconds: float) -> str:
    """A duration for people, rounded up."""
    number = max(1, math.ceil(seconds / 60))
    return f"{number} minute" + ("s" if number > 1 else "")


@dataclasses.dataclass
class _Count:
    """What is known of an address. Moments are as time.monotonic() tells them, which is one clock for all processes.

    :ivar failed: when logins failed.
    :ivar trying: logins whose outcome is not known yet, by a name that is made up, with when they began.
    :ivar locked_out: when the server said so, if it did.
    """

    failed: list[float] = dataclasses.field(default_factory=list)
    trying: dict[str, float] = dataclasses.field(default_factory=dict)
    locked_out: list[float] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, text: str | None) -> _Count:
        """From a text, as far as it makes sense, without what has aged."""
        try:
            kept = json.loads(text or "{}")
            now = time.monotonic()
            return cls(
                [moment for moment in kept["failed"] if now - moment < LOCK_OUT_SECONDS],
                {name: moment for name, moment in kept["trying"].items() if now - moment < LOCK_OUT_SECONDS},
                [moment for moment in kept["locked_out"] if now - moment < LOCK_OUT_SECONDS],
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def text(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    def held(self) -> Held | None:
        """Whether, and for how long, the failures that are known leave no room for a login."""
        if self.locked_out:
            return Held(True, _left(max(self.locked_out)))
        if len(self.failed) >= MOST_OF_OURS:
            return Held(False, _left(sorted(self.failed)[-MOST_OF_OURS]))
        return None

    def has_room(self) -> bool:
        """Whether one more may be tried, though all that are being tried should fail."""
        return self.held() is None and len(self.failed) + len(self.trying) < MOST_OF_OURS


def _left(moment: float) -> float:
    """Seconds until what happened then counts no more."""
    return max(0.0, moment + LOCK_OUT_SECONDS - time.monotonic())


class FailedLogins:
    """The failed logins of the last minutes at one server: of this task and, where a store outlives it, of the run.

    :param url: of the server.
    :param store_of: gives a place for an identity, or None; with none this knows of its own task only.
    """

    def __init__(self, url: str = "", store_of: StoreOf | None = None) -> None:
        self._url = url
        self._store_of = store_of
        self._own = OwnStore()  # makes up for a store that cannot keep what it is given
        self._store = store_of((url, "failed logins")) if store_of else None
        self._wrong: dict[tuple[str, str], OwnStore] = {}

    # -- the count --------------------------------------------------------------------------------------------------

    def reserve(self) -> str:
        """Count a login that is about to be tried.

        :returns: its name, for settle().
        :raises LoginsHeld: when one more failure is too much of a risk.
        """
        name = secrets.token_hex(8)
        end = time.monotonic() + OTHERS_SECONDS
        while True:
            count = self._change(lambda count: self._add(count, name))
            held = count.held()
            if name in count.trying:
                return name
            if held is not None:
                raise LoginsHeld(held)
            if time.monotonic() >= end:
                raise LoginsHeld(Held(False, _left(min(count.trying.values()))))
            time.sleep(OTHERS_POLL_SECONDS)  # others are trying the last ones, and may well succeed

    def _add(self, count: _Count, name: str) -> None:
        if count.has_room():
            count.trying[name] = time.monotonic()

    def settle(self, name: str, failed: bool) -> None:
        """Tell what came of a login: only a failure goes on counting."""

        def settled(count: _Count) -> None:
            count.trying.pop(name, None)
            if failed:
                count.failed.append(time.monotonic())  # the server counts when it answers, not when we began

        self._change(settled)

    def note_locked_out(self) -> Held:
        """The server says that it has locked the address out."""

        def noted(count: _Count) -> None:
            count.locked_out = [time.monotonic()]

        self._change(noted)
        return Held(True, LOCK_OUT_SECONDS)

    def _change(self, change: t.Callable[[_Count], None]) -> _Count:
        def changed(kept: str | None) -> str:
            count = _Count.of(self._own.load() if kept is None else kept)
            change(count)
            return count.text()

        self._own.save((self._store or self._own).update(changed))
        return _Count.of(self._own.load())

    # -- logins that are known to be wrong ----------------------------------------------------------------------------

    def note_wrong(self, user: str, password: str) -> None:
        """The server does not accept this: whoever of the run has the same login need not try it."""
        for store in self._of_login(user, password):
            store.save(json.dumps(time.monotonic()))

    def known_wrong(self, user: str, password: str) -> float | None:
        """For how many seconds more this login is not worth a try; None where it is."""
        for store in self._of_login(user, password):
            try:
                left = _left(json.loads(store.load() or "null"))
            except (ValueError, TypeError):
                continue
            if left > 0:
                return left
        return None

    def forget_wrong(self, user: str, password: str) -> None:
        """It may be right now."""
        if self.known_wrong(user, password) is not None:
            for store in self._of_login(user, password):
                store.save("null")

    def _of_login(self, user: str, password: str) -> list[Store]:
        own = self._wrong.setdefault((user, password), OwnStore())
        shared = self._store_of((self._url, f"wrong login of {user}", password)) if self._store_of else None
        return [own] if shared is None else [shared, own]

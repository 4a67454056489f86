# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which users have the desired password (update_password: on_mismatch): tried by a login; failures count."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import LOCKED_OUT, ServerSaysNo, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import (
    LOCK_OUT_SECONDS,
    Held,
    LoginsHeld,
    minutes,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import USER, Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call


class Passwords:
    """What is known of the passwords that a task desires. No list of the server's shows any of it.

    :ivar matching: users that have the desired one.
    :ivar uncompared: users whose password could not be compared, in the order in which they came.
    :ivar held: why not, if there are any.
    """

    def __init__(self, api: WazuhApi, desired: Desired) -> None:
        self._api = api
        self._desired = desired
        self._mismatching: set[str] = set()
        self.matching: set[str] = set()
        self.uncompared: list[str] = []
        self.held: Held | None = None

    def compare(self, users: t.Container[str]) -> None:
        """Compare those of these users whose password is to be set on_mismatch and of which it is not known yet."""
        known = {*self.matching, *self._mismatching, *self.uncompared}
        for user in self._desired.passwords:
            on_mismatch = self._desired.update_password.get(user) == "on_mismatch"
            if on_mismatch and user in users and user not in known:
                self._compare(user)

    def _compare(self, user: str) -> None:
        """Note whether a user's password is the desired one, unless the server would lock us out for trying."""
        try:
            self.look(user)
        except LoginsHeld as error:
            self._leave(user, error.held)
        except ServerSaysNo as error:
            if LOCKED_OUT not in error.codes:
                raise
            self._leave(user, Held(True, LOCK_OUT_SECONDS))

    def _leave(self, user: str, held: Held) -> None:
        self.uncompared.append(user)
        self.held = held

    def look(self, user: str) -> None:
        """Find out whether a user can log in with the desired password; a failure counts for the lock-out."""
        if self._api.password_matches(user, self._desired.passwords[user]):
            self.matching.add(user)
            return
        self._mismatching.add(user)

    def note_sent(self, call: Call) -> None:
        """A write was sent, well or not: a login that was wrong before it may be right now."""
        sets = call.verb == "password" or (call.verb == "create" and call.plural == USER.plural)
        if sets:
            user = call.names[0]
            self._api.failed_logins.forget_wrong(user, self._desired.passwords[user])

    def note_set(self, user: str) -> None:
        """A user has got the desired password."""
        self.matching.add(user)


def uncompared_problem(users: t.Sequence[str], held: Held | None) -> str:
    """Says that the passwords of users were not compared, why, and what to do when."""
    held = held or Held(False, LOCK_OUT_SECONDS)
    return (
        f"The passwords of {len(users)} users were not compared ({', '.join(users)}): {held.text()}. All else is done. "
        f"Run the task again in {minutes(held.seconds)} for these, and no sooner"
    )

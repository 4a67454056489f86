# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which users have the desired password (update_password: on_mismatch): tried by a login; failures count."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import LOCKED_OUT, ServerSaysNo, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import (
    LOCK_OUT_SECONDS,
    MOST_LOGINS,
    FailedLogins,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired


class Passwords:
    """What is known of the passwords that a task desires. No list of the server's shows any of it.

    :ivar matching: users that have the desired one.
    :ivar uncompared: users whose password could not be compared, in the order in which they came.
    """

    def __init__(self, api: WazuhApi, failed_logins: FailedLogins, desired: Desired) -> None:
        self._api = api
        self._failed_logins = failed_logins
        self._desired = desired
        self._mismatching: set[str] = set()
        self.matching: set[str] = set()
        self.uncompared: list[str] = []

    def compare(self, users: t.Container[str]) -> None:
        """Compare those of these users whose password is to be set on_mismatch and of which it is not known yet."""
        known = {*self.matching, *self._mismatching, *self.uncompared}
        for user in self._desired.passwords:
            on_mismatch = self._desired.update_password.get(user) == "on_mismatch"
            if on_mismatch and user in users and user not in known:
                self._compare(user)

    def _compare(self, user: str) -> None:
        """Note whether a user's password is the desired one, unless the server would lock us out for trying."""
        if self._failed_logins.are_near_lock_out():
            self.uncompared.append(user)
            return
        try:
            self.look(user)
        except ServerSaysNo as error:
            if LOCKED_OUT not in error.codes:
                raise
            self._failed_logins.count_all()
            self.uncompared.append(user)

    def look(self, user: str) -> None:
        """Find out whether a user can log in with the desired password; a failure counts for the lock-out."""
        if self._api.password_matches(user, self._desired.passwords[user]):
            self.matching.add(user)
            return
        self._mismatching.add(user)
        self._failed_logins.count()

    def note_set(self, user: str) -> None:
        """A user has got the desired password."""
        self.matching.add(user)


def uncompared_problem(users: t.Sequence[str]) -> str:
    """Says that the passwords of users were not compared, and what to do."""
    return (
        f"The passwords of {len(users)} users were not compared ({', '.join(users)})"
        f": the server locks this address out after {MOST_LOGINS} failed logins in {LOCK_OUT_SECONDS} s, all users "
        "together. The rest is done; run the task again in 5 minutes for these"
    )

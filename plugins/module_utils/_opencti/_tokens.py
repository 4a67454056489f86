# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: which there are to be, the steps to them, and what only an answer tells of them, once.

Up to 6.9 a user has one token, which can be read and put in the place of itself. From 7.260224.0 on it has any number
of named ones, whose value only the answer holds that makes them.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import Call
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import Snapshot, Token
from ansible_collections.secops.iam.plugins.module_utils._secrets import ABSENT, UNSHOWN, UNSHOWN_NEW

MOST_LOST = 2  # answers with a new token: after that, another try would only leave one more behind
ADD, ADD_ANOTHER, REVOKE, ROTATE = "add token", "add another token", "revoke token", "rotate token"


# -- what there is to be, and how it comes about: pure -------------------------------------------------------------


def desired_ones(state: Snapshot, desired: Desired) -> list[Token]:
    """The tokens that the task is about: those of the stated name, or up to 6.9 the only one."""
    if desired.token is None:
        return []
    return [token for token in state.tokens if not state.named_tokens or token.name == desired.token.name]


def living(tokens: t.Iterable[Token]) -> list[Token]:
    """Those that have not expired."""
    return [token for token in tokens if not token.expired]


def target_tokens(current: Snapshot, desired: Desired) -> tuple[Token, ...]:
    """The tokens of the target; one without an id is still to be made. One that has expired counts as absent."""
    if desired.token is None:
        return current.tokens
    if not current.named_tokens:
        rotates = desired.token.state == "rotated" and current.exists and not current.made  # a new user has a new one
        return (Token(),) if rotates else current.tokens
    there = desired_ones(current, desired)
    going = {
        "present": [],
        "rotated": [token for token in there if token.id != current.made],
        "absent": living(there),
    }[desired.token.state]
    kept = tuple(token for token in current.tokens if token not in going)
    lacks_one = desired.token.state == "rotated" or (desired.token.state == "present" and not living(there))
    if lacks_one and not current.made:
        return (*kept, Token(name=desired.token.name))
    return kept


def check_lost(current: Snapshot, desired: Desired) -> None:
    """End a task that would make tokens without end.

    :raises IamError: when too many were made whose value nobody knows.
    """
    if current.lost >= MOST_LOST:
        raise IamError(
            f"{desired.label}: the answer that held its new token was lost {current.lost} times. No old token was "
            f"ended. {current.lost} more are there now, and nobody knows their values: token_state: rotated replaces "
            "them"
        )


def adds_token(target: Snapshot) -> bool:
    """Whether a token is to be made."""
    return any(not token.id for token in target.tokens)


def as_input(desired: Desired) -> Body:
    """A token as the API takes it."""
    return {"name": desired.token.name, "duration": desired.token.duration} if desired.token else {}


def token_steps(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """A new token first and in a request of its own, so that an old one only ends once the new one is there."""
    if desired.token is None:
        return []
    adding = [_add(current, desired)] if adds_token(target) else []
    if not current.named_tokens:
        return adding
    going = [token for token in current.tokens if token not in target.tokens]
    old = "the old " if desired.token.state == "rotated" else ""
    revoking = []
    for token in going:
        which = f"{desired.token.name} ({token.id})" if len(going) > 1 else desired.token.name
        sentence = f"revoke {old}token {which} of {desired.label}"
        call = Call(documents.TOKEN_REVOKE, {"id": current.id, "old": token.id})
        revoking.append(Step(desired.key(REVOKE), sentence, call))
    return adding + revoking


def _add(current: Snapshot, desired: Desired) -> Step:
    """The step to a new token: beside others, or up to 6.9 in the place of the one."""
    variables: Body = {"id": current.id or desired.id}
    if not current.named_tokens:
        call = Call(documents.TOKEN_RENEW, variables, token=True)
        return Step(desired.key(ROTATE), f"rotate the token of {desired.label}", call)
    token = as_input(desired)
    call = Call(documents.TOKEN_ADD, {**variables, "token": token}, token=True)
    if current.lost:
        sentence = f"add another token {token['name']} to {desired.label}, since the value of the first was lost"
        return Step(desired.key(ADD_ANOTHER), sentence, call)
    return Step(desired.key(ADD), f"add token {token['name']} to {desired.label}", call)


def shown_token(state: Snapshot, desired: Desired) -> str | None:
    """What a diff shows of the token; None where it shows nothing of it: of one that a new user gets by itself."""
    if desired.token is None:
        return None
    tokens = desired_ones(state, desired)
    if any(token.id in ("", state.made) for token in tokens):
        return UNSHOWN_NEW
    if living(tokens):
        return UNSHOWN
    return ABSENT if state.id else None


def other_tokens(current: Snapshot, desired: Desired, target: Snapshot) -> list[str]:
    """Which tokens go on working beside one that comes or goes, as a warning."""
    if desired.token is None:
        return []
    changes = current.made or desired.token.state != "present" or target.tokens != current.tokens
    names = sorted({token.name for token in living(current.tokens)} - {desired.token.name, ""})
    if not changes or not names:
        return []
    return [
        f"{desired.label}: its other tokens go on working: {', '.join(names)}. To end one, give its name as "
        "token_name, with token_state: absent"
    ]


# -- what answers tell ----------------------------------------------------------------------------------------------


class TokenAnswers:
    """What the answers of one task told of tokens, and what is known where they were lost."""

    def __init__(self, desired: Desired) -> None:
        self._desired = desired
        self._result: Body = {}
        self._made = ""
        self._before: Snapshot | None = None  # the first time that the answer with a new one was lost

    def note(self, call: Call, data: Body) -> list[Key]:
        """Keep what an answer tells; returns the keys of the steps that it tells to be done."""
        done = []
        added = data.get("userAdminTokenAdd")
        if added:
            self._made = added["token_id"]
            self._result.update(token=added["plaintext_token"], expires_at=added["expires_at"])
            done.append(self._desired.key(ADD))
        renewed = (data.get("userEdit") or {}).get("tokenRenew")
        if renewed:
            self._made = renewed["id"]
            self._result["token"] = renewed["api_token"]
        if data.get("userAdminTokenRevoke"):
            self._result.setdefault("revoked_tokens", []).append(call.variables["old"])
        return done

    def note_created(self, snapshot: Snapshot) -> Snapshot:
        """A user that this task has just made, with the token that came with it."""
        if not snapshot.named_tokens:
            self._made = snapshot.id
        elif self._made:
            made = Token(self._made, as_input(self._desired)["name"], self._result["expires_at"])
            snapshot = dataclasses.replace(snapshot, tokens=(*snapshot.tokens, made))
        return self.on(snapshot)

    def note_lost(self, call: Call, current: Snapshot | None) -> None:
        """The answer to a call was lost: keep what was there before it, to compare it with what is there after."""
        if call.token and self._before is None:
            self._before = current

    def on(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot with what answers have told, and with what it tells itself of those that were lost."""
        lost = 0
        if self._before is not None and not self._made:
            there = desired_ones(snapshot, self._desired)
            before = desired_ones(self._before, self._desired)
            if snapshot.named_tokens:
                lost = len(there) - len(before)
            elif there and before and there[0].value != before[0].value:
                self._made = there[0].id
                self._result["token"] = there[0].value
        return dataclasses.replace(snapshot, made=self._made, lost=lost)

    @property
    def makes(self) -> bool:
        """Whether this task has made its token."""
        return bool(self._made)

    def result(self, target: Snapshot) -> Body:
        """C(token) where its value is known, C(token_known), and when it ends."""
        if self._desired.token is None:
            return {}
        found: Body = dict(self._result)
        for token in living(desired_ones(target, self._desired))[:1]:
            if token.value is not None:
                found["token"] = token.value
            if target.named_tokens and token.id:
                found.setdefault("expires_at", token.expires_at)
        return {"token_known": "token" in found, **found}

    def report(self) -> Body:
        """What to tell however the task ends."""
        return {**self._result, "token_known": "token" in self._result} if self._result else {}

    def warnings(self, current: Snapshot | None) -> list[str]:
        """Tells that a token may be there whose value nobody knows."""
        if self._before is None or not self._before.named_tokens or "token" in self._result:
            return []
        if current is not None and not current.lost:
            return []
        return [
            f"{self._desired.label}: the answer that may have held its new token was lost. If the token is there now, "
            "nobody knows its value, and it is not made again: token_state: rotated replaces it"
        ]

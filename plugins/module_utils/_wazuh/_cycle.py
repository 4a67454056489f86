# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task against one Wazuh server: what the engine's cycle needs of this product."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Outcome, Plan, Shown, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import refuse
from ansible_collections.secops.iam.plugins.module_utils._secrets import UNSHOWN, UNSHOWN_SET
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _plan as plans
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._catalogue import is_sure_to_be_needed
from ansible_collections.secops.iam.plugins.module_utils._wazuh._desired import settled
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    CONFIG,
    KINDS,
    POLICY,
    ROLE,
    RULE,
    USER,
    Desired,
    Snapshot,
    Target,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._passwords import Passwords
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import desired_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call


class WazuhCycle:
    """What a task desires, and the server that it is to be brought to. See the engine's Product.

    :raises Refused: for what no server would take.
    """

    def __init__(self, state: WazuhState, desired: Desired) -> None:
        refuse(desired_problems(desired))
        self._state = state
        self._desired = desired
        self._passwords = Passwords(state.api, desired)

    # -- reading --------------------------------------------------------------------------------------------------

    def read(self) -> Snapshot:
        if USER.plural in self._desired.purge:
            self._state.name_account()
        snapshot = self._state.snapshot(self._desired.kinds())
        self._passwords.compare(snapshot.of(USER.plural))
        if is_sure_to_be_needed(snapshot, self._desired):
            self._state.catalogue()
        return self._with_facts(snapshot)

    def look(self, lost: Step) -> Snapshot:
        snapshot = self._state.snapshot(self._desired.kinds(), fresh=True)
        call: Call = lost.call
        if call.verb == "password" and call.names[0] in snapshot.of(USER.plural):
            self._passwords.look(call.names[0])  # the only thing that no list shows
        return self._with_facts(snapshot)

    def read_back(self, done: t.Sequence[Step]) -> Snapshot:
        written: set[str] = set()
        for step in done:
            written |= step.call.kinds()
        # An answer shows the objects that it is about; what it does not show is read again.
        unread = written if self._desired.many else written & {CONFIG}
        self._state.snapshot(unread, fresh=True)
        return self._with_facts(self._state.snapshot(self._desired.kinds()))

    def gather(self, current: Snapshot, lacks: frozenset[str]) -> Snapshot:
        kinds = {*current.objects, *([CONFIG] if current.config is not None else [])}
        if plans.POLICIES in lacks:
            kinds |= {ROLE.plural, POLICY.plural}
        if plans.VERSION in lacks:
            self._state.version()
        if plans.CATALOGUE in lacks:
            self._state.catalogue()
        if plans.CALLER in lacks:
            self._state.caller()
        return self._with_facts(self._state.snapshot(kinds))

    def _with_facts(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot with all that is known by now; with it, what is desired is settled."""
        self._desired = settled(self._desired, snapshot)
        snapshot.facts = dataclasses.replace(
            self._state.facts(),
            matching=frozenset(self._passwords.matching),
            uncompared=tuple(self._passwords.uncompared),
            logins_held=self._passwords.held,
        )
        return snapshot

    # -- planning and writing -------------------------------------------------------------------------------------

    def plan(self, current: Snapshot) -> Plan:
        return plans.plan(current, self._desired)

    def apply(self, step: Step) -> Outcome | None:
        call: Call = step.call
        if call.verb == "create" and call.plural == USER.plural:
            self._passwords.note_set(call.names[0])  # the server makes a user with its password, or not at all
        try:
            self._state.carry_out(call, self._desired.passwords)
        finally:
            self._passwords.note_sent(call)
        if call.verb == "password":
            self._passwords.note_set(call.names[0])
        return None

    # -- showing --------------------------------------------------------------------------------------------------

    def shown(self, state: Snapshot) -> Shown:
        shown: Shown = {}
        for kind in KINDS:
            for name, body in state.of(kind.plural).items():
                shown[kind.plural, name] = body
                if kind is USER and name in self._desired.passwords:
                    shown[kind.plural, name, "password"] = _shown_password(state, name)
        if state.config is not None:
            shown[CONFIG,] = state.config
        return shown

    def result(self, plan: Plan) -> Body:
        return subject_of(self._desired, plan.target)

    def report(self) -> Body:
        return {"requests": self._state.cost()}


def subject_of(desired: Desired, state: Snapshot) -> Body:
    """What a result shows of a state: the one object, list or configuration that the task is about, if it is one."""
    plural, name, only = desired.subject
    if plural == CONFIG:
        return {CONFIG: state.config}
    body = state.of(plural).get(name)
    if body is None:
        return {}
    kind = BY_PLURAL[plural]
    if kind is RULE:
        body = {kind.body: body}
    elif only:
        body = {only: body[only]}
    return {kind.name: {"name": name, **body}}


def _shown_password(state: Snapshot, user: str) -> str:
    """What a diff shows of a password; its value is known of none."""
    to_be_set = isinstance(state, Target) and user in state.passwords
    return UNSHOWN_SET if to_be_set or user in state.facts.matching else UNSHOWN

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a Wazuh task: target, steps, and what must not be done. Pure; what it lacks to decide, it names."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Plan, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, refuse
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import body_problems, rule_warnings
from ansible_collections.secops.iam.plugins.module_utils._wazuh._caller_rights import first_loss, may_matter
from ansible_collections.secops.iam.plugins.module_utils._wazuh._catalogue import catalogue_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    POLICY,
    RESERVED_USERS,
    ROLE,
    RULE,
    USER,
    Desired,
    DesiredLink,
    Snapshot,
    Target,
    is_administrator,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._passwords import uncompared_problem
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import PASSWORD_LENGTH, password_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call, Steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import has_strayed, target_of, without_order

# What a plan may lack; the configuration is not among them, since whoever states it has it read.
CALLER, CATALOGUE, POLICIES, VERSION = "caller", "catalogue", "policies", "version"
GUARDS_PASSWORDS = (4, 6)  # from then on only the server's own users change the passwords of one another
LONGER_PASSWORDS = 5  # the major version from which passwords must be longer
HOLD = {ROLE.plural, RULE.plural}  # what policies come to people by


def plan(current: Snapshot, desired: Desired) -> Plan:
    """The way from a state to the desired one.

    :raises Refused: when there is none, before any write.
    """
    try:
        return _Planning(current, desired).plan()
    except Refused:
        strays = [link for link in desired.links if has_strayed(link, current.linked(link))]
        if not strays:
            raise
    # In what the task's own account has, new links cannot be put last: they stay where the server put them.
    made = _Planning(current, without_order(desired)).plan()
    made.warnings += [_stray_warning(link) for link in strays]
    return made


def _stray_warning(link: DesiredLink) -> str:
    return (
        f"{BY_PLURAL[link.items].name} {link.item} of {BY_PLURAL[link.owners].name} {link.owner} is not the "
        "last, as a new link should be: the server had a gap in the order, and putting it right would take "
        "rights from the account that this task logs in with: do that with another account"
    )


class _Planning:
    """A plan while it is being made: what it lacks, what is wrong, what to warn of."""

    def __init__(self, current: Snapshot, desired: Desired) -> None:
        self.current = current
        self.facts = current.facts
        self.desired = desired
        self.lacks: set[str] = set()
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def plan(self) -> Plan:
        target = target_of(self.current, self.desired)
        ordered = Steps(self.current, target)
        steps = ordered.in_order()
        calls = [step.call for step in steps]
        if ordered.lacks_version:
            self.lacks.add(VERSION)
        if POLICY.plural not in self.current.objects and self._turns_on_policies(calls):
            self.lacks.add(POLICIES)
        if not self.lacks:
            self._judge_bodies_and_passwords(calls, target)
        if not self.lacks:
            refuse(self.problems)
            self._judge_caller(steps, target)
        uncompared = self.facts.uncompared
        return Plan(
            self.current,
            target,
            steps,
            self.warnings,
            unseen=[uncompared_problem(uncompared, self.facts.logins_held)] if uncompared else [],
            lacks=frozenset(self.lacks),
        )

    def _turns_on_policies(self, calls: t.Sequence[Call]) -> bool:
        """Whether what roles allow and deny decides on the order of these writes, or on what they take from the caller.

        Where it does not, the policies are not read.
        """
        if any(self._gives_caller(call) for call in calls):
            return True
        taken = [call for call in calls if call.verb in ("delete", "unlink") and {call.plural, call.items} & HOLD]
        return bool(taken) and (len(calls) > 1 or len(taken[0].names) > 1)

    def _gives_caller(self, call: Call) -> bool:
        """Whether a write links roles to the account of the task, for all that is known of that."""
        return call.verb == "link" and call.items == ROLE.plural and self.facts.username in ("", *call.names)

    # -- bodies and passwords ---------------------------------------------------------------------------------------

    def _judge_bodies_and_passwords(self, calls: t.Sequence[Call], target: Target) -> None:
        """Find what the server would refuse or choke on; only what is written is looked at."""
        for call in calls:
            if call.verb in ("create", "update") and call.body is not None:
                self._judge_body(call, target)
        for call in calls:
            if call.verb == "password" or (call.verb == "create" and call.plural == USER.plural):
                self._judge_password(call, target)

    def _judge_body(self, call: Call, target: Target) -> None:
        """Of a policy or rule that is written, unless it only gets another name."""
        name = call.new_name or call.names[0]
        body = target.of(call.plural)[name]
        if self.current.of(call.plural).get(call.names[0]) == body:
            return
        found = body_problems(call.plural, name, body)
        self.problems += found
        if call.plural == RULE.plural:
            self.warnings += rule_warnings(name, body)
        elif self.desired.validate_catalogue and not found:
            self._judge_by_catalogue(name, body)

    def _judge_by_catalogue(self, name: str, policy: dict[str, t.Any]) -> None:
        if self.facts.catalogue is None:
            self.lacks.add(CATALOGUE)
        else:
            self.problems += catalogue_problems(name, policy, self.facts.catalogue)

    def _judge_password(self, call: Call, target: Target) -> None:
        user = call.names[0]
        password = self.desired.passwords[user]
        if len(password) < PASSWORD_LENGTH[LONGER_PASSWORDS][0]:
            if self.facts.version is None:
                self.lacks.add(VERSION)
            else:
                major = min(max(self.facts.version[0], 4), LONGER_PASSWORDS)
                self.problems += password_problems(user, password, major)
        if call.verb == "password" and target.reserved(USER.plural, user):
            self._judge_reserved_password(user)

    def _judge_reserved_password(self, user: str) -> None:
        """Of a password of one of the server's own users; what is needed to judge it is asked one after the other."""
        caller = self.facts.username or (self.facts.caller or {}).get("name")
        if caller is None:
            self.lacks.add(CALLER)
        elif self.current.reserved(USER.plural, caller):
            return
        elif self.facts.version is None:
            self.lacks.add(VERSION)
        elif self.facts.version >= GUARDS_PASSWORDS:
            self.problems.append(
                f"user {user}: only the reserved users ({', '.join(RESERVED_USERS)}) may change the passwords of "
                "one another: run this task as one of them"
            )

    # -- the caller -------------------------------------------------------------------------------------------------

    def _judge_caller(self, steps: t.Sequence[Step], target: Target) -> None:
        """Refuse what would end the task's own rights half-way; who that is counts only where it can matter."""
        username = self.facts.username
        calls = [step.call for step in steps]
        if is_administrator(username) or not any(may_matter(call, username, target) for call in calls):
            return
        if self.facts.caller is None:
            self.lacks.add(CALLER)
            return
        loss = first_loss(calls, self.facts.caller, target)
        for step in steps:
            if step.call is loss:
                raise Refused(
                    f"{step.sentence}: that would take rights from user {self.facts.caller['name']}, which this task "
                    "logs in with and needs until it is done: use another account for that"
                )

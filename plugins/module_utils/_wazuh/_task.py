# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task against one Wazuh server: what the engine needs of this product."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure, join_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _checks as checks
from ansible_collections.secops.iam.plugins.module_utils._wazuh._aim import aim, last_when_new
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import LOCKED_OUT, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._lock_out import LOCK_OUT_SECONDS
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    KINDS,
    POLICY,
    ROLE,
    RULE,
    USER,
    Body,
    Snapshot,
    Wish,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._own_rights import first_loss, may_matter
from ansible_collections.secops.iam.plugins.module_utils._wazuh._plan import Call, plan
from ansible_collections.secops.iam.plugins.module_utils._wazuh._server import WazuhState

OWN_USERS = ("wazuh", "wazuh-wui")  # the server's own: nothing takes their administrator role from them
UNIQUE_RULES = (4, 6)  # from then on every rule's body is stored once (FACTS, uniqueness)
GUARDS_OWN_PASSWORDS = (4, 6)  # from then on only these change the passwords of one another
UNSEEN = "(not shown)"
HOLD = {ROLE.plural, RULE.plural}  # what policies come to people by


class WazuhTask:
    """A wish on its way to the server. See the engine's Movement.

    :param relist: read every touched kind again after the writes, instead of trusting the objects in their answers;
        for tasks of many objects, where one list costs less than the doubt.
    """

    def __init__(
        self,
        state: WazuhState,
        wish: Wish,
        view: t.Callable[[Snapshot], Body],
        validate_catalogue: bool = True,
        relist: bool = False,
    ) -> None:
        self._state = state
        self._wish = wish
        self._view = view
        self._validate_catalogue = validate_catalogue
        self._relist = relist
        self._touched: set[str] = set()
        self._warnings: dict[str, None] = {}
        self._mismatched: set[str] = set()
        self._doubtful: set[str] = set()
        self._not_compared: list[str] = []
        self._own: set[str] = set()
        self._shown: set[tuple[str, str]] = set()
        self._to_set: set[str] = set()
        self._aimed = (Snapshot(), Snapshot())  # the last snapshot that was aimed from, and its target
        state.passwords = set()
        problems = checks.wish_problems(wish)
        if problems:
            raise Refused(join_problems(problems))

    def read(self, fresh: bool) -> Snapshot:
        snapshot = self._state.snapshot(self._wish.kinds(), fresh)
        users = snapshot.of(USER.plural)
        if fresh:
            self._state.passwords.update(user for user in sorted(self._doubtful & set(users)) if self._fits(user))
        else:
            for user in self._to_compare(users):
                self._compare_password(user)
        return self._with_passwords(snapshot)

    def _with_passwords(self, snapshot: Snapshot) -> Snapshot:
        # Nothing is known of those that were not compared, so nothing is done about them.
        snapshot.passwords = {*self._state.passwords, *self._not_compared}
        return snapshot

    def steps(self, snapshot: Snapshot) -> list[Step]:
        try:
            return self._steps(snapshot)
        except Refused:
            strays = [link for link in self._wish.links if link.after and link.item in snapshot.linked(link)]
            if not strays:
                raise
        # In what the task's own account has, new links cannot be put last: they stay where the server put them.
        self._wish.links = [dataclasses.replace(link, after=()) for link in self._wish.links]
        self._aimed = (Snapshot(), Snapshot())
        steps = self._steps(snapshot)
        for link in strays:
            self._warnings[
                f"{BY_PLURAL[link.items].name} {link.item} of {BY_PLURAL[link.owners].name} {link.owner} is not the "
                "last, as a new link should be: the server had a gap in the order, and putting it right would take "
                "rights from the account that this task logs in with: do that with another account"
            ] = None
        return steps

    def _steps(self, snapshot: Snapshot) -> list[Step]:
        target = self._target(snapshot)
        steps = self._plan(snapshot, target)
        if POLICY.plural not in snapshot.objects and self._turns_on_policies([step.call for step in steps]):
            kinds = {*self._wish.kinds(), ROLE.plural, POLICY.plural}
            snapshot = self._with_passwords(self._state.snapshot(kinds))
            target = aim(snapshot, self._wish, self._own_accounts())
            steps = self._plan(snapshot, target)
        self._check_what_is_written(steps, snapshot, target)
        self._check_caller(steps, target)
        return steps

    def _plan(self, snapshot: Snapshot, target: Snapshot) -> list[Step]:
        return plan(snapshot, target, lambda: self._state.version() >= UNIQUE_RULES)

    def _turns_on_policies(self, calls: t.Sequence[Call]) -> bool:
        """Whether what roles allow and deny decides on the order of these writes, or on what they take from the caller.

        Where it does not, the policies are not read.
        """
        taken = [call for call in calls if call.verb in ("delete", "unlink") and {call.plural, call.items} & HOLD]
        ordered = bool(taken) and (len(calls) > 1 or len(taken[0].names) > 1)
        return ordered or any(self._gives_caller(call) for call in calls)

    def _gives_caller(self, call: Call) -> bool:
        """Whether a write links roles to the account of the task, for all that is known of that."""
        username = self._state.api.credentials.username
        return call.verb == "link" and call.items == ROLE.plural and username in ("", *call.names)

    def execute(self, step: Step) -> None:
        call: Call = step.call
        # A link's answer tells numbers; only the list of the other side tells whose they are by now.
        self._touched |= {call.plural or "config", *({call.items} - {""})}
        try:
            self._state.carry_out(call, self._wish.passwords)
        except Unsure:
            if call.verb == "password":
                self._doubtful.add(call.names[0])  # the only thing that no list shows
            raise

    def confirm(self) -> Snapshot:
        unseen = self._touched if self._relist else self._touched & {"config"}  # whose answer does not show it
        self._state.snapshot(unseen, fresh=True)
        return self._with_passwords(self._state.snapshot(self._wish.kinds()))

    def before_after(self, snapshot: Snapshot) -> tuple[Body, Body]:
        target = self._target(snapshot)
        before: Body = {}
        after: Body = {}
        for kind in KINDS:
            old, new = dict(snapshot.of(kind.plural)), dict(target.of(kind.plural))
            for name in self._with_new_password(target) if kind is USER else ():
                set_already = name not in target.passwords
                for objects, is_set in ((old, set_already), (new, True)):
                    if name in objects:
                        objects[name] = {**objects[name], "password": f"{UNSEEN}, set" if is_set else UNSEEN}
            for name in [*old, *(name for name in new if name not in old)]:
                if self._is_shown(kind.plural, name, old.get(name) != new.get(name)):
                    for side, objects in ((before, old), (after, new)):
                        if name in objects:
                            side.setdefault(kind.plural, {})[name] = objects[name]
        if self._is_shown("config", "", snapshot.config != target.config):
            before["config"], after["config"] = snapshot.config, target.config
        return before, after

    def _is_shown(self, plural: str, name: str, differs: bool) -> bool:
        """What differed once stays in sight, so that a task that stops half-way shows what it has done."""
        if differs:
            self._shown.add((plural, name))
        return (plural, name) in self._shown

    def _with_new_password(self, target: Snapshot) -> set[str]:
        """Users whose password is to be set, or was by this task."""
        self._to_set |= target.passwords
        return self._to_set

    def result(self, snapshot: Snapshot) -> Body:
        return self._view(self._target(snapshot))

    def closing(self) -> Body:
        report: Body = {"requests": self._state.api.http.tally.result()}
        if self._warnings:
            report["warnings"] = list(self._warnings)
        return report

    def finish(self) -> None:
        """Fail when something of the wish could not even be looked at.

        :raises IamError: naming the users whose passwords were not compared.
        """
        if self._not_compared:
            raise IamError(
                f"The passwords of {len(self._not_compared)} users were not compared ({', '.join(self._not_compared)})"
                f": the server locks this address out after 50 failed logins in {LOCK_OUT_SECONDS} s, all users "
                "together. The rest is done; run the task again in 5 minutes for these"
            )

    # -- what the plan must not do ----------------------------------------------------------------------------------

    def _target(self, snapshot: Snapshot) -> Snapshot:
        if snapshot is not self._aimed[0]:
            self._wish.links = [last_when_new(link, snapshot) for link in self._wish.links]
            self._aimed = (snapshot, aim(snapshot, self._wish, self._own_accounts()))
        return self._aimed[1]

    def _own_accounts(self) -> set[str]:
        """Whoever the task has logged in with so far, or may have to; asks only where no name says it."""
        self._own |= self._state.api.accounts()
        if not self._state.api.credentials.username and USER.plural in self._wish.purge:
            self._own.add(self._state.caller()["name"])
        return self._own

    def _check_what_is_written(self, steps: t.Sequence[Step], current: Snapshot, target: Snapshot) -> None:
        """Refuse bodies that the server would refuse or choke on; only what is written is looked at."""
        calls: list[Call] = [step.call for step in steps]
        problems = [why for call in calls for why in self._body_problems(call, current, target)]
        problems += [why for call in calls for why in self._password_problems(call, target)]
        if problems:
            raise Refused(join_problems(problems))

    def _body_problems(self, call: Call, current: Snapshot, target: Snapshot) -> list[str]:
        """Of a policy or rule that this call writes, unless it only gets another name."""
        if call.verb not in ("create", "update") or call.body is None:
            return []
        name = call.new_name or call.names[0]
        body = target.of(call.plural)[name]
        if current.of(call.plural).get(call.names[0]) == body:
            return []
        found = checks.body_problems(call.plural, name, body)
        if call.plural == "rules":
            self._warnings.update(dict.fromkeys(checks.rule_warnings(name, body)))
        elif self._validate_catalogue and not found:
            found = checks.catalogue_problems(name, body, self._state.catalogue())
        return found

    def _password_problems(self, call: Call, target: Snapshot) -> list[str]:
        """Of a password that this call sets."""
        if call.verb != "password" and (call.verb != "create" or call.plural != USER.plural):
            return []
        user = call.names[0]
        problems = []
        if len(self._wish.passwords[user]) < checks.PASSWORD_LENGTH[5][0]:
            major = max(self._state.version()[0], 4)
            problems += checks.password_problems(user, self._wish.passwords[user], min(major, 5))
        if call.verb == "password" and target.reserved(USER.plural, user) and not self._may_set_it(target):
            problems.append(
                f"user {user}: only the server's own users ({', '.join(OWN_USERS)}) may change the passwords of one "
                "another: run this task as one of them"
            )
        return problems

    def _may_set_it(self, snapshot: Snapshot) -> bool:
        """Whether the caller may set the password of one of the server's own users; asks only what is not known."""
        caller = self._state.api.credentials.username or self._state.caller()["name"]
        return snapshot.reserved(USER.plural, caller) or self._state.version() < GUARDS_OWN_PASSWORDS

    def _check_caller(self, steps: t.Sequence[Step], target: Snapshot) -> None:
        """Refuse what would end the task's own rights half-way; asks who that is only where it can matter."""
        username = self._state.api.credentials.username
        if username in OWN_USERS or not any(may_matter(step.call, username, target) for step in steps):
            return
        caller = self._state.caller()
        loss = first_loss([step.call for step in steps], caller, target)
        for step in steps:
            if step.call is loss:
                raise Refused(
                    f"{step.sentence}: that would take rights from user {caller['name']}, which this task logs in with "
                    "and needs until it is done: use another account for that"
                )

    # -- passwords ------------------------------------------------------------------------------------------------

    def _to_compare(self, users: t.Container[str]) -> list[str]:
        """Users whose password is wanted on_mismatch, and of which it is not known yet whether it matches."""
        known = {*self._state.passwords, *self._mismatched, *self._not_compared}
        return [
            user
            for user in self._wish.passwords
            if self._wish.update_password.get(user) == "on_mismatch" and user in users and user not in known
        ]

    def _compare_password(self, user: str) -> None:
        """Note whether a user's password is the wished one, unless the server would lock us out for trying."""
        try:
            if self._state.lock_out.is_near():
                self._not_compared.append(user)
            elif self._fits(user):
                self._state.passwords.add(user)
            else:
                self._mismatched.add(user)
        except ServerSaysNo as error:
            if LOCKED_OUT not in error.codes:
                raise
            self._state.lock_out.count_all()
            self._not_compared.append(user)

    def _fits(self, user: str) -> bool:
        """Whether a user can log in with the wished password; a failure counts for the lock-out."""
        fits = self._state.api.password_matches(user, self._wish.passwords[user])
        if not fits:
            self._state.lock_out.count()
        return fits

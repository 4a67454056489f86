# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry of the module for the manager's command lines: it plans, and makes one call after the other."""

from __future__ import annotations

import dataclasses

from ansible_collections.secops.iam.plugins.module_utils._engine import FAILED, NOT_TRIED, UNKNOWN, Failure, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._front import Memory, Options
from ansible_collections.secops.iam.plugins.module_utils._secrets import UNSHOWN, without
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import rule_warnings
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager import _answers as answers
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager import _cli as cli
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._manager import Manager, dotted, find_manager


def run(params: Options, check_mode: bool, memory: Memory) -> Options:
    """The task: find the program, plan, and make one call after the other until one fails."""
    manager = find_manager(params["wazuh_home"], params["timeout"])
    steps = cli.plan(params, manager.program, manager.version)
    if any(step.call.secret for step in steps):
        manager.launcher()
    calls = Calls(manager, steps, _secrets(params))
    warnings = [text for rule in params["rules"] or [] for text in rule_warnings(rule["name"], rule["rule"])]
    if not check_mode:
        calls.carry_out()
    return {**calls.report(check_mode), "warnings": warnings}


def _secrets(params: Options) -> list[str]:
    """Every password of the task."""
    given = list((params["passwords"] or {}).values()) + [user["password"] for user in params["users"] or []]
    return [password for password in given if isinstance(password, str)]


@dataclasses.dataclass
class Calls:
    """The steps of a task, each a call of the program, and what came of them."""

    manager: Manager
    steps: list[Step]
    secrets: list[str]
    verdicts: list[answers.Verdict] = dataclasses.field(default_factory=list)

    def carry_out(self) -> None:
        """Make the calls in their order.

        :raises Failure: at the first that fails, with what was done before it.
        """
        for step in self.steps:
            verdict = self._call(step.call)
            if verdict.status == answers.UNCHANGED and step.call.otherwise:
                other = step.call.otherwise
                step.key, step.sentence, step.call = other.key, other.sentence, other.call
                verdict = self._call(step.call)
            step.status = verdict.status
            self.verdicts.append(verdict)
            if verdict.status in (FAILED, UNKNOWN):
                raise self._failure(step, verdict)

    def _call(self, call: cli.Call) -> answers.Verdict:
        try:
            output, ended = self.manager.call(call)
        except IamError as error:
            return answers.Verdict(FAILED, str(error))
        output = without(output, self.secrets, UNSHOWN)
        if ended:
            return call.judge(output)
        return answers.Verdict(
            UNKNOWN,
            f"the program did not end within {self.manager.timeout:g} seconds (option timeout), so it is not known "
            f"what it did; the last it said: {answers.last_words(output)}",
            wrote=True,
        )

    def _failure(self, step: Step, verdict: answers.Verdict) -> Failure:
        left = self.steps[len(self.verdicts) :]
        for other in left:
            other.status = NOT_TRIED
        message = f"{step.sentence}: {verdict.answer}"
        if len(self.steps) > 1:
            before = len(self.verdicts) - 1
            message += f"\nDone before this: {before} of {len(self.steps)} steps; not tried: {len(left)}."
        return Failure(message, self.report(check_mode=False))

    def report(self, check_mode: bool) -> Options:
        """The task's result; in check mode everything asked for counts as a change, since nobody can be asked."""
        given = [verdict.answer for verdict in self.verdicts]
        wrote = [verdict.wrote for verdict in self.verdicts] or [check_mode] * len(self.steps)
        before, after = self._diff(wrote)
        return {
            "changed": any(wrote),
            "diff": {"before": before, "after": after},
            "steps": [
                {**step.result(), **({"answer": answer} if answer else {})}
                for step, answer in zip(self.steps, given + [""] * len(self.steps))
            ],
            "added": self._added(),
            "program": self.manager.path,
            "version": dotted(self.manager.version) if self.manager.version else None,
        }

    def _diff(self, wrote: list[bool]) -> tuple[Options, Options]:
        """What is there as far as it is known, and what is to be there, of the steps that wrote."""
        before: Options = {}
        after: Options = {}
        for step, changed in zip(self.steps, wrote):
            section, key = step.call.place
            for side, state in ((before, step.call.before), (after, step.call.after)):
                if changed and state is not None:
                    side.setdefault(section, {})[key] = state
        return before, after

    def _added(self) -> list[Options]:
        """The objects that the program says that it made, with their numbers."""
        added = []
        for step, verdict in zip(self.steps, self.verdicts):
            for number, name in verdict.made:
                added.append({"kind": step.call.place[0], "id": number, "name": name})
        return added

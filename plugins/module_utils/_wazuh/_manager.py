# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wazuh manager seen from its own host: which command line it has, which version it is, and running the one."""

from __future__ import annotations

import dataclasses
import json
import os
import re

from ansible_collections.secops.iam.plugins.module_utils._engine import FAILED, NOT_TRIED, UNKNOWN, Failure, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory, Options
from ansible_collections.secops.iam.plugins.module_utils._terminal import converse
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _cli as cli
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _cli_answers as answers
from ansible_collections.secops.iam.plugins.module_utils._wazuh._checks import rule_warnings

# The documented program takes a protected user's password only as an argument, which every account of the host can
# read while it runs. So its Python gets the arguments over the terminal and puts them where the program looks.
LAUNCHER = (
    "import json, os, runpy, sys; program = sys.argv[1]; sys.path[0] = os.path.dirname(program); "
    "sys.argv[:] = [program] + json.loads(input('arguments: ')); runpy.run_path(program, run_name='__main__')"
)


@dataclasses.dataclass(frozen=True)
class Manager:
    """What is installed: the folder, the program that is there, and the version where it could be read."""

    home: str
    program: cli.Program
    version: cli.Version | None
    timeout: float

    @property
    def path(self) -> str:
        """The program as the manager has it."""
        return os.path.join(self.home, "bin", self.program.name)

    def say(self, call: cli.Call) -> tuple[str, bool]:
        """Make a call; return what the program said, secrets included, and whether it came to its end."""
        if not call.secret:
            return converse([self.path, *call.arguments], self.timeout, call.reply)
        return converse(
            [*self.launcher(), "-c", LAUNCHER, self.script()],
            self.timeout,
            lambda said: json.dumps(call.arguments) if said.endswith("arguments: ") else None,
        )

    def script(self) -> str:
        """The program's Python source: behind the manager's usual wrapper, or the program itself."""
        behind = os.path.join(self.home, "framework", "scripts", self.program.name + ".py")
        return behind if os.path.isfile(behind) else self.path

    def launcher(self) -> list[str]:
        """The Python that runs the program's source.

        :raises Refused: when it is not written in Python.
        """
        if self.script() != self.path:
            return [os.path.join(self.home, "framework", "python", "bin", "python3")]
        with open(self.path, "rb") as file:
            first = file.readline(200).decode("ascii", "replace")
        if first.startswith("#!") and "python" in first:
            return first[2:].split()
        raise Refused(
            f"users: {self.path} takes a user's password only as an argument, which every account of this host can "
            "read, and it is no Python program that could get it in another way: create the user through the API, "
            "with secops.iam.wazuh_rbac_user"
        )


def find_manager(home: str, timeout: float) -> Manager:
    """What is installed below a folder.

    :raises Refused: when that is no Wazuh manager with one of the programs; the text names the option.
    """
    if not os.path.isabs(home):
        raise Refused(f"wazuh_home: {home} is relative: write the whole path of the manager's folder")
    try:
        there = os.listdir(os.path.join(home, "bin"))
    except PermissionError:
        raise Refused(f"wazuh_home: {home} may not be read by this account: run the task with become: true") from None
    except OSError as error:
        raise Refused(
            f"wazuh_home: {home}/bin cannot be read here ({error.strerror}): run the task on the manager's host, and "
            "write the folder that Wazuh is installed in"
        ) from None
    version = _version(home, timeout)
    for program in cli.PROGRAMS:
        if program.name in there:
            return Manager(home, program, version, timeout)
    raise Refused(
        f"wazuh_home: {home}/bin holds neither rbac_control, which Wazuh managers have since 4.6.0, nor the documented "
        f"security_resources. This is {'Wazuh ' + _dotted(version) if version else 'an unknown version'}; on agents "
        "and older managers use the API instead, with secops.iam.wazuh_rbac"
    )


def _version(home: str, timeout: float) -> cli.Version | None:
    """The installed version, as wazuh-control tells it or VERSION.json has it."""
    try:
        said = converse([os.path.join(home, "bin", "wazuh-control"), "info"], timeout).text
    except IamError:
        said = ""
    told = re.search(r'^WAZUH_VERSION="?v?(\d+)\.(\d+)\.(\d+)', said, re.MULTILINE)
    if told is None:
        try:
            with open(os.path.join(home, "VERSION.json"), encoding="utf-8") as file:
                told = re.match(r"v?(\d+)\.(\d+)\.(\d+)", str(json.load(file)["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return tuple(int(part) for part in told.groups()) if told else None


def _dotted(version: cli.Version) -> str:
    return ".".join(map(str, version))


def run(params: Options, check_mode: bool, memory: Memory) -> Options:
    """The task: find the program, plan, and make one call after the other until one fails."""
    manager = find_manager(params["wazuh_home"], params["timeout"])
    steps = cli.plan(params, manager.program, manager.version)
    if any(step.call.secret for step in steps):
        manager.launcher()
    task = Task(manager, steps, _secrets(params))
    warnings = [text for rule in params["rules"] or [] for text in rule_warnings(rule["name"], rule["rule"])]
    if not check_mode:
        task.carry_out()
    return {**task.report(check_mode), "warnings": warnings}


def _secrets(params: Options) -> list[str]:
    """Every password of the task, in the forms in which a program may print it."""
    given = list((params["passwords"] or {}).values()) + [user["password"] for user in params["users"] or []]
    forms = {
        form for one in given if isinstance(one, str) and one for form in (one, json.dumps(one)[1:-1], repr(one)[1:-1])
    }
    return sorted(forms, key=len, reverse=True)


@dataclasses.dataclass
class Task:
    """The steps of a task, and what came of them."""

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
                step.sentence, step.call = step.call.otherwise.sentence, step.call.otherwise.call
                verdict = self._call(step.call)
            step.status = verdict.status
            self.verdicts.append(verdict)
            if verdict.status in (FAILED, UNKNOWN):
                raise self._failure(step, verdict)

    def _call(self, call: cli.Call) -> answers.Verdict:
        try:
            said, ended = self.manager.say(call)
        except IamError as error:
            return answers.Verdict(FAILED, str(error))
        for secret in self.secrets:
            said = said.replace(secret, answers.SECRET)
        if ended:
            return call.judge(said)
        return answers.Verdict(
            UNKNOWN,
            f"the program did not end within {self.manager.timeout:g} seconds (option timeout), so it is not known "
            f"what it did; the last it said: {answers.last_words(said)}",
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
        said = [verdict.answer for verdict in self.verdicts]
        wrote = [verdict.wrote for verdict in self.verdicts] or [check_mode] * len(self.steps)
        before: Options = {}
        after: Options = {}
        for step, changed in zip(self.steps, wrote):
            section, key = step.call.place
            for side, state in ((before, step.call.before), (after, step.call.after)):
                if changed and state is not None:
                    side.setdefault(section, {})[key] = state
        return {
            "changed": any(wrote),
            "diff": {"before": before, "after": after},
            "steps": [
                {**step.result(), **({"answer": answer} if answer else {})}
                for step, answer in zip(self.steps, said + [""] * len(self.steps))
            ],
            "added": [
                {"kind": step.call.place[0], "id": number, "name": name}
                for step, verdict in zip(self.steps, self.verdicts)
                for number, name in verdict.made
            ],
            "program": self.manager.path,
            "version": _dotted(self.manager.version) if self.manager.version else None,
        }

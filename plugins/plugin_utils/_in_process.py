# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front: the same entry as in the module front, run inside Ansible's worker where that is possible.

A loop of a hundred items then logs in once, reads once, and starts no process per item.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import secrets
import typing as t

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, masked, outcome
from ansible_collections.secops.iam.plugins.module_utils._http import HAS_REQUESTS

ENCODER = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)


class _File:
    """A text in the run's private folder (mode 0700, removed at its end), for the tasks that follow."""

    def __init__(self, identity: t.Sequence[t.Any]) -> None:
        self._identity = json.dumps(identity)
        name = hashlib.sha256(json.dumps(identity[:2]).encode()).hexdigest()[:32]
        self._path = os.path.join(vars(constants)["DEFAULT_LOCAL_TMP"], f"secops_iam_{name}")

    def _proof(self, salt: str) -> str:
        return hashlib.sha256((salt + self._identity).encode()).hexdigest()

    def load(self) -> str | None:
        """The text, if it was kept for this very identity, credentials included."""
        try:
            with open(self._path, encoding="utf-8") as file:
                kept = json.load(file)
        except (OSError, ValueError):
            return None
        return str(kept["text"]) if kept["proof"] == self._proof(kept["salt"]) else None

    def save(self, text: str) -> None:
        """Put the text in the place of an older one, whole or not at all."""
        salt = secrets.token_hex(16)
        draft = f"{self._path}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"salt": salt, "proof": self._proof(salt), "text": text}, file)
        os.replace(draft, self._path)


class _TaskMemory(Memory):
    """Keeps a server's state from one loop item of a task to the next, and tokens for the whole run."""

    _kept: t.ClassVar[dict[t.Any, t.Any]] = {}

    def __init__(self, task_id: str, loops: bool) -> None:
        self._task_id = task_id
        self._loops = loops

    def recall(self, key: t.Any, make: t.Callable[[], t.Any]) -> t.Any:
        if not self._loops:
            return make()
        whole = (self._task_id, key)
        if whole not in self._kept:
            self._kept.clear()
            self._kept[whole] = make()
        return self._kept[whole]

    def store(self, identity: t.Any) -> _File:
        return _File(identity)


def _as_sent(args: dict[str, t.Any]) -> dict[str, t.Any]:
    """A task's arguments as an ordinary module gets them: what YAML has and JSON has not, such as dates, as text.

    :raises TypeError: when they cannot be sent to any module.
    """
    sent: dict[str, t.Any] = json.loads(json.dumps(args, cls=ENCODER))
    return sent


def _shows_invocation(task_vars: t.Any) -> bool:
    """Whether results hold their parameters: always up to ansible-core 2.20, later when it is switched on."""
    if "INJECT_INVOCATION" not in constants.config.get_configuration_definitions():
        return True
    return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))


class InProcessAction(ActionBase):
    """Runs a module's entry in process when the connection is local and nothing asks for a process of its own."""

    ENTRY: Entry

    _validators: t.ClassVar[dict[str, ArgumentSpecValidator]] = {}
    _supports_async = True
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: t.Any = None, task_vars: t.Any = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        del tmp
        if self._wants_process():
            return self._hand_over(result, task_vars)
        entry = self.ENTRY
        checked = self._validator(entry).validate(_as_sent(self._task.args))
        if checked.error_messages:
            return self._hand_over(result, task_vars)  # the module words it as every module does
        params = checked.validated_parameters
        memory = _TaskMemory(str(self._task._uuid), bool(self._task.loop) and not self._task.until)
        answer = outcome(entry, params, bool(self._task.check_mode), memory)
        if _shows_invocation(task_vars):
            answer["invocation"] = {"module_args": masked(entry.options, params)}
        hidden = checked._no_log_values - entry.shown_secrets(params)
        result.update(remove_values(answer, hidden))
        return result

    def _validator(self, entry: Entry) -> ArgumentSpecValidator:
        """The validator of the options; made once, since that takes longer than to validate."""
        if self._task.action not in self._validators:
            self._validators[self._task.action] = ArgumentSpecValidator(entry.options, **entry.constraints)
        return self._validators[self._task.action]

    def _wants_process(self) -> bool:
        task = self._task
        return bool(
            not HAS_REQUESTS
            or self._connection.transport != "local"
            or self._play_context.become
            or task.async_val
            or any(task.environment or [])
        )

    def _hand_over(self, result: dict[str, t.Any], task_vars: t.Any) -> dict[str, t.Any]:
        """Leave the task to the ordinary module."""
        result.update(self._execute_module(task_vars=task_vars, wrap_async=bool(self._task.async_val)))
        return result


def action_of(action: str) -> type[InProcessAction]:
    """The action front of the module that has an action's name.

    Actions ask for it while they are imported, and so does the main process once, before it forks its workers.
    """
    module = importlib.import_module(action.replace(".plugins.action.", ".plugins.modules."))
    return type("ActionModule", (InProcessAction,), {"ENTRY": module.ENTRY})

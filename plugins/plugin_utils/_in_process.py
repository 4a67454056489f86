# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front: the same entry as in the module front, run inside Ansible's worker where that is possible.

A loop of a hundred items then logs in once, reads once, and starts no process per item.
"""

from __future__ import annotations

import importlib
import json
import time
import typing as t

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, masked, outcome
from ansible_collections.secops.iam.plugins.module_utils._http import HAS_REQUESTS
from ansible_collections.secops.iam.plugins.module_utils._store import Store
from ansible_collections.secops.iam.plugins.plugin_utils._kept import KeptText, remove_leftovers

ENCODER = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
OLDEST_LOOK_SECONDS = 60  # others may have changed in the meantime what an item of a loop has found


class _TaskMemory(Memory):
    """Keeps a server's state from one loop item of a task to the next, and tokens for the whole run."""

    _kept: t.ClassVar[dict[t.Any, tuple[float, t.Any]]] = {}  # with the moment at which it was made

    def __init__(self, task_id: str, loops: bool) -> None:
        self._task_id = task_id
        self._loops = loops

    def recall(self, key: t.Any, make: t.Callable[[], t.Any]) -> t.Any:
        if not self._loops:
            return make()
        whole = (self._task_id, key)
        now = time.monotonic()
        made, known = self._kept.get(whole, (now, None))
        if known is None or now - made > OLDEST_LOOK_SECONDS:
            self._kept.clear()
            known = make()
            self._kept[whole] = now, known
        return known

    def forget(self) -> None:
        self._kept.clear()

    def store(self, identity: t.Any) -> Store:
        remove_leftovers()
        return KeptText(identity)


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

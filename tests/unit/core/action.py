# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of a module that no collection has, as Ansible makes it for a task, without Ansible around it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, Options
from ansible_collections.secops.iam.plugins.plugin_utils._in_process import InProcessAction

HANDED_OVER = {"from": "the ordinary module"}


def repeats(params: Options, check_mode: bool, memory: Memory) -> Options:
    """An entry that shows all that it was given."""
    return {"changed": False, "check_mode": check_mode, "texts": {name: str(value) for name, value in params.items()}}


ENTRY = Entry(
    {
        "name": {"type": "str", "required": True},
        "password": {"type": "str", "no_log": True},
        "number": {"type": "int", "default": 7},
    },
    {"required_together": [("name", "password")]},
    repeats,
    public=("name",),
)


class Action(InProcessAction):
    """Shows what the ordinary module would have been given."""

    ENTRY = ENTRY

    def _execute_module(self, *_arguments: Any, **options: Any) -> dict[str, Any]:
        self.handed_over = options
        return HANDED_OVER


def action_for(args: Options, transport: str = "local", become: bool = False, **more: Any) -> Action:
    """The action as Ansible makes it for a task."""
    task = {
        "args": args,
        "action": "secops.iam.repeats",
        "_uuid": "task-1",
        "check_mode": False,
        "async_val": 0,
        "environment": None,
        "loop": None,
        "until": None,
        **more,
    }
    connection = SimpleNamespace(transport=transport, _shell=SimpleNamespace(tmpdir="unused"))
    play = SimpleNamespace(become=become)
    nothing: Any = None
    return Action(SimpleNamespace(**task), connection, play, nothing, nothing)  # type: ignore[arg-type]

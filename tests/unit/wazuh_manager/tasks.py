# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the manager's command lines share: tasks as the module gets them, and what the programs write."""

from __future__ import annotations

from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._cli import SECURITY_RESOURCES, Program, plan

PASSWORD = 'Canary "1ü'
PARAMS: dict[str, Any] = {
    "passwords": None,
    "factory_reset": None,
    "confirm": None,
    "users": None,
    "roles": None,
    "policies": None,
    "rules": None,
    "links": None,
    "update": False,
    "state": "present",
}
ITEM: dict[str, Any] = {
    "users": {"name": None, "id": None, "password": None, "allow_run_as": None},
    "roles": {"name": None, "id": None},
    "policies": {"name": None, "id": None, "actions": None, "resources": None, "effect": None},
    "rules": {"name": None, "id": None, "rule": None},
    "links": {"user": None, "role": None, "roles": None, "policies": None, "rules": None},
}
POLICY = {"name": "read", "actions": ["Agent:read"], "resources": ["agent:id:001"], "effect": "allow"}

# The three outputs of the reference document.
ADDED = """\
Resource    Method    Success         Failed
----------  --------  --------------  ------------------------------------------------------
User        add       100 - new_user
Role        add       100 - new_role
Policy      add                       Bad format || Error 10002 - Missing fields: {'policy'}
"""
LINKED = """\
Resource    Method    Success            Failed
----------  --------  -----------------  --------
User-Role   link      100 - [100, 2, 3]
"""
CHANGED = """\
New password for 'wazuh' (skip):\x20
New password for 'wazuh-wui' (skip):\x20
  wazuh: UPDATED
"""


def params_of(**stated: Any) -> dict[str, Any]:
    """All options of a task that states these."""
    params = {**PARAMS, **stated}
    for kind, empty in ITEM.items():
        if params[kind] is not None:
            params[kind] = [{**empty, **item} for item in params[kind]]
    return params


def steps(program: Program = SECURITY_RESOURCES, version: Version | None = None, **stated: Any) -> list[Step]:
    """The plan of a task that states these options."""
    return plan(params_of(**stated), program, version)


def table(*rows: tuple[str, str, str, str]) -> str:
    """Rows as the program shows them; a first cell that is empty goes on with the row before."""
    lines = [("Resource", "Method", "Success", "Failed"), *rows]
    widths = [max(len(row[i]) for row in lines) for i in range(4)]
    lines.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + "\n" for row in lines
    )

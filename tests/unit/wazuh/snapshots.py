# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots to plan from, and what a plan made of them lacks, does or refuses."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, Facts, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._plan import plan

READ = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
DELETE = {**READ, "actions": ["agent:delete"]}
UNKNOWN = {**READ, "actions": ["agent:raed"]}
MALFORMED = {**READ, "actions": ["read"]}
CATALOGUE = {"agent:read": ["agent:id"], "agent:delete": ["agent:id"]}
NO_SECURITY = {"actions": ["security:update"], "resources": ["role:id:*"], "effect": "deny"}
ALL_SECURITY = {**NO_SECURITY, "effect": "allow", "name": "all"}
RULE = {"FIND": {"backend_roles": "sales"}}
SHORT, LONG = "Short-1x", "Long-Enough1"  # 8 and 12 characters: 5.0 takes 12 and more
IDS = {"wazuh": 1, "wazuh-wui": 2}
CALLER = {"name": "iam", "roles": {"iam-role": [ALL_SECURITY]}}


def server(objects: dict[str, Any], username: str = "iam", config: Any = None, **facts: Any) -> Snapshot:
    """A server with these objects, and what is known of it besides."""
    ids = {kind: {name: IDS.get(name, 100 + at) for at, name in enumerate(named)} for kind, named in objects.items()}
    return Snapshot(objects, ids, config, Facts(username, frozenset({username} - {""}), **facts))


def policies(**bodies: Any) -> dict[str, Any]:
    return {"policies": bodies}


def user(*roles: str) -> dict[str, Any]:
    return {"allow_run_as": False, "roles": list(roles)}


def lacks(current: Snapshot, **desired: Any) -> set[str]:
    return set(plan(current, Desired(**desired)).lacks)


def steps(current: Snapshot, **desired: Any) -> list[str]:
    made = plan(current, Desired(**desired))
    assert made.lacks == frozenset()
    return [step.sentence for step in made.steps]


def refusal(current: Snapshot, **desired: Any) -> str:
    with pytest.raises(Refused) as refused:
        plan(current, Desired(**desired))
    return str(refused.value)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/security/policies: list, create, change, delete."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.wazuh.call import Call, looked_up, loose_number
from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.objects import Collection
from sandbox.wazuh.store import MAX_RESERVED_ID, POLICY, TakenError

_KEYS = 3  # of a policy: actions, resources, effect; looked at when it is created only

# Looser than what permissions are computed with: what passes here may be unusable there.
_ACTION = re.compile(r"^[a-zA-Z_\-]+:[a-zA-Z_\-]+$")
_RESOURCE = re.compile(r"^[a-zA-Z_\-*]+:[\w_\-*]+:[\w_\-\/.*]+$")

_POLICIES = Collection(
    POLICY,
    "policy_ids",
    missing=4007,
    reserved=4008,
    listed=(
        "All specified policies were returned",
        "Some policies were not returned",
        "No policy was returned",
    ),
    deleted=(
        "All specified policies were deleted",
        "Some policies were not deleted",
        "No policy was deleted",
    ),
)


def read(call: Call) -> dict[str, Any]:
    """GET /security/policies."""
    return _POLICIES.read(call)


def create(call: Call) -> dict[str, Any]:
    """POST /security/policies."""
    wanted = call.fields("name", "policy")
    call.rights.require("security:create")
    name, policy = wanted["name"], _normalised(wanted["policy"])
    outcome = Outcome("Policy was successfully created", none_done="Policy was not created")
    store = call.server.store
    if len(policy) != _KEYS or not _acceptable(policy):
        outcome.fail(name, call.error(4006))
        return outcome.render()
    try:
        id_ = store.create(POLICY, name=name, policy=json.dumps(policy))
    except TakenError:
        outcome.fail(name, call.error(4009))
    else:
        outcome.items.append(store.need(POLICY, id_))
    return outcome.render()


def change(call: Call) -> dict[str, Any]:
    """PUT /security/policies/{policy_id}: all of it or, if anything is wrong, nothing."""
    wanted = call.fields("name", "policy")
    policy_id = call.params["policy_id"]
    call.rights.require_object("security:update", POLICY, policy_id)
    if not wanted:
        raise Failure(4001)
    if "policy" in wanted:
        wanted["policy"] = _normalised(wanted["policy"])
    outcome = Outcome("Policy was successfully updated", none_done="Policy was not updated")
    number, store = loose_number(policy_id), call.server.store
    if not store.exists(POLICY, looked_up(policy_id)):
        outcome.fail(number, call.error(4007))
    elif number <= MAX_RESERVED_ID:
        outcome.fail(number, call.error(4008))
    elif "policy" in wanted and not _acceptable(wanted["policy"]):
        outcome.fail(number, call.error(4006))
    else:
        if "policy" in wanted:
            wanted["policy"] = json.dumps(wanted["policy"])
        try:
            store.change(POLICY, number, **wanted)
        except TakenError:
            outcome.fail(number, call.error(4013))
        else:
            policy = store.need(POLICY, number)
            outcome.items.append(policy)
            call.server.tokens.ban_roles(policy["roles"])
    return outcome.render()


def _normalised(policy: dict[str, Any]) -> dict[str, Any]:
    """All in lower case but the last part of each resource; nothing sorted or dropped."""
    return policy | {
        "actions": [action.lower() for action in policy["actions"]],
        "resources": ["&".join(map(_lowered, one.split("&"))) for one in policy["resources"]],
        "effect": policy["effect"].lower(),
    }


def _lowered(piece: str) -> str:
    kind, colon, value = piece.rpartition(":")
    return kind.lower() + colon + value


def _acceptable(policy: dict[str, Any]) -> bool:
    return all(_ACTION.match(action) for action in policy["actions"]) and all(
        _RESOURCE.match(piece) for resource in policy["resources"] for piece in resource.split("&")
    )


def remove(call: Call) -> dict[str, Any]:
    """DELETE /security/policies: links to it go too, their levels leave a gap."""
    return _POLICIES.remove(call, lambda policy: call.server.tokens.ban_roles(policy["roles"]))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/security/rules: list, create, change, delete."""

from __future__ import annotations

import json
from typing import Any

from sandbox.wazuh.call import Call, looked_up, loose_number
from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.objects import Collection
from sandbox.wazuh.store import MAX_RESERVED_ID, RULE, TakenError

_RULES = Collection(
    RULE,
    "rule_ids",
    missing=4022,
    reserved=4008,
    listed=(
        "All specified security rules were returned",
        "Some security rules were not returned",
        "No security rule was returned",
    ),
    deleted=(
        "All specified security rules were deleted",
        "Some security rules were not deleted",
        "No security rule was deleted",
    ),
    failed_as_text=True,
)


def read(call: Call) -> dict[str, Any]:
    """GET /security/rules."""
    return _RULES.read(call)


def create(call: Call) -> dict[str, Any]:
    """POST /security/rules: the body is stored as it came, only nulls are dropped."""
    wanted = call.fields("name", "rule")
    call.rights.require("security:create")
    outcome = Outcome("Security rule was successfully created", none_done="Security rule was not created")
    store = call.server.store
    try:
        id_ = store.create(RULE, name=wanted["name"], rule=json.dumps(wanted["rule"]))
    except TakenError:
        outcome.fail(wanted["name"], call.error(4005))
    else:
        outcome.items.append(store.need(RULE, id_))
    return outcome.render()


def change(call: Call) -> dict[str, Any]:
    """PUT /security/rules/{rule_id}."""
    wanted = call.fields("name", "rule")
    rule_id = call.params["rule_id"]
    call.rights.require_object("security:update", RULE, rule_id)
    if not wanted:
        raise Failure(4001)
    outcome = Outcome("Security rule was successfully updated", none_done="Security rule was not updated")
    number, store = loose_number(rule_id), call.server.store
    if not store.exists(RULE, looked_up(rule_id)):
        outcome.fail(number, call.error(4022))
    elif number <= MAX_RESERVED_ID:
        outcome.fail(number, call.error(4008))
    else:
        if "rule" in wanted:
            wanted["rule"] = json.dumps(wanted["rule"])
        try:
            store.change(RULE, number, **wanted)
        except TakenError:
            outcome.fail(number, call.error(4005))
        else:
            rule = store.need(RULE, number)
            outcome.items.append(rule)
            call.server.tokens.ban_roles(rule["roles"])
    return outcome.render()


def remove(call: Call) -> dict[str, Any]:
    """DELETE /security/rules."""
    return _RULES.remove(call, lambda rule: call.server.tokens.ban_roles(rule["roles"]))

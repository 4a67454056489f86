# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/security/roles: list, create, rename, delete."""

from __future__ import annotations

from typing import Any

from sandbox.wazuh.call import Call, looked_up, loose_number
from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.objects import Collection
from sandbox.wazuh.store import MAX_RESERVED_ID, ROLE, TakenError

_ROLES = Collection(
    ROLE,
    "role_ids",
    missing=4002,
    reserved=4008,
    listed=(
        "All specified roles were returned",
        "Some roles were not returned",
        "No role was returned",
    ),
    deleted=(
        "All specified roles were deleted",
        "Some roles were not deleted",
        "No role was deleted",
    ),
)


def read(call: Call) -> dict[str, Any]:
    """GET /security/roles."""
    return _ROLES.read(call)


def create(call: Call) -> dict[str, Any]:
    """POST /security/roles."""
    name = call.fields("name")["name"]
    call.rights.require("security:create")
    outcome = Outcome("Role was successfully created", none_done="Role was not created")
    store = call.server.store
    try:
        outcome.items.append(store.need(ROLE, store.create(ROLE, name=name)))
    except TakenError:
        outcome.fail(name, call.error(4005))
    return outcome.render()


def change(call: Call) -> dict[str, Any]:
    """PUT /security/roles/{role_id}."""
    wanted = call.fields("name")
    role_id = call.params["role_id"]
    call.rights.require_object("security:update", ROLE, role_id)
    if not wanted:
        raise Failure(4001)
    outcome = Outcome("Role was successfully updated", none_done="Role was not updated")
    number, store = loose_number(role_id), call.server.store
    if not store.exists(ROLE, looked_up(role_id)):
        outcome.fail(number, call.error(4002))
    elif number <= MAX_RESERVED_ID:
        outcome.fail(number, call.error(4008))
    else:
        try:
            store.change(ROLE, number, **wanted)
        except TakenError:
            outcome.fail(number, call.error(4005))
        else:
            outcome.items.append(store.need(ROLE, number))
            call.server.tokens.ban_roles([number])
    return outcome.render()


def remove(call: Call) -> dict[str, Any]:
    """DELETE /security/roles."""
    return _ROLES.remove(call, lambda role: call.server.tokens.ban_roles([role["id"]]))

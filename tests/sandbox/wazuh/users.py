# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/security/users: list, create, change, delete."""

from __future__ import annotations

from typing import Any

from sandbox.wazuh import passwords
from sandbox.wazuh.call import Call, as_number
from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.objects import Collection
from sandbox.wazuh.store import MAX_RESERVED_ID, USER, TakenError

_USERS = Collection(
    USER,
    "user_ids",
    missing=5001,
    reserved=5004,
    listed=(
        "All specified users were returned",
        "Some users were not returned",
        "No user was returned",
    ),
    deleted=(
        "Users were successfully deleted",
        "Some users were not deleted",
        "No user was deleted",
    ),
    sorts="username",
)


def read(call: Call) -> dict[str, Any]:
    """GET /security/users."""
    return _USERS.read(call)


def create(call: Call) -> dict[str, Any]:
    """POST /security/users."""
    wanted = call.fields("username", "password")
    call.rights.require("security:create_user")
    passwords.check(wanted["password"], call.server.version)
    outcome = Outcome("User was successfully created", none_done="User could not be created")
    store = call.server.store
    try:
        id_ = store.create(USER, username=wanted["username"], password=passwords.seal(wanted["password"]))
    except TakenError:
        outcome.fail(wanted["username"], call.error(5000))
    else:
        outcome.items.append(store.need(USER, id_))
    return outcome.render()


def change(call: Call) -> dict[str, Any]:
    """PUT /security/users/{user_id}: the password, nothing else."""
    wanted = call.fields("password")
    user_id = call.params["user_id"]
    call.rights.require_object("security:update", USER, user_id)
    if "password" not in wanted:
        raise Failure(4001)
    password, version, store = wanted["password"], call.server.version, call.server.store
    number = as_number(user_id)
    if password or version.empty_password == "refused":
        passwords.check(password, version)
        if version.guards_defaults and number <= MAX_RESERVED_ID:
            caller = store.find_user(call.username)
            assert caller is not None, "the token was good"
            if caller["id"] > MAX_RESERVED_ID:
                raise Failure(5011)
    outcome = Outcome("User was successfully updated", none_done="User could not be updated")
    lost = not password and version.empty_password == "unknown"
    if lost or not store.exists(USER, number):
        outcome.fail(number, call.error(5001))
    else:
        store.change(USER, number, password=passwords.seal(password))
        outcome.items.append(store.need(USER, number))
        call.server.tokens.ban_users([number])
    return outcome.render()


def change_run_as(call: Call) -> dict[str, Any]:
    """PUT /security/users/{user_id}/run_as."""
    call.rights.require("security:edit_run_as")
    allow: bool = call.params["allow_run_as"]
    word = "enabled" if allow else "disabled"
    outcome = Outcome(
        f"Parameter allow_run_as has been {word} for the user",
        none_done=f"The parameter allow_run_as could not be {word} for the user",
    )
    number, store = as_number(call.params["user_id"]), call.server.store
    if store.exists(USER, number):
        store.change(USER, number, allow_run_as=allow)
        outcome.items.append(store.need(USER, number))
        call.server.tokens.ban_users([number])
    else:
        outcome.fail(number, call.error(5001))
    return outcome.render()


def remove(call: Call) -> dict[str, Any]:
    """DELETE /security/users: the caller itself stays. The answer is in the order of their text."""
    store = call.server.store

    def is_caller(number: int) -> bool:
        caller = store.find_user(call.username)
        return caller is not None and MAX_RESERVED_ID < number == caller["id"]

    return _USERS.remove(
        call,
        lambda user: call.server.tokens.ban_users([user["id"]]),
        spared=is_caller,
        spared_code=5008,
        order=str,
    )

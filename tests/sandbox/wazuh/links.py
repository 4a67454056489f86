# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links: policies and rules of a role, roles of a user.

The answer shows the one role or user as it is afterwards and counts links. What is linked again
at a position counts as done although nothing is done. See levels.py for positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.wazuh.access import Selection
from sandbox.wazuh.call import Call, as_number, looked_up, loose_number
from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import ErrorText, ServerBreaksError, not_found
from sandbox.wazuh.levels import Ladder
from sandbox.wazuh.store import MAX_INTEGER, MAX_RESERVED_ID, POLICY, ROLE, RULE, USER, Kind


@dataclass(frozen=True)
class _Link:
    """What is linked to what, and the parameter that names the owner."""

    owner: Kind
    owner_id: str
    other: Kind

    def select(self, call: Call, action: str, ids: list[str] | None) -> Selection:
        """Both ends need the permission: the owner as a whole, the others one by one."""
        call.rights.require_object(action, self.owner, call.params[self.owner_id])
        selection = call.rights.select(action, self.other, ids)
        call.objects += len(selection.ids)
        return selection


_ROLE_OF_USER = _Link(USER, "user_id", ROLE)
_POLICY_OF_ROLE = _Link(ROLE, "role_id", POLICY)
_RULE_OF_ROLE = _Link(ROLE, "role_id", RULE)


@dataclass
class _Climb:
    """Linking one after the other, each one position further than the one before."""

    ladder: Ladder
    outcome: Outcome
    taken: ErrorText
    position: int | None

    def link(self, id_: int) -> None:
        """Link an id; if it is linked already, that counts as done where there is a position.

        Raises:
            ServerBreaksError: the database cannot hold the position.
        """
        if self.position is not None and self.position > MAX_INTEGER:
            raise ServerBreaksError
        if id_ not in self.ladder.levels():
            self.ladder.add(id_, self.position)
        elif self.position is None:
            self.outcome.fail(id_, self.taken)
            return
        self.outcome.affected = (self.outcome.affected or 0) + 1
        if self.position is not None:
            self.position += 1


def link_roles(call: Call) -> dict[str, Any]:
    """POST /security/users/{user_id}/roles: here ``all`` breaks the server."""
    selection = _ROLE_OF_USER.select(call, "security:update", call.params["role_ids"])
    owner, store = as_number(call.params["user_id"]), call.server.store
    name = _username(call, owner)
    outcome = Outcome(
        f"All roles were linked to user {name}",
        f"Some roles were not linked to user {name}",
        f"No link was created to user {name}",
        affected=0,
    )
    ladder, position = Ladder(store, USER, owner), call.params.get("position")
    climb = _Climb(ladder, outcome, call.error(4017), position)
    for id_ in selection.ids:
        number = loose_number(id_)
        if owner <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(USER, owner):
            outcome.fail(owner, call.error(5001))
            break
        elif not store.exists(ROLE, as_number(id_)):
            outcome.fail(number, call.error(4002))
        else:
            climb.link(number)
    _show(call, outcome, USER, owner)
    return _settled(call, selection, outcome)


def link_policies(call: Call) -> dict[str, Any]:
    """POST /security/roles/{role_id}/policies."""
    ids = call.params["policy_ids"]
    selection = _POLICY_OF_ROLE.select(call, "security:update", ids)
    written, store = call.params["role_id"], call.server.store
    owner = loose_number(written)
    outcome = Outcome(
        f"All policies were linked to role {written}",
        f"Some policies were not linked to role {written}",
        f"No link was created to role {written}",
        affected=0,
    )
    ladder, position = Ladder(store, ROLE, owner), call.params.get("position")
    climb = _Climb(ladder, outcome, call.error(4011), position)
    for id_ in selection.ids:
        number = loose_number(id_)
        if owner <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(ROLE, looked_up(written)):
            outcome.fail(owner, call.error(4002))
        elif not store.exists(POLICY, as_number(id_)):
            outcome.fail(number, call.error(4007))
        else:
            climb.link(number)
    _show(call, outcome, ROLE, owner)
    return _settled(call, selection, outcome)


def link_rules(call: Call) -> dict[str, Any]:
    """POST /security/roles/{role_id}/rules: the rule must not be a reserved one, the role may."""
    selection = _RULE_OF_ROLE.select(call, "security:update", call.params["rule_ids"])
    written, store = call.params["role_id"], call.server.store
    owner = loose_number(written)
    outcome = Outcome(
        f"All security rules were linked to role {written}",
        f"Some security rules were not linked to role {written}",
        f"No link was created to role {written}",
        affected=0,
    )
    linked = 0
    for id_ in selection.ids:
        number = loose_number(id_)
        if number <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(RULE, as_number(id_)):
            outcome.fail(number, call.error(4022))
        elif not store.exists(ROLE, as_number(written)):
            outcome.fail(owner, call.error(4002))
        elif not store.link_rule(owner, number):
            outcome.fail(number, call.error(4023))
        else:
            linked += 1
    outcome.affected = linked
    _show(call, outcome, ROLE, owner, run_as_only=True)
    return _settled(call, selection, outcome)


def unlink_roles(call: Call) -> dict[str, Any]:
    """DELETE /security/users/{user_id}/roles: leaves gaps in the levels."""
    selection = _ROLE_OF_USER.select(call, "security:delete", call.ids("role_ids"))
    owner, store = as_number(call.params["user_id"]), call.server.store
    if not store.exists(USER, owner):
        raise not_found(5001)
    name = _username(call, owner)
    outcome = Outcome(
        f"All roles were unlinked from user {name}",
        f"Some roles were not unlinked from user {name}",
        f"No role was unlinked from user {name}",
        affected=0,
    )
    ladder, unlinked = Ladder(store, USER, owner), 0
    for id_ in selection.ids:
        number = loose_number(id_)
        if owner <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(ROLE, looked_up(id_)):
            outcome.fail(number, call.error(4002))
        elif number not in ladder.levels():
            outcome.fail(number, call.error(4016))
        else:
            ladder.drop(number)
            unlinked += 1
    outcome.affected = unlinked
    _show(call, outcome, USER, owner)
    return _settled(call, selection, outcome, hidden=(4002, 4016, 4008))


def unlink_policies(call: Call) -> dict[str, Any]:
    """DELETE /security/roles/{role_id}/policies: the levels close up."""
    selection = _POLICY_OF_ROLE.select(call, "security:delete", call.ids("policy_ids"))
    written, store = call.params["role_id"], call.server.store
    owner = as_number(written)
    if not store.exists(ROLE, owner):
        raise not_found(4002)
    outcome = Outcome(
        f"All policies were unlinked from role {written}",
        f"Some policies were not unlinked from role {written}",
        f"No policy was unlinked from role {written}",
        affected=0,
    )
    ladder, unlinked = Ladder(store, ROLE, owner), 0
    for id_ in selection.ids:
        number = loose_number(id_)
        if owner <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(ROLE, looked_up(written)):
            # Found by its number above, and not by its text here.
            raise ServerBreaksError
        elif not store.exists(POLICY, as_number(id_)):
            outcome.fail(number, call.error(4007))
        elif number not in ladder.levels():
            outcome.fail(number, call.error(4010))
        else:
            ladder.drop(number)
            unlinked += 1
    outcome.affected = unlinked
    _show(call, outcome, ROLE, owner)
    return _settled(call, selection, outcome, hidden=(4007, 4008, 4010))


def unlink_rules(call: Call) -> dict[str, Any]:
    """DELETE /security/roles/{role_id}/rules: ids that failed are text here."""
    selection = _RULE_OF_ROLE.select(call, "security:delete", call.ids("rule_ids"))
    written, store = call.params["role_id"], call.server.store
    owner = as_number(written)
    if not store.exists(ROLE, owner):
        raise not_found(4002)
    outcome = Outcome(
        f"All security rules were unlinked from role {written}",
        f"Some security rules were not unlinked from role {written}",
        f"No security rule was unlinked from role {written}",
        affected=0,
    )
    unlinked = 0
    for id_ in selection.ids:
        number = loose_number(id_)
        if number <= MAX_RESERVED_ID:
            outcome.fail(owner, call.error(4008))
        elif not store.exists(RULE, as_number(id_)):
            outcome.fail(id_, call.error(4022))
        elif not store.unlink_rule(owner, number):
            outcome.fail(id_, call.error(4024))
        else:
            unlinked += 1
    outcome.affected = unlinked
    _show(call, outcome, ROLE, owner, run_as_only=True)
    return _settled(call, selection, outcome, hidden=(4008, 4022, 4024))


def _show(call: Call, outcome: Outcome, kind: Kind, owner: int, *, run_as_only: bool = False) -> None:
    """If any link was counted: show the owner, and void the tokens that hang on it."""
    if not outcome.affected:
        return
    outcome.items.append(call.server.store.need(kind, owner))
    tokens = call.server.tokens
    if run_as_only:
        tokens.ban_run_as()
    elif kind is USER:
        tokens.ban_users([owner])
    else:
        tokens.ban_roles([owner])


def _settled(call: Call, selection: Selection, outcome: Outcome, hidden: Iterable[int] = ()) -> dict[str, Any]:
    selection.settle(outcome, call.server.version, frozenset(hidden))
    return outcome.render()


def _username(call: Call, id_: int) -> str:
    user = call.server.store.get(USER, id_)
    return user["username"] if user else "unknown"

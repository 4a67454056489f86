# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in and out, and who am I."""

from __future__ import annotations

from typing import Any

from sandbox.wazuh.answer import Answer, text_answer
from sandbox.wazuh.call import Call
from sandbox.wazuh.envelope import Item, Outcome
from sandbox.wazuh.errors import ServerBreaksError, permission_denied
from sandbox.wazuh.limits import without_nulls
from sandbox.wazuh.rule_matching import LinkedRule, RuleEvaluationError, granted_roles
from sandbox.wazuh.store import POLICY, ROLE, RULE


def log_in(call: Call) -> dict[str, Any] | Answer:
    """POST /security/user/authenticate: a token with the user's own roles."""
    user = _user(call)
    return _handed_out(call, call.server.tokens.issue(call.username, user["roles"]))


def log_in_by_get(call: Call) -> dict[str, Any] | Answer:
    """GET /security/user/authenticate: the deprecated way."""
    link = (
        f"https://documentation.wazuh.com/{call.server.version.number}/user-manual/api/"
        "reference.html#operation/api.controllers.security_controller.login_user"
    )
    call.headers |= {"Deprecated": "true", "Link": f'<{link}>; rel="Deprecated"'}
    return log_in(call)


def log_in_run_as(call: Call) -> dict[str, Any] | Answer:
    """POST /security/user/authenticate/run_as: a token with the roles that the context earns."""
    user = _user(call)
    context = without_nulls(call.body)
    if context and not user["allow_run_as"]:
        raise permission_denied(6004)
    # An empty context earns the user's own roles.
    roles = _earned(call, user, context) if context else user["roles"]
    return _handed_out(call, call.server.tokens.issue(call.username, roles, call.body))


def _user(call: Call) -> Item:
    user = call.server.store.find_user(call.username)
    assert user is not None, "the password was right"
    return user


def _earned(call: Call, user: Item, context: dict[str, Any]) -> list[int]:
    store = call.server.store
    roles = store.get_many(ROLE, store.ids(ROLE))
    rules = store.get_many(RULE, store.ids(RULE))
    linked = [(role["id"], [LinkedRule(id_, rules[id_]["rule"]) for id_ in role["rules"]]) for role in roles.values()]
    try:
        return granted_roles(linked, context, user_id=user["id"], dialect=call.server.version.rules)
    except RuleEvaluationError as error:
        raise ServerBreaksError from error


def _handed_out(call: Call, token: str) -> dict[str, Any] | Answer:
    if call.params.get("raw"):
        return text_answer(200, token, call.server.version.web.text_type)
    return {"data": {"token": token}, "error": 0}


def log_out(call: Call) -> dict[str, Any]:
    """DELETE /security/user/authenticate: all tokens of the user go."""
    call.server.tokens.ban_users([_user(call)["id"]])
    return {"message": f"User {call.username} was successfully logged out", "error": 0}


def revoke(call: Call) -> dict[str, Any]:
    """PUT /security/user/revoke: everybody's tokens go, the caller's too."""
    call.rights.require("security:revoke")
    call.server.tokens.revoke_all()
    return {"message": "Tokens were successfully revoked", "error": 0}


def me(call: Call) -> dict[str, Any]:
    """GET /security/users/me: the caller with the roles of its token, written out."""
    assert call.rights is not None  # a policy that cannot be processed is an error here, too
    token, store = call.token, call.server.store
    assert token is not None
    user = _user(call)
    user["roles"] = []
    for role_id in token.roles:
        role = store.get(ROLE, role_id)
        if role is None:
            # A run_as token outlives its roles.
            raise ServerBreaksError
        del role["users"]
        for field, kind in (("rules", RULE), ("policies", POLICY)):
            found = store.get_many(kind, role[field])
            role[field] = [
                {name: value for name, value in found[id_].items() if name != "roles"} for id_ in role[field]
            ]
        user["roles"].append(role)
    return Outcome("Current user information was returned", items=[user]).render()


def my_policies(call: Call) -> dict[str, Any]:
    """GET /security/users/me/policies: what all of the token's policies come to."""
    assert call.token is not None
    return {
        "data": call.token.permissions | {"rbac_mode": call.token.mode},
        "message": "Current user processed policies information was returned",
        "error": 0,
    }

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation: method, path, what it takes, and the handler that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.wazuh import catalogue, config, links, login, policies, roles, rules, users
from sandbox.wazuh import schemas as s
from sandbox.wazuh.answer import Answer
from sandbox.wazuh.call import Call
from sandbox.wazuh.schemas import Parameter, Schema
from sandbox.wazuh.versions import Version

Handler = Callable[[Call], dict[str, Any] | Answer]


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    Attributes:
        method, path: where it is; ids in the path in braces.
        handler: does the work.
        parameters: what it takes, in the order of the API description.
        body: schema of its body, None if it takes none.
        undescribed_body: it reads a body all the same, of any shape.
        login: it takes a name and password, not a token.
        any_type: the body need not say that it is JSON.
    """

    method: str
    path: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    undescribed_body: bool = False
    login: bool = False
    any_type: bool = False


def operations(version: Version) -> list[Operation]:
    """All operations of a version, in the order in which paths are tried."""
    page = [s.LIMIT, s.OFFSET, s.PRETTY, s.SEARCH, s.SELECT, s.SORT, s.WAIT]
    if version.has_q:
        page += [s.Q, s.DISTINCT]
    resource = s.resource_parameter(version.resource_types)
    authenticate = "/security/user/authenticate"
    user, role = "/security/users/{user_id}", "/security/roles/{role_id}"
    table = [
        Operation("GET", "/", catalogue.about, (s.PRETTY,)),
        # logging in and out
        Operation("POST", authenticate, login.log_in, (s.RAW,), login=True),
        Operation("GET", authenticate, login.log_in_by_get, (s.RAW,), login=True),
        Operation("DELETE", authenticate, login.log_out),
        Operation(
            *("POST", f"{authenticate}/run_as", login.log_in_run_as, (s.RAW,), s.CONTEXT),
            login=True,
            any_type=True,
        ),
        Operation("GET", "/security/users/me", login.me, s.COMMON),
        Operation("GET", "/security/users/me/policies", login.my_policies, (s.PRETTY,)),
        Operation("PUT", "/security/user/revoke", login.revoke),
        # the catalogue
        Operation("GET", "/security/actions", catalogue.actions, (s.ENDPOINT, s.PRETTY)),
        Operation("GET", "/security/resources", catalogue.resources, (resource, s.PRETTY)),
        # users
        Operation("GET", "/security/users", users.read, (s.USER_IDS, *page)),
        Operation("POST", "/security/users", users.create, s.COMMON, s.NEW_USER),
        Operation("DELETE", "/security/users", users.remove, (s.USERS_OR_ALL, *s.COMMON)),
        Operation("PUT", user, users.change, (s.USER_ID, *s.COMMON), s.USER_CHANGE),
        Operation(
            *("PUT", f"{user}/run_as", users.change_run_as),
            (s.USER_ID, s.ALLOW_RUN_AS, *s.COMMON),
        ),
        # roles
        Operation("GET", "/security/roles", roles.read, (s.ROLE_IDS, *page)),
        Operation("POST", "/security/roles", roles.create, s.COMMON, s.NEW_ROLE),
        Operation("DELETE", "/security/roles", roles.remove, (s.ROLES_OR_ALL, *s.COMMON)),
        Operation("PUT", role, roles.change, (s.ROLE_ID, *s.COMMON), s.ROLE_CHANGE),
        # rules
        Operation("GET", "/security/rules", rules.read, (s.RULE_IDS, *page)),
        Operation("POST", "/security/rules", rules.create, s.COMMON, s.NEW_RULE),
        Operation("DELETE", "/security/rules", rules.remove, (s.RULES_OR_ALL, *s.COMMON)),
        Operation(
            *("PUT", "/security/rules/{rule_id}", rules.change),
            (*s.COMMON, s.RULE_ID),
            s.RULE_CHANGE,
        ),
        # policies
        Operation("GET", "/security/policies", policies.read, (s.POLICY_IDS, *page)),
        Operation("POST", "/security/policies", policies.create, s.COMMON, s.NEW_POLICY),
        Operation(
            *("DELETE", "/security/policies", policies.remove),
            (s.POLICIES_OR_ALL, *s.COMMON),
        ),
        Operation(
            *("PUT", "/security/policies/{policy_id}", policies.change),
            (s.POLICY_ID, *s.COMMON),
            s.POLICY_CHANGE,
        ),
        # links
        Operation(
            *("POST", f"{user}/roles", links.link_roles),
            (s.USER_ID, s.ROLES_TO_LINK, s.POSITION, *s.COMMON),
        ),
        Operation(
            *("DELETE", f"{user}/roles", links.unlink_roles),
            (s.USER_ID, s.ROLES_OR_ALL, *s.COMMON),
        ),
        Operation(
            *("POST", f"{role}/policies", links.link_policies),
            (s.ROLE_ID, s.POLICIES_TO_LINK, s.POSITION, *s.COMMON),
        ),
        Operation(
            *("DELETE", f"{role}/policies", links.unlink_policies),
            (s.ROLE_ID, s.POLICIES_OR_ALL, *s.COMMON),
        ),
        Operation(
            *("POST", f"{role}/rules", links.link_rules),
            (s.ROLE_ID, s.RULES_TO_LINK, *s.COMMON),
        ),
        Operation(
            *("DELETE", f"{role}/rules", links.unlink_rules),
            (s.ROLE_ID, s.RULES_OR_ALL, *s.COMMON),
        ),
        # configuration
        Operation("GET", "/security/config", config.read, s.COMMON),
        Operation("PUT", "/security/config", config.change, s.COMMON, s.CONFIG_CHANGE),
        Operation("DELETE", "/security/config", config.restore, s.COMMON, undescribed_body=True),
    ]
    return [operation for operation in table if version.login_by_get or operation.handler is not login.log_in_by_get]

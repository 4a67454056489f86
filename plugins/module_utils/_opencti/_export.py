# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on a server, each object in the shape that its module takes; what no module takes is told apart."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, ROLES, USERS, Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    Body,
    fields_of,
    links_of,
    living,
    marking_names,
    shown,
    tokens_of,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._version import DEFAULT_TOKEN_NAME


def info(api: OpenctiApi, params: Body, check_mode: bool) -> Body:
    """Users, groups and roles as the modules take them; what they can be linked to; tokens; the version."""
    caller = api.read(documents.caller())["me"]["id"]
    version = api.version
    answer: Body = {"version": version.text if version else None}
    nodes = {
        kind.plural: api.every(kind.plural, fields=documents.fields_of(kind, version, params["include_tokens"]))
        for kind in (USERS, GROUPS, ROLES)
    }
    answer["users"] = [_user(node) for node in nodes["users"]]
    answer["external_users"] = sorted(node["user_email"] for node in nodes["users"] if node["external"])
    answer["tokens"] = [token for node in nodes["users"] for token in _tokens(node, caller)]
    markings = api.every("markingDefinitions")
    names = marking_names(markings)
    shared = {marking["definition"] for marking in markings} - set(names)
    groups = [_shown(GROUPS, node, shared) for node in nodes["groups"]]
    # The module refuses to hold such a group to an exact list.
    answer["joined_markings"] = {
        group["name"]: group.pop("allowed_markings") for group in groups if group["auto_new_marking"]
    }
    answer["groups"] = groups
    answer["roles"] = [_shown(ROLES, node) for node in nodes["roles"]]
    answer["capabilities"] = sorted(node["name"] for node in api.every("capabilities"))
    answer["markings"] = sorted(names)
    answer["organizations"] = sorted(node["name"] for node in api.every("organizations"))
    return answer


def _shown(kind: Kind, node: Body, shared: t.Iterable[str] = ()) -> Body:
    return {"name": node["name"], **shown(fields_of(kind, node), links_of(kind, node, shared))}


def _user(node: Body) -> Body:
    """A user, and where tokens have names, the one that the module is to look after."""
    user = {**_shown(USERS, node), "email": node["user_email"]}
    if "api_tokens" in node:
        names = sorted(token["name"] for token in living(tokens_of(node)) if token["name"])
        user["token_name"] = names[0] if names and DEFAULT_TOKEN_NAME not in names else DEFAULT_TOKEN_NAME
        user["token_state"] = "present" if names else "absent"
    return user


def _tokens(node: Body, caller: str) -> t.Iterator[Body]:
    """What can be told of a user's tokens: names and ends, or up to 6.9 the value if it was asked for.

    That of the caller is api_token itself, in the place of which Ansible would show a mask.
    """
    for token in tokens_of(node):
        yield {"email": node["user_email"], "name": token["name"], "expires_at": token["expires_at"]}
    if "api_token" in node and node["id"] != caller:
        yield {"email": node["user_email"], "token": node["api_token"]}

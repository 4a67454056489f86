# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on a server, each object in the shape that its module takes; what no module takes is told apart."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _kinds as kinds
from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import TOKEN_NAME
from ansible_collections.secops.iam.plugins.module_utils._opencti._tokens import living


def info(api: OpenctiApi, params: kinds.Body, check_mode: bool) -> kinds.Body:
    """Users, groups and roles as the modules take them; what they can be linked to; tokens; the version."""
    caller = api.read(documents.CALLER)["me"]["id"]
    version = api.version
    nodes = {}
    for kind in model.KINDS:
        fields = documents.fields_of(kind, version, params["include_tokens"])
        nodes[kind.plural] = api.every(kind.plural, documents.following(kind.plural, fields))
    for plural in (model.MARKINGS, "capabilities", "organizations"):
        nodes[plural] = api.every(plural, documents.following(plural))
    return {"version": version.text if version else None, **listed(nodes, caller)}


def listed(nodes: dict[str, list[kinds.Body]], caller: str) -> kinds.Body:
    """The result of the lists of a server. C(caller): the internal id of the task's own user. Pure."""
    markings = model.ids_by_name(nodes[model.MARKINGS])
    groups = [_options(model.GROUPS, node, {model.MARKINGS: markings}) for node in nodes["groups"]]
    # The module refuses to hold such a group to an exact list.
    joined = {group["name"]: group.pop("allowed_markings") for group in groups if group["auto_new_marking"]}
    tokens: list[kinds.Body] = []
    for node in nodes["users"]:
        tokens += _tokens(node, caller)
    return {
        "users": [_user(node, caller) for node in nodes["users"]],
        "external_users": sorted(node["user_email"] for node in nodes["users"] if node["external"]),
        "tokens": tokens,
        "groups": groups,
        "joined_markings": joined,
        "roles": [_options(model.ROLES, node, {}) for node in nodes["roles"]],
        "capabilities": sorted(node["name"] for node in nodes["capabilities"]),
        "markings": sorted(model.name_of(node, markings) for node in nodes[model.MARKINGS]),
        "organizations": sorted(node["name"] for node in nodes["organizations"]),
    }


def _options(kind: kinds.Kind, node: kinds.Body, known: objects.Links) -> kinds.Body:
    told = [field for field in kind.fields if field.node in node]
    return {"name": node["name"], **objects.as_options(kinds.read(told, node), model.links_of(kind, node, known))}


def _user(node: kinds.Body, caller: str) -> kinds.Body:
    """A user, and where tokens have names, the one that the module is to look after."""
    user = {**_options(model.USERS, node, {}), "email": node["user_email"]}
    if "api_tokens" in node:
        names = sorted(token.name for token in living(model.tokens_of(node, caller)) if token.name)
        user["token_name"] = names[0] if names and TOKEN_NAME not in names else TOKEN_NAME
        user["token_state"] = "present" if names else "absent"
    return user


def _tokens(node: kinds.Body, caller: str) -> t.Iterator[kinds.Body]:
    """What can be told of a user's tokens: names and ends, or up to 6.9 the value if it was asked for."""
    for token in model.tokens_of(node, caller):
        if "api_tokens" in node:
            yield {"email": node["user_email"], "name": token.name, "expires_at": token.expires_at}
        elif token.value is not None:
            yield {"email": node["user_email"], "token": token.value}

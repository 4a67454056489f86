# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reading edge: a server's answers as a snapshot of the one object that is meant, and of what is around it."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _kinds as kinds
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._graphql import nodes_of
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import USERS, Group, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._versions import Version


def look(api: OpenctiApi, desired: Desired) -> Snapshot:
    """One request; two when the version was not known and parts count that only some versions have.

    :raises Refused: when several objects may be meant.
    """
    known = api.version
    data = _ask(api, desired)
    if known is None and _needs_version(desired) and _found_any(data, desired):
        data = _ask(api, desired)
    lists = {plural: api.every(plural, documents.following(plural), data[plural]) for plural in lists_for(desired)}
    around = Snapshot(
        version=t.cast(Version, api.version),
        caller=data["me"]["id"],
        known={plural: model.ids_by_name(nodes) for plural, nodes in lists.items()},
        groups=tuple(_group(node) for node in lists.get("groups", [])) if desired.kind is USERS else (),
        settings=data.get("settings") or {},
    )
    node = find(data, desired)
    return around if node is None else with_object(around, desired, node)


def lists_for(desired: Desired) -> list[str]:
    """The lists whose names are stated; for users the groups always: their roles say who may use a token."""
    needed = {link.others for link in desired.kind.links if link.option in desired.links}
    if desired.kind is USERS and desired.present:
        needed.add("groups")
    return sorted(needed)


def find(data: kinds.Body, desired: Desired) -> kinds.Body | None:
    """The object that is meant, and no other: what an id or a filter finds is compared again.

    :raises Refused: when several users may be meant.
    """
    node: kinds.Body | None = data[desired.kind.name]
    if node is not None and _is_meant(node, desired):
        return node
    same = [user for user in nodes_of(data.get("users")) if _is_meant(user, desired)]
    if len(same) > 1:
        option, value, cure = "name", desired.name, "say which by its e-mail, or remove the others"
        if desired.email:
            option, value, cure = "email", desired.email, "remove the others"
        emails = ", ".join(sorted(user["user_email"] for user in same))
        raise Refused(f"{option}: {len(same)} users have {value} ({emails}): {cure}")
    return same[0] if same else None


def _is_meant(node: kinds.Body, desired: Desired) -> bool:
    """Whether a node has the name that is stated; a user has the e-mail, or is a service account of the name."""
    if desired.kind is not USERS:
        return bool(node["name"].strip().lower() == desired.name.lower())
    if desired.email:
        return bool(node["user_email"].lower() == desired.email)
    return node["name"] == desired.name and bool(node.get("user_service_account"))


def with_object(around: Snapshot, desired: Desired, node: kinds.Body) -> Snapshot:
    """A snapshot with the object that a node tells."""
    snapshot = dataclasses.replace(
        around,
        exists=True,
        id=node["id"],
        name=node["name"],
        fields=kinds.read(desired.fields_on(around.version), node),
        links=model.links_of(desired.kind, node, around.known),
    )
    if desired.kind is not USERS:
        return snapshot
    return dataclasses.replace(
        snapshot,
        email=node["user_email"],
        external=bool(node["external"]),
        joined=any(each.get("is_inferred") for each in nodes_of(node["objectOrganization"])),
        effective=(node["effective_confidence_level"] or {}).get("max_confidence"),
        tokens=model.tokens_of(node, around.caller),
    )


def _ask(api: OpenctiApi, desired: Desired) -> kinds.Body:
    variables: kinds.Body = {"id": desired.id or model.standard_id(USERS, desired.name)}
    if desired.kind is USERS:
        key, value = ("user_email", desired.email) if desired.email else ("name", desired.name)
        exact = {"key": [key], "values": [value], "operator": "eq", "mode": "or"}
        variables["filters"] = {"mode": "and", "filters": [exact], "filterGroups": []}
    return api.read(documents.look(desired.kind, lists_for(desired), api.version), variables)


def _needs_version(desired: Desired) -> bool:
    """Whether the task is about what only some versions have: a user's token, a group's flags, service accounts."""
    return bool(desired.optional_fields()) or (desired.kind is USERS and not desired.email)


def _found_any(data: kinds.Body, desired: Desired) -> bool:
    return data[desired.kind.name] is not None or bool(nodes_of(data.get("users")))


def _group(node: kinds.Body) -> Group:
    """What a group gives to its users."""
    capabilities: set[str] = set()
    for role in nodes_of(node["roles"]):
        capabilities.update(capability["name"] for capability in role["capabilities"] or [])
    return Group(
        name=node["name"],
        id=node["id"],
        default=bool(node["default_assignation"]),
        capabilities=frozenset(capabilities),
        overrides=model.overrides_of(node["group_confidence_level"]),
    )

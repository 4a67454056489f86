# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots and desired objects made by hand: what pure functions take, without a server."""

from __future__ import annotations

from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired, DesiredToken
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    GROUPS,
    ROLES,
    USERS,
    Group,
    Snapshot,
    Token,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

NEW, MIDDLE, BEFORE_PREVENTION, OLD = "7.260817.0", "6.9.22", "6.4.11", "5.12.29"
DEFAULT = Group("Default", "g-default", default=True)
FEEDS = Group("Feeds", "g-feeds", capabilities=frozenset({"KNOWLEDGE", "APIACCESS_USETOKEN"}))
ADMINISTRATORS = Group("Administrators", "g-admin", capabilities=frozenset({"BYPASS"}))
ALL_GROUPS = (DEFAULT, FEEDS, ADMINISTRATORS)
KNOWN = {
    "groups": {group.name: group.id for group in ALL_GROUPS},
    "organizations": {"SOC": "o-soc"},
    "roles": {"Connector": "r-connector", "Über": "r-over"},
    "capabilities": {"KNOWLEDGE": "c-knowledge", "CONNECTORAPI": "c-connector"},
    "markingDefinitions": {
        "TLP:RED": "m-red",
        "marking-definition--red": "m-red",
        "internal": "",
        "marking-definition--one": "m-one",
        "marking-definition--other": "m-other",
    },
}


def confidence(maximum: int, **overrides: int) -> dict[str, Any]:
    """A confidence level as fields; -1 is no maximum of its own."""
    return {"max_confidence": maximum, "confidence_overrides": overrides}


def around(version: str = NEW, **more: Any) -> Snapshot:
    """A server on which the object of the task is not there."""
    given: dict[str, Any] = {"caller": "u-caller", "known": KNOWN, "groups": ALL_GROUPS, **more}
    return Snapshot(version=Version(version), **given)


def user(version: str = NEW, **more: Any) -> Snapshot:
    """A server with the user; C(fields) and C(links) are added to those that it has."""
    fields: dict[str, Any] = {"name": "[C] Feed", "account_status": "Active", **confidence(-1)}
    if Version(version).has("service accounts"):
        fields["service_account"] = False
    fields.update(more.pop("fields", {}))
    links = {"groups": {"Feeds": "g-feeds"}, "organizations": {}} | more.pop("links", {})
    tokens: tuple[Token, ...] = (Token("t-1", "secops.iam"),)
    if not Version(version).has("named tokens"):
        tokens = (Token("u-feed", value="value-1"),)
    given: dict[str, Any] = {"id": "u-feed", "name": "[C] Feed", "email": "feed@example.org", "tokens": tokens, **more}
    return around(version, exists=True, fields=fields, links=links, **given)


def group(version: str = NEW, **more: Any) -> Snapshot:
    """A server with the group."""
    fields = {
        "description": "",
        "auto_new_marking": False,
        "default_assignation": False,
        **confidence(60),
    } | more.pop("fields", {})
    links = {"roles": {}, "allowed_markings": {}} | more.pop("links", {})
    return around(version, exists=True, id="g-1", name="Feeds", fields=fields, links=links, **more)


def desired_user(state: str = "present", **more: Any) -> Desired:
    """The user as a task desires it; C(state) is that of its token."""
    fields = {"name": "[C] Feed", **more.pop("fields", {})}
    token = more.pop("token", DesiredToken(state))
    given: dict[str, Any] = {"email": "feed@example.org", "links": {"groups": ["Feeds"]}, **more}
    return Desired(USERS, "[C] Feed", fields=fields, token=token, **given)


def desired_group(**more: Any) -> Desired:
    """The group as a task desires it."""
    return Desired(GROUPS, "Feeds", **more)


def desired_role(**more: Any) -> Desired:
    """The role as a task desires it."""
    return Desired(ROLES, "Feed", **more)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each field answers. Fields without a resolver here are read from the document itself.

``TYPES`` is the map from GraphQL's names; the mutations are in ``mutations.py``.
"""

from __future__ import annotations

from typing import Any

from sandbox.opencti.access import SET_ACCESSES, Caller
from sandbox.opencti.calls import Call, Resolver
from sandbox.opencti.listing import connection, ordered
from sandbox.opencti.store import Document

# lists and single objects


def _all(entity_type: str) -> Resolver:
    return lambda call: connection(entity_type, call.store.all(entity_type), call.arguments)


def _one(entity_type: str) -> Resolver:
    return lambda call: call.store.get(call["id"], entity_type)


def _related(kind: str, entity_type: str, towards: bool = True) -> Resolver:
    """A page of what an object points to, or of what points to it."""

    def resolve(call: Call) -> Any:
        related = call.store.targets if towards else call.store.sources
        return connection(entity_type, related(kind, call.parent), call.arguments)

    return resolve


def _organizations_of_user(call: Call) -> Any:
    """Each says whether the user belongs to it by a rule only."""
    kind, user = "participate-to", call.parent
    found = [
        place | {"is_inferred": call.store.inferred(kind, user, place)} for place in call.store.targets(kind, user)
    ]
    return connection("Organization", found, call.arguments)


def _targets(kind: str) -> Resolver:
    """All that an object points to, as a list."""
    return lambda call: call.store.targets(kind, call.parent)


def _capabilities(call: Call) -> Any:
    in_order = call.arguments | {"orderBy": "attribute_order"}
    return connection("Capability", call.store.all("Capability"), in_order)


def _user(call: Call) -> Any:
    user = call.store.get(call["id"], "User")
    if user is not None:
        call.caller.require_shared_organization(user)
    return user


def _users(call: Call) -> Any:
    found = call.store.all("User")
    if not call.caller.has(SET_ACCESSES):
        mine = call.rights.administered(call.caller.user)
        members = {u["id"] for place in mine for u in call.store.sources("participate-to", place)}
        found = [user for user in found if user["id"] in members]
    return connection("User", found, call.arguments)


def _sessions(call: Call) -> Any:
    sessions = call.platform.sessions
    return [{"user": user, "sessions": sessions.of(user)} for user in sessions.users()]


# users


def _user_roles(call: Call) -> Any:
    roles = call.rights.roles(call.parent)
    order = call.arguments.get("orderBy")
    return ordered(roles, order, call.arguments.get("orderMode")) if order else roles


def _hidden_types(call: Call) -> Any:
    holders = [*call.rights.groups(call.parent), *call.rights.organizations(call.parent)]
    hidden = (kind for holder in holders for kind in holder.get("default_hidden_types") or [])
    return list(dict.fromkeys(hidden))


def _restrict_delete(call: Call) -> Any:
    if Caller(call.rights, call.parent).bypasses:
        return False
    return call.rights.all_groups_have(call.parent, "restrict_delete")


def _default_marking_of_user(call: Call) -> Any:
    groups = call.rights.groups(call.parent)
    return [entry for group in groups for entry in _default_markings(call, group)]


def _manages_sensitive_config(call: Call) -> Any:
    return any(role.get("can_manage_sensitive_config") for role in call.rights.roles(call.parent))


_PERSON: dict[str, Resolver] = {
    "unit_system": lambda call: call.parent.get("unit_system") or "auto",
    "otp_activated": lambda call: False,
    "no_creators": lambda call: call.rights.all_groups_have(call.parent, "no_creators"),
    "restrict_delete": _restrict_delete,
    "capabilities": lambda call: call.rights.capabilities(call.parent),
    "capabilitiesInDraft": lambda call: call.rights.capabilities(call.parent, "has-capability-in-draft"),
    "default_hidden_types": _hidden_types,
    "effective_confidence_level": lambda call: call.rights.effective_confidence(call.parent),
    "groups": _related("member-of", "Group"),
    "objectOrganization": _organizations_of_user,
    "administrated_organizations": lambda call: call.rights.administered(call.parent),
}


# groups


def _default_markings(call: Call, group: Document) -> list[dict[str, Any]]:
    return [
        {"entity_type": entry["entity_type"], "values": _found(call, entry["values"])}
        for entry in group.get("default_marking") or []
    ]


def _found(call: Call, ids: list[str]) -> list[Document]:
    """The objects of these ids that still exist."""
    found = (call.store.get(any_id) for any_id in ids)
    return [document for document in found if document is not None]


def _max_shareable(call: Call) -> Any:
    chosen = call.parent.get("max_shareable_markings") or []
    return _found(call, [entry["value"] for entry in chosen])


def _not_shareable(call: Call) -> Any:
    chosen = call.parent.get("max_shareable_markings") or []
    return [entry["type"] for entry in chosen if entry["value"] == "none"]


# the platform


def _platform_organization(call: Call) -> Any:
    organization = call.parent["platform_organization"]
    return call.store.get(organization, "Organization") if organization else None


def _user_statuses(call: Call) -> Any:
    known = call.platform.account_statuses.items()
    return [{"status": status, "message": message} for status, message in known]


def _providers(_call: Call) -> Any:
    return [{"name": "local", "type": "FORM", "strategy": "LocalStrategy", "provider": "local"}]


def _represented(attribute: str) -> dict[str, Resolver]:
    return {"representative": lambda call: {"main": call.parent[attribute], "secondary": None}}


TYPES: dict[str, dict[str, Resolver]] = {
    "Query": {
        "about": lambda call: {"version": call.platform.release.text},
        "me": lambda call: call.caller.user,
        "settings": lambda call: call.platform.settings,
        "publicSettings": lambda call: call.platform.settings,
        "sessions": _sessions,
        "user": _user,
        "users": _users,
        "group": _one("Group"),
        "groups": _all("Group"),
        "role": _one("Role"),
        "roles": _all("Role"),
        "capabilities": _capabilities,
        "capabilitiesInDraft": _capabilities,
        "markingDefinition": _one("Marking-Definition"),
        "markingDefinitions": _all("Marking-Definition"),
        "organization": _one("Organization"),
        "organizations": _all("Organization"),
    },
    "User": {
        "roles": _user_roles,
        "sessions": lambda call: call.platform.sessions.of(call.parent),
        **_PERSON,
        **_represented("name"),
    },
    "MeUser": {
        "allowed_marking": lambda call: call.rights.markings(call.parent),
        "default_marking": _default_marking_of_user,
        "can_manage_sensitive_config": _manages_sensitive_config,
        **_PERSON,
        **_represented("name"),
    },
    "Group": {
        "roles": _related("has-role", "Role"),
        "members": _related("member-of", "User", towards=False),
        "allowed_marking": _targets("accesses-to"),
        "default_marking": lambda call: _default_markings(call, call.parent),
        "max_shareable_marking": _max_shareable,
        "not_shareable_marking_types": _not_shareable,
        "auto_integration_assignation": lambda call: call.parent.get("auto_integration_assignation") or [],
        **_represented("name"),
    },
    "Role": {
        "capabilities": _targets("has-capability"),
        "capabilitiesInDraft": _targets("has-capability-in-draft"),
        **_represented("name"),
    },
    "Capability": _represented("name"),
    "MarkingDefinition": {
        "created": lambda call: call.parent["created_at"],
        "modified": lambda call: call.parent["updated_at"],
        **_represented("definition"),
    },
    "Organization": {
        "is_inferred": lambda call: call.parent.get("is_inferred", False),
        "identity_class": lambda call: "organization",
        "members": _related("participate-to", "User", towards=False),
        "grantable_groups": lambda call: _found(call, call.parent.get("grantable_groups") or []),
        **_represented("name"),
    },
    "Settings": {
        "platform_organization": _platform_organization,
        "platform_providers": _providers,
        "platform_user_statuses": _user_statuses,
        **_represented("platform_title"),
    },
}

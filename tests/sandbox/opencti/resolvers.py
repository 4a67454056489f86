# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each field answers. Fields without a function here are read from the document itself.

A resolver takes the object that the field belongs to and the request, and the field's arguments by
name. ``TYPES`` is the map from GraphQL's names; the mutations are in ``mutations.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.opencti import defaults, errors
from sandbox.opencti.access import SET_ACCESSES, Caller
from sandbox.opencti.listing import connection, ordered
from sandbox.opencti.platform import Platform
from sandbox.opencti.store import Document


@dataclass
class Request:
    """What resolvers know of the request.

    Attributes:
        platform: the server's state.
        caller: who asks; None for nobody.
        session: id of the session that the request came with or opened.
        cookies: sessions to hand out with the answer.
    """

    platform: Platform
    caller: Caller | None
    session: str | None = None
    cookies: list[str] = field(default_factory=list)

    @property
    def signed_in(self) -> Caller:
        """The caller where a field cannot be reached without one."""
        if self.caller is None:
            raise errors.auth_required()
        return self.caller


Resolver = Callable[..., Any]


# lists and single objects


def _all(entity_type: str) -> Resolver:
    def resolve(_: Any, request: Request, **arguments: Any) -> Any:
        return connection(entity_type, request.platform.store.all(entity_type), arguments)

    return resolve


def _one(entity_type: str) -> Resolver:
    def resolve(_: Any, request: Request, id: str) -> Any:
        return request.platform.store.get(id, entity_type)

    return resolve


def _related(kind: str, entity_type: str, towards: bool = True) -> Resolver:
    """A page of what an object points to, or of what points to it."""

    def resolve(document: Document, request: Request, **arguments: Any) -> Any:
        store = request.platform.store
        found = store.targets(kind, document) if towards else store.sources(kind, document)
        return connection(entity_type, found, arguments)

    return resolve


def _capabilities(_: Any, request: Request, **arguments: Any) -> Any:
    every = request.platform.store.all("Capability")
    return connection("Capability", every, arguments | {"orderBy": "attribute_order"})


def _user(_: Any, request: Request, id: str) -> Any:
    user = request.platform.store.get(id, "User")
    if user is not None:
        request.signed_in.require_shared_organization(user)
    return user


def _users(_: Any, request: Request, **arguments: Any) -> Any:
    store, caller = request.platform.store, request.signed_in
    found = store.all("User")
    if not caller.has(SET_ACCESSES):
        mine = request.platform.rights.administered(caller.user)
        members = {user["id"] for place in mine for user in store.sources("participate-to", place)}
        found = [user for user in found if user["id"] in members]
    return connection("User", found, arguments)


def _sessions(_: Any, request: Request) -> Any:
    sessions = request.platform.sessions
    return [{"user": user, "sessions": sessions.of(user)} for user in sessions.users()]


# users


def _user_roles(
    user: Document, request: Request, orderBy: str | None = None, orderMode: str | None = None
) -> Any:
    roles = request.platform.rights.roles(user)
    return ordered(roles, orderBy, orderMode) if orderBy else roles


def _in_draft(user: Document, request: Request) -> Any:
    return request.platform.rights.capabilities(user, "has-capability-in-draft")


def _hidden_types(user: Document, request: Request) -> Any:
    rights = request.platform.rights
    holders = [*rights.groups(user), *rights.organizations(user)]
    return list({kind: None for h in holders for kind in h.get("default_hidden_types") or []})


def _all_groups_have(flag: str) -> Resolver:
    def resolve(user: Document, request: Request) -> Any:
        exempt = flag == "restrict_delete" and Caller(request.platform.rights, user).bypasses
        return not exempt and request.platform.rights.all_groups_have(user, flag)

    return resolve


def _default_marking_of_user(user: Document, request: Request) -> Any:
    groups = request.platform.rights.groups(user)
    return [entry for group in groups for entry in _default_marking(group, request)]


def _manages_sensitive_config(user: Document, request: Request) -> Any:
    roles = request.platform.rights.roles(user)
    return any(role.get("can_manage_sensitive_config") for role in roles)


_PERSON: dict[str, Resolver] = {
    "unit_system": lambda user, _: user.get("unit_system") or "auto",
    "otp_activated": lambda user, _: False,
    "individual_id": lambda user, _: None,
    "no_creators": _all_groups_have("no_creators"),
    "restrict_delete": _all_groups_have("restrict_delete"),
    "capabilities": lambda user, r: r.platform.rights.capabilities(user),
    "capabilitiesInDraft": _in_draft,
    "default_hidden_types": _hidden_types,
    "effective_confidence_level": lambda user, r: r.platform.rights.effective_confidence(user),
    "groups": _related("member-of", "Group"),
    "objectOrganization": _related("participate-to", "Organization"),
    "administrated_organizations": lambda user, r: r.platform.rights.administered(user),
    "representative": lambda user, _: {"main": user["name"], "secondary": None},
}


# groups and roles


def _allowed_marking(group: Document, request: Request) -> Any:
    return request.platform.store.targets("accesses-to", group)


def _default_marking(group: Document, request: Request) -> Any:
    store = request.platform.store
    return [
        {
            "entity_type": entry["entity_type"],
            "values": [m for m in map(store.get, entry["values"]) if m is not None],
        }
        for entry in group.get("default_marking") or []
    ]


def _max_shareable(group: Document, request: Request) -> Any:
    chosen = [entry["value"] for entry in group.get("max_shareable_markings") or []]
    found = (request.platform.store.get(value, "Marking-Definition") for value in chosen)
    return [marking for marking in found if marking is not None]


def _not_shareable(group: Document, _: Request) -> Any:
    chosen = group.get("max_shareable_markings") or []
    return [entry["type"] for entry in chosen if entry["value"] == "none"]


def _role_capabilities(kind: str) -> Resolver:
    return lambda role, request: request.platform.store.targets(kind, role)


# the platform


def _settings(_: Any, request: Request) -> Any:
    return request.platform.settings


def _platform_organization(settings: Document, request: Request) -> Any:
    organization = settings["platform_organization"]
    return request.platform.store.get(organization, "Organization") if organization else None


def _grantable_groups(place: Document, request: Request) -> Any:
    found = (request.platform.store.get(g, "Group") for g in place.get("grantable_groups") or [])
    return [group for group in found if group is not None]


TYPES: dict[str, dict[str, Resolver]] = {
    "Query": {
        "about": lambda _, request: {"version": request.platform.release.text},
        "me": lambda _, request: request.signed_in.user,
        "settings": _settings,
        "publicSettings": _settings,
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
    "User": _PERSON
    | {
        "roles": _user_roles,
        "sessions": lambda user, request: request.platform.sessions.of(user),
    },
    "MeUser": _PERSON
    | {
        "allowed_marking": lambda user, request: request.platform.rights.markings(user),
        "default_marking": _default_marking_of_user,
        "can_manage_sensitive_config": _manages_sensitive_config,
    },
    "Group": {
        "roles": _related("has-role", "Role"),
        "members": _related("member-of", "User", towards=False),
        "allowed_marking": _allowed_marking,
        "default_marking": _default_marking,
        "max_shareable_marking": _max_shareable,
        "not_shareable_marking_types": _not_shareable,
        "auto_integration_assignation": lambda group, _: (
            group.get("auto_integration_assignation") or []
        ),
    },
    "Role": {
        "capabilities": _role_capabilities("has-capability"),
        "capabilitiesInDraft": _role_capabilities("has-capability-in-draft"),
    },
    "MarkingDefinition": {
        "created": lambda marking, _: marking["created_at"],
        "modified": lambda marking, _: marking["updated_at"],
        "representative": lambda marking, _: {"main": marking["definition"]},
    },
    "Organization": {
        "is_inferred": lambda place, _: False,
        "identity_class": lambda place, _: "organization",
        "members": _related("participate-to", "User", towards=False),
        "grantable_groups": _grantable_groups,
    },
    "Settings": {
        "platform_organization": _platform_organization,
        "platform_providers": lambda settings, _: [
            {"name": "local", "type": "FORM", "strategy": "LocalStrategy", "provider": "local"}
        ],
        "platform_user_statuses": lambda settings, _: [
            {"status": status, "message": message}
            for status, message in defaults.ACCOUNT_STATUSES.items()
        ],
        "representative": lambda settings, _: {"main": settings["platform_title"]},
    },
}
for _name in ("Group", "Role", "Capability", "Organization"):
    TYPES.setdefault(_name, {})["representative"] = lambda document, _: {"main": document["name"]}

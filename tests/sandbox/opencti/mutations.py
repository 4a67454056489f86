# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each mutation does. The fields below ``userEdit`` and its like get the id they were given.

The real server starts such fields together; here they run in the order of the document. Clients
must not depend on either.
"""

from __future__ import annotations

from typing import Any

from sandbox.opencti import attributes, errors, identity, passwords, relations, users
from sandbox.opencti.platform import Platform
from sandbox.opencti.resolvers import Request, Resolver
from sandbox.opencti.store import Document

_OWN_FIELDS = set(attributes.ATTRIBUTES["User"]) - {
    "user_email",
    "external",
    "account_status",
    "account_lock_after_date",
    "user_confidence_level",
    "api_token",
    "user_service_account",
}
"""What ``meEdit`` may change."""
_UPSERTED = {"Group": ("description", "auto_integration_assignation"), "Role": ("description",)}
"""What an Add applies to an object of that name which is there already."""
_ACCESS_SETTINGS = ("platform_organization", "otp_mandatory", "password_policy_")
"""Settings that need SETTINGS_SETACCESSES; without it they are left out silently."""


def _edit(entity_type: str) -> Resolver:
    def resolve(any_id: str, request: Request, input: list[Any]) -> Any:
        platform = request.platform
        document = platform.store.get(any_id, entity_type)
        if document is None:
            raise errors.functional("Cant find element to update", id=any_id, type=entity_type)
        platform.store.update(document, attributes.patched(document, input, platform.release))
        return document

    return resolve


def _delete(entity_type: str) -> Resolver:
    return lambda any_id, request: relations.delete_object(request.platform, entity_type, any_id)


def _given_id(_: Any, request: Request, id: str) -> str:
    return id


def _add_or_find(platform: Platform, entity_type: str, values: Document) -> Document:
    """A new object, or silently the one of that name: case and outer spaces do not count."""
    found = platform.store.get(identity.standard_id(entity_type, values), entity_type)
    if found is None:
        return platform.store.add(entity_type, values | {"name": values["name"].strip()})
    upserted = _UPSERTED[entity_type]
    platform.store.update(found, {k: v for k, v in values.items() if k in upserted and v})
    return found


# the signed-in user


def _token(_: Any, request: Request, input: dict[str, Any] | None = None) -> str | None:
    if input is None:
        raise errors.auth_failure()
    user = request.platform.log_in(input["email"], input["password"])
    request.cookies.append(request.platform.sessions.open(user))
    token: str | None = user.get("api_token")
    return token


def _logout(_: Any, request: Request) -> str:
    if request.session:
        request.platform.sessions.kill(request.session)
    user_id: str = request.signed_in.user["id"]
    return user_id


def _me_edit(_: Any, request: Request, input: list[Any], password: str | None = None) -> Any:
    user = request.signed_in.user
    for edit in filter(None, input):
        if edit["key"] not in _OWN_FIELDS:
            raise errors.forbidden()
        changes_password = edit["key"] == "password"
        if changes_password and not passwords.is_password(password or "", user["password"]):
            raise errors.functional("The current password you have provided is not valid")
    return users.edit(request.platform, request.signed_in, user["id"], input)


def _me_token_renew(_: Any, request: Request) -> Any:
    user = request.signed_in.user
    request.platform.tokens.renew(user["id"], user)
    return user


def _own_token_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    user = request.signed_in.user
    return request.platform.tokens.create(user, input["name"], input["duration"])


def _own_token_revoke(_: Any, request: Request, id: str) -> Any:
    return request.platform.tokens.revoke(request.signed_in.user, id)


# users


def _user_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    return users.create(request.platform, request.signed_in, input)


def _user_token_add(_: Any, request: Request, userId: str, input: dict[str, Any]) -> Any:
    user = request.platform.store.get(userId, "User")
    return request.platform.tokens.create(user, input["name"], input["duration"])


def _user_token_revoke(_: Any, request: Request, userId: str, id: str) -> Any:
    return request.platform.tokens.revoke(request.platform.store.get(userId, "User"), id)


def _token_renew(user_id: str, request: Request) -> Any:
    user = request.platform.store.get(user_id, "User")
    request.platform.tokens.renew(user_id, user)
    return user


def _user_fields(user_id: str, request: Request, input: list[Any]) -> Any:
    return users.edit(request.platform, request.signed_in, user_id, input)


def _user_relation_add(user_id: str, request: Request, input: dict[str, Any]) -> Any:
    return users.add_relation(request.platform, request.signed_in, user_id, input)


def _user_relation_delete(user_id: str, request: Request, toId: str, relationship_type: str) -> Any:
    caller = request.signed_in
    return users.delete_relation(request.platform, caller, user_id, toId, relationship_type)


def _organization_add_to_user(user_id: str, request: Request, organizationId: str) -> Any:
    return users.join(request.platform, request.signed_in, user_id, organizationId)


def _organization_delete_from_user(user_id: str, request: Request, organizationId: str) -> Any:
    return users.leave(request.platform, request.signed_in, user_id, organizationId)


def _user_delete(user_id: str, request: Request) -> Any:
    return users.delete(request.platform, request.signed_in, user_id)


# groups and roles


def _group_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    attributes.check_confidence("group_confidence_level", input["group_confidence_level"])
    return _add_or_find(request.platform, "Group", input)


def _role_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    return _add_or_find(request.platform, "Role", {"description": ""} | input)


def _group_relation_add(group_id: str, request: Request, input: dict[str, Any]) -> Any:
    group = relations.find(request.platform, "add", "Group", group_id)
    return relations.add(request.platform, group, input, two_ways=True)


def _group_relation_delete(
    group_id: str,
    request: Request,
    relationship_type: str,
    fromId: str | None = None,
    toId: str | None = None,
) -> Any:
    group = relations.find(request.platform, "delete", "Group", group_id)
    if fromId:
        relations.delete(request.platform, relationship_type, fromId, group["id"])
    elif toId:
        relations.delete(request.platform, relationship_type, group["id"], toId)
    return group


def _default_marking(group_id: str, request: Request, input: dict[str, Any]) -> Any:
    store = request.platform.store
    group = store.get(group_id, "Group")
    if group is None:
        raise errors.functional("Cant find element to update", id=group_id, type="Group")
    entries = group.get("default_marking") or []
    kept = [entry for entry in entries if entry["entity_type"] != input["entity_type"]]
    new = {"entity_type": input["entity_type"], "values": input.get("values") or []}
    store.update(group, {"default_marking": [*kept, new]})
    return group


def _role_relation_add(role_id: str, request: Request, input: dict[str, Any]) -> Any:
    role = relations.find(request.platform, "add", "Role", role_id)
    return relations.add(request.platform, role, input, two_ways=False)


def _role_relation_delete(role_id: str, request: Request, toId: str, relationship_type: str) -> Any:
    role = relations.find(request.platform, "delete", "Role", role_id)
    relations.delete(request.platform, relationship_type, role["id"], toId)
    return role


# markings, organizations, settings


def _marking_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    colour = input.get("x_opencti_color")
    place = input["x_opencti_order"]
    return request.platform.add_marking(
        input["definition_type"], input["definition"], place, colour
    )


def _organization_add(_: Any, request: Request, input: dict[str, Any]) -> Any:
    store = request.platform.store
    found = store.get(identity.standard_id("Organization", input), "Organization")
    return found or store.add("Organization", input | {"authorized_authorities": []})


def _organization_edit(_: Any, request: Request, id: str, input: list[Any]) -> Any:
    return _edit("Organization")(id, request, input)


def _organization_delete(_: Any, request: Request, id: str) -> Any:
    return relations.delete_object(request.platform, "Organization", id)


def _organization_admin(add: bool) -> Resolver:
    def resolve(_: Any, request: Request, id: str, memberId: str) -> Any:
        store = request.platform.store
        place, member = store.get(id, "Organization"), store.get(memberId, "User")
        if place is None or member is None:
            raise errors.functional("Organization or member cannot be found", id=id)
        others = [admin for admin in place["authorized_authorities"] if admin != member["id"]]
        joined = any(p["id"] == place["id"] for p in store.targets("participate-to", member))
        if add and not joined:
            raise errors.functional("User is not part of the organization", id=memberId)
        admins = [*others, member["id"]] if add else others
        store.update(place, {"authorized_authorities": admins})
        return place

    return resolve


def _settings_edit(_: str, request: Request, input: list[Any]) -> Any:
    platform, caller = request.platform, request.signed_in
    allowed = [
        edit
        for edit in filter(None, input)
        if caller.has("SETTINGS_SETACCESSES") or not edit["key"].startswith(_ACCESS_SETTINGS)
    ]
    settings = platform.settings
    platform.store.update(settings, attributes.patched(settings, allowed, platform.release))
    return settings


TYPES: dict[str, dict[str, Resolver]] = {
    "Mutation": {
        "token": _token,
        "logout": _logout,
        "meEdit": _me_edit,
        "meTokenRenew": _me_token_renew,
        "userTokenAdd": _own_token_add,
        "userTokenRevoke": _own_token_revoke,
        "settingsEdit": _given_id,
        "sessionKill": lambda _, request, id: request.platform.sessions.kill(id),
        "userSessionsKill": lambda _, request, id: request.platform.sessions.kill_of(id),
        "userAdd": _user_add,
        "userEdit": _given_id,
        "userAdminTokenAdd": _user_token_add,
        "userAdminTokenRevoke": _user_token_revoke,
        "groupAdd": _group_add,
        "groupEdit": _given_id,
        "roleAdd": _role_add,
        "roleEdit": _given_id,
        "markingDefinitionAdd": _marking_add,
        "markingDefinitionEdit": _given_id,
        "organizationAdd": _organization_add,
        "organizationFieldPatch": _organization_edit,
        "organizationDelete": _organization_delete,
        "organizationAdminAdd": _organization_admin(add=True),
        "organizationAdminRemove": _organization_admin(add=False),
    },
    "UserEditMutations": {
        "delete": _user_delete,
        "fieldPatch": _user_fields,
        "tokenRenew": _token_renew,
        "relationAdd": _user_relation_add,
        "relationDelete": _user_relation_delete,
        "organizationAdd": _organization_add_to_user,
        "organizationDelete": _organization_delete_from_user,
    },
    "GroupEditMutations": {
        "delete": _delete("Group"),
        "fieldPatch": _edit("Group"),
        "relationAdd": _group_relation_add,
        "relationDelete": _group_relation_delete,
        "editDefaultMarking": _default_marking,
    },
    "RoleEditMutations": {
        "delete": _delete("Role"),
        "fieldPatch": _edit("Role"),
        "relationAdd": _role_relation_add,
        "relationDelete": _role_relation_delete,
    },
    "MarkingDefinitionEditMutations": {
        "delete": _delete("Marking-Definition"),
        "fieldPatch": _edit("Marking-Definition"),
    },
    "SettingsEditMutations": {"fieldPatch": _settings_edit},
}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each mutation does. The fields below ``userEdit`` and its like get the id they were given.

The real server starts such fields together; here they run in the order of the document. Clients
must not depend on either.
"""

from __future__ import annotations

from typing import Any

from sandbox.opencti import attributes, errors, identity, passwords, relations, users
from sandbox.opencti.calls import Call, Resolver
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


# objects of any type


def _edit(entity_type: str) -> Resolver:
    return lambda call: _edit_object(call, entity_type, call.parent)


def _edit_object(call: Call, entity_type: str, any_id: str) -> Document:
    document = _to_update(call, entity_type, any_id)
    values = attributes.patched(document, call["input"], call.platform.release)
    call.store.update(document, values)
    return document


def _to_update(call: Call, entity_type: str, any_id: str) -> Document:
    document = call.store.get(any_id, entity_type)
    if document is None:
        raise errors.functional("Cant find element to update", id=any_id, type=entity_type)
    return document


def _delete(entity_type: str) -> Resolver:
    return lambda call: relations.delete_object(call.platform, entity_type, call.parent)


def _given_id(call: Call) -> Any:
    return call["id"]


def _add_or_find(call: Call, entity_type: str, values: Document) -> Document:
    """A new object, or silently the one of that name: case and outer spaces do not count."""
    found = call.store.get(identity.standard_id(entity_type, values), entity_type)
    if found is None:
        return call.store.add(entity_type, values | {"name": values["name"].strip()})
    upserted = _UPSERTED[entity_type]
    call.store.update(found, {k: v for k, v in values.items() if k in upserted and v})
    return found


# the signed-in user


def _token(call: Call) -> Any:
    given = call.arguments.get("input")
    if given is None:
        raise errors.auth_failure()
    user = call.platform.log_in(given["email"], given["password"])
    call.request.cookies.append(call.platform.sessions.open(user))
    return user.get("api_token")


def _logout(call: Call) -> Any:
    if call.request.session:
        call.platform.sessions.kill(call.request.session)
    return call.caller.user["id"]


def _me_edit(call: Call) -> Any:
    user = call.caller.user
    for edit in filter(None, call["input"]):
        if edit["key"] not in _OWN_FIELDS:
            raise errors.forbidden()
        given = call.arguments.get("password") or ""
        if edit["key"] == "password" and not passwords.is_password(given, user["password"]):
            raise errors.functional("The current password you have provided is not valid")
    return users.edit(call.platform, call.caller, user["id"], call["input"])


def _me_token_renew(call: Call) -> Any:
    user = call.caller.user
    call.platform.tokens.renew(user["id"], user)
    return user


def _own_token_add(call: Call) -> Any:
    token = call["input"]
    return call.platform.tokens.create(call.caller.user, token["name"], token["duration"])


def _own_token_revoke(call: Call) -> Any:
    return call.platform.tokens.revoke(call.caller.user, call["id"])


# users


def _user_add(call: Call) -> Any:
    return users.create(call.platform, call.caller, call["input"])


def _user_token_add(call: Call) -> Any:
    user, token = call.store.get(call["userId"], "User"), call["input"]
    return call.platform.tokens.create(user, token["name"], token["duration"])


def _user_token_revoke(call: Call) -> Any:
    user = call.store.get(call["userId"], "User")
    return call.platform.tokens.revoke(user, call["id"])


def _token_renew(call: Call) -> Any:
    user = call.store.get(call.parent, "User")
    call.platform.tokens.renew(call.parent, user)
    return user


def _user_edit(call: Call) -> Any:
    return users.edit(call.platform, call.caller, call.parent, call["input"])


def _user_relation_add(call: Call) -> Any:
    return users.add_relation(call.platform, call.caller, call.parent, call["input"])


def _user_relation_delete(call: Call) -> Any:
    kind = call["relationship_type"]
    return users.delete_relation(call.platform, call.caller, call.parent, call["toId"], kind)


def _user_join(call: Call) -> Any:
    return users.join(call.platform, call.caller, call.parent, call["organizationId"])


def _user_leave(call: Call) -> Any:
    return users.leave(call.platform, call.caller, call.parent, call["organizationId"])


def _user_delete(call: Call) -> Any:
    return users.delete(call.platform, call.caller, call.parent)


# groups and roles


def _group_add(call: Call) -> Any:
    group = call["input"]
    attributes.check_confidence("group_confidence_level", group["group_confidence_level"])
    return _add_or_find(call, "Group", group)


def _group_relation_add(call: Call) -> Any:
    group = relations.find(call.platform, "add", "Group", call.parent)
    return relations.add(call.platform, group, call["input"], two_ways=True)


def _group_relation_delete(call: Call) -> Any:
    group = relations.find(call.platform, "delete", "Group", call.parent)
    kind, source, target = (call.arguments.get(name) for name in ("relationship_type", "fromId", "toId"))
    if source:
        relations.delete(call.platform, str(kind), source, group["id"])
    elif target:
        relations.delete(call.platform, str(kind), group["id"], target)
    return group


def _group_default_marking(call: Call) -> Any:
    group, chosen = _to_update(call, "Group", call.parent), call["input"]
    entries = group.get("default_marking") or []
    kept = [entry for entry in entries if entry["entity_type"] != chosen["entity_type"]]
    new = {"entity_type": chosen["entity_type"], "values": chosen.get("values") or []}
    call.store.update(group, {"default_marking": [*kept, new]})
    return group


def _role_add(call: Call) -> Any:
    return _add_or_find(call, "Role", {"description": ""} | call["input"])


def _role_relation_add(call: Call) -> Any:
    role = relations.find(call.platform, "add", "Role", call.parent)
    return relations.add(call.platform, role, call["input"], two_ways=False)


def _role_relation_delete(call: Call) -> Any:
    role = relations.find(call.platform, "delete", "Role", call.parent)
    relations.delete(call.platform, call["relationship_type"], role["id"], call["toId"])
    return role


# markings, organizations, settings


def _marking_add(call: Call) -> Any:
    new = call["input"]
    kind, definition = new["definition_type"], new["definition"]
    order, colour = new["x_opencti_order"], new.get("x_opencti_color")
    return call.platform.add_marking(kind, definition, order, colour)


def _organization_add(call: Call) -> Any:
    new = call["input"]
    found = call.store.get(identity.standard_id("Organization", new), "Organization")
    return found or call.store.add("Organization", new | {"authorized_authorities": []})


def _organization_edit(call: Call) -> Any:
    return _edit_object(call, "Organization", call["id"])


def _organization_delete(call: Call) -> Any:
    return relations.delete_object(call.platform, "Organization", call["id"])


def _organization_admin(add: bool) -> Resolver:
    def resolve(call: Call) -> Any:
        place = _to_update(call, "Organization", call["id"])
        member = _to_update(call, "User", call["memberId"])
        if add and member not in call.store.sources("participate-to", place):
            raise errors.functional("User is not part of the organization", id=member["id"])
        others = [admin for admin in place["authorized_authorities"] if admin != member["id"]]
        admins = [*others, member["id"]] if add else others
        call.store.update(place, {"authorized_authorities": admins})
        return place

    return resolve


def _settings_edit(call: Call) -> Any:
    settings, may_all = call.platform.settings, call.caller.has("SETTINGS_SETACCESSES")
    given = filter(None, call["input"])
    allowed = [edit for edit in given if may_all or not edit["key"].startswith(_ACCESS_SETTINGS)]
    values = attributes.patched(settings, allowed, call.platform.release)
    call.store.update(settings, values)
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
        "sessionKill": lambda call: call.platform.sessions.kill(call["id"]),
        "userSessionsKill": lambda call: call.platform.sessions.kill_of(call["id"]),
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
        "fieldPatch": _user_edit,
        "tokenRenew": _token_renew,
        "relationAdd": _user_relation_add,
        "relationDelete": _user_relation_delete,
        "organizationAdd": _user_join,
        "organizationDelete": _user_leave,
    },
    "GroupEditMutations": {
        "delete": _delete("Group"),
        "fieldPatch": _edit("Group"),
        "relationAdd": _group_relation_add,
        "relationDelete": _group_relation_delete,
        "editDefaultMarking": _group_default_marking,
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

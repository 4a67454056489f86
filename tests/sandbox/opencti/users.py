# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to users: create, edit, relate, delete (server: domain/user)."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.opencti import attributes, errors, identity, passwords, relations
from sandbox.opencti.access import Caller
from sandbox.opencti.platform import Platform
from sandbox.opencti.store import Document, iso, seconds

_NOT_ATTRIBUTES = {"groups", "objectOrganization", "prevent_default_groups", "password"}
_LANGUAGES = {"auto", "de-de", "en-us", "es-es", "fr-fr", "it-it"}
_LANGUAGES |= {"ja-jp", "ko-kr", "pt-br", "ru-ru", "zh-cn"}
_UNIT_SYSTEMS = {"auto": "auto", "metric": "Metric", "imperial": "Imperial"}


def create(platform: Platform, caller: Caller, new: dict[str, Any]) -> Document:
    """``userAdd``: a user with its memberships.

    Raises:
        PlatformError: the e-mail is taken or missing, the password breaks the policy, a group or
            organization does not exist, or the caller may not hand it out.
    """
    service = bool(new.get("user_service_account"))
    email = _new_email(platform, new.get("user_email"), service)
    groups, organizations = new.get("groups") or [], new.get("objectOrganization") or []
    if caller.only_administers_organizations:
        _require_own_organizations(platform, caller, organizations)
        caller.require_grantable(groups)
    if not service:
        passwords.check_policy(platform.settings, new.get("password"))
    attributes.check_confidence("user_confidence_level", new.get("user_confidence_level"))
    user = _existing_service_account(platform, email, service)
    if user is None:
        user = _add(platform, new, email, service)
    for organization in organizations:
        platform.store.relate("participate-to", user["id"], organization)
    for group in groups:
        platform.store.relate("member-of", user["id"], group)
    if not new.get("prevent_default_groups"):
        _join_default_groups(platform, user)
    return user


def _require_own_organizations(platform: Platform, caller: Caller, organizations: list[str]) -> None:
    """Who administers organizations makes users in one of these only."""
    mine = {place["id"] for place in platform.rights.administered(caller.user)}
    if not organizations or any(place not in mine for place in organizations):
        raise errors.forbidden()


def _join_default_groups(platform: Platform, user: Document) -> None:
    for group in platform.store.all("Group"):
        if group.get("default_assignation"):
            platform.store.relate("member-of", user["id"], group["id"])


def _new_email(platform: Platform, given: str | None, service: bool) -> str:
    """A service account keeps the case of its e-mail, and nobody looks whether it is taken."""
    if service:
        return given or f"automatic+{uuid.uuid4()}@opencti.invalid"
    if not given:
        raise errors.functional("User cannot be created without email")
    email = given.lower()
    existing = platform.user_by_email(email)
    if existing is not None:
        by_id = platform.release.does("duplicate e-mail names the user")
        data = {"user_id": existing["id"]} if by_id else {"email": email}
        raise errors.functional("User already exists", **data)
    return email


def _existing_service_account(platform: Platform, email: str, service: bool) -> Document | None:
    if not service:
        return None
    return platform.store.get(identity.standard_id("User", {"user_email": email}), "User")


def _add(platform: Platform, new: dict[str, Any], email: str, service: bool) -> Document:
    values = {key: value for key, value in new.items() if key not in _NOT_ATTRIBUTES}
    values |= {
        "user_email": email,
        "name": new["name"].strip(),
        "password": None if service else passwords.hashed(new["password"]),
        "theme": new.get("theme") or "default",
        "language": new.get("language") or "auto",
        "unit_system": _unit_system(new.get("unit_system")),
        "external": False,
        "account_status": new.get("account_status") or "Active",
        "user_confidence_level": new.get("user_confidence_level"),
        "user_service_account": service,
    }
    if values.get("account_lock_after_date"):
        values["account_lock_after_date"] = iso(seconds(values["account_lock_after_date"]))
    user = platform.store.add("User", values)
    platform.tokens.first(user)
    return user


def edit(platform: Platform, caller: Caller, user_id: str, edits: list[Any]) -> Document:
    """``fieldPatch`` of a user, with what the server changes along with it.

    Raises:
        PlatformError: a value is refused.
        UnexpectedError: there is no such user.
    """
    user = platform.store.get(user_id, "User")
    if user is None:
        raise errors.null_dereference("external")
    caller.require_shared_organization(user)
    values = attributes.patched(user, edits, platform.release)
    _check_external(platform, user, values)
    _couple_password(platform, user, values)
    _couple_status(platform, user, user_id, values)
    if platform.release.does("language is checked"):
        _check_language(values)
    if "unit_system" in values:
        values["unit_system"] = _unit_system(values["unit_system"])
    platform.store.update(user, values)
    return user


def _check_external(platform: Platform, user: Document, values: Document) -> None:
    if not user.get("external"):
        return
    if not platform.release.does("external users keep name and e-mail"):
        return
    for key, called in (("name", "Name"), ("user_email", "Email")):
        if key in values:
            message = f"{called} cannot be updated for external user"
            raise errors.functional(message, userId=user["id"])


def _couple_password(platform: Platform, user: Document, values: Document) -> None:
    """A service account has no password; who stops to be one gets a random one."""
    was, becomes = bool(user.get("user_service_account")), values.get("user_service_account")
    if "password" in values:
        if was:
            message = "Cannot update password for Service account"
            raise errors.functional(message, userId=user["id"])
        passwords.check_policy(platform.settings, values["password"])
        values["password"] = passwords.hashed(values["password"])
    if becomes is True and not was:
        values["password"] = None
    if becomes is False and was:
        chosen = str(uuid.uuid4())
        passwords.check_policy(platform.settings, chosen)
        values["password"] = passwords.hashed(chosen)


def _couple_status(platform: Platform, user: Document, user_id: str, values: Document) -> None:
    """Status and expiry follow each other; who is not active loses its sessions."""
    status, now = values.get("account_status"), platform.now()
    if status is not None:
        if status != "Active":
            platform.sessions.kill_of(user_id)
        past = user.get("account_lock_after_date")
        if status != "Expired" and past and seconds(past) < now:
            values.setdefault("account_lock_after_date", None)
    lock_after = values.get("account_lock_after_date")
    if lock_after and seconds(lock_after) < now:
        values["account_status"] = "Expired"
        platform.sessions.kill_of(user_id)


def _check_language(values: Document) -> None:
    if "language" in values and values["language"] not in _LANGUAGES:
        raise errors.functional("The language you have provided is not valid")


def _unit_system(given: str | None) -> str:
    if not given:
        return "auto"
    if given.lower() not in _UNIT_SYSTEMS:
        raise errors.unsupported("Unsupported unit system", unit=given)
    return _UNIT_SYSTEMS[given.lower()]


def add_relation(platform: Platform, caller: Caller, user_id: str, relation: dict[str, Any]) -> Document:
    """``relationAdd`` of a user: it is always the source."""
    user = relations.find(platform, "add", "User", user_id)
    if caller.only_administers_organizations and relation["relationship_type"] == "member-of":
        caller.require_grantable([relation.get("toId") or ""])
    found: Document = relations.add(platform, user, relation, two_ways=False)
    return found


def delete_relation(platform: Platform, caller: Caller, user_id: str, target_id: str, kind: str) -> Document:
    """``relationDelete`` of a user."""
    if kind == "participate-to" and platform.release.does("relationDelete knows organizations"):
        return leave(platform, caller, user_id, target_id)
    user = relations.find(platform, "delete", "User", user_id)
    relations.delete(platform, kind, user["id"], target_id)
    return user


def join(platform: Platform, caller: Caller, user_id: str, organization_id: str) -> Document:
    """``organizationAdd``."""
    _require_administered(platform, caller, organization_id)
    user = relations.find(platform, "add", "User", user_id)
    platform.store.relate("participate-to", user["id"], organization_id)
    return user


def leave(platform: Platform, caller: Caller, user_id: str, organization_id: str) -> Document:
    """``organizationDelete``: also the end of administering that organization."""
    _require_administered(platform, caller, organization_id)
    user = relations.find(platform, "delete", "User", user_id)
    platform.store.unrelate("participate-to", user["id"], organization_id)
    place = platform.store.get(organization_id, "Organization")
    if place is not None:
        admins = place.get("authorized_authorities") or []
        place["authorized_authorities"] = [admin for admin in admins if admin != user["id"]]
    return user


def _require_administered(platform: Platform, caller: Caller, organization_id: str) -> None:
    mine = {place["id"] for place in platform.rights.administered(caller.user)}
    if caller.only_administers_organizations and organization_id not in mine:
        raise errors.forbidden()


def delete(platform: Platform, caller: Caller, user_id: str) -> str:
    """``delete`` of a user, its sessions included."""
    user = platform.store.get(user_id, "User")
    if user is None and platform.release.does("deleting a missing user is functional"):
        raise errors.functional("User cannot be found.", id=user_id)
    if user is not None:
        caller.require_shared_organization(user)
        platform.sessions.kill_of(user["id"])
    return relations.delete_object(platform, "User", user_id)

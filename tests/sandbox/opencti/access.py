# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: the rights of a user, the checks before a field is resolved, confidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.opencti import errors, identity
from sandbox.opencti.store import Document, Store
from sandbox.opencti.versions import Release

BYPASS = "BYPASS"
SET_ACCESSES = "SETTINGS_SETACCESSES"
ORGANIZATION_ADMIN = "VIRTUAL_ORGANIZATION_ADMIN"
"""Nobody is given this one: who administers an organization has it."""


def unique(documents: Iterable[Document]) -> list[Document]:
    """Each document once, in the order of their first place."""
    return list({document["id"]: document for document in documents}.values())


class Rights:
    """What follows from the groups, roles and organizations of a platform's users.

    Args:
        store: where they are.
        release: whose rules count.
    """

    def __init__(self, store: Store, release: Release) -> None:
        self.store = store
        self.release = release

    def groups(self, user: Document) -> list[Document]:
        return self.store.targets("member-of", user)

    def organizations(self, user: Document) -> list[Document]:
        return self.store.targets("participate-to", user)

    def administered(self, user: Document) -> list[Document]:
        """The user's organizations that it administers."""
        own = self.organizations(user)
        return [place for place in own if user["id"] in place.get("authorized_authorities", [])]

    def roles(self, user: Document) -> list[Document]:
        groups = self.groups(user)
        return unique(role for g in groups for role in self.store.targets("has-role", g))

    def capabilities(self, user: Document, kind: str = "has-capability") -> list[Document]:
        """The user's capabilities, those that follow from its position included."""
        roles = self.roles(user)
        found = unique(c for role in roles for c in self.store.targets(kind, role))
        if kind != "has-capability":
            return found
        if user["id"] == identity.ADMIN_ID and not any(c["name"] == BYPASS for c in found):
            found += [c for c in self.store.all("Capability") if c["name"] == BYPASS]
        if self.administered(user):
            found.append(_virtual_capability(user))
        return found

    def markings(self, user: Document) -> list[Document]:
        """What the user may see: its groups' markings, and lower ones of the same type."""
        every = self.store.all("Marking-Definition")
        if Caller(self, user).bypasses:
            return every
        groups = self.groups(user)
        granted = unique(m for g in groups for m in self.store.targets("accesses-to", g))
        return [m for m in every if any(_covers(g, m) for g in granted)]

    def all_groups_have(self, user: Document, flag: str) -> bool:
        """``no_creators`` and ``restrict_delete`` only count when every group has them."""
        return all(group.get(flag) for group in self.groups(user))

    def effective_confidence(self, user: Document) -> dict[str, Any] | None:
        """The user's own level, else that of its groups; 100 for who bypasses everything.

        Which group counts changed after 5.12: first the lowest, then the highest.
        """
        if Caller(self, user).bypasses:
            return {"max_confidence": 100, "overrides": [], "source": self._source("Bypass", user)}
        groups = self.groups(user)
        own = user.get("user_confidence_level")
        group = self._deciding_group(groups)
        if _max(own) is not None:
            value, source = _crop(_max(own)), self._source("User", user)
        elif group is not None:
            value, source = _crop(_max(group["group_confidence_level"])), self._source("Group", group)
        else:
            return None
        overrides = self._overrides_of_groups(groups)
        for kind, number in _overrides(own):
            overrides[kind] = _override(kind, number, self._source("User", user))
        return {"max_confidence": value, "overrides": list(overrides.values()), "source": source}

    def _deciding_group(self, groups: list[Document]) -> Document | None:
        """The group whose maximum counts, the first of equals; None where none has any."""
        with_level = [group for group in groups if _max(group.get("group_confidence_level")) is not None]
        if not with_level:
            return None
        choose = min if self.release.does("lowest group confidence counts") else max
        return choose(with_level, key=lambda group: _crop(_max(group["group_confidence_level"])))

    def _overrides_of_groups(self, groups: list[Document]) -> dict[str, dict[str, Any]]:
        """By entity type the highest override of all groups."""
        highest: dict[str, dict[str, Any]] = {}
        for group in groups:
            for kind, number in _overrides(group.get("group_confidence_level")):
                if kind not in highest or number > highest[kind]["max_confidence"]:
                    highest[kind] = _override(kind, number, self._source("Group", group))
        return highest

    def _source(self, kind: str, document: Document) -> Any:
        """A union at first, later an object that names the kind."""
        if self.release.does("lowest group confidence counts"):
            return document
        return {"type": kind, "object": None if kind == "Bypass" else document}


@dataclass(frozen=True)
class Caller:
    """Whoever sent the request, as far as rights go.

    Attributes:
        rights: of the platform.
        user: its document.
    """

    rights: Rights
    user: Document

    @cached_property
    def names(self) -> list[str]:
        """The names of its capabilities, looked up once a request."""
        return [capability["name"] for capability in self.rights.capabilities(self.user)]

    @property
    def bypasses(self) -> bool:
        return self.user["id"] == identity.ADMIN_ID or BYPASS in self.names

    def has(self, *capabilities: str) -> bool:
        """Whether one of the names is part of the name of a capability of the caller."""
        names = self.names
        if self.bypasses:
            return True
        return any(wanted in name for wanted in capabilities for name in names)

    @property
    def only_administers_organizations(self) -> bool:
        return self.has(ORGANIZATION_ADMIN) and not self.has(SET_ACCESSES)

    def require_grantable(self, groups: Iterable[str]) -> None:
        """An organization's administrator hands out the groups that the organization names.

        Raises:
            PlatformError: one of them is not such a group.
        """
        places = self.rights.administered(self.user)
        grantable = {group for place in places for group in place.get("grantable_groups") or []}
        if any(group not in grantable for group in groups):
            raise errors.forbidden()

    def require_shared_organization(self, user: Document) -> None:
        """An organization's administrator deals with its members and itself only.

        Raises:
            PlatformError: the user is somebody else.
        """
        if not self.only_administers_organizations or user["id"] == self.user["id"]:
            return
        mine = {place["id"] for place in self.rights.administered(self.user)}
        if not any(place["id"] in mine for place in self.rights.organizations(user)):
            raise errors.forbidden()


def check(caller: Caller | None, capabilities: list[str]) -> None:
    """What an ``@auth`` field asks of its reader.

    Raises:
        PlatformError: nobody is signed in, or none of the capabilities is there.
    """
    if caller is None:
        raise errors.auth_required()
    if capabilities and not caller.has(*capabilities):
        raise errors.forbidden()


def _covers(granted: Document, marking: Document) -> bool:
    if granted["id"] == marking["id"]:
        return True
    same = granted["definition_type"] == marking["definition_type"]
    return same and bool(marking["x_opencti_order"] <= granted["x_opencti_order"])


def _crop(level: Any) -> int:
    return min(100, max(0, int(level)))


def _max(level: dict[str, Any] | None) -> int | None:
    """The maximum of a confidence level, which may hold nothing but overrides."""
    return level.get("max_confidence") if level else None


def _overrides(level: dict[str, Any] | None) -> list[tuple[str, int]]:
    """The overrides of a confidence level: entity type and number."""
    given = (level or {}).get("overrides") or []
    return [(override["entity_type"], _crop(override["max_confidence"])) for override in given]


def _override(entity_type: str, level: int, source: Any) -> dict[str, Any]:
    return {"entity_type": entity_type, "max_confidence": level, "source": source}


def _virtual_capability(user: Document) -> Document:
    standard_id = identity.standard_id("Capability", {"name": ORGANIZATION_ADMIN})
    return {
        "id": standard_id,
        "standard_id": standard_id,
        "entity_type": "Capability",
        "parent_types": user["parent_types"],
        "name": ORGANIZATION_ADMIN,
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
    }

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``relationAdd``, ``relationDelete`` and ``delete`` of users, groups and roles."""

from __future__ import annotations

from typing import Any

from sandbox.opencti import errors
from sandbox.opencti.platform import Platform
from sandbox.opencti.store import RELATIONS, Document

_IN_DRAFT = "has-capability-in-draft"


def find(platform: Platform, action: str, entity_type: str, any_id: str) -> Document:
    """The object that a relation is added to or deleted from.

    Args:
        platform: where to look.
        action: ``add`` or ``delete``, for the message.
        entity_type: what is looked for.
        any_id: its id.

    Raises:
        PlatformError: there is none.
    """
    found = platform.store.get(any_id, entity_type)
    if found is None:
        message = f"Cannot {action} the relation, {entity_type} cannot be found."
        raise errors.functional(message, id=any_id)
    return found


def check_kind(platform: Platform, action: str, kind: str) -> None:
    """Refuse what is no internal relation of the release.

    Raises:
        PlatformError: it is none.
    """
    drafts = platform.release.does("capabilities in draft")
    if kind not in RELATIONS or (kind == _IN_DRAFT and not drafts):
        message = f"Only internal-relationship can be {action} through this method"
        raise errors.functional(f"{message}, got {kind}.")


def add(platform: Platform, document: Document, relation: dict[str, Any], two_ways: bool) -> Any:
    """``relationAdd`` on an object.

    Args:
        platform: where it happens.
        document: the object.
        relation: InternalRelationshipAddInput.
        two_ways: whether ``fromId`` makes the object the target (groups).
    """
    kind = relation["relationship_type"]
    check_kind(platform, "added", kind)
    source, target = document["id"], relation.get("toId")
    if two_ways and relation.get("fromId"):
        source, target = relation["fromId"], document["id"]
    if target is None:
        raise errors.missing_reference(unresolvedIds=[None])
    return platform.store.relate(kind, source, target)


def delete(platform: Platform, kind: str, source_id: str, target_id: str) -> None:
    """``relationDelete`` between two objects."""
    check_kind(platform, "deleted", kind)
    platform.store.unrelate(kind, source_id, target_id)


def delete_object(platform: Platform, entity_type: str, any_id: str) -> str:
    """``delete`` of an object; the answer is the id as it was given.

    Raises:
        PlatformError: there is none.
    """
    found = platform.store.get(any_id, entity_type)
    if found is None:
        raise errors.already_deleted(any_id)
    platform.store.remove(found)
    return any_id

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents and the relations between them: what the real server keeps in its search engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.opencti import errors, identity

Document = dict[str, Any]
"""An object or a relation: its attributes, with ``id``, ``standard_id`` and ``entity_type``."""

PARENT_TYPES = {
    "Marking-Definition": ["Basic-Object", "Stix-Object", "Stix-Meta-Object"],
    "Organization": [
        "Basic-Object",
        "Stix-Object",
        "Stix-Core-Object",
        "Stix-Domain-Object",
        "Identity",
    ],
}
RELATIONS = {
    "member-of": ("User", "Group"),
    "participate-to": ("User", "Organization"),
    "has-role": ("Group", "Role"),
    "accesses-to": ("Group", "Marking-Definition"),
    "has-capability": ("Role", "Capability"),
    "has-capability-in-draft": ("Role", "Capability"),
}
"""The internal relations, and the types at their two ends."""


def iso(seconds: float) -> str:
    """A time as the server writes it: UTC, milliseconds, Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(text: str) -> float:
    """The opposite of :func:`iso`; also for times that clients write. Without a zone: UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Store:
    """All documents of a platform, found by any of their ids, and their relations.

    Args:
        now: the time, in seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._documents: dict[str, Document] = {}
        self._ids: dict[str, str] = {}  # standard id: internal id
        self._targets: dict[tuple[str, str], dict[str, Document]] = {}
        self._sources: dict[tuple[str, str], dict[str, Document]] = {}

    # documents

    def add(self, entity_type: str, values: Document, internal_id: str | None = None) -> Document:
        """Put a new document in; who identifies it by its values must have looked first."""
        now = iso(self._now())
        document: Document = {
            "id": internal_id or identity.new_id(),
            "entity_type": entity_type,
            "parent_types": PARENT_TYPES.get(entity_type, ["Basic-Object", "Internal-Object"]),
            "created_at": now,
            "updated_at": now,
        } | values
        if "standard_id" not in document:
            document["standard_id"] = identity.standard_id(entity_type, document)
        self._documents[document["id"]] = document
        self._ids[document["standard_id"]] = document["id"]
        return document

    def get(self, any_id: str, *entity_types: str) -> Document | None:
        """The document with this internal or standard id, if it is of one of these types."""
        document = self._documents.get(self._ids.get(any_id, any_id))
        if document is None or (entity_types and document["entity_type"] not in entity_types):
            return None
        return document

    def all(self, entity_type: str) -> list[Document]:
        found = self._documents.values()
        return [document for document in found if document["entity_type"] == entity_type]

    def update(self, document: Document, values: Document) -> None:
        """Change attributes; a new name or e-mail gives a new standard id.

        Raises:
            PlatformError: another document has that standard id.
        """
        changed = {key: value for key, value in values.items() if document.get(key) != value}
        if not changed:
            return
        entity_type, old = document["entity_type"], document["standard_id"]
        new = old
        if entity_type != "Settings":
            new = identity.standard_id(entity_type, document | changed)
        if new != old and new in self._ids:
            message = "This update will produce a duplicate"
            raise errors.functional(message, id=document["id"], type=entity_type)
        document |= changed
        document["standard_id"] = new
        document["updated_at"] = iso(self._now())
        del self._ids[old]
        self._ids[new] = document["id"]

    def remove(self, document: Document) -> None:
        """Take a document out, with all its relations."""
        internal_id = document["id"]
        for kind in RELATIONS:
            for target in list(self._targets.get((kind, internal_id), {})):
                self._unlink(kind, internal_id, target)
            for source in list(self._sources.get((kind, internal_id), {})):
                self._unlink(kind, source, internal_id)
        del self._documents[internal_id]
        del self._ids[document["standard_id"]]

    # relations

    def relate(self, kind: str, source_id: str, target_id: str, inferred: bool = False) -> Document:
        """Relate two documents; a relation that exists is found, not made again.

        Args:
            kind: of the relation.
            source_id: where it begins.
            target_id: where it ends.
            inferred: whether a rule of the platform makes it. A stated one takes its place.

        Raises:
            PlatformError: an end is missing, or the relation is not for such documents.
        """
        source, target = self.get(source_id), self.get(target_id)
        if source is None or target is None:
            missing = [i for i, found in ((source_id, source), (target_id, target)) if not found]
            raise errors.missing_reference(unresolvedIds=missing)
        types = (source["entity_type"], target["entity_type"])
        if RELATIONS[kind] != types:
            message = f"The relationship type {kind} is not allowed between {types[0]} and"
            raise errors.functional(f"{message} {types[1]}", fromId=source_id, toId=target_id)
        targets = self._targets.setdefault((kind, source["id"]), {})
        if target["id"] not in targets:
            now = iso(self._now())
            relation = {
                "id": identity.new_id(),
                "standard_id": identity.random_standard_id(kind),
                "entity_type": kind,
                "parent_types": ["basic-relationship", "internal-relationship"],
                "created_at": now,
                "updated_at": now,
                "from": source,
                "to": target,
                "is_inferred": inferred,
            }
            targets[target["id"]] = relation
            self._sources.setdefault((kind, target["id"]), {})[source["id"]] = relation
        targets[target["id"]]["is_inferred"] &= inferred
        return targets[target["id"]]

    def unrelate(self, kind: str, source_id: str, target_id: str) -> None:
        """Take a relation away; no error when there is none. An inferred one stays, as its rule says.

        Raises:
            UnexpectedError: an end of it does not exist at all.
        """
        source, target = self.get(source_id), self.get(target_id)
        if source is None or target is None:
            raise errors.null_dereference("internal_id")
        if not self._targets.get((kind, source["id"]), {}).get(target["id"], {}).get("is_inferred"):
            self._unlink(kind, source["id"], target["id"])

    def inferred(self, kind: str, source: Document, target: Document) -> bool:
        """Whether the relation from one document to another is inferred."""
        return bool(self._targets[kind, source["id"]][target["id"]]["is_inferred"])

    def targets(self, kind: str, source: Document) -> list[Document]:
        """What a document points to by relations of a kind, oldest relation first."""
        return [relation["to"] for relation in self._targets.get((kind, source["id"]), {}).values()]

    def sources(self, kind: str, target: Document) -> list[Document]:
        """What points to a document."""
        related = self._sources.get((kind, target["id"]), {})
        return [relation["from"] for relation in related.values()]

    def _unlink(self, kind: str, source_id: str, target_id: str) -> None:
        self._targets.get((kind, source_id), {}).pop(target_id, None)
        self._sources.get((kind, target_id), {}).pop(source_id, None)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the caller of a request may touch: the checks that every operation begins with.

The server's ``expose_resources`` (framework/wazuh/rbac/decorators): a denied object named in a
request fails with 4000, all of them denied is HTTP 403, and what nobody named is left out silently.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.wazuh.envelope import Outcome
from sandbox.wazuh.errors import ServerBreaksError, error_text, permission_denied
from sandbox.wazuh.permissions import Access, MalformedKeyError, RbacMode
from sandbox.wazuh.store import KINDS, Kind, Store
from sandbox.wazuh.versions import Version

NODE = "node01"
_UNKNOWN_NODE = "unknown-node"


class _Inventory:
    """What exists, for wildcards: the four kinds; the sandbox has no agents, groups or files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ids(self, resource_type: str) -> Collection[str]:
        kind = KINDS.get(resource_type)
        return [str(id_) for id_ in self._store.ids(kind)] if kind else []

    def agents_of_group(self, group: str) -> Collection[str]:
        return []


@dataclass
class Selection:
    """The objects that an operation is to work on.

    Attributes:
        ids: those that the caller may touch: as named in the request, or all by id.
        denied: named in the request but not to be touched.
        named: the request named them.
    """

    kind: Kind
    ids: list[str]
    denied: set[str]
    named: bool

    def settle(self, outcome: Outcome, version: Version, hidden: frozenset[int]) -> None:
        """Report the denied ones; where none were named, drop failures with the hidden codes."""
        if not self.named:
            outcome.forget_failures(hidden)
            return
        text = error_text(version, 4000, detail=_resource_type(self.kind.resource))
        for id_ in self.denied:
            outcome.fail(int(id_) if id_.isdigit() else id_, text)


class Rights:
    """The permissions of one request's token.

    Args:
        permissions: of the token, boiled down.
        mode: white or black, as the token says.
        store: what exists.
    """

    def __init__(self, permissions: Mapping[str, Mapping[str, str]], mode: RbacMode, store: Store) -> None:
        self._access = Access(permissions, mode, _Inventory(store))

    def require(self, action: str) -> None:
        """Refuse unless an action that acts on no object is allowed.

        Raises:
            Failure: 4000, HTTP 403.
            ServerBreaksError: a policy of the caller holds what the server cannot read.
        """
        if not _reading(lambda: self._access.may(action)):
            raise permission_denied(4000, _resource_type("*:*"))

    def require_object(self, action: str, kind: Kind, id_: str) -> None:
        """Refuse unless the action is allowed on this object (whether it exists or not)."""
        self.select(action, kind, [id_])

    def select(self, action: str, kind: Kind, ids: list[str] | None) -> Selection:
        """The objects that the caller may work on.

        Args:
            action: such as ``security:read``.
            kind: of the objects.
            ids: named in the request; None if it named none (or ``all``).

        Raises:
            Failure: 4000, HTTP 403, if all that were named are denied.
            ServerBreaksError: a policy of the caller holds what the server cannot read.
        """
        if ids is None:
            reachable = _reading(lambda: self._access.reachable(action, kind.resource))
            return Selection(kind, sorted(reachable, key=_by_number), set(), named=False)
        verdict = _reading(lambda: self._access.judge(action, kind.resource, ids))
        if verdict.refused:
            raise permission_denied(4000, _resource_type(kind.resource))
        return Selection(kind, verdict.allowed, verdict.denied, named=True)

    @property
    def node(self) -> str:
        """The node that errors name: only for those who may read the cluster."""
        verdict = _reading(lambda: self._access.judge("cluster:read", "node:id", [NODE]))
        return NODE if verdict.allowed else _UNKNOWN_NODE


def _resource_type(resource: str) -> str:
    return f"Resource type: {resource}"


def _by_number(id_: str) -> tuple[int, str]:
    return (len(id_), id_) if id_.isdigit() else (0, id_)


def _reading(read: Any) -> Any:
    try:
        return read()
    except MalformedKeyError as error:
        raise ServerBreaksError from error

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account may do: its policies boiled down to one map, and the decisions read off it.

Two steps, as in the server (framework/wazuh/rbac, preprocessor and decorators; the same from 4.4
to 5.0): ``effective_permissions`` turns the policies of a token's roles into
``{action: {resource: effect}}``, which ``GET /security/users/me/policies`` shows; ``Access``
answers from that map what one action may touch. Pure code: no database, no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

RbacMode = Literal["white", "black"]
PermissionMap = dict[str, dict[str, str]]

EVERYTHING = "*:*:*"
"""The resource of actions that act on no object in particular (create, configuration, …)."""

_MAX_PIECES = 2
_PIECE = r"[a-zA-Z0-9_.]+:[a-zA-Z0-9_.]+:[a-zA-Z0-9_.*/-]+"
# Stricter than what a policy is checked against when it is stored, and looser at its ends: what
# begins with a star passes whole, and a combination may have anything behind it.
_USABLE = re.compile(rf"\*|{_PIECE}&{_PIECE}|{_PIECE}$")


class UnusableResourceError(ValueError):
    """A stored policy names a resource that cannot be evaluated (error 4500, HTTP 400).

    It spoils every request of every account that has the policy. ``too_many_pieces`` tells the
    case in which the server adds a sentence of its own to the remediation.
    """

    def __init__(self, resource: str, *, too_many_pieces: bool) -> None:
        super().__init__(resource)
        self.resource = resource
        self.too_many_pieces = too_many_pieces


class MalformedKeyError(ValueError):
    """A resource that passed, such as ``*x``, but has not three parts: the server answers 500."""


def effective_permissions(policies: Iterable[Mapping[str, Any]]) -> PermissionMap:
    """Boil policies down to the last word on each resource of each action.

    Args:
        policies: policy bodies (``actions``, ``resources``, ``effect``) in the order of evaluation:
            the token's roles in order, the policies of each by position.

    Returns:
        ``{action: {resource: effect}}``; both levels in the order in which the server shows them.
        An action whose policies have no resources is there with an empty map.

    Raises:
        UnusableResourceError: one of the resources cannot be evaluated.
    """
    permissions: PermissionMap = {}
    for policy in policies:
        for action in policy["actions"]:
            effects = permissions.setdefault(action, {})
            for resource in policy["resources"]:
                pieces = _pieces(resource)
                for superseded in [key for key in effects if _supersedes(pieces, key)]:
                    del effects[superseded]
                effects["&".join(pieces)] = policy["effect"]
    return permissions


def _pieces(resource: str) -> list[str]:
    if not _USABLE.match(resource):
        raise UnusableResourceError(resource, too_many_pieces=False)
    pieces = resource.split("&")
    if len(pieces) > _MAX_PIECES:
        raise UnusableResourceError(resource, too_many_pieces=True)
    return [EVERYTHING] if resource == "*" else pieces


def _supersedes(pieces: list[str], key: str) -> bool:
    """Whether a new resource wipes an earlier entry of the same action."""
    earlier = key.split("&")
    if len(earlier) != len(pieces):
        return False
    if len(pieces) > 1:
        # By position, and a star covers whatever stands there, of any type.
        return all(new == old or _value(new) == "*" for new, old in zip(pieces, earlier, strict=True))
    if key == pieces[0]:
        return True
    # A plain text prefix, so role:id:* reaches roles:… no further than "role:id" but rule:id:* also
    # rule:idx:7; and entries of agent:group give way to any wildcard, of whatever type.
    return _value(pieces[0]) == "*" and key.startswith((_type(pieces[0]), "agent:group"))


def _type(resource: str) -> str:
    return resource.rpartition(":")[0]


def _value(resource: str) -> str:
    return resource.rpartition(":")[2]


class Inventory(Protocol):
    """What exists on the server at the time of a decision; ids and names as text."""

    def ids(self, resource_type: str) -> Collection[str]:
        """All of a type such as ``role:id``; empty for types that the server cannot list."""

    def agents_of_group(self, group: str) -> Collection[str]:
        """The ids of the agents in a group, three digits at least (``001``)."""


@dataclass(frozen=True)
class Verdict:
    """Which of the requested ids an action may touch, in the order of the request."""

    allowed: list[str]
    denied: set[str]

    @property
    def refused(self) -> bool:
        """Something was asked for and all of it is denied: HTTP 403, error 4000."""
        return bool(self.denied) and not self.allowed


@dataclass(frozen=True)
class Access:
    """The permissions of one token under one mode, against what exists.

    ``mode`` is ``white`` (what is not allowed is denied) or ``black`` (the reverse).
    """

    permissions: Mapping[str, Mapping[str, str]]
    mode: RbacMode
    inventory: Inventory

    def may(self, action: str) -> bool:
        """Whether an action that acts on no object in particular may be done.

        Entries of the type ``*:*`` speak for it. Anything left allowed is enough, be it only the
        nonsense ``*:*:x``, which no ``*:*:*`` takes away again.

        Raises:
            MalformedKeyError: an entry of the action has not the form ``type:attribute:value``.
        """
        return bool(self._evaluate(action, "*:*", None))

    def judge(self, action: str, resource_type: str, requested: Iterable[str]) -> Verdict:
        """Split the ids that a request names into allowed and denied ones.

        Whether they exist plays no part: an allowed id may still be unknown.

        Raises:
            MalformedKeyError: an entry of the action has not the form ``type:attribute:value``.
        """
        wanted = list(requested)
        touched = self._evaluate(action, resource_type, set(wanted))
        return Verdict(
            allowed=[one for one in wanted if one in touched],
            denied={one for one in wanted if one not in touched},
        )

    def reachable(self, action: str, resource_type: str) -> set[str]:
        """The ids that an action may touch when a request names none (a list, ``all``).

        Ids that a policy names outright are in it even if nothing has them, numbers or not.

        Raises:
            MalformedKeyError: an entry of the action has not the form ``type:attribute:value``.
        """
        return self._evaluate(action, resource_type, None)

    def _evaluate(self, action: str, resource_type: str, requested: set[str] | None) -> set[str]:
        """Walk an action's entries in their order; ``None`` asks for all that there is."""
        touched: set[str] = set()
        if self.mode == "black":
            touched |= self._existing(resource_type) if requested is None else requested
        for key, effect in self.permissions.get(action, {}).items():
            covered = self._covered(key, resource_type, requested)
            # Any effect but the literal allow takes away: the server never checks the word.
            touched = touched | covered if effect == "allow" else touched - covered
        return touched

    def _covered(self, key: str, resource_type: str, requested: set[str] | None) -> set[str]:
        """The ids that one entry speaks about; none for other types and for combinations."""
        if "&" in key:
            return set()
        if key.count(":") != 2:
            raise MalformedKeyError(key)
        value, of_group = _value(key), _type(key) == "agent:group"
        if ("agent:id" if of_group else _type(key)) != resource_type:
            return set()
        if value == "*":
            return self._existing(resource_type) if requested is None else requested
        named = set(self.inventory.agents_of_group(value)) if of_group else {value}
        return named if requested is None else named & requested

    def _existing(self, resource_type: str) -> set[str]:
        return {"*"} if resource_type == "*:*" else set(self.inventory.ids(resource_type))

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's users, groups and roles: the table of kinds, and an object with what is around it as a snapshot.

A third product writes the same: a table of its kinds, how a field is read and written where that takes a rule, and
what a plan needs to know, as plain data.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import json
import typing as t
import uuid

from ansible_collections.secops.iam.plugins.module_utils import _kinds as kinds
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

Body = t.Dict[str, t.Any]
Links = t.Dict[str, t.Dict[str, str]]

NAMESPACE = uuid.UUID("b639ff3b-00eb-42ed-aa36-a8dd6f8fb4cf")  # server: schema/general, OASIS_NAMESPACE
BYPASS = "BYPASS"  # may do everything
MANAGES_USERS = "SETTINGS_SETACCESSES"
TOKEN_CAPABILITY = "APIACCESS_USETOKEN"  # from 7.260224.0: without it a token is treated as anonymous
NO_MAXIMUM = -1  # max_confidence of what has none of its own
MARKINGS = "markingDefinitions"


@dataclasses.dataclass(frozen=True)
class Field(kinds.Field):
    """A field of an object.

    :ivar read: the value of a node's field.
    :ivar written: a value as the API takes it.
    :ivar always: whether a creation states it even where it is as new ones have it.
    """

    read: t.Callable[[t.Any], t.Any] = kinds.as_it_is
    written: t.Callable[[t.Any], t.Any] = kinds.as_it_is
    always: bool = False

    @property
    def node(self) -> str:
        """What the API calls it."""
        return self.api or self.option


@dataclasses.dataclass(frozen=True)
class Link(kinds.Link):
    """A list of links; C(api) is the relation that C(relationAdd) takes, "" where mutations of their own make them.

    :ivar node: the field of a node that has them.
    """

    node: str = ""


@dataclasses.dataclass(frozen=True)
class Kind(kinds.Kind):
    """A kind of object. Its confidence is one value of the API's, and two options."""

    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def title(self) -> str:
        """The name as types have it."""
        return self.name.capitalize()

    def options(self) -> Body:
        """The argument spec that all modules have."""
        spec = {"name": kinds.NAME, **super().options(), "append": _APPEND, "state": kinds.STATE}
        if spec.pop("confidence", None) is not None:
            spec.update(max_confidence={"type": "int"}, confidence_overrides={"type": "dict"})
        return spec

    def written(self, values: Body) -> Body:
        """Fields under the API's names, with its values."""
        return {field.node: field.written(values[field.option]) for field in self.fields if field.option in values}


def _text(value: str | None) -> str:
    return (value or "").strip()


def confidence(level: Body | None) -> Body | None:
    """A confidence level with its overrides by type: their order means nothing. None where it says nothing."""
    found = level or {}
    overrides = {each["entity_type"]: each["max_confidence"] for each in found.get("overrides") or []}
    return confidence_level(found.get("max_confidence"), overrides)


def confidence_level(maximum: int | None, overrides: dict[str, int]) -> Body | None:
    """A confidence level as a snapshot has it."""
    if maximum is None and not overrides:
        return None
    return {"max_confidence": maximum, "overrides": dict(sorted(overrides.items()))}


def _written_confidence(level: Body | None) -> Body | None:
    if level is None:
        return None
    overrides = [{"entity_type": name, "max_confidence": most} for name, most in level["overrides"].items()]
    return {"max_confidence": level["max_confidence"], "overrides": overrides}


def _written_group_confidence(level: Body | None) -> Body:
    """A group always has a level, if only one that says nothing."""
    return _written_confidence(level) or {"max_confidence": None, "overrides": []}


_APPEND: Body = {"type": "bool", "default": False}
_TEXT: Body = {"type": "str"}
_FLAG: Body = {"type": "bool"}
_LEVEL = {"max_confidence": 100, "overrides": {}}  # of a new group, as the server's own groups have it
_DESCRIPTION = Field("description", _TEXT, normal=str.strip, new="", read=_text)  # stripped on a change (FACTS, groups)


def _flag(option: str, api: str = "", since: str = "") -> Field:
    return Field(option, _FLAG, api=api, new=False, since=since, read=bool)


USERS = Kind(
    "user",
    "users",
    identity="email",
    fields=(
        Field("name", kinds.NAME, normal=str.strip),
        Field("account_status", _TEXT, normal=str.strip, new="Active"),
        Field("confidence", {}, api="user_confidence_level", read=confidence, written=_written_confidence),
        _flag("service_account", api="user_service_account", since="service accounts"),
    ),
    links=(
        Link("groups", "groups", api="member-of", node="groups"),
        Link("organizations", "organizations", node="objectOrganization"),
    ),
)
GROUPS = Kind(
    "group",
    "groups",
    fields=(
        _DESCRIPTION,
        _flag("auto_new_marking"),
        _flag("default_assignation"),
        Field(
            "confidence",
            {},
            api="group_confidence_level",
            new=_LEVEL,
            read=confidence,
            written=_written_group_confidence,
            always=True,
        ),
        _flag("no_creators", since="creator flags"),
        _flag("restrict_delete", since="creator flags"),
    ),
    links=(
        Link("roles", "roles", api="has-role", node="roles"),
        Link("allowed_markings", MARKINGS, api="accesses-to", node="allowed_marking"),
    ),
)
ROLES = Kind(
    "role",
    "roles",
    fields=(_DESCRIPTION,),
    links=(Link("capabilities", "capabilities", api="has-capability", node="capabilities"),),
)
KINDS = (USERS, GROUPS, ROLES)


@dataclasses.dataclass(frozen=True)
class Group:
    """What a group gives to its users.

    :ivar default: whether new users join it by themselves.
    """

    name: str
    id: str
    default: bool = False
    capabilities: frozenset[str] = frozenset()
    confidence: Body | None = None


@dataclasses.dataclass(frozen=True)
class Token:
    """A token of a user. Up to 6.9 each user has one, without a name.

    :ivar id: up to 6.9 that of the user; "" of one that is still to be made.
    :ivar value: where the server tells it and Ansible would not hide it.
    :ivar expired: whether it had, when the server was looked at.
    """

    id: str = ""
    name: str = ""
    expires_at: str | None = None
    value: str | None = None
    expired: bool = False


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """One object as it is or is to be, and what else a plan needs to know.

    :ivar caller: the internal id of the token's own user.
    :ivar known: by list, C({name: internal id}), of what can be linked; "" where several have the name.
    :ivar groups: all of them, where the task is about a user.
    :ivar exists: whether the object is there.
    :ivar id: its internal id, "" while there is none.
    :ivar name: in the server's spelling.
    :ivar links: names and internal ids, by option.
    :ivar external: whether it comes from a single sign-on.
    :ivar joined: whether a rule of the server has put it into an organisation.
    :ivar effective: the maximum confidence that takes effect, as the server computes it.
    :ivar made: the id of the token that this task has made, as an answer told.
    :ivar lost: how many tokens this task has made without learning their values.
    """

    version: Version
    caller: str = ""
    known: Links = dataclasses.field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    settings: Body = dataclasses.field(default_factory=dict)
    exists: bool = False
    id: str = ""
    name: str = ""
    email: str | None = None
    fields: Body = dataclasses.field(default_factory=dict)
    links: Links = dataclasses.field(default_factory=dict)
    external: bool = False
    joined: bool = False
    effective: int | None = None
    tokens: tuple[Token, ...] = ()
    made: str = ""
    lost: int = 0

    @property
    def own(self) -> bool:
        """Whether the object is the user of the task's own token."""
        return self.exists and self.id == self.caller

    @property
    def named_tokens(self) -> bool:
        """Whether users of this server have named tokens."""
        return self.version.has("named tokens")

    @property
    def default_groups(self) -> dict[str, str]:
        """The groups that a new user gets by itself."""
        return {group.name: group.id for group in self.groups if group.default}


def standard_id(kind: Kind, key: str) -> str:
    """The id that every version gives to an object of this name (users: e-mail) (FACTS, identification)."""
    facts = {"user_email": key.lower()} if kind is USERS else {"name": key.lower().strip()}
    text = json.dumps(facts, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f"{kind.name}--{uuid.uuid5(NAMESPACE, text)}"


def links_of(kind: Kind, node: Body, shared: t.Iterable[str] = ()) -> Links:
    """The links of a node. What a rule of the server has linked is the server's own business.

    :param shared: see marking_names.
    """
    links: Links = {}
    for link in kind.links:
        linked = [each for each in nodes_of(node[link.node]) if not each.get("is_inferred")]
        names = marking_names(linked, shared) if link.others == MARKINGS else None
        links[link.option] = {each["name"]: each["id"] for each in linked} if names is None else names
    return links


def nodes_of(listed: t.Any) -> list[Body]:
    """The nodes of a list, whether it is a connection or not."""
    if isinstance(listed, dict):
        return [edge["node"] for edge in listed.get("edges") or []]
    return list(listed or [])


def marking_names(markings: t.Sequence[Body], shared: t.Iterable[str] = ()) -> dict[str, str]:
    """Internal ids of markings by definition; by STIX id where several have the definition, with different types.

    :param shared: definitions that others have besides these.
    """
    counts = collections.Counter([marking["definition"] for marking in markings] + list(shared))
    return {
        marking["definition"] if counts[marking["definition"]] == 1 else marking["standard_id"]: marking["id"]
        for marking in markings
    }


def tokens_of(node: Body, caller: str) -> tuple[Token, ...]:
    """A user's tokens. That of the caller is api_token itself, in the place of which Ansible would show a mask."""
    found = [_named_token(token) for token in node.get("api_tokens") or []]
    if "api_token" in node:
        value = None if node["id"] == caller else node["api_token"]
        found.append(Token(node["id"], value=value))
    return tuple(found)


def _named_token(token: Body) -> Token:
    end = token["expires_at"]
    now = datetime.datetime.now(datetime.timezone.utc)
    expired = bool(end) and datetime.datetime.fromisoformat(end.replace("Z", "+00:00")) <= now
    return Token(token["id"], token["name"].strip(), end, expired=expired)


def as_options(fields: Body, links: Links) -> Body:
    """An object in the shape that its module takes."""
    options = dict(fields)
    if "confidence" in options:
        level = options.pop("confidence") or {"max_confidence": None, "overrides": {}}
        maximum = level["max_confidence"]
        options["max_confidence"] = NO_MAXIMUM if maximum is None else maximum
        options["confidence_overrides"] = level["overrides"]
    for option, linked in links.items():
        options[option] = sorted(linked)
    return options

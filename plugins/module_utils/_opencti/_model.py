# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's users, groups and roles: the table of kinds, and an object with what is around it as a snapshot.

A third product writes the same: a table of its kinds, how a field is read and written where that takes a rule, and
what a plan needs to know, as plain data.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t
import uuid

from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._graphql import nodes_of
from ansible_collections.secops.iam.plugins.module_utils._kinds import FLAG, NAME, TEXT, Body, Field, Kind, Link

NAMESPACE = uuid.UUID("b639ff3b-00eb-42ed-aa36-a8dd6f8fb4cf")  # server: schema/general, OASIS_NAMESPACE
BYPASS = "BYPASS"  # may do everything
MANAGES_USERS = "SETTINGS_SETACCESSES"
TOKEN_CAPABILITY = "APIACCESS_USETOKEN"  # from 7.260224.0: without it a token is treated as anonymous
NO_MAXIMUM = -1  # max_confidence of what has none of its own
MARKINGS = "markingDefinitions"


# -- the table of kinds ----------------------------------------------------------------------------------------------


def _text(value: str | None) -> str:
    return (value or "").strip()


def maximum_of(level: Body | None) -> int:
    """The maximum of a confidence level."""
    most = (level or {}).get("max_confidence")
    return NO_MAXIMUM if most is None else most


def overrides_of(level: Body | None) -> dict[str, int]:
    """The overrides of a confidence level by type: their order means nothing."""
    overrides = (level or {}).get("overrides") or []
    return dict(sorted((each["entity_type"], each["max_confidence"]) for each in overrides))


def _sorted_overrides(given: Body) -> dict[str, int]:
    """Overrides as they are stated; their values may still be text, as those of mappings are."""
    return dict(sorted((str(name), int(most)) for name, most in given.items()))


def _level(fields: Body) -> Body:
    """The two halves of a confidence level in one. A group always has a level, if only one that says nothing."""
    maximum = fields["max_confidence"]
    overrides = [{"entity_type": name, "max_confidence": most} for name, most in fields["confidence_overrides"].items()]
    return {"max_confidence": None if maximum == NO_MAXIMUM else maximum, "overrides": overrides}


def _user_level(fields: Body) -> Body | None:
    """A user has none rather than one that says nothing."""
    level = _level(fields)
    return level if level["overrides"] or level["max_confidence"] is not None else None


def _confidence(api: str, maximum: int, write: t.Callable[[Body], t.Any], always: bool = False) -> tuple[Field, Field]:
    """The two options that are one value of the API."""
    shared: Body = {"api": api, "part_of": "confidence", "always": always, "write": write}
    return (
        Field("max_confidence", {"type": "int"}, new=maximum, read=maximum_of, **shared),
        Field("confidence_overrides", {"type": "dict"}, normal=_sorted_overrides, new={}, read=overrides_of, **shared),
    )


def _flag(option: str, api: str = "", since: str = "") -> Field:
    return Field(option, FLAG, api=api, new=False, since=since, read=bool)


_DESCRIPTION = Field("description", TEXT, normal=str.strip, new="", read=_text)  # stripped on a change (FACTS, groups)

USERS = Kind(
    "user",
    "users",
    identity="email",
    fields=(
        Field("name", NAME, normal=str.strip),
        Field("account_status", TEXT, normal=str.strip, new="Active"),
        _flag("service_account", api="user_service_account", since="service accounts"),
        *_confidence("user_confidence_level", NO_MAXIMUM, _user_level),
    ),
    links=(
        # What is the api of links is the relation that relationAdd takes; organizations have mutations of their own.
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
        _flag("no_creators", since="creator flags"),
        _flag("restrict_delete", since="creator flags"),
        *_confidence("group_confidence_level", 100, _level, always=True),  # as the server's own groups have it
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


# -- snapshots -------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Group:
    """What a group gives to its users.

    :ivar default: whether new users join it by themselves.
    :ivar overrides: of its confidence.
    """

    name: str
    id: str
    default: bool = False
    capabilities: frozenset[str] = frozenset()
    overrides: dict[str, int] = dataclasses.field(default_factory=dict)


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
class Snapshot(objects.Snapshot):
    """One object as it is or is to be, and what else a plan needs to know.

    :ivar caller: the internal id of the token's own user.
    :ivar groups: all of them, where the task is about a user.
    :ivar external: whether it comes from a single sign-on.
    :ivar joined: whether a rule of the server has put it into an organisation.
    :ivar effective: the maximum confidence that takes effect, as the server computes it.
    :ivar made: the id of the token that this task has made, as an answer told.
    :ivar lost: how many tokens this task has made without learning their values.
    """

    caller: str = ""
    groups: tuple[Group, ...] = ()
    settings: Body = dataclasses.field(default_factory=dict)
    email: str | None = None
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


def ids_by_name(nodes: t.Iterable[Body]) -> objects.Ids:
    """Internal ids by name; for markings also by STIX id. A name that several have has none."""
    ids: objects.Ids = {}
    for node in nodes:
        name = node.get("name") or node["definition"]
        ids[name] = "" if ids.get(name, node["id"]) != node["id"] else node["id"]
        if "definition" in node:
            ids[node["standard_id"]] = node["id"]
    return ids


def name_of(node: Body, known: objects.Ids) -> str:
    """How links show an object: a marking by its STIX id where others have its definition, with another type."""
    if "definition" not in node:
        return str(node["name"])
    name = str(node["definition"])
    return name if known.get(name, node["id"]) else str(node["standard_id"])


def links_of(kind: Kind, node: Body, known: objects.Links) -> objects.Links:
    """The links of a node. What a rule of the server has linked is the server's own business."""
    links: objects.Links = {}
    for link in kind.links:
        linked = [each for each in nodes_of(node[link.node]) if not each.get("is_inferred")]
        names = known.get(link.others) or ids_by_name(linked)
        links[link.option] = {name_of(each, names): each["id"] for each in linked}
    return links


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

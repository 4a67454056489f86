# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's users, groups and roles as plain data: their ids, their fields by our options, and what is wished."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import json
import secrets
import string
import typing as t
import uuid

from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, USERS, Kind

Body = t.Dict[str, t.Any]

NAMESPACE = uuid.UUID("b639ff3b-00eb-42ed-aa36-a8dd6f8fb4cf")  # server: schema/general, OASIS_NAMESPACE
BYPASS = "BYPASS"  # may do everything
MANAGES_USERS = "SETTINGS_SETACCESSES"
TOKEN_CAPABILITY = "APIACCESS_USETOKEN"  # from 7.260224.0: without it a token is treated as anonymous
PASSWORD_LENGTH = 40  # where the policy does not say otherwise
DEFAULT_CONFIDENCE = 100  # of a new group, as the server's own groups have it
NO_MAXIMUM = -1  # max_confidence of what has none of its own


@dataclasses.dataclass
class TokenWish:
    """C(state) is C(present), C(rotated) or C(absent); C(name) and C(duration) are for named tokens only."""

    state: str
    name: str
    duration: str


@dataclasses.dataclass
class Wish:
    """What a task asks of one object; what is not stated is left alone.

    :ivar fields: by our option.
    :ivar links: names (markings: or STIX ids) by option.
    :ivar append: leave links alone that are not named.
    :ivar password: of a new user; None lets one be made up.
    """

    kind: Kind
    name: str
    present: bool = True
    email: str | None = None
    fields: Body = dataclasses.field(default_factory=dict)
    links: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    append: bool = False
    password: str | None = None
    token: TokenWish | None = None

    @property
    def id(self) -> str:
        """The id that the server computes from the name or the e-mail; "" for a service account without one."""
        if self.kind is not USERS:
            return standard_id(self.kind, self.name)
        return standard_id(USERS, self.email) if self.email else ""

    @property
    def label(self) -> str:
        """How sentences and errors call the object."""
        return f"{self.kind.name} {self.name}"


def standard_id(kind: Kind, key: str) -> str:
    """The id that every version gives to an object of this name (users: e-mail) (FACTS, identification)."""
    facts = {"user_email": key.lower()} if kind is USERS else {"name": key.lower().strip()}
    text = json.dumps(facts, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f"{kind.name}--{uuid.uuid5(NAMESPACE, text)}"


def fields_of(kind: Kind, node: Body) -> Body:
    """An object of an answer by our options, without links, tokens and what its version does not have."""
    if kind is USERS:
        found: Body = {
            "name": node["name"],
            "account_status": node["account_status"],
            "confidence": confidence(node["user_confidence_level"]),
        }
        optional = {"service_account": "user_service_account"}
    elif kind is GROUPS:
        found = {
            "description": (node["description"] or "").strip(),
            "auto_new_marking": bool(node["auto_new_marking"]),
            "default_assignation": bool(node["default_assignation"]),
            "confidence": confidence(node["group_confidence_level"]),
        }
        optional = {"no_creators": "no_creators", "restrict_delete": "restrict_delete"}
    else:
        return {"description": (node["description"] or "").strip()}
    found.update({option: bool(node[field]) for option, field in optional.items() if field in node})
    return found


def marking_names(markings: t.Sequence[Body], shared: t.Iterable[str] = ()) -> dict[str, str]:
    """Internal ids of markings by definition; by STIX id where several have the definition, with different types.

    :param shared: definitions that others have besides these.
    """
    counts = collections.Counter([marking["definition"] for marking in markings] + list(shared))
    return {
        marking["definition"] if counts[marking["definition"]] == 1 else marking["standard_id"]: marking["id"]
        for marking in markings
    }


def links_of(kind: Kind, node: Body, shared: t.Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """The links of an object: names and internal ids, by option. C(shared): see marking_names."""
    if kind is USERS:
        return {"groups": _edges(node["groups"]), "organizations": _edges(node["objectOrganization"])}
    if kind is GROUPS:
        return {
            "roles": _edges(node["roles"]),
            "allowed_markings": marking_names(node["allowed_marking"] or [], shared),
        }
    return {"capabilities": {capability["name"]: capability["id"] for capability in node["capabilities"] or []}}


def shown(fields: Body, links: dict[str, dict[str, str]]) -> Body:
    """An object in the shape that its module takes."""
    told = {key: value for key, value in fields.items() if key != "confidence"}
    if "confidence" in fields:
        level = fields["confidence"] or {"max_confidence": None, "overrides": {}}
        told["max_confidence"] = NO_MAXIMUM if level["max_confidence"] is None else level["max_confidence"]
        told["confidence_overrides"] = level["overrides"]
    return {**told, **{option: sorted(linked) for option, linked in links.items()}}


def tokens_of(node: Body) -> list[Body]:
    """A user's named tokens, C({id, name, expires_at}) each."""
    return [{**token, "name": token["name"].strip()} for token in node.get("api_tokens") or []]


def living(tokens: t.Sequence[Body]) -> list[Body]:
    """The named tokens that have not expired."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return [token for token in tokens if not token.get("expires_at") or _moment(token["expires_at"]) > now]


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _edges(connection: Body | None) -> dict[str, str]:
    """What is linked by somebody; what a rule of the server has linked is the server's own business."""
    nodes = [edge["node"] for edge in (connection or {}).get("edges") or []]
    return {node["name"]: node["id"] for node in nodes if not node.get("is_inferred")}


def confidence(level: Body | None) -> Body | None:
    """A confidence level with its overrides by type: their order means nothing. None where it says nothing."""
    listed = (level or {}).get("overrides") or []
    overrides = {override["entity_type"]: override["max_confidence"] for override in listed}
    return _level((level or {}).get("max_confidence"), overrides)


def _level(maximum: int | None, overrides: dict[str, int]) -> Body | None:
    if maximum is None and not overrides:
        return None
    return {"max_confidence": maximum, "overrides": dict(sorted(overrides.items()))}


def wished_confidence(now: Body | None, maximum: int | None, overrides: dict[str, int] | None) -> Body | None:
    """What becomes of a confidence level when its parts are stated; parts that are not stay as they are."""
    level = now or {"max_confidence": None, "overrides": {}}
    if maximum is None:
        maximum = level["max_confidence"]
    return _level(None if maximum == NO_MAXIMUM else maximum, level["overrides"] if overrides is None else overrides)


def _api_confidence(kind: Kind, level: Body | None) -> Body | None:
    """A confidence level as the API takes it. A group always has one, if only one that says nothing."""
    if level is None:
        return {"max_confidence": None, "overrides": []} if kind is GROUPS else None
    overrides = [{"entity_type": kind, "max_confidence": most} for kind, most in level["overrides"].items()]
    return {"max_confidence": level["max_confidence"], "overrides": overrides}


API_FIELDS = {"confidence": "{}_confidence_level", "service_account": "user_service_account"}


def api_fields(kind: Kind, fields: Body) -> Body:
    """Our options under the API's names, with its values."""
    return {
        API_FIELDS.get(option, option).format(kind.name): _api_confidence(kind, value)
        if option == "confidence"
        else value
        for option, value in fields.items()
    }


def random_password(policy: Body) -> str:
    """A password that nobody knows, for an account that never logs in with one; it satisfies the server's policy.

    :param policy: C({min_length, max_length, min_symbols, min_numbers, min_words, min_lowercase, min_uppercase}).
    """
    parts = [
        (string.ascii_lowercase, policy.get("min_lowercase")),
        (string.ascii_uppercase, policy.get("min_uppercase")),
        (string.digits, policy.get("min_numbers")),
        ("!#%*+=?@", policy.get("min_symbols")),
    ]
    characters = [secrets.choice(alphabet) for alphabet, least in parts for _index in range(least or 0)]
    words = max(policy.get("min_words") or 0, 1)
    wanted = max(policy.get("min_length") or 0, min(PASSWORD_LENGTH, policy.get("max_length") or PASSWORD_LENGTH))
    for _index in range(max(wanted - (words - 1) - len(characters), words - len(characters))):
        characters.append(secrets.choice(string.ascii_letters + string.digits))
    secrets.SystemRandom().shuffle(characters)
    # The policy counts words between the separators | , _ - and space.
    return "-".join("".join(characters[at::words]) for at in range(words))

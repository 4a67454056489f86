# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was seen of an object to what is wished of it: the requests, as few as the API allows. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems, nearest
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, USERS, Write
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    DEFAULT_CONFIDENCE,
    Body,
    Wish,
    api_fields,
    random_password,
    wished_confidence,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._version import (
    DEFAULT_TOKEN_DURATION,
    DEFAULT_TOKEN_NAME,
    Version,
)


@dataclasses.dataclass
class Seen:
    """What one look told.

    :ivar node: the object as the API tells it; None where there is none.
    :ivar fields: by our options; C(links): names and internal ids by option.
    :ivar known: by list, C({name: internal id}), of what can be linked.
    :ivar defaults: names of the groups that a new user gets by itself.
    :ivar caller: the internal id of the token's own user.
    :ivar tokens: C({id, name, expires_at}) each, of a user with named tokens.
    """

    version: Version
    caller: str
    node: Body | None
    fields: Body = dataclasses.field(default_factory=dict)
    links: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    known: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    defaults: list[str] = dataclasses.field(default_factory=list)
    settings: Body = dataclasses.field(default_factory=dict)

    @property
    def tokens(self) -> list[Body]:
        return list((self.node or {}).get("api_tokens") or [])


class Call(t.NamedTuple):
    """A mutation with its variables. C(whole): its answer tells all of the object, nothing needs to be read again."""

    document: str
    variables: Body
    whole: bool = False


@dataclasses.dataclass
class Target:
    """What the object is to be: fields by option, links by option with their ids (a new user's token apart)."""

    fields: Body
    links: dict[str, dict[str, str]]


def target_of(seen: Seen, wish: Wish) -> Target | None:
    """The object as it is wished; None when it is to go.

    :raises Refused: with everything that is wrong with the wish.
    """
    problems: list[str] = []
    own = seen.node is not None and seen.node["id"] == seen.caller
    if not wish.present:
        if own:
            raise Refused(f"{wish.label} is the user of api_token: remove it with another user's token")
        return None
    version = seen.version
    fields = {**seen.fields, **{key: value for key, value in wish.fields.items() if key != "confidence"}}
    if "confidence" in wish.fields:
        now = seen.fields.get("confidence")
        maximum, overrides = wish.fields["confidence"]
        if seen.node is None and wish.kind is GROUPS and maximum is None:
            maximum = DEFAULT_CONFIDENCE
        fields["confidence"] = wished_confidence(now, maximum, overrides)
        if fields["confidence"] and fields["confidence"]["max_confidence"] is None:
            version.require("overrides alone", "confidence_overrides without max_confidence")
    if wish.fields.get("service_account"):
        version.require("service accounts", "service_account")
    for flag in ("no_creators", "restrict_delete"):
        if wish.fields.get(flag):
            version.require("creator flags", flag)
    if seen.node is not None and wish.kind is USERS:
        if seen.node["external"] and fields["name"] != seen.fields["name"] and version.has("external names are fixed"):
            problems.append(
                f"name: {wish.label} is external (single sign-on): the server does not let its name be changed from "
                f"{seen.fields['name']}: write that one"
            )
        if own and wish.fields.get("account_status", "Active") != "Active":
            problems.append(f"account_status: {wish.label} is the user of api_token and must stay Active")
    if wish.kind is GROUPS and "allowed_markings" in wish.links and not wish.append and fields.get("auto_new_marking"):
        problems.append(
            "auto_new_marking: markings that are made later would join by themselves and contradict the exact "
            "list in allowed_markings: write auto_new_marking: false, or append: true"
        )
    _check_token(seen, wish, problems)
    links = {option: dict(linked) for option, linked in seen.links.items()}
    for option, names in wish.links.items():
        ids = _resolve(seen, wish, option, names, problems)
        links[option] = {**(links.get(option, {}) if wish.append else {}), **ids}
    if problems:
        raise Refused(join_problems(problems))
    return Target(fields, links)


def _check_token(seen: Seen, wish: Wish, problems: list[str]) -> None:
    if wish.token is None or seen.version.has("named tokens"):
        return
    if wish.token.state == "absent":
        problems.append(
            f"token_state: up to OpenCTI 6.9 (this is {seen.version.text}) every user has one token: it can be "
            "rotated, but not taken away; account_status: Inactive stops it"
        )
    for option, given, default in (
        ("token_name", wish.token.name, DEFAULT_TOKEN_NAME),
        ("token_duration", wish.token.duration, DEFAULT_TOKEN_DURATION),
    ):
        if given != default:
            seen.version.require("named tokens", option)


def _resolve(seen: Seen, wish: Wish, option: str, names: t.Sequence[str], problems: list[str]) -> dict[str, str]:
    """Names, in the server's spelling, with their ids. A name is found whatever its case, as the server finds it."""
    known = seen.known[wish.kind.links[option][1]]
    by_case = {name.casefold(): name for name in known}
    found = {}
    for name in names:
        spelled = name if name in known else by_case.get(name.casefold())
        if spelled is None:
            problems.append(f"{option}: the server has no {name}.{nearest(name, known)}")
        else:
            found[_as_linked(seen, option, spelled, known)] = known[spelled]
    return found


def _as_linked(seen: Seen, option: str, name: str, known: dict[str, str]) -> str:
    """The name under which links show an object: markings can be stated by STIX id, but are shown by definition."""
    if option != "allowed_markings":
        return name
    return next(
        other for other, key in known.items() if key == known[name] and not other.startswith("marking-definition--")
    )


def plan(seen: Seen, wish: Wish, target: Target | None, rotated: bool) -> list[Step]:
    """The writes. C(rotated): the token has been rotated by this task already."""
    if target is None:
        if seen.node is None:
            return []
        call = Call(documents.delete(wish.kind), {"id": seen.node["id"]})
        return [Step(f"delete {wish.label}", call)]
    if seen.node is None:
        return _create(seen, wish, target)
    return _change(seen, wish, target, rotated)


def _create(seen: Seen, wish: Wish, target: Target) -> list[Step]:
    """One request makes the object with all its links, and a user's token where that can be known beforehand."""
    kind, version = wish.kind, seen.version
    given = {key: value for key, value in target.fields.items() if value is not None}
    fields = {"name": wish.name, **api_fields(kind, given)}
    variables: Body = {"input": fields}
    links = {option: linked for option, linked in target.links.items() if linked}
    said = [f"{option.replace('_', ' ')} {', '.join(linked)}" for option, linked in links.items()]
    steps: list[Step] = []
    token = ""
    if kind is USERS:
        fields.update({"groups": list(links.get("groups", {}).values())})
        fields.update({"objectOrganization": list(links.get("organizations", {}).values())})
        if wish.email:
            fields["user_email"] = wish.email
        if not given.get("service_account"):
            fields.pop("user_service_account", None)
            fields["password"] = wish.password or random_password(seen.settings)
        elif not version.has("service accounts"):
            fields.pop("user_service_account")
        if version.has("prevent default groups"):
            fields["prevent_default_groups"] = "groups" in wish.links and not wish.append
        elif "groups" in wish.links and not wish.append:
            surplus = {
                name: seen.known["groups"][name] for name in seen.defaults if name not in links.get("groups", {})
            }
            if surplus:
                removal = _edit(wish, {}, {}, {"groups": surplus}, wish.id, version)
                steps.append(Step(f"take {wish.label} out of the default groups {', '.join(surplus)}", removal))
        if wish.token and wish.token.state != "absent" and version.has("named tokens"):
            named = {"name": wish.token.name, "duration": wish.token.duration}
            if wish.id:
                token, variables["token"], variables["id"] = "add", named, wish.id
                said.append(f"token {wish.token.name}")
        write = Write(kind, create=True, token=token)
    else:
        adds = [(kind.links[option][0], key) for option, linked in links.items() for key in linked.values()]
        variables.update(_add_variables(adds))
        if adds:
            variables["id"] = wish.id
        write = Write(kind, create=True, adds=len(adds))
    sentence = f"create {wish.label}" + (f" with {' and '.join(said)}" if said else "")
    whole = kind is USERS and not steps
    return [Step(sentence, Call(write.document(version), variables, whole)), *steps]


def _change(seen: Seen, wish: Wish, target: Target, rotated: bool) -> list[Step]:
    """One request sets fields, adds and removes links, and rotates a token; more only to end further tokens."""
    node = t.cast(Body, seen.node)
    fields = {key: value for key, value in target.fields.items() if value != seen.fields.get(key)}
    adds, removes = {}, {}
    for option, linked in target.links.items():
        there = seen.links[option]
        adds[option] = {name: key for name, key in linked.items() if key not in there.values()}
        removes[option] = {name: key for name, key in there.items() if key not in linked.values()}
    said = [", ".join(fields)] if fields else []
    for verb, changed in (("add", adds), ("remove", removes)):
        said += [f"{verb} {option.replace('_', ' ')} {', '.join(some)}" for option, some in changed.items() if some]
    token, token_variables, further = _token_change(seen, wish, rotated)
    if token:
        said.append(token_variables.pop("said"))
    steps = []
    if said:
        call = _edit(wish, fields, adds, removes, node["id"], seen.version, token, token_variables)
        steps.append(Step(f"change {wish.label}: {'; '.join(said)}", call))
    for old in further:
        write = Write(wish.kind, token="revoke")
        call = Call(write.document(seen.version), {"id": node["id"], "old": old["id"]})
        steps.append(Step(f"revoke token {old['name']} ({old['id']}) of {wish.label}", call))
    return steps


def _token_change(seen: Seen, wish: Wish, rotated: bool) -> tuple[str, Body, list[Body]]:
    """What one request does to the token, its variables (with C(said), in words), and tokens to end after it."""
    if wish.token is None or (wish.token.state == "rotated" and rotated):
        return "", {}, []
    state, name = wish.token.state, wish.token.name
    if not seen.version.has("named tokens"):
        return ("renew", {"said": "rotate the token"}, []) if state == "rotated" else ("", {}, [])
    mine = [token for token in seen.tokens if token["name"] == name]
    living = [token for token in mine if not _expired(token)]
    add = {"token": {"name": name, "duration": wish.token.duration}}
    if state == "absent":
        if not mine:
            return "", {}, []
        return "revoke", {"old": mine[0]["id"], "said": f"revoke token {name}"}, mine[1:]
    if state == "present":
        return ("", {}, []) if living else ("add", {**add, "said": f"add token {name}"}, [])
    if not mine:
        return "add", {**add, "said": f"add token {name}"}, []
    return "rotate", {**add, "old": mine[0]["id"], "said": f"rotate token {name}"}, mine[1:]


def _expired(token: Body) -> bool:
    if not token.get("expires_at"):
        return False
    end = datetime.datetime.fromisoformat(str(token["expires_at"]).replace("Z", "+00:00"))
    return end <= datetime.datetime.now(datetime.timezone.utc)


def living_tokens(seen: Seen, name: str) -> list[Body]:
    """The named tokens of a user that still work."""
    return [token for token in seen.tokens if token["name"] == name and not _expired(token)]


def _edit(
    wish: Wish,
    fields: Body,
    adds: dict[str, dict[str, str]],
    removes: dict[str, dict[str, str]],
    key: str,
    version: Version,
    token: str = "",
    token_variables: Body | None = None,
) -> Call:
    kind = wish.kind
    variables: Body = {"id": key, **(token_variables or {})}
    if fields:
        variables["patch"] = [{"key": name, "value": [value]} for name, value in api_fields(kind, fields).items()]
    coming = [(kind.links[option][0], link) for option, some in adds.items() for link in some.values()]
    going = [(kind.links[option][0], link) for option, some in removes.items() for link in some.values()]
    counts = {}
    for verb, links in (("add", coming), ("delete", going)):
        organizations = [link for relation, link in links if not relation]
        variables.update({f"org{verb}{number}": link for number, link in enumerate(organizations)})
        counts[verb] = len(organizations)
    coming, going = ([pair for pair in links if pair[0]] for links in (coming, going))
    variables.update(_add_variables(coming))
    for number, (relation, link) in enumerate(going):
        variables.update({f"del{number}": link, f"type{number}": relation})
    write = Write(
        kind,
        patch=bool(fields),
        adds=len(coming),
        removes=len(going),
        organizations_added=counts["add"],
        organizations_removed=counts["delete"],
        token=token,
    )
    return Call(write.document(version), variables)


def _add_variables(links: t.Sequence[tuple[str, str]]) -> Body:
    return {
        f"add{number}": {"relationship_type": relation, "toId": key} for number, (relation, key) in enumerate(links)
    }

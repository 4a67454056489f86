# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was seen of an object to what is wished of it: the requests, as few as the API allows. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems, nearest
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import GROUPS, USERS, Write
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    DEFAULT_CONFIDENCE,
    NO_MAXIMUM,
    Body,
    TokenWish,
    Wish,
    api_fields,
    living,
    random_password,
    tokens_of,
    wished_confidence,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._version import (
    DEFAULT_TOKEN_DURATION,
    DEFAULT_TOKEN_NAME,
    Version,
)

LATER_FIELDS = {
    "service_account": "service accounts",
    "no_creators": "creator flags",
    "restrict_delete": "creator flags",
}
# What the server makes of a new object's fields that are not given.
NEW: dict[str, Body] = {
    "user": {"account_status": "Active", "confidence": None, "service_account": False},
    "group": {
        "description": "",
        "auto_new_marking": False,
        "default_assignation": False,
        "no_creators": False,
        "restrict_delete": False,
        "confidence": {"max_confidence": DEFAULT_CONFIDENCE, "overrides": {}},
    },
    "role": {"description": ""},
}
STIX_MARKING = "marking-definition--"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")  # of what is no such thing, the server does not name the option


@dataclasses.dataclass
class Seen:
    """What one look told.

    :ivar node: the object as the API tells it; None where there is none.
    :ivar fields: by our options; C(links): names and internal ids by option.
    :ivar known: by list, C({name: internal id}), of what can be linked; "" where several have the name.
    :ivar defaults: names of the groups that a new user gets by itself.
    :ivar caller: the internal id of the token's own user.
    :ivar groups: all groups, as the API tells them, where the wish is about a user.
    :ivar tokens: C({id, name, expires_at}) each, of a user with named tokens.
    :ivar own: whether the object is the user of the task's own token.
    """

    version: Version
    caller: str
    node: Body | None
    fields: Body = dataclasses.field(default_factory=dict)
    links: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    known: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    groups: list[Body] = dataclasses.field(default_factory=list)
    defaults: list[str] = dataclasses.field(default_factory=list)
    settings: Body = dataclasses.field(default_factory=dict)

    @property
    def tokens(self) -> list[Body]:
        return tokens_of(self.node or {})

    def wished_tokens(self, wish: Wish) -> list[Body]:
        """The named tokens that have the wished name."""
        return [token for token in self.tokens if wish.token and token["name"] == wish.token.name]

    @property
    def own(self) -> bool:
        return self.node is not None and self.node["id"] == self.caller


class Call(t.NamedTuple):
    """A mutation with its variables. An C(id) of "" is that of the user that a step before has made.

    :ivar creates: its answer tells all of the new object, unless it links it.
    :ivar token: what it does to the user's token: C(add), C(revoke), C(renew), or nothing.
    """

    document: str
    variables: Body
    creates: bool = False
    token: str = ""


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
    if wish.kind is USERS and not wish.email:
        seen.version.require("service accounts", "service_account")
    if not wish.present:
        if seen.own:
            raise Refused(f"{wish.label} is the user of api_token: remove it with another user's token")
        return None
    version = seen.version
    now = seen.fields if seen.node else NEW[wish.kind.name]
    fields = {**now, **{key: value for key, value in wish.fields.items() if key != "confidence"}}
    for option, feature in LATER_FIELDS.items():
        if wish.fields.get(option):
            version.require(feature, option)
        elif not version.has(feature):
            fields.pop(option, None)  # it is off there anyway
        elif wish.kind is GROUPS and option not in wish.fields:
            fields.pop(option, None)  # only some looks tell it, so no result does unless it is asked for
    if "confidence" in wish.fields:
        fields["confidence"] = wished_confidence(now["confidence"], *wish.fields["confidence"])
        level = fields["confidence"]
        alone = level is not None and level["max_confidence"] is None
        if level != now["confidence"] and (alone or (level is None and wish.kind is GROUPS)):
            option, cure = "confidence_overrides without max_confidence", "give max_confidence, too"
            if wish.fields["confidence"][0] == NO_MAXIMUM:
                option, cure = "max_confidence", "write a number from 0 to 100"
                cure += ", or confidence_overrides: {} besides" if wish.kind is USERS else ""
            version.require("overrides alone", option, cure)
    if wish.kind is USERS:
        _check_status(seen, fields["account_status"], problems)
        if seen.node is not None:
            _check_user(seen, wish, problems)
        elif wish.email and not EMAIL.fullmatch(wish.email):
            problems.append(
                f"email: {wish.email!r} is no e-mail address: write one such as feed@connectors.example.com"
            )
    if wish.kind is GROUPS and "allowed_markings" in wish.links and not wish.append and fields.get("auto_new_marking"):
        problems.append(
            "auto_new_marking: markings that are made later would join by themselves and contradict the exact "
            "list in allowed_markings: write auto_new_marking: false, or append: true"
        )
    _check_token(seen, wish, problems)
    links = {option: dict(seen.links.get(option, {})) for option in wish.kind.links}
    if seen.node is None and wish.kind is USERS and (wish.append or "groups" not in wish.links):
        links["groups"] = {name: seen.known["groups"][name] for name in seen.defaults}  # the server adds them
    for option, names in wish.links.items():
        ids = _resolve(seen, wish, option, names, problems)
        links[option] = {**(links.get(option, {}) if wish.append else {}), **ids}
    if problems:
        raise Refused(join_problems(problems))
    return Target(fields, links)


def _check_status(seen: Seen, status: str, problems: list[str]) -> None:
    """Besides its own, a server has the statuses of its configuration (FACTS, users)."""
    known = [each["status"] for each in seen.settings.get("platform_user_statuses") or []]
    if known and status not in known and status != seen.fields.get("account_status"):
        problems.append(f"account_status: the server has no status {status!r}.{nearest(status, known)}")


def _check_user(seen: Seen, wish: Wish, problems: list[str]) -> None:
    """What cannot be done to an existing user: what the server refuses, and what would cost the task its own access."""
    external = seen.node is not None and seen.node["external"] and seen.version.has("external names are fixed")
    if external and wish.fields["name"] != seen.fields["name"]:
        problems.append(
            f"name: {wish.label} is external (single sign-on, or the built-in administrator), and the server does not "
            f"let such a user's name be changed: write {seen.fields['name']}"
        )
    if not seen.own:
        return
    if wish.fields.get("account_status", "Active") != "Active":
        problems.append(f"account_status: {wish.label} is the user of api_token and must stay Active")
    if wish.token is not None and wish.token.state != "present":
        problems.append(
            f"token_state: {wish.label} is the user of api_token, and api_token itself would end in mid-task: "
            "use another user's token"
        )


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
    """Names, in the server's spelling, with their ids. A name is found in any case: the server lower-cases them."""
    known = seen.known[wish.kind.links[option][1]]
    by_case = {name.lower(): name for name in known}
    found = {}
    for name in names:
        spelled = name if name in known else by_case.get(name.lower())
        if spelled is None:
            problems.append(f"{option}: the server has no {name}.{nearest(name, known)}")
        elif not known[spelled]:
            problems.append(f"{option}: the server has several that are called {spelled}: write the STIX id of one")
        else:
            found[_as_linked(seen, option, spelled, known)] = known[spelled]
    return found


def _as_linked(seen: Seen, option: str, name: str, known: dict[str, str]) -> str:
    """The name under which links show an object: markings can be stated by STIX id, but are shown by definition."""
    if option != "allowed_markings":
        return name
    others = [other for other, key in known.items() if key == known[name] and not other.startswith(STIX_MARKING)]
    return next(iter(others), name)


def plan(seen: Seen, wish: Wish, target: Target | None, made: str | None, lost: int) -> list[Step]:
    """The writes. C(made): the id of the token that this task has made; C(lost): how many others it has made."""
    if target is None:
        if seen.node is None:
            return []
        call = Call(documents.delete(wish.kind), {"id": seen.node["id"]})
        return [Step(f"delete {wish.label}", call)]
    steps = _create(seen, wish, target) if seen.node is None else _change(seen, wish, target)
    return steps + _token_steps(seen, wish, made, lost)


def _create(seen: Seen, wish: Wish, target: Target) -> list[Step]:
    """One request makes the object with all its links, and a user's token where its id can be known beforehand."""
    kind, version = wish.kind, seen.version
    always = ("confidence",) if kind is GROUPS else ()
    given = {key: value for key, value in target.fields.items() if key in always or value != NEW[kind.name].get(key)}
    variables: Body = {"input": {**api_fields(kind, given), "name": wish.name}}
    links = {option: linked for option, linked in target.links.items() if linked}
    said = [f"{option.replace('_', ' ')} {', '.join(linked)}" for option, linked in links.items()]
    sentence = f"create {wish.label}" + (f" with {' and '.join(said)}" if said else "")
    if kind is not USERS:
        adds = [(kind.links[option][0], key) for option, linked in links.items() for key in linked.values()]
        variables.update(_add_variables(adds))
        if adds:
            variables["id"] = wish.id
        write = Write(kind, create=True, adds=len(adds))
        return [Step(sentence, Call(write.document(version), variables, creates=True))]
    fields = variables["input"]
    fields["groups"] = list(links.get("groups", {}).values())
    fields["objectOrganization"] = list(links.get("organizations", {}).values())
    if wish.email:
        fields["user_email"] = wish.email
    if not given.get("service_account"):
        fields["password"] = wish.password or random_password(seen.settings)
    surplus = {name: seen.known["groups"][name] for name in seen.defaults if name not in target.links["groups"]}
    if version.has("prevent default groups"):
        fields["prevent_default_groups"] = bool(surplus)
    token = bool(wish.id) and bool(_token_steps(seen, wish, None, 0))
    if token:
        variables.update({"id": wish.id, "token": _named(wish)})
    write = Write(kind, create=True, token=token)
    steps = [Step(sentence, Call(write.document(version), variables, creates=True))]
    if surplus and not version.has("prevent default groups"):
        removal = _edit(wish, {}, {}, {"groups": surplus}, wish.id, version)
        steps.append(Step(f"take {wish.label} out of the default groups {', '.join(surplus)}", removal))
    return steps


def _change(seen: Seen, wish: Wish, target: Target) -> list[Step]:
    """One request sets fields, adds links and removes links."""
    fields = {key: value for key, value in target.fields.items() if value != seen.fields.get(key)}
    adds, removes = {}, {}
    for option, linked in target.links.items():
        there = seen.links[option]
        adds[option] = {name: key for name, key in linked.items() if key not in there.values()}
        removes[option] = {name: key for name, key in there.items() if key not in linked.values()}
    said = [", ".join(fields)] if fields else []
    for verb, changed in (("add", adds), ("remove", removes)):
        said += [f"{verb} {option.replace('_', ' ')} {', '.join(some)}" for option, some in changed.items() if some]
    if not said:
        return []
    call = _edit(wish, fields, adds, removes, t.cast(Body, seen.node)["id"], seen.version)
    return [Step(f"change {wish.label}: {'; '.join(said)}", call)]


def _token_steps(seen: Seen, wish: Wish, made: str | None, lost: int) -> list[Step]:
    """A new token first and in a request of its own, so that an old one only ends once the new one is there."""
    if wish.token is None:
        return []
    state, name = wish.token.state, wish.token.name
    key = seen.node["id"] if seen.node else wish.id
    if not seen.version.has("named tokens"):
        if state != "rotated" or made or seen.node is None:  # a new user has a new one
            return []
        return [Step(f"rotate the token of {wish.label}", Call(documents.token_renew(), {"id": key}, token="renew"))]
    mine = seen.wished_tokens(wish)
    alive = living(mine)
    steps = []
    if not made and (state == "rotated" or (state == "present" and not alive)):
        call = Call(documents.token_add(), {"id": key, "token": _named(wish)}, token="add")
        more = ", since the value of the first was lost" if lost else ""
        steps.append(Step(f"add {'another ' if lost else ''}token {name} to {wish.label}{more}", call))
    # One that has expired counts as absent.
    ending = {"present": [], "rotated": [token for token in mine if token["id"] != made], "absent": alive}[state]
    for old in ending:
        which = f"{name} ({old['id']})" if len(ending) > 1 else name
        call = Call(documents.token_revoke(), {"id": key, "old": old["id"]}, token="revoke")
        steps.append(Step(f"revoke {'the old ' if state == 'rotated' else ''}token {which} of {wish.label}", call))
    return steps


def _named(wish: Wish) -> Body:
    """A token as the API takes it."""
    token = t.cast(TokenWish, wish.token)
    return {"name": token.name, "duration": token.duration}


def _edit(
    wish: Wish,
    fields: Body,
    adds: dict[str, dict[str, str]],
    removes: dict[str, dict[str, str]],
    key: str,
    version: Version,
) -> Call:
    kind = wish.kind
    variables: Body = {"id": key}
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
    )
    return Call(write.document(version), variables)


def _add_variables(links: t.Sequence[tuple[str, str]]) -> Body:
    return {
        f"add{number}": {"relationship_type": relation, "toId": key} for number, (relation, key) in enumerate(links)
    }

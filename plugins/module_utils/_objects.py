# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object with its links, for products whose modules hold to one object each: states, target, differences, words.

Links have names for people and ids for the server, so an object that was renamed meanwhile is the same link. Pure.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Shown
from ansible_collections.secops.iam.plugins.module_utils._errors import nearest
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAME, STATE, Body, Field, Kind, Link, Spec
from ansible_collections.secops.iam.plugins.module_utils._versions import Version

Ids = t.Dict[str, str]  # ids by name
Links = t.Dict[str, Ids]  # by the option of the links

APPEND: Spec = {"type": "bool", "default": False}


def options_of(kind: Kind) -> Spec:
    """The argument spec of a module that holds to one object of a kind."""
    return {"name": NAME, **kind.options(), "append": APPEND, "state": STATE}


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """One object as it is or is to be, and what it can be linked to. A product adds what else its plans turn on.

    :ivar known: by kind (plural), the ids of what can be linked; "" where several have the name. Of the names of one
        object, the first is the one under which links show it.
    :ivar exists: whether the object is there.
    :ivar id: its id, "" while there is none.
    :ivar name: in the server's spelling.
    """

    version: Version
    known: Links = dataclasses.field(default_factory=dict)
    exists: bool = False
    id: str = ""
    name: str = ""
    fields: Body = dataclasses.field(default_factory=dict)
    links: Links = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Desired:
    """What a task states of one object; what is not stated is left alone.

    :ivar fields: by option.
    :ivar links: names by option.
    :ivar append: leave links alone that are not named.
    """

    kind: Kind
    name: str
    present: bool = True
    fields: Body = dataclasses.field(default_factory=dict)
    links: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    append: bool = False

    @property
    def label(self) -> str:
        """How sentences and errors call the object."""
        return f"{self.kind.name} {self.name}"

    def key(self, verb: str) -> Key:
        """What a step of this object is."""
        return Key(self.kind.name, (self.name,), verb)

    def optional_fields(self) -> list[Field]:
        """The fields of the task that only some versions have: by default those that are stated."""
        return [field for field in self.kind.fields if field.since and field.option in self.fields]

    def fields_on(self, version: Version) -> list[Field]:
        """The fields that a snapshot has for this task."""
        optional = [field for field in self.optional_fields() if version.has(field.since)]
        return [field for field in self.kind.fields if not field.since or field in optional]

    def lacks(self, version: Version) -> list[str]:
        """What to tell of stated fields that need a later version; one that is off needs none."""
        stated = [field for field in self.kind.fields if self.fields.get(field.option)]
        return [version.lack(field.since, field.option) for field in stated if not version.has(field.since)]


def stated(kind: Kind, params: Body) -> Body:
    """What Desired takes, besides the kind and the name, of the options of a module."""
    if params["state"] == "absent":
        return {"present": False}
    return {"fields": kind.stated(params), "links": kind.stated_links(params), "append": params["append"]}


# -- the target ------------------------------------------------------------------------------------------------------


def target_fields(current: Snapshot, desired: Desired) -> Body:
    """The fields that there are or that a new object has, with those that are stated."""
    there = current.fields
    if not current.exists:
        there = {field.option: field.new for field in desired.fields_on(current.version)}
    stated = {option: value for option, value in desired.fields.items() if option in there}
    return desired.kind.merged(there, stated)


def target_links(there: Links, known: Links, desired: Desired, apart: str, problems: list[str]) -> Links:
    """The links that there are, with those that are stated added or in their place.

    :param known: see Snapshot.
    :param apart: how to tell several apart that have one name, such as C(write the id of one).
    :param problems: names that stand for nothing, or for several, are added to it.
    """
    links: Links = {}
    for link in desired.kind.links:
        links[link.option] = dict(there.get(link.option, {}))
        if link.option in desired.links:
            stated = _resolved(link, desired.links[link.option], known[link.others], apart, problems)
            links[link.option] = {**links[link.option], **stated} if desired.append else stated
    return links


def _resolved(link: Link, names: t.Sequence[str], known: Ids, apart: str, problems: list[str]) -> Ids:
    """Names, in the server's spelling, with their ids. A name is found in any case."""
    by_case = {name.lower(): name for name in known}
    found: Ids = {}
    for name in names:
        spelled = name if name in known else by_case.get(name.lower())
        if spelled is None:
            problems.append(f"{link.option}: the server has no {name}.{nearest(name, known)}")
        elif not known[spelled]:
            problems.append(f"{link.option}: the server has several that are called {spelled}: {apart}")
        else:
            found[_first_name(known[spelled], known)] = known[spelled]
    return found


def _first_name(key: str, known: Ids) -> str:
    return next(name for name, other in known.items() if other == key)


# -- from one state to another ---------------------------------------------------------------------------------------


class Difference(t.NamedTuple):
    """What leads from one state of an object to another.

    :ivar fields: the options of those that get another value.
    """

    fields: list[str]
    added: Links
    removed: Links


def difference(current: Snapshot, target: Snapshot) -> Difference:
    """What leads from one state to another, both of which are there."""
    return Difference(
        [option for option, value in target.fields.items() if value != current.fields.get(option)],
        {option: _missing(linked, current.links[option]) for option, linked in target.links.items()},
        {option: _missing(linked, target.links[option]) for option, linked in current.links.items()},
    )


def _missing(linked: Ids, others: Ids) -> Ids:
    """Those that are not among others, which may have them under another name."""
    return {name: key for name, key in linked.items() if key not in others.values()}


def pairs(kind: Kind, links: Links) -> t.Iterator[tuple[Link, str]]:
    """Each link with the id of its other side."""
    for link in kind.links:
        for key in links.get(link.option, {}).values():
            yield link, key


def stated_of_new(kind: Kind, fields: Body) -> list[str]:
    """The options of those fields that a new object does not have by itself."""
    return [field.option for field in kind.fields if field.always or fields.get(field.option, field.new) != field.new]


# -- words -----------------------------------------------------------------------------------------------------------


def creation(desired: Desired, links: Links) -> str:
    """A creation in words: C(create group Feeds with roles Connector)."""
    lists = " and ".join(_phrases("", links))
    return f"create {desired.label} with {lists}" if lists else f"create {desired.label}"


def change(desired: Desired, found: Difference) -> str:
    """A difference in words: C(change group Feeds: description; add roles Connector); "" where there is none."""
    names = {field.option: field.part_of or field.option for field in desired.kind.fields}
    fields = dict.fromkeys(names[option] for option in found.fields)
    parts = [", ".join(fields), *_phrases("add ", found.added), *_phrases("remove ", found.removed)]
    given = "; ".join(part for part in parts if part)
    return f"change {desired.label}: {given}" if given else ""


def _phrases(verb: str, links: Links) -> list[str]:
    """Lists of links in words."""
    return [f"{verb}{option.replace('_', ' ')} {', '.join(linked)}" for option, linked in links.items() if linked]


# -- telling ---------------------------------------------------------------------------------------------------------


def as_options(fields: Body, links: Links) -> Body:
    """An object in the shape that its module takes."""
    return {**fields, **{option: sorted(linked) for option, linked in links.items()}}


def shown(state: Snapshot, desired: Desired, more: Body) -> Shown:
    """An object as a diff shows it, and what there is to show besides; nothing of one that is not there."""
    if not state.exists:
        return {}
    options = {**as_options(state.fields, state.links), **more}
    return {(desired.kind.plural, desired.name, option): value for option, value in options.items()}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kind of object is, as data: its fields, its links, its identity. Each product has a table of its kinds.

Argument specs, desired objects, snapshots, diffs, exports and refusals read the tables; nothing else says what an
object has. A third product writes: its table, a client, a reader of snapshots, a planner for what is its own (the order
of its writes, its tokens), and an entry for each module.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import nearest

Spec = t.Dict[str, t.Any]
Body = t.Dict[str, t.Any]

NAME: Spec = {"type": "str", "required": True}
NAMES: Spec = {"type": "list", "elements": "str"}
TEXT: Spec = {"type": "str"}
FLAG: Spec = {"type": "bool"}
STATE: Spec = {"type": "str", "choices": ["present", "absent"], "default": "present"}


def as_it_is(value: t.Any) -> t.Any:
    """The value itself: what most fields need no rule for."""
    return value


@dataclasses.dataclass(frozen=True)
class Field:
    """A value of an object.

    :ivar option: what modules call it.
    :ivar spec: its argument spec.
    :ivar api: what the server calls it, where that is another name.
    :ivar normal: a stated value as the server will store it.
    :ivar meaning: what two values have in common that need no change from one to the other.
    :ivar new: what the server gives to a new object where nothing is stated.
    :ivar since: the feature of the product's table of versions that servers need for it.
    :ivar part_of: what sentences call the value that it is a part of, where the server has several fields in one value.
    :ivar always: whether a creation states it even where it is as new ones have it.
    :ivar read: the value of what the server tells under its name.
    :ivar write: makes what the server takes of the values of all fields; None where it takes the value as it is.
    """

    option: str
    spec: Spec
    api: str = ""
    normal: t.Callable[[t.Any], t.Any] = as_it_is
    meaning: t.Callable[[t.Any], t.Any] = as_it_is
    new: t.Any = None
    since: str = ""
    part_of: str = ""
    always: bool = False
    read: t.Callable[[t.Any], t.Any] = as_it_is
    write: t.Callable[[Body], t.Any] | None = None

    @property
    def node(self) -> str:
        """What the server calls it."""
        return self.api or self.option

    def same(self, one: t.Any, other: t.Any) -> bool:
        """Whether two values mean the same."""
        return bool(one == other or self.meaning(one) == self.meaning(other))


@dataclasses.dataclass(frozen=True)
class Link:
    """A list of other objects that an object has.

    :ivar option: what modules call it.
    :ivar others: the kind (plural) of its other side.
    :ivar ordered: whether the order of the list means anything.
    :ivar api: what the server calls the relation, where it has a name.
    :ivar node: under what the server tells the objects that are linked.
    """

    option: str
    others: str
    ordered: bool = False
    api: str = ""
    node: str = ""

    def normal(self, names: t.Iterable[str]) -> list[str]:
        """The names of a list as the server will tell them."""
        return list(names) if self.ordered else sorted(set(names))


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of object.

    :ivar name: what one is called, C(plural) what several are.
    :ivar identity: the option by which an object is found.
    """

    name: str
    plural: str
    fields: tuple[Field, ...] = ()
    links: tuple[Link, ...] = ()
    identity: str = "name"

    def options(self) -> Spec:
        """The argument spec of its fields and links."""
        spec = {field.option: field.spec for field in self.fields}
        spec.update((link.option, NAMES) for link in self.links)
        return spec

    def stated(self, params: Body) -> Body:
        """Those of its fields that were given, as the server will store them."""
        return {
            field.option: field.normal(params[field.option])
            for field in self.fields
            if params.get(field.option) is not None
        }

    def stated_links(self, params: Body) -> dict[str, list[str]]:
        """Those of its links that were given."""
        return {link.option: params[link.option] for link in self.links if params.get(link.option) is not None}

    def merged(self, there: Body, stated: Body) -> Body:
        """Fields with what is stated of them; a value that means what it meant before keeps its words."""
        made = {**there, **stated}
        for field in self.fields:
            if field.option in there and field.same(there[field.option], made[field.option]):
                made[field.option] = there[field.option]
        return made

    def written(self, options: t.Iterable[str], values: Body) -> Body:
        """Some of its fields as the server takes them, by its names; of a value with several fields it takes all."""
        chosen = set(options)
        body: Body = {}
        for field in self.fields:
            if field.option in chosen:
                body[field.node] = field.write(values) if field.write else values[field.option]
        return body

    def link(self, option: str) -> Link:
        """The links that an option is about."""
        return next(link for link in self.links if link.option == option)


def read(fields: t.Iterable[Field], node: Body) -> Body:
    """The values of fields of an object as the server tells it."""
    return {field.option: field.read(node[field.node]) for field in fields}


def unknown(kind: str, name: str, known: t.Iterable[str]) -> str:
    """Says that a name stands for nothing, with the nearest that does."""
    return f"{kind} {name} is not there, nor made by this task.{nearest(name, known)}"

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list does with its query parameters: sort, search, q, select, distinct, offset, limit.

In that order, on whole objects in memory, as the server does (framework/wazuh/core/utils); in old
versions ``select`` comes before ``search``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sandbox.wazuh.envelope import Item
from sandbox.wazuh.errors import Failure, ServerBreaksError, joined

Params = dict[str, Any]


def page(items: list[Item], params: Params, name_field: str, *, selects_first: bool) -> tuple[list[Item], int]:
    """Apply a list's parameters.

    Args:
        items: all objects that the caller may see.
        params: validated query parameters.
        name_field: what can be sorted by besides ``id``.
        selects_first: only what is selected can be searched.

    Returns:
        The objects of the page, and how many there are on all pages.

    Raises:
        Failure: 1403 (sort), 1407 (q), 1724 (select); never for an empty list.
        ServerBreaksError: ``q`` compares what cannot be compared.
    """
    if not items:
        return [], 0
    items = _sorted(items, params.get("sort", "id"), name_field)
    search, select, distinct = params.get("search"), params.get("select"), params.get("distinct", False)
    if select and selects_first:
        items = _selected(items, select, with_id=not distinct)
    if search is not None:
        items = _searched(items, search)
    if params.get("q"):
        items = _filtered(items, params["q"])
    if select and not selects_first:
        items = _selected(items, select, with_id=not distinct)
    if distinct:
        items = _distinct(items)
    offset, limit = params["offset"], params["limit"]
    return items[offset : offset + limit], len(items)


def _sorted(items: list[Item], sort: str, name_field: str) -> list[Item]:
    fields = (sort[1:] if sort[0] in "+-" else sort).split(",")
    if fields == [""]:
        # A lone + or -: the order in which they come, which is any.
        return items
    allowed = ["id", name_field]
    wrong = dict.fromkeys(field for field in fields if field not in allowed)
    if wrong:
        hint = f"Allowed sort fields: {joined(allowed)}. Wrong fields: {joined(wrong)}"
        raise Failure(1403, hint=hint)

    def key(item: Item) -> tuple[Any, ...]:
        values = (item[field] for field in fields)
        return tuple(value.lower() if isinstance(value, str) else value for value in values)

    return sorted(items, key=key, reverse=sort[0] == "-")


def _searched(items: list[Item], search: str) -> list[Item]:
    negated = search[0] == "-"
    text = (search[1:] if negated else search).lower()
    if not text:
        return items
    return [item for item in items if any(text in leaf for leaf in _leaves(item)) != negated]


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value.lower() if isinstance(value, str) else str(value)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
_TEXT = r"[\[\]\w _\-.:?\\/'\"=@%<>{}]"
_GROUPS = rf"(?:\({_TEXT}*\))*"
# FIELD[.INNER] OPERATOR VALUE, loosely: what follows a clause is ignored.
_CLAUSE = re.compile(rf"\(?(\w+)\.?([\w.]*)([=!<>~]{{1,2}})((?:{_GROUPS}{_TEXT}+{_GROUPS})+)\)?")
_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%fZ")


def _filtered(items: list[Item], query: str) -> list[Item]:
    alternatives = [part.split(";") for part in query.split(",")]
    try:
        return [
            item for item in items if any(all(_holds(clause, item) for clause in clauses) for clauses in alternatives)
        ]
    except (TypeError, ValueError, KeyError) as error:
        raise ServerBreaksError from error


def _holds(clause: str, item: Item) -> bool:
    match = _CLAUSE.match(clause)
    if match is None:
        raise Failure(1407, detail=f"Parameter 'q' is not valid: '{clause}'")
    field, inner, op, text = match.groups()
    if field not in item:
        return False
    found: list[Any] = []
    if inner and _walk(item[field], inner.split("."), found):
        return any(_compare(value, op, text) for value in found if value)
    return _compare(item[field], op, text)


def _walk(value: Any, keys: list[str], found: list[Any]) -> bool:
    for position, key in enumerate(keys):
        if isinstance(value, list):
            # All of them, even after one was found.
            return True in [_walk(element, keys[position:], found) for element in value]
        if key not in value:
            return False
        value = value[key]
    found.append(value)
    return True


def _compare(value: Any, op: str, text: str) -> bool:
    elements = value if isinstance(value, list) else [value]
    if op == "~":
        return any(text in (str(element) if _is_number(element) else element) for element in elements)
    # What is compared with keeps the type that the element before gave it: the second element of
    # a list of numbers breaks the server.
    wanted: Any = text
    for element in elements:
        wanted = _as_date(wanted)
        one = _as_date(element) if isinstance(wanted, datetime) else element
        if _is_number(one):
            wanted = int(wanted)
        if _OPERATORS[op](one, wanted):
            return True
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _as_date(value: Any) -> Any:
    for pattern in _DATES:
        try:
            return datetime.strptime(value, pattern)
        except ValueError:
            continue
    return value


def _selected(items: list[Item], fields: list[str], *, with_id: bool) -> list[Item]:
    return [_chosen(item, fields, with_id=with_id) for item in items]


def _chosen(item: Item, fields: list[str], *, with_id: bool) -> Item:
    chosen: Item = {}
    for field in fields:
        chosen.update(_part(item, field.split(".")) or {})
    if not chosen:
        raise Failure(1724, detail=joined(dict.fromkeys(fields)))
    if with_id:
        chosen["id"] = item["id"]
    return chosen


def _part(value: Any, path: list[str]) -> Item | None:
    if not isinstance(value, dict) or path[0] not in value:
        return None
    if len(path) == 1:
        return {path[0]: value[path[0]]}
    inner = _part(value[path[0]], path[1:])
    return {path[0]: inner} if inner else None


def _distinct(items: list[Item]) -> list[Item]:
    kept: list[Item] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists as the server gives them: filters, full-text search, order, pages."""

from __future__ import annotations

import base64
import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.opencti import errors
from sandbox.opencti.attributes import ATTRIBUTES
from sandbox.opencti.store import Document

DEFAULT_PAGE = 500
LARGEST_PAGE = 5000

_ALWAYS = {"id", "ids", "internal_id", "standard_id", "entity_type", "created_at", "updated_at"}
_NEVER = {"password", "api_token", "user_confidence_level", "group_confidence_level"}
_SEARCHED = ("name", "user_email", "firstname", "lastname", "description", "definition")
_SIMILAR = 0.75
"""How like a word must be to count as found: about one wrong letter in four."""

Test = Callable[[str, str], bool]
_TEXT_TESTS: dict[str, Test] = {
    "eq": lambda have, want: have == want,
    "contains": lambda have, want: want in have,
    "starts_with": lambda have, want: have.startswith(want),
    "ends_with": lambda have, want: have.endswith(want),
    "wildcard": lambda have, want: bool(re.fullmatch(re.escape(want).replace(r"\*", ".*"), have)),
}
_ORDER_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
}


def normalised(value: Any) -> str:
    """How keywords are compared: without case and accents (server: string_normalizer)."""
    letters = unicodedata.normalize("NFKD", str(value))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def connection(entity_type: str, documents: list[Document], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A page of documents.

    Args:
        entity_type: of all of them.
        documents: all that there are.
        arguments: ``first``, ``after``, ``orderBy``, ``orderMode``, ``filters``, ``search``.

    Returns:
        ``edges`` of ``cursor`` and ``node``, and ``pageInfo``.

    Raises:
        PlatformError: a filter asks for what no object has.
    """
    filters = arguments.get("filters")
    if filters:
        _check_keys(filters, _ALWAYS | set(ATTRIBUTES[entity_type]) - _NEVER)
    found = [d for d in documents if _matches(d, filters)]
    if arguments.get("search"):
        found = [d for d in found if _found_by(d, arguments["search"])]
    found = ordered(found, arguments.get("orderBy"), arguments.get("orderMode"))
    start = _position_after(found, arguments.get("after"))
    wanted = DEFAULT_PAGE if arguments.get("first") is None else arguments["first"]
    page = found[start : start + max(0, min(wanted, LARGEST_PAGE))]
    edges = [{"cursor": _cursor(document), "node": document} for document in page]
    return {
        "edges": edges,
        "pageInfo": {
            "startCursor": edges[0]["cursor"] if edges else "",
            "endCursor": edges[-1]["cursor"] if edges else "",
            "hasNextPage": start + len(page) < len(found),
            "hasPreviousPage": start > 0,
            "globalCount": len(found),
        },
    }


def ordered(documents: list[Document], key: str | None, mode: str | None) -> list[Document]:
    """Sort by an attribute, those without it last, then by standard id."""
    by_id = sorted(documents, key=lambda document: str(document["standard_id"]))
    if key in (None, "_score"):
        return by_id
    having = [document for document in by_id if _sortable(document.get(key)) is not None]
    lacking = [document for document in by_id if _sortable(document.get(key)) is None]
    having.sort(key=lambda document: _sortable(document[key]), reverse=mode == "desc")
    return having + lacking


def _sortable(value: Any) -> Any:
    if isinstance(value, Mapping):  # a confidence level
        return value.get("max_confidence")
    return normalised(value) if isinstance(value, str | bool) else value


def _cursor(document: Document) -> str:
    return base64.b64encode(json.dumps([document["id"]]).encode()).decode()


def _position_after(documents: list[Document], cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        last = json.loads(base64.b64decode(cursor, validate=True))[0]
    except (ValueError, LookupError, TypeError):
        raise errors.functional("Invalid cursor", after=cursor) from None
    places = [place for place, document in enumerate(documents) if document["id"] == last]
    return places[0] + 1 if places else len(documents)


def _check_keys(group: Mapping[str, Any], known: set[str]) -> None:
    unknown = [k for entry in group["filters"] for k in entry["key"] if k not in known]
    if unknown:
        message = "incorrect filter keys not existing in any schema definition"
        raise errors.unsupported(message, keys=unknown)
    for nested in group["filterGroups"]:
        _check_keys(nested, known)


def _matches(document: Document, group: Mapping[str, Any] | None) -> bool:
    if not group:
        return True
    results = [_passes(document, entry) for entry in group["filters"]]
    results += [_matches(document, nested) for nested in group["filterGroups"]]
    return (all(results) if group["mode"] == "and" else any(results)) if results else True


def _passes(document: Document, entry: Mapping[str, Any]) -> bool:
    operator = entry.get("operator") or "eq"
    combine = all if entry.get("mode") == "and" else any
    have = [value for key in entry["key"] for value in _values(document, key)]
    if operator in ("nil", "not_nil"):
        return (not have) == (operator == "nil")
    if operator == "search":
        return any(_one(_resembles, have, want) for want in entry["values"])
    if operator.startswith("not_"):
        test = _TEXT_TESTS[operator.removeprefix("not_")]
        return not any(_one(test, have, want) for want in entry["values"])
    if operator in _ORDER_TESTS:
        return combine(_compares(operator, have, want) for want in entry["values"])
    return combine(_one(_TEXT_TESTS[operator], have, want) for want in entry["values"])


def _one(test: Test, have: list[Any], want: Any) -> bool:
    return any(test(normalised(value), normalised(want)) for value in have)


def _compares(operator: str, have: list[Any], want: Any) -> bool:
    """Numbers as numbers, all else as text: times in ISO form have their order as text."""
    test = _ORDER_TESTS[operator]
    numbers = [value for value in have if isinstance(value, int) and not isinstance(value, bool)]
    if numbers:
        return any(test(value, int(want)) for value in numbers)
    return any(test(normalised(value), normalised(want)) for value in have)


def _values(document: Document, key: str) -> list[Any]:
    if key in ("id", "ids", "internal_id"):
        found = [document["id"], document["standard_id"]]
        return found[:1] if key == "internal_id" else found
    value = document.get(key)
    values = value if isinstance(value, list) else [value]
    return [entry for entry in values if entry not in (None, "")]


def _found_by(document: Document, search: str) -> bool:
    """Full text: every word must resemble some word of the object. Never use it to identify."""
    text = " ".join(str(document[key]) for key in _SEARCHED if document.get(key))
    return all(_resembles(normalised(text), normalised(word)) for word in search.split())


def _resembles(text: str, word: str) -> bool:
    words = re.findall(r"\w+", text)
    wanted = re.findall(r"\w+", word)
    return all(
        any(have.startswith(want) for have in words) or bool(difflib.get_close_matches(want, words, 1, _SIMILAR))
        for want in wanted
    )

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``fieldPatch``: which attributes of an object a client may change, and how values are taken.

As in the server's schema-validator and middleware: values come in lists; strings are trimmed,
booleans and numbers may come as text; ``add`` and ``remove`` matter for lists and for paths
into objects only; an unknown attribute is refused.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.opencti import errors
from sandbox.opencti.store import Document, iso, seconds
from sandbox.opencti.versions import Release


@dataclass(frozen=True)
class Attribute:
    """How an attribute is taken.

    Attributes:
        kind: string, boolean, date, number or object.
        many: whether it holds a list.
        since: first release that has it.
        until: first release that has it no more.
        mandatory: whether it cannot be emptied.
    """

    kind: str = "string"
    many: bool = False
    since: str | None = None
    until: str | None = None
    mandatory: bool = False


_TEXT, _FLAG, _CONFIDENCE = Attribute(), Attribute("boolean"), Attribute("object")
_NAME = Attribute(mandatory=True)
_NUMBER, _TEXTS = Attribute("number"), Attribute(many=True)
_POLICY = "min_length max_length min_symbols min_numbers min_words min_lowercase min_uppercase"

ATTRIBUTES: dict[str, dict[str, Attribute]] = {
    "User": {
        "name": _NAME,
        "user_email": _NAME,
        "password": _TEXT,
        "description": _TEXT,
        "firstname": _TEXT,
        "lastname": _TEXT,
        "theme": _TEXT,
        "language": _TEXT,
        "unit_system": _TEXT,
        "external": _FLAG,
        "account_status": _NAME,
        "account_lock_after_date": Attribute("date"),
        "user_confidence_level": _CONFIDENCE,
        "api_token": Attribute(until="7.260224.0"),
        "user_service_account": Attribute("boolean", since="6.8.0"),
        "submenu_show_icons": Attribute("boolean", since="6.0.10"),
        "submenu_auto_collapse": Attribute("boolean", since="6.0.10"),
        "monochrome_labels": Attribute("boolean", since="6.2.18"),
    },
    "Group": {
        "name": _NAME,
        "description": _TEXT,
        "default_assignation": _FLAG,
        "auto_new_marking": _FLAG,
        "no_creators": Attribute("boolean", since="6.2.8"),
        "restrict_delete": Attribute("boolean", since="6.2.8"),
        "default_hidden_types": _TEXTS,
        "group_confidence_level": _CONFIDENCE,
        "max_shareable_markings": Attribute("object", many=True, since="6.1.11"),
        "auto_integration_assignation": Attribute(many=True, since="6.7.0"),
    },
    "Role": {
        "name": _NAME,
        "description": _TEXT,
        "can_manage_sensitive_config": Attribute("boolean", since="6.3.5"),
    },
    "Marking-Definition": {
        "definition_type": _NAME,
        "definition": _NAME,
        "x_opencti_order": Attribute("number", mandatory=True),
        "x_opencti_color": _TEXT,
    },
    "Organization": {
        "name": _NAME,
        "description": _TEXT,
        "contact_information": _TEXT,
        "x_opencti_organization_type": _TEXT,
        "grantable_groups": _TEXTS,
        "default_hidden_types": _TEXTS,
    },
    "Settings": {
        "platform_title": _TEXT,
        "platform_email": _TEXT,
        "platform_language": _TEXT,
        "platform_organization": _TEXT,
        "otp_mandatory": _FLAG,
    }
    | {f"password_policy_{rule}": _NUMBER for rule in _POLICY.split()},
}


def patched(document: Document, inputs: Iterable[Any], release: Release) -> Document:
    """The new values that a list of EditInput gives a document.

    Raises:
        PlatformError: an input is refused.
        UnexpectedError: a path leads nowhere.
    """
    known = ATTRIBUTES[document["entity_type"]]
    inputs = [edit for edit in inputs if edit is not None]
    if not inputs:
        raise errors.unsupported("Cannot validate an empty or invalid input", input=inputs)
    values: Document = {}
    for edit in inputs:
        attribute = known.get(edit["key"])
        if attribute is None or not release.within(attribute.since, attribute.until):
            raise errors.validation("You cannot update incompatible attribute", edit["key"])
        current = values.get(edit["key"], document.get(edit["key"]))
        values[edit["key"]] = _new_value(edit, attribute, current)
    return values


def check_confidence(key: str, level: Any) -> None:
    """Refuse what is not a confidence level. Numbers are not limited: the server limits none.

    Raises:
        PlatformError: a part of it is unknown or of a wrong type.
    """
    if level is None:
        return
    complaint = f"Validation against schema failed on attribute [{key}]"
    if not isinstance(level, dict) or set(level) - {"max_confidence", "overrides"}:
        raise errors.functional(f"{complaint}: not a confidence level", value=level)
    overrides = level.get("overrides") or []
    entries = [level, *overrides] if isinstance(overrides, list) else [None]
    for entry in entries:
        number = entry.get("max_confidence") if isinstance(entry, dict) else "none"
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise errors.functional(f"{complaint}: max_confidence must be a number", value=level)
    if any(not isinstance(entry.get("entity_type"), str) for entry in overrides):
        raise errors.functional(f"{complaint}: entity_type must be a string", value=level)


def _new_value(edit: Any, attribute: Attribute, current: Any) -> Any:
    key, operation = edit["key"], edit.get("operation") or "replace"
    given, path = list(edit["value"]), edit.get("object_path")
    if attribute.kind == "object" and path:
        value = _at_path(key, path, current, given, operation)
    else:
        if not attribute.many and len(given) > 1:
            raise errors.validation("Attribute cannot be multiple", key)
        taken = [_take(key, attribute.kind, value) for value in given]
        value = _combined(current or [], taken, operation) if attribute.many else [*taken, None][0]
    if attribute.mandatory and value in (None, ""):
        raise errors.validation("This attribute is mandatory", key)
    if key.endswith("_confidence_level"):
        check_confidence(key, value)
    return value


def _combined(current: list[Any], given: list[Any], operation: str) -> list[Any]:
    given = [value for value in given if value not in (None, "")]
    if operation == "add":
        return current + [value for value in given if value not in current]
    if operation == "remove":
        return [value for value in current if value not in given]
    return given


def _take(key: str, kind: str, value: Any) -> Any:
    """A value as an attribute of this kind stores it; an object is stored as it is."""
    if value is None or kind == "object":
        return value
    return _TAKEN[kind](key, value)


def _string(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise errors.validation("Attribute must be a string", key)
    return value.strip()


def _boolean(key: str, value: Any) -> bool:
    if not isinstance(value, bool | str):
        raise errors.validation("Attribute must be a boolean/string", key)
    return value if isinstance(value, bool) else value.lower() == "true"


def _number(key: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise errors.validation("Attribute must be a numeric/string", key) from None


def _date(key: str, value: Any) -> str | None:
    try:
        return iso(seconds(value)) if value else None
    except (TypeError, ValueError):
        raise errors.validation("Attribute must be a boolean/string", key) from None


_TAKEN: dict[str, Callable[[str, Any], Any]] = {
    "string": _string,
    "boolean": _boolean,
    "number": _number,
    "date": _date,
}


def _at_path(key: str, path: str, current: Any, given: list[Any], operation: str) -> Any:
    """Apply a change by JSON pointer, such as ``/user_confidence_level/max_confidence``."""
    root = {key: copy.deepcopy(current) if current is not None else {}}
    *parents, last = path.strip("/").split("/")
    if (parents or [last])[0] != key:
        raise errors.unsupported("Path update only available inside the attribute", path=path)
    try:
        holder: Any = root
        for step in parents:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        _change(holder, last, given if last == "overrides" else [*given, None][0], operation)
    except (KeyError, IndexError, TypeError, ValueError):
        raise errors.null_dereference(last) from None
    return root[key]


def _change(holder: Any, last: str, value: Any, operation: str) -> None:
    if not isinstance(holder, list):
        if operation == "remove":
            del holder[last]
        else:
            holder[last] = value
        return
    at = len(holder) if last == "-" else int(last)
    if operation == "remove":
        del holder[at]
    elif operation == "add":
        holder.insert(at, value)
    else:
        holder[at] = value

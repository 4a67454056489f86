# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API description says about parameters and bodies, as JSON schemas.

The order of keys in the bodies decides which mistake is reported first. The descriptions of ids
are part of the server's error texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from jsonschema import FormatChecker

Schema = dict[str, Any]

_PATTERNS = {
    "names": re.compile(r"^[\w\-.%]+$", re.ASCII),
    "numbers": re.compile(r"^\d+$"),
    "numbers_or_all": re.compile(r"^(\d+|all)$"),
    "search": re.compile(r"^[^;|&^*>]+$"),
    "sort": re.compile(r"^[\w_\-,\s+.]+$"),
}


_WIDE_NAMES = re.compile(r"^[\w\-.%]+$")


def formats(*, ascii_names: bool) -> FormatChecker:
    """The formats that schemas name.

    Args:
        ascii_names: names have no letters beyond ASCII.
    """
    checker = FormatChecker(formats=())
    patterns = _PATTERNS if ascii_names else _PATTERNS | {"names": _WIDE_NAMES}
    for name, pattern in patterns.items():
        checker.checks(name)(partial(_matches, pattern))
    return checker


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return not isinstance(value, str) or bool(pattern.match(value))


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: in the query string or in the path.
        schema: of its value.
        place: ``query`` or ``path``.
        required: it must be there.
        origin: name of the component that declares it, for ids.
    """

    name: str
    schema: Schema
    place: str = "query"
    required: bool = False
    origin: str = ""

    @property
    def with_origin(self) -> Schema:
        """The schema of ids with the trace that old versions leave in it."""
        trace = {"x-scope": ["", f"#/components/parameters/{self.origin}"]}
        if not self.origin:
            return self.schema
        if "items" in self.schema:
            return self.schema | {"items": self.schema["items"] | trace}
        return self.schema | trace


def _ids(name: str, what: str, origin: str, *, required: bool = False, or_all: bool = False) -> Parameter:
    item = {
        "description": f"{what} ID|all" if or_all else f"{what} ID",
        "format": "numbers_or_all" if or_all else "numbers",
        "type": "string",
    }
    schema = {"items": item, "type": "array"}
    return Parameter(name, schema, required=required, origin=origin)


def _path_id(name: str, what: str, origin: str) -> Parameter:
    schema = {"description": f"{what} ID", "format": "numbers", "type": "string"}
    return Parameter(name, schema, place="path", required=True, origin=origin)


_FLAG = {"default": False, "type": "boolean"}

PRETTY = Parameter("pretty", _FLAG)
WAIT = Parameter("wait_for_complete", _FLAG)
COMMON = (PRETTY, WAIT)
RAW = Parameter("raw", {"type": "boolean"})
ALLOW_RUN_AS = Parameter("allow_run_as", _FLAG)
POSITION = Parameter("position", {"minimum": 0, "type": "integer"})
ENDPOINT = Parameter("endpoint", {"type": "string"})
LIMIT = Parameter(
    "limit",
    {"default": 500, "format": "int32", "maximum": 100000, "minimum": 1, "type": "integer"},
)
OFFSET = Parameter("offset", {"default": 0, "format": "int32", "minimum": 0, "type": "integer"})
SEARCH = Parameter("search", {"format": "search", "type": "string"})
SELECT = Parameter("select", {"items": {"format": "names", "type": "string"}, "type": "array"})
SORT = Parameter("sort", {"format": "sort", "type": "string"})
Q = Parameter("q", {"type": "string"})
DISTINCT = Parameter("distinct", _FLAG)


def resource_parameter(types: tuple[str, ...]) -> Parameter:
    """GET /security/resources?resource=…: the types differ between versions."""
    return Parameter("resource", {"enum": list(types), "type": "string"})


USER_ID = _path_id("user_id", "User", "user_id_required")
ROLE_ID = _path_id("role_id", "Role", "role_id")
RULE_ID = _path_id("rule_id", "Security rule", "security_rule_id")
POLICY_ID = _path_id("policy_id", "Policy", "policy_id_rbac")

USER_IDS = _ids("user_ids", "User", "user_ids")
ROLE_IDS = _ids("role_ids", "Role", "role_ids")
RULE_IDS = _ids("rule_ids", "Security rule", "security_rule_ids")
POLICY_IDS = _ids("policy_ids", "Policy", "policy_ids_rbac")

ROLES_TO_LINK = _ids("role_ids", "Role", "role_ids_required", required=True, or_all=True)
RULES_TO_LINK = _ids("rule_ids", "Security rule", "security_rule_ids_required", required=True)
POLICIES_TO_LINK = _ids("policy_ids", "Policy", "policy_ids_rbac_required", required=True)

USERS_OR_ALL = _ids("user_ids", "User", "user_ids_delete", required=True, or_all=True)
ROLES_OR_ALL = _ids("role_ids", "Role", "role_ids_delete", required=True, or_all=True)
RULES_OR_ALL = _ids("rule_ids", "Security rule", "security_rule_ids_delete", required=True, or_all=True)
POLICIES_OR_ALL = _ids("policy_ids", "Policy", "policy_ids_rbac_delete", required=True, or_all=True)

_NAME = {"type": "string", "maxLength": 64, "format": "names"}
_TEXT = {"type": "string"}
_POLICY = {
    "type": "object",
    "properties": {
        "actions": {"type": "array", "items": _TEXT},
        "resources": {"type": "array", "items": _TEXT},
        "effect": _TEXT,
    },
    "required": ["actions", "resources", "effect"],
}

NEW_USER: Schema = {
    "type": "object",
    "properties": {
        "username": {"type": "string", "minLength": 4, "maxLength": 64, "format": "names"},
        "password": _TEXT,
    },
    "required": ["username", "password"],
}
USER_CHANGE: Schema = {"type": "object", "properties": {"password": _TEXT}}
NEW_ROLE: Schema = {"type": "object", "required": ["name"], "properties": {"name": _NAME}}
ROLE_CHANGE: Schema = {"type": "object", "properties": {"name": _NAME}}
NEW_POLICY: Schema = {
    "type": "object",
    "required": ["name", "policy"],
    "properties": {"name": _NAME, "policy": _POLICY},
}
POLICY_CHANGE: Schema = {"type": "object", "properties": {"name": _NAME, "policy": _POLICY}}
NEW_RULE: Schema = {
    "type": "object",
    "required": ["name", "rule"],
    "properties": {"name": _NAME, "rule": {"type": "object"}},
}
RULE_CHANGE: Schema = {"type": "object", "properties": {"name": _NAME, "rule": {"type": "object"}}}
CONFIG_CHANGE: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": {
        "auth_token_exp_timeout": {"type": "integer", "format": "int32", "minimum": 30},
        "rbac_mode": {"type": "string", "enum": ["white", "black"]},
    },
}
CONTEXT: Schema = {"type": "object"}

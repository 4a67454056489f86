# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The GraphQL schema of one release, taken from the dated definitions in ``schema/``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    build_ast_schema,
    parse,
    value_from_ast_untyped,
)

from sandbox.opencti.versions import Release

_SOURCES = Path(__file__).parent / "schema"
_OURS = {"since", "until", "auth", "constraint"}
_STIX_REF = re.compile(r"([a-z0-9-]+--)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Field = tuple[str, str]
"""Names of a type and one of its fields."""


@dataclass(frozen=True)
class ReleaseSchema:
    """What a release's API looks like.

    Attributes:
        schema: without resolvers.
        capabilities: for each field that asks for an account, the capabilities of which its
            reader needs one; empty: an account is enough.
        constraints: for each input field that has some, what its value must look like.
    """

    schema: GraphQLSchema
    capabilities: dict[Field, list[str]]
    constraints: dict[Field, dict[str, Any]]


def build_schema(release: Release) -> ReleaseSchema:
    """Take the schema of a release from the definitions."""
    taken = ReleaseSchema(GraphQLSchema(), {}, {})
    merged: dict[str, Any] = {}
    for definition in _definitions():
        if _present(definition, release):
            _merge(merged, definition, release, taken)
    schema = build_ast_schema(DocumentNode(definitions=tuple(merged.values())))
    _set_scalar(schema, "DateTime", _is_date, "cannot represent an invalid date-time-string")
    _set_scalar(schema, "StixRef", _is_stix_ref, "cannot represent an invalid id")
    return replace(taken, schema=schema)


def _merge(merged: dict[str, Any], definition: Any, release: Release, taken: ReleaseSchema) -> None:
    """Add a definition, or the members of one more part of it, without our directives."""
    name = definition.name.value
    whole = replace(merged.get(name, definition), directives=())
    for part in ("fields", "values"):
        if getattr(definition, part, None) is None:
            continue
        members = [member for member in getattr(definition, part) if _present(member, release)]
        for member in members:
            _note_directives(member.directives, release, (name, member.name.value), taken)
        before = getattr(merged[name], part) if name in merged else ()
        bare = tuple(replace(member, directives=()) for member in members)
        whole = replace(whole, **{part: (*before, *bare)})
    merged[name] = whole


@cache
def _definitions() -> list[Any]:
    found: list[DefinitionNode] = []
    for file in sorted(_SOURCES.glob("*.graphql")):
        found += parse(file.read_text(encoding="utf-8"), no_location=True).definitions
    return [node for node in found if not isinstance(node, DirectiveDefinitionNode)]


def _arguments(directive: DirectiveNode) -> dict[str, Any]:
    return {a.name.value: value_from_ast_untyped(a.value) for a in directive.arguments or ()}


def _present(node: Any, release: Release) -> bool:
    dates = {d.name.value: _arguments(d).get("release") for d in node.directives or ()}
    return release.within(dates.get("since"), dates.get("until"))


def _note_directives(
    directives: tuple[DirectiveNode, ...],
    release: Release,
    field: Field,
    taken: ReleaseSchema,
) -> None:
    for directive in directives or ():
        arguments = _arguments(directive)
        kind = directive.name.value
        if kind not in _OURS:
            raise ValueError(f"unknown directive @{kind} at {'.'.join(field)}")
        if kind == "constraint":
            taken.constraints[field] = arguments
        if kind == "auth" and release.within(arguments.get("since"), arguments.get("until")):
            taken.capabilities.setdefault(field, []).extend(arguments.get("for", []))


def _set_scalar(schema: GraphQLSchema, name: str, valid: Callable[[str], bool], complaint: str) -> None:
    scalar = schema.type_map[name]
    assert isinstance(scalar, GraphQLScalarType), name

    def coerce(value: Any) -> Any:
        if not isinstance(value, str) or not valid(value):
            raise GraphQLError(f"{name} {complaint} {value}.")
        return value

    scalar.coerce_input_value = coerce
    scalar.coerce_input_literal = lambda node: coerce(value_from_ast_untyped(node))


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text


def _is_stix_ref(text: str) -> bool:
    return bool(_STIX_REF.fullmatch(text))

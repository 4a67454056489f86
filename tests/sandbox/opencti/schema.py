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
    capabilities: dict[Field, list[str]] = {}
    constraints: dict[Field, dict[str, Any]] = {}
    merged: dict[str, Any] = {}
    for definition in _definitions():
        if not _present(definition, release):
            continue
        name = definition.name.value
        for part in ("fields", "values"):
            members = getattr(definition, part, None)
            if not members:
                continue
            kept = [member for member in members if _present(member, release)]
            for member in kept:
                field = (name, member.name.value)
                _note_directives(member.directives, release, field, capabilities, constraints)
            before = getattr(merged.get(name), part, ())
            bare = tuple(replace(member, directives=()) for member in kept)
            definition = replace(definition, **{part: (*before, *bare)})
        merged[name] = replace(definition, directives=())
    schema = build_ast_schema(DocumentNode(definitions=tuple(merged.values())))
    _set_scalar(schema, "DateTime", _is_date, "cannot represent an invalid date-time-string")
    _set_scalar(schema, "StixRef", _is_stix_ref, "cannot represent an invalid id")
    return ReleaseSchema(schema, capabilities, constraints)


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
    capabilities: dict[Field, list[str]],
    constraints: dict[Field, dict[str, Any]],
) -> None:
    for directive in directives or ():
        arguments = _arguments(directive)
        kind = directive.name.value
        if kind not in _OURS:
            raise ValueError(f"unknown directive @{kind} at {'.'.join(field)}")
        if kind == "constraint":
            constraints[field] = arguments
        if kind == "auth" and release.within(arguments.get("since"), arguments.get("until")):
            capabilities.setdefault(field, []).extend(arguments.get("for", []))


def _set_scalar(
    schema: GraphQLSchema, name: str, valid: Callable[[str], bool], complaint: str
) -> None:
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

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's schema is part of OpenCTI's, in each release that there is a schema of.

Every type, field, argument, input field, enum value, interface and union member of the sandbox has
to be there with the same type, and what OpenCTI demands in an input the sandbox has to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from contract.opencti_schemas import (
    DOCUMENTS,
    NO_SCHEMAS,
    complaints,
    real_schema,
    release_files,
    tell,
)
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
)
from sandbox.opencti.schema import build_schema
from sandbox.opencti.versions import Release

FILES = release_files()
needs_schemas = pytest.mark.skipif(not FILES, reason=NO_SCHEMAS)

Finding = tuple[str, bool]
"""What was looked at, and whether it is as it should be."""

NAMED_RANGES = {
    "all": (None, None),
    "api_token": (None, "7.260224.0"),
    "api_token_svc": ("6.8.0", "7.260224.0"),
    "api_tokens": ("7.260224.0", None),
    "legacy": (None, "7.260224.0"),
    "v7": ("7.260224.0", None),
}
"""Releases that the names of published documents stand for; ``__6_2_8`` means: from 6.2.8 on."""


def compare(ours: GraphQLSchema, theirs: GraphQLSchema) -> Iterator[Finding]:
    """All of our schema against theirs."""
    for name, kind in ours.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        other = theirs.type_map.get(name)
        yield name, type(other) is type(kind)
        if other is not None and type(other) is type(kind):
            yield from compare_types(kind, other)


def compare_types(ours: GraphQLNamedType, theirs: GraphQLNamedType) -> Iterator[Finding]:
    """The members of two types of one name and kind."""
    match ours, theirs:
        case GraphQLEnumType(), GraphQLEnumType():
            for value in ours.values:
                yield f"{ours.name}.{value}", value in theirs.values
        case GraphQLUnionType(), GraphQLUnionType():
            yield from named_by_both(f"{ours.name} =", ours.types, theirs.types)
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            yield from same_types(ours.name, ours.fields, theirs.fields)
            yield from known(ours.name, ours.fields, theirs.fields, is_required_input_field)
        case (
            GraphQLObjectType() | GraphQLInterfaceType(),
            GraphQLObjectType() | GraphQLInterfaceType(),
        ):
            yield from named_by_both(f"{ours.name} &", ours.interfaces, theirs.interfaces)
            yield from same_types(ours.name, ours.fields, theirs.fields)
            for name in ours.fields.keys() & theirs.fields.keys():
                place = f"{ours.name}.{name}"
                mine, other = ours.fields[name].args, theirs.fields[name].args
                yield from same_types(place, mine, other)
                yield from known(place, mine, other, is_required_argument)


def named_by_both(
    place: str, ours: Iterable[GraphQLNamedType], theirs: Iterable[GraphQLNamedType]
) -> Iterator[Finding]:
    """Each type that ours names: theirs names it, too."""
    names = {kind.name for kind in theirs}
    for kind in ours:
        yield f"{place} {kind.name}", kind.name in names


def same_types(place: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[Finding]:
    """Each of our members against the one of that name."""
    for name, member in ours.items():
        there = str(theirs[name].type) if name in theirs else "nothing"
        yield (
            f"{place}.{name}: ours is {member.type}, theirs {there}",
            there == str(member.type),
        )


def known(
    place: str, ours: dict[str, Any], theirs: dict[str, Any], demanded: Callable[[Any], bool]
) -> Iterator[Finding]:
    """Each member that they demand: we know it."""
    for name, member in theirs.items():
        if demanded(member):
            yield f"{place}.{name} is demanded", name in ours


@needs_schemas
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_sandbox_is_part_of_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours = build_schema(Release(file.stem)).schema
    findings = list(compare(ours, real_schema(file)))
    problems = [place for place, good in findings if not good]
    with capsys.disabled():
        tell(file.name, len(findings), problems)
    assert len(findings) > 400, "the comparison does not see the schema"
    assert not problems, "\n".join(problems)


def test_a_difference_is_noticed() -> None:
    old, new = (build_schema(Release(release)).schema for release in ("6.9.22", "7.260817.0"))
    problems = [place for place, good in compare(old, new) if not good]
    assert "User.api_token: ours is String!, theirs nothing" in problems
    older = build_schema(Release("6.7.0")).schema
    problems = [place for place, good in compare(older, old) if not good]
    assert "UserAddInput.user_email: ours is String!, theirs String" in problems


def releases_of(document: Path) -> tuple[str | None, str | None]:
    """From which release on, and before which one, a published document is valid."""
    suffix = document.stem.rpartition("__")[2]
    if re.fullmatch(r"[\d_]+", suffix):
        numbers = suffix.replace("_", ".")
        return (f"{numbers}.0" if numbers.count(".") == 1 else numbers), None
    return NAMED_RANGES.get(suffix, (None, None))


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason=f"{NO_SCHEMAS} (documents lie beside it)")
@needs_schemas
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_published_documents_are_valid(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = Release(file.stem)
    schema = build_schema(release).schema
    fitting = [d for d in sorted(DOCUMENTS.glob("*.graphql")) if release.within(*releases_of(d))]
    problems = [
        f"{document.name}: {complaint}"
        for document in fitting
        for complaint in complaints(schema, document.read_text(encoding="utf-8"))[:1]
    ]
    with capsys.disabled():
        tell(f"documents for {file.stem}", len(fitting), problems)
    assert fitting
    assert not problems, "\n".join(problems)

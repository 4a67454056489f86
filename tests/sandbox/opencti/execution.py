# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the text of an operation to its answer: parse, validate, check rights, resolve."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSyntaxError,
    ValidationContext,
    ValidationRule,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from sandbox.opencti import access, errors, mutations, resolvers
from sandbox.opencti.calls import Call, Request, Resolver
from sandbox.opencti.schema import ReleaseSchema, build_schema
from sandbox.opencti.versions import Release

Info = GraphQLResolveInfo[Request]

_LIMITS = {"Query": 2, "Mutation": 1}
"""How often each root field may stand in a document (app:graphql:batching_protection)."""
_KEPT_DOCUMENTS = 512
"""How many documents a release remembers: clients send the same few over and over."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TYPE_NAMES = {"Marking-Definition": "MarkingDefinition"}
_CONSTRAINED = {
    "userAdd": "UserAddInput",
    "groupAdd": "GroupAddInput",
    "roleAdd": "RoleAddInput",
    "organizationAdd": "OrganizationAddInput",
}


@dataclass(frozen=True)
class _Refusal:
    """Why a document is not executed.

    Attributes:
        problems: what is wrong with it.
        code: of all of them; None if they have their own.
    """

    problems: list[GraphQLError]
    code: str | None


class GraphQL:
    """The GraphQL side of a release.

    Args:
        release: which one.
    """

    def __init__(self, release: Release) -> None:
        described = build_schema(release)
        self.schema = described.schema
        self._in_extensions = release.does("errors have extensions")
        self._rules: list[type[ASTValidationRule]] = list(specified_rules)
        if release.does("root fields are counted"):
            self._rules.append(_CountRootFields)
        self._attach(described)
        self._checked = lru_cache(_KEPT_DOCUMENTS)(self._check)

    def _attach(self, described: ReleaseSchema) -> None:
        for type_name, fields in (resolvers.TYPES | mutations.TYPES).items():
            found = self.schema.type_map.get(type_name)
            if not isinstance(found, GraphQLObjectType):
                continue  # this release does not have it
            for name in fields.keys() & found.fields.keys():
                found.fields[name].resolve = partial(_resolve, fields[name])
        for (type_name, name), capabilities in described.capabilities.items():
            resolved = self.schema.type_map[type_name].fields[name]  # type: ignore[attr-defined]
            inner = resolved.resolve or partial(_resolve, partial(_read, name))
            resolved.resolve = partial(_guarded, inner, capabilities)
        for name, input_type in _CONSTRAINED.items():
            rules = {k[1]: v for k, v in described.constraints.items() if k[0] == input_type}
            mutation = self.schema.type_map["Mutation"].fields[name]  # type: ignore[attr-defined]
            mutation.resolve = partial(_constrained, mutation.resolve, rules)

    def run(self, request: Request, query: str, variables: dict[str, Any], operation: str | None) -> dict[str, Any]:
        """Execute an operation.

        Args:
            request: who asks.
            query: the document.
            variables: for it.
            operation: name of the one to run, when there are several.

        Returns:
            The answer: ``data``, ``errors``.
        """
        checked = self._checked(query)
        if isinstance(checked, _Refusal):
            return self._refused(checked.problems, checked.code)
        result = execute_sync(
            self.schema,
            checked,
            context_value=request,
            variable_values=variables,
            operation_name=operation,
            type_resolver=_type_of,
        )
        return self._answer(result)

    def _check(self, query: str) -> DocumentNode | _Refusal:
        """A document that may be executed: nothing but its text and the schema decide."""
        try:
            document = parse(query)
        except GraphQLSyntaxError as error:
            return _Refusal([error], "GRAPHQL_PARSE_FAILED")
        if _introspects(document):
            refusal = errors.forbidden(reason="GraphQL introspection not authorized!")
            return _Refusal([GraphQLError(refusal.message, original_error=refusal)], None)
        problems = validate(self.schema, document, self._rules)
        if problems:
            return _Refusal(problems, "GRAPHQL_VALIDATION_FAILED")
        return document

    def _answer(self, result: ExecutionResult) -> dict[str, Any]:
        if result.data is None and result.errors and not result.errors[0].path:
            return self._refused(result.errors, "BAD_USER_INPUT")
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            shaped = [errors.format_error(e, self._in_extensions) for e in result.errors]
            answer = {"errors": shaped} | answer
        return answer

    def _refused(self, problems: list[GraphQLError], code: str | None) -> dict[str, Any]:
        shaped = [errors.format_error(p, self._in_extensions, code) for p in problems]
        return {"errors": shaped}


@cache
def graphql_of(release: str) -> GraphQL:
    """The GraphQL side of a release; it holds no state, so one serves all platforms."""
    return GraphQL(Release(release))


class _CountRootFields(ValidationRule):
    """Refuses a root field that stands too often in a document (server: graphql-no-alias)."""

    context: ValidationContext

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._seen: Counter[tuple[str, str]] = Counter()

    def enter_field(self, node: FieldNode, *_where: Any) -> None:
        parent = self.context.get_parent_type()
        if parent is None or parent.name not in _LIMITS:
            return
        name, limit = node.name.value, _LIMITS[parent.name]
        self._seen[parent.name, name] += 1
        if self._seen[parent.name, name] == limit + 1:
            message = f"Allowed number of calls for {parent.name}->{name} has been exceeded"
            self.report_error(GraphQLError(f"{message} (max: {limit})", node))


def _introspects(document: DocumentNode) -> bool:
    selections = [getattr(d, "selection_set", None) for d in document.definitions]
    fields = [f for s in selections if s for f in s.selections if isinstance(f, FieldNode)]
    return any(field.name.value in ("__schema", "__type") for field in fields)


def _resolve(resolver: Resolver, parent: Any, info: Info, **arguments: Any) -> Any:
    return resolver(Call(parent, info.context, arguments))


def _read(name: str, call: Call) -> Any:
    return call.parent.get(name)


def _guarded(inner: Any, capabilities: list[str], parent: Any, info: Info, **arguments: Any) -> Any:
    access.check(info.context.caller, capabilities)
    return inner(parent, info, **arguments)


def _constrained(inner: Any, rules: dict[str, Any], parent: Any, info: Info, **arguments: Any) -> Any:
    for name, rule in rules.items():
        value = arguments["input"].get(name)
        if value is None:
            continue
        if len(value) < rule.get("minLength", 0):
            message = f"Must be at least {rule['minLength']} characters in length"
            raise errors.validation(message, name)
        if rule.get("format") == "not-blank" and not value.strip():
            raise errors.validation("Must not be blank", name)
        if rule.get("format") == "email" and not _EMAIL.fullmatch(value):
            raise errors.validation("Must be in email format", name)
    return inner(parent, info, **arguments)


def _type_of(value: Any, _info: Info, _type: GraphQLAbstractType) -> str:
    entity_type: str = value["entity_type"]
    return _TYPE_NAMES.get(entity_type, entity_type)

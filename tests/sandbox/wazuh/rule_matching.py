# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which roles a run_as login gets: the server's rule language on an authorization context.

A rule is built from AND, OR, NOT and from MATCH, MATCH$, FIND, FIND$. The language has edges that
people fall over (see ``_pattern``, ``_lists_match``, ``_child``); they are the server's
(framework/wazuh/rbac/auth_context.py) and kept on purpose. Pure code: no database, no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

_FUNCTIONS = frozenset({"MATCH", "MATCH$", "FIND", "FIND$"})
_REGEX_PREFIX = "r'"
_LAST_RESERVED_ID = 99
_DASHBOARD_USER_ID = 2


class RuleEvaluationError(Exception):
    """The server's own code breaks on this rule and context: the login answers 500."""


class ContextTooDeepError(Exception):
    """FIND met more levels than it may walk: the role at hand is passed over, others go on."""


@dataclass(frozen=True)
class RuleDialect:
    """What differs between server versions.

    Args:
        find_levels: nesting levels of the context that FIND may enter; None for no limit.
        regex_seconds: time allowed for one regular expression on one text, after which it counts
            as no match, with the ``regex`` package as engine. None for the standard library's
            engine and no limit.
        survives_recursion: whether a rule or context too deep for the interpreter's stack costs
            only the role at hand rather than the login.
    """

    find_levels: int | None
    regex_seconds: float | None
    survives_recursion: bool


GUARDED = RuleDialect(find_levels=8, regex_seconds=0.1, survives_recursion=True)
"""4.14.7 and 5.0.0."""

UNGUARDED = RuleDialect(find_levels=None, regex_seconds=None, survives_recursion=False)
"""4.4.5."""


@dataclass(frozen=True)
class LinkedRule:
    """A rule as it hangs on a role."""

    id: int
    rule: Any


def granted_roles(
    roles: Iterable[tuple[int, Sequence[LinkedRule]]],
    context: Mapping[str, Any],
    *,
    user_id: int,
    dialect: RuleDialect = GUARDED,
) -> list[int]:
    """The roles that an authorization context earns.

    Args:
        roles: all roles in the order of their ids, each with its rules in the order of theirs.
        context: what was sent with the login, already known to be no empty object (an empty one
            means the account's own roles, which is not decided here).
        user_id: who logs in; the default rules count for the dashboard's account alone.
        dialect: the server version's limits.

    Returns:
        Ids of the roles of which one rule matches.

    Raises:
        RuleEvaluationError: the login fails with 500.
    """
    granted = []
    for role_id, rules in roles:
        counting = (linked for linked in rules if linked.id > _LAST_RESERVED_ID or user_id == _DASHBOARD_USER_ID)
        try:
            if any(rule_matches(linked.rule, context, dialect=dialect) for linked in counting):
                granted.append(role_id)
        except ContextTooDeepError:
            continue
    return granted


def rule_matches(rule: Any, context: Mapping[str, Any], *, dialect: RuleDialect = GUARDED) -> bool:
    """Whether one rule holds for a context.

    Raises:
        ContextTooDeepError: a FIND had to go deeper than the dialect allows (also inside NOT).
        RuleEvaluationError: the server would answer 500, for example because a list of objects
            would have to be sorted.
    """
    try:
        return _Matcher(context, dialect).holds(rule)
    except RecursionError as error:
        if dialect.survives_recursion:
            raise ContextTooDeepError from error
        raise RuleEvaluationError(str(error)) from error
    except (TypeError, AttributeError) as error:
        # The server has no check before it sorts, measures or walks: its mistakes are Python's.
        raise RuleEvaluationError(str(error)) from error


class _Matcher:
    def __init__(self, context: Mapping[str, Any], dialect: RuleDialect) -> None:
        self._context = context
        self._dialect = dialect

    def holds(self, rule: Any) -> bool:
        """Try the keys in order; the first that decides ends it, unknown ones decide nothing."""
        for key, body in rule.items():
            if key in _FUNCTIONS:
                if self._call(key, body):
                    return True
                continue
            if key not in ("AND", "OR", "NOT"):
                continue
            true = self._count_true(body)
            if key == "NOT":
                return true != len(body)
            if true == len(body) if key == "AND" else true > 0:
                return True
        return False

    def _count_true(self, body: Any) -> int:
        # An object counts as one clause here, but by its number of keys where AND and NOT compare.
        if isinstance(body, dict):
            return int(self.holds(body))
        true = 0
        for clause in body if isinstance(body, list) else ():
            true += self.holds(clause)
        return true

    def _call(self, function: str, clause: Any) -> bool:
        exact = function.endswith("$")
        if function.startswith("MATCH"):
            return self._matches(clause, self._context, exact=exact)
        return self._finds(clause, self._context, exact=exact, level=0)

    def _finds(self, clause: Any, context: Any, *, exact: bool, level: int) -> bool:
        """MATCH, tried on the context, on each of its values and in all objects further down."""
        if self._dialect.find_levels is not None and level >= self._dialect.find_levels:
            raise ContextTooDeepError
        if self._matches(clause, context, exact=exact):
            return True
        for value in context.values():
            if self._matches(clause, self._child(value), exact=exact):
                return True
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict) and self._finds(clause, inner, exact=exact, level=level + 1):
                    return True
        return False

    def _matches(self, clause: Any, context: Any, *, exact: bool) -> bool:
        if isinstance(clause, dict):
            return self._object_matches(clause, context, exact=exact)
        wanted, given = _sorted_if_list(clause), _sorted_if_list(context)
        pattern = self._pattern(wanted)
        if pattern:
            # From here on a single value is a list of one: a literal of the same text is no match.
            given = given if isinstance(given, list) else [given]
            if any(self._hits(pattern, value) for value in given):
                return True
        if wanted == given:
            return True
        if isinstance(wanted, str):
            wanted = [wanted]
        if isinstance(wanted, list) and isinstance(given, list):
            return self._lists_match(wanted, given, exact=exact)
        return False

    def _object_matches(self, clause: dict[str, Any], context: Any, *, exact: bool) -> bool:
        """Every key of the clause has a matching value in the context, by count of hits.

        A key that is an expression counts once for each key it hits, so a clause fails when one
        expression hits too often as well as when a key finds nothing.
        """
        if not isinstance(context, dict):
            _sorted_if_list(context)  # for its error alone: it is sorted before it is compared
            return not clause
        hits = 0
        for key, wanted in clause.items():
            pattern = self._pattern(key)
            named = [name for name in context if pattern and self._hits(pattern, name)]
            named += [key] if key in context else []
            for name in named:
                hits += self._matches(wanted, self._child(context[name]), exact=exact)
        return hits == len(clause)

    def _lists_match(self, wanted: list[Any], given: list[Any], *, exact: bool) -> bool:
        """Count the pairs that agree, until there are as many as were wanted.

        So one expression that hits two values makes up for a second item that hits none.
        """
        agreeing = 0
        for value in given:
            for item in wanted:
                pattern = self._pattern(item)
                agreeing += self._hits(pattern, value) if pattern else value == item
                if agreeing == len(wanted) and not (exact and agreeing != len(given)):
                    return True
        return False

    def _child(self, value: Any) -> Any:
        # A null stands for the whole context again: the server takes None for "not given".
        return self._context if value is None else value

    def _pattern(self, text: Any) -> re.Pattern[str] | regex.Pattern[str] | None:
        """The compiled expression behind a text such as ``r'^adm.*$'``; None for literal text.

        The server cuts off the last two characters, not only the quote: ``r'^SOX'`` means ``^SO``.
        What does not compile is literal text.
        """
        if not (isinstance(text, str) and text.startswith(_REGEX_PREFIX)):
            return None
        expression = text[len(_REGEX_PREFIX) : -2]
        try:
            if self._dialect.regex_seconds is None:
                return re.compile(expression)
            return regex.compile(expression)
        except (re.error, regex.error, ArithmeticError, LookupError, RecursionError, ValueError):
            return None

    def _hits(self, pattern: re.Pattern[str] | regex.Pattern[str], value: Any) -> bool:
        if isinstance(pattern, re.Pattern):
            return pattern.match(value) is not None
        try:
            return pattern.match(value, timeout=self._dialect.regex_seconds) is not None
        except TimeoutError:
            return False


def _sorted_if_list(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value

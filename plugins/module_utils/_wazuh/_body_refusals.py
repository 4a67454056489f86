# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies and rules that the server would refuse or choke on, each with the cure. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import nearest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY, RULE

ACTION = re.compile(r"[a-z_\-]+:[a-z_\-]+")
# What the server accepts on a write, narrowed to what it can also process at run time: anything else would be
# stored and then answer 4500 to every request of every user who has the policy (FACTS, normalisation).
RESOURCE_PIECE = re.compile(r"[a-z_*]+:[a-zA-Z0-9_*]+:[a-zA-Z0-9_.*/\-]+")
WILDCARD_ANYWHERE = "*:*:*"
NUMBERED = ("user:id", "role:id", "policy:id", "rule:id")
COMBINING = ("AND", "OR", "NOT")
OPERATORS = (*COMBINING, "MATCH", "MATCH$", "FIND", "FIND$")


def body_problems(plural: str, name: str, body: Body) -> list[str]:
    """Why a policy or a rule that is about to be written must not be: what the server refuses or chokes on."""
    if plural == POLICY.plural:
        return policy_problems(name, body)
    return rule_problems(name, body) if plural == RULE.plural else []


def policy_problems(name: str, policy: Body) -> list[str]:
    """See body_problems; C(policy) is normalised."""
    where = f"policy {name}"
    problems = []
    if policy["effect"] not in ("allow", "deny"):
        problems.append(
            f"{where}: effect {policy['effect']!r} is unknown, and the server would take it for deny: "
            "write allow or deny"
        )
    for key in ("actions", "resources"):
        if not policy[key]:
            problems.append(f"{where}: {key} is empty: name at least one, or remove the policy")
    for action in policy["actions"]:
        if not ACTION.fullmatch(action):
            problems.append(f"{where}: action {action!r} is malformed: write it like agent:read")
    for resource in policy["resources"]:
        problems += [f"{where}: resource {resource!r} {why}" for why in _resource_problems(resource)]
    return problems


def _resource_problems(resource: str) -> list[str]:
    pieces = resource.split("&")
    if len(pieces) > 2:
        return ["combines more than two: the server would then refuse every request of its users; write at most a&b"]
    for piece in pieces:
        if piece == WILDCARD_ANYWHERE and len(pieces) == 1:
            continue
        if not RESOURCE_PIECE.fullmatch(piece):
            return [
                (
                    "is malformed, or would be stored and then make the server refuse every request of its users "
                    "(error 4500): write type:attribute:value like agent:id:001, agent:group:web or agent:id:*, "
                    "with a value out of A-Z a-z 0-9 _ . * / -"
                )
            ]
        kind, attribute, value = piece.split(":")
        if "*" in kind or "*" in attribute:
            return ["has a wildcard before its value: only *:*:* may; write like agent:id:*"]
        if f"{kind}:{attribute}" in NUMBERED and value != "*" and not value.isdigit():
            return [f"needs a number or * as its value: every list of {kind} objects would fail for its users"]
    return []


def rule_problems(name: str, rule: t.Any) -> list[str]:
    """See body_problems; C(rule) is normalised."""
    return [f"rule {name}: {why}" for why in (*_expression_problems(rule, "rule"), *_pattern_problems(rule))]


def _expression_problems(expression: t.Any, place: str) -> t.Iterator[str]:
    """Of an expression and of those within it; what it would match stands under (FACTS, rule matching)."""
    if not isinstance(expression, dict) or not expression:
        yield f"{place} is empty or no mapping: write like FIND: {{username: alice}}"
        return
    for key, body in expression.items():
        if key not in OPERATORS:
            yield (
                f"{key!r} in {place} is no operator, and the server passes over it.{nearest(key, OPERATORS)} "
                f"Write one of {', '.join(OPERATORS)}"
            )
        if key in COMBINING:
            yield from _combination_problems(key, body, f"{place}.{key}")


def _combination_problems(key: str, body: t.Any, place: str) -> t.Iterator[str]:
    """Of what AND, OR and NOT hold."""
    if body in ([], {}):
        who = "everybody" if key == "AND" else "nobody"
        yield f"{place} is empty, so that {who} would match: write in a list what it combines"
        return
    if isinstance(body, dict) and len(body) > 1 and key != "OR":
        who = "nobody" if key == "AND" else "everybody"
        yield (
            f"{place} holds one mapping of {len(body)} operators, so that {who} would match: write a list of mappings, "
            "with one operator each"
        )
    for clause in body if isinstance(body, list) else [body]:
        yield from _expression_problems(clause, place)


def _pattern_problems(rule: t.Any) -> t.Iterator[str]:
    """Of its regular expressions: the server cuts two characters, taking the second for the quote."""
    for pattern in _patterns(rule):
        if pattern == "r'" or not pattern.endswith("'"):
            whole = pattern if pattern.endswith("$") else f"{pattern}$"
            yield f"{pattern} lacks its closing quote, and the server cuts its last two characters: write {whole}'"
        elif not pattern.endswith("$'"):
            yield (
                f"the server cuts the last character of {pattern}: write {pattern[:-1]}$' for values that begin so, "
                f"or {pattern[:-1]}$$' for exactly these values"
            )
        elif not _compiles(pattern[2:-2]):
            yield f"{pattern} is no valid regular expression, the server would take it literally"


def rule_warnings(name: str, rule: t.Any) -> list[str]:
    """What the server reads in another way than its author may think."""
    return [
        f"rule {name}: {pattern} matches every value that begins so, since the server cuts the $: "
        f"write {pattern[:-1]}$' for exactly these values"
        for pattern in _patterns(rule)
        if pattern.startswith("r'^") and pattern.endswith("$'") and not pattern.endswith(("$$'", "*$'"))
    ]


def _patterns(value: t.Any) -> t.Iterator[str]:
    """Every C(r'…') in a rule, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _patterns(key)
            yield from _patterns(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _patterns(inner)
    elif isinstance(value, str) and value.startswith("r'"):
        yield value


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True

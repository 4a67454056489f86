# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before any write, each with the field's name and the cure. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import nearest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import KINDS, POLICY, RULE, Body, Wish

NAME = re.compile(r"[A-Za-z0-9_\-.%]{1,64}")
USERNAME = re.compile(r"[A-Za-z0-9_\-.%]{4,64}")
ACTION = re.compile(r"[a-z_\-]+:[a-z_\-]+")
# What the server accepts on a write, narrowed to what it can also process at run time: anything else would be
# stored and then answer 4500 to every request of every user who has the policy (FACTS, normalisation).
RESOURCE_PIECE = re.compile(r"[a-z_*]+:[a-zA-Z0-9_*]+:[a-zA-Z0-9_.*/\-]+")
WILDCARD_ANYWHERE = "*:*:*"
NUMBERED = ("user:id", "role:id", "policy:id", "rule:id")
COMBINING = ("AND", "OR", "NOT")
OPERATORS = (*COMBINING, "MATCH", "MATCH$", "FIND", "FIND$")
PASSWORD_CLASSES = (
    (re.compile(r"[a-z]"), "a lower-case letter a-z"),
    (re.compile(r"[A-Z]"), "an upper-case letter A-Z"),
    (re.compile(r"\d"), "a digit"),
    (re.compile(r"[^A-Za-z0-9]"), "a character that is neither letter nor digit"),
)
LAST_IN_LOGIN = 0xFF  # the server takes logins for Latin-1, but stores any password
PASSWORD_LENGTH = {4: (8, 64), 5: (12, 64)}  # by the server's major version


def wish_problems(wish: Wish) -> list[str]:
    """Names that the server would refuse, in one list of sentences."""
    problems = []
    for kind in KINDS:
        pattern, shortest = (USERNAME, 4) if kind.name == "user" else (NAME, 1)
        names = list(wish.present.get(kind.plural, {})) + list(wish.renames.get(kind.plural, {}).values())
        for name in names:
            if not pattern.fullmatch(name):
                problems.append(
                    f"{kind.plural}: the name {name!r} will not do: write {shortest} to 64 characters out of "
                    "A-Z a-z 0-9 _ - . %"
                )
        for name in set(wish.present.get(kind.plural, {})) & set(wish.absent.get(kind.plural, [])):
            problems.append(f"{kind.plural}: {name} is wanted both present and absent: state it once")
    for user, password in wish.passwords.items():
        problems += password_problems(user, password, major=4)
    timeout = wish.config.get("auth_token_exp_timeout")
    if timeout is not None and timeout < 30:
        problems.append(f"auth_token_exp_timeout: {timeout} is too short: write 30 seconds or more")
    return problems


def password_problems(user: str, password: str, major: int) -> list[str]:
    """Why the server would not take a password. The password itself is never part of the text."""
    least, most = PASSWORD_LENGTH[major]
    if not password:
        return [
            (
                f"password of user {user}: it is empty, which Wazuh 4.6 to 4.14 would accept and so open the account: "
                "write a password or omit the option"
            )
        ]
    problems = []
    if not least <= len(password) <= most:
        problems.append(f"password of user {user}: its length is {len(password)}: write {least} to {most} characters")
    missing = [words for pattern, words in PASSWORD_CLASSES if not pattern.search(password)]
    if missing:
        problems.append(f"password of user {user}: it lacks {', '.join(missing)}")
    if "\n" in password:
        problems.append(f"password of user {user}: it contains a line break: remove it")
    if any(ord(character) > LAST_IN_LOGIN for character in password):
        problems.append(
            f"password of user {user}: it contains characters that the server cannot read in a login: write others, "
            "out of Latin-1"
        )
    return problems


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
    """Of an expression and of those within it; what it would match is in FACTS, rule matching."""
    if not isinstance(expression, dict) or not expression:
        yield f"{place} is empty or no mapping: write like FIND: {{username: alice}}"
        return
    for key, body in expression.items():
        if key not in OPERATORS:
            yield (
                f"{key!r} in {place} is no operator, and the server passes over it.{nearest(key, OPERATORS)} "
                f"Write one of {', '.join(OPERATORS)}"
            )
        if key not in COMBINING:
            continue
        inner = f"{place}.{key}"
        if body in ([], {}):
            yield (
                f"{inner} is empty, so that {'everybody' if key == 'AND' else 'nobody'} would match: write in a list "
                "what it combines"
            )
            continue
        if isinstance(body, dict) and len(body) > 1 and key != "OR":
            yield (
                f"{inner} holds one mapping of {len(body)} operators, so that {'no' if key == 'AND' else 'every'}body "
                "would match: write a list of mappings, with one operator each"
            )
        for clause in body if isinstance(body, list) else [body]:
            yield from _expression_problems(clause, inner)


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


def catalogue_problems(name: str, policy: Body, catalogue: dict[str, list[str]]) -> list[str]:
    """Actions and resources that this server does not know, with the nearest that it knows.

    :param catalogue: what C(GET /security/actions) tells: C({action: [resource types, "*:*" for none]}).
    """
    types = {kind for kinds in catalogue.values() for kind in kinds}
    problems = [
        f"policy {name}: the server knows no action {action}.{nearest(action, catalogue)}"
        for action in policy["actions"]
        if action not in catalogue
    ]
    for resource in policy["resources"]:
        for piece in resource.split("&"):
            kind = piece.rpartition(":")[0]
            if kind not in types:
                problems.append(
                    f"policy {name}: the server knows no resource {kind} (in {resource}).{nearest(kind, types)}"
                )
    if problems:
        problems[-1] += " (validate_catalogue: false switches this check off)"
    return problems

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before any write, each with the field's name and the cure. Pure.

What policies and rules may say is in _body_refusals and _catalogue; which rights the task's own account must keep, in
_caller_rights.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._kinds import unknown
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    HIDDEN,
    KINDS,
    OWNERS,
    ROLE,
    RULE,
    USER,
    Desired,
    Kind,
    Snapshot,
    Target,
)

NAME = re.compile(r"[A-Za-z0-9_\-.%]{1,64}")
USERNAME = re.compile(r"[A-Za-z0-9_\-.%]{4,64}")
SHORTEST_TIMEOUT = 30
PASSWORD_CLASSES = (
    (re.compile(r"[a-z]"), "a lower-case letter a-z"),
    (re.compile(r"[A-Z]"), "an upper-case letter A-Z"),
    (re.compile(r"\d"), "a digit"),
    (re.compile(r"[^A-Za-z0-9]"), "a character that is neither letter nor digit"),
)
LAST_IN_LOGIN = 0xFF  # the server takes logins for Latin-1, but stores any password
PASSWORD_LENGTH = {4: (8, 64), 5: (12, 64)}  # by the server's major version


# -- of what is desired, whatever the server has --------------------------------------------------------------------


def desired_problems(desired: Desired) -> list[str]:
    """What no server would take, in one list of sentences."""
    problems = [problem for kind in KINDS for problem in _name_problems(desired, kind)]
    for user, password in desired.passwords.items():
        problems += password_problems(user, password, major=4)
    timeout = desired.config.get("auth_token_exp_timeout")
    if timeout is not None and timeout < SHORTEST_TIMEOUT:
        problems.append(f"auth_token_exp_timeout: {timeout} is too short: write {SHORTEST_TIMEOUT} seconds or more")
    return problems


def _name_problems(desired: Desired, kind: Kind) -> list[str]:
    pattern, shortest = (USERNAME, 4) if kind is USER else (NAME, 1)
    present = desired.present.get(kind.plural, {})
    problems = [
        f"{kind.plural}: the name {name!r} will not do: write {shortest} to 64 characters out of A-Z a-z 0-9 _ - . %"
        for name in [*present, *desired.renames.get(kind.plural, {}).values()]
        if not pattern.fullmatch(name)
    ]
    for name in present:
        if name in desired.absent.get(kind.plural, []):
            problems.append(f"{kind.plural}: {name} is wanted both present and absent: state it once")
    return problems


def password_problems(user: str, password: str, major: int) -> list[str]:
    """Why the server would not take a password. The password itself is never part of the text.

    :param major: of the server's version.
    """
    least, most = PASSWORD_LENGTH[major]
    where = f"password of user {user}"
    if not password:
        return [
            (
                f"{where}: it is empty, which Wazuh 4.6 to 4.14 would accept and so open the account: "
                "write a password or omit the option"
            )
        ]
    problems = []
    if not least <= len(password) <= most:
        problems.append(f"{where}: its length is {len(password)}: write {least} to {most} characters")
    missing = [words for pattern, words in PASSWORD_CLASSES if not pattern.search(password)]
    if missing:
        problems.append(f"{where}: it lacks {', '.join(missing)}")
    if "\n" in password:
        problems.append(f"{where}: it contains a line break: remove it")
    if any(ord(character) > LAST_IN_LOGIN for character in password):
        problems.append(
            f"{where}: it contains characters that the server cannot read in a login: write others, out of Latin-1"
        )
    return problems


# -- of what is to become of the server's state ---------------------------------------------------------------------


def removal_problems(current: Snapshot, kind: Kind, names: t.Sequence[str]) -> list[str]:
    """Objects that are there and cannot be removed."""
    problems = []
    for name in names:
        if current.reserved(kind.plural, name):
            problems.append(f"{kind.name} {name} is reserved and cannot be removed: leave it out")
        elif kind is USER and name in current.facts.accounts:
            problems.append(f"user {name} is the account that this task logs in with: remove it with another account")
    return problems


def target_problems(current: Snapshot, target: Target) -> list[str]:
    """Why the server, or the rights of the task's own account, stand in the way of a state."""
    problems = _link_problems(current, target)
    for kind in KINDS:
        problems += _reserved_problems(current, target, kind)
    problems += _reserved_rule_problems(current, target)
    for user in current.facts.accounts:
        problems += _account_problems(current, target, user)
    return problems


def _link_problems(current: Snapshot, target: Target) -> list[str]:
    """Links to what is not there and not created either, and links that are named twice."""
    problems = []
    for kind in OWNERS:
        for owner, body in target.of(kind.plural).items():
            there = current.of(kind.plural).get(target.old(kind.plural, owner), {})
            for link in kind.links:
                where = f"{kind.name} {owner}"
                problems += _names_problems(where, link.others, body.get(link.option, []), there, target)
    return problems


def _names_problems(where: str, plural: str, names: t.Sequence[str], there: Body, target: Target) -> list[str]:
    """Of one list of links.

    Links that the owner has already may lead to what the caller may not see, and so is in no list.
    """
    problems = []
    known = target.of(plural)
    for name in dict.fromkeys(names):
        hidden = name.startswith(HIDDEN) and name in there.get(plural, [])
        if name not in known and not hidden:
            problems.append(f"{where}: {unknown(BY_PLURAL[plural].name, name, known)}")
        if names.count(name) > 1:
            problems.append(f"{where}: {plural} names {name} twice: name it once")
    return problems


def _reserved_problems(current: Snapshot, target: Target, kind: Kind) -> list[str]:
    """Changes that the server forbids on reserved objects (FACTS, reserved resources).

    Free are run_as and the password of reserved users, and links of other rules to reserved roles.
    """
    problems = []
    renamed = target.renamed.get(kind.plural, {}).values()
    for name, now in current.of(kind.plural).items():
        then = target.of(kind.plural).get(name)
        if not current.reserved(kind.plural, name) or then == now:
            continue
        if then is None and name not in renamed:
            continue  # removal_problems tells
        changed = _locked_part(kind, now, then)
        if changed:
            problems.append(
                f"{kind.name} {name} is reserved: its {changed} cannot be changed: make a {kind.name} of your own "
                "instead"
            )
    return problems


def _locked_part(kind: Kind, now: Body, then: Body | None) -> str:
    """Which part of a reserved object would change that may not; C("") for none."""
    if then is None:
        return "name"
    for link in kind.links:
        if link.ordered and now.get(link.option) != then.get(link.option):
            return link.option
    return kind.body


def _reserved_rule_problems(current: Snapshot, target: Target) -> list[str]:
    """Links of reserved rules, which cannot be changed."""
    problems = []
    for name, role in target.of(ROLE.plural).items():
        now = current.of(ROLE.plural).get(target.old(ROLE.plural, name), {}).get(RULE.plural, [])
        changed = set(now) ^ set(role.get(RULE.plural, []))
        for rule in sorted(changed):
            if not current.reserved(RULE.plural, rule):
                continue
            if rule in now:
                why = "is reserved, and its links cannot be changed: leave it in rules"
            else:
                why = "is reserved and cannot be linked: make a rule of your own"
            problems.append(f"role {name}: rule {rule} {why}")
    return problems


def _account_problems(current: Snapshot, target: Target, account: str) -> list[str]:
    """The account that the task logs in with keeps its roles, or the task could not finish."""
    now: list[str] = current.of(USER.plural).get(account, {}).get("roles", [])
    then: list[str] = target.of(USER.plural).get(account, {}).get("roles", now)
    kept = [target.old(ROLE.plural, name) for name in then]
    if [name for name in kept if name in now] == now:
        return []
    return [
        (
            f"user {account} is the account that this task logs in with: taking roles from it or reordering them would "
            "cost the task its rights half-way: use another account for that"
        )
    ]

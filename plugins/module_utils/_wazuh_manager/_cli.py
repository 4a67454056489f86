# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two command lines that a Wazuh manager may have: what to run for a task. Pure.

C(rbac_control) ships since 4.6.0. C(security_resources) is the one of the reference documentation, which no release
ships (FACTS, CLI).
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import refuse
from ansible_collections.secops.iam.plugins.module_utils._secrets import UNSHOWN, UNSHOWN_SET
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import body_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh._desired import stated_body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    MAX_RESERVED_ID,
    POLICY,
    RESERVED_USERS,
    ROLE,
    RULE,
    USER,
    Desired,
    Kind,
    Version,
    is_reserved,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import desired_problems
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._answers import (
    USE_THE_API,
    Question,
    Verdict,
    judge_password,
    judge_reset,
)

Params = t.Dict[str, t.Any]
NOT_KNOWN = "(not known: the program cannot list)"

# From here on rbac_control is refused by its own server, which wants to know who is asking (FACTS, CLI).
CHANGE_PASSWORD_BROKEN: Version = (4, 14, 6)


@dataclasses.dataclass(frozen=True)
class Program:
    """One of the command lines: its name, its words for what both can do, and whether it has protected resources."""

    name: str
    change_passwords: str
    factory_reset: str
    protected: bool


SECURITY_RESOURCES = Program("security_resources", "--change-passwords", "--factory-reset", protected=True)
RBAC_CONTROL = Program("rbac_control", "change-password", "factory-reset", protected=False)
PROGRAMS = (SECURITY_RESOURCES, RBAC_CONTROL)


@dataclasses.dataclass(frozen=True)
class Call:
    """One run of a program.

    :ivar arguments: what it is called with; with C(secret) they may be in no argument list.
    :ivar judge: what its output means.
    :ivar reply: what to type when it has said this, or None.
    :ivar place: section and key of what it changes in the diff.
    :ivar before: what is there as far as known, None for nothing; C(after) likewise.
    :ivar otherwise: the step to take instead when this one finds its object there already.
    """

    arguments: tuple[str, ...]
    judge: t.Callable[[str], Verdict]
    place: tuple[str, ...]
    before: t.Any
    after: t.Any
    reply: t.Callable[[str], str | None] = lambda output: None
    secret: bool = False
    otherwise: Step | None = None


def plan(params: Params, program: Program, version: Version | None) -> list[Step]:
    """The steps of a task, each with its Call, in the order in which they are made.

    :raises Refused: for what this program or this server cannot do, and for what the server would choke on.
    """
    problems = _impossible(params, program, version) + _problems(params)
    refuse(problems)
    steps = [_reset(program)] if params["factory_reset"] else []
    steps += [_change_password(program, user, password) for user, password in _passwords(params).items()]
    if params["state"] == "absent":
        return steps + _links(params, "unlink") + _removals(params)
    steps += [_put(kind, item, params["update"]) for kind in KINDS for item in _items(params, kind)]
    return steps + _links(params, "link")


KINDS = (USER, ROLE, POLICY, RULE)
BEGIN = f"begin at {MAX_RESERVED_ID + 1}"
# Server errors that say: it is as wanted already. 5000, 4005 and 4009 are about the name, in part also about the body.
EXISTS = {"users": (5000,), "roles": (4005,), "policies": (4009,), "rules": (4005,)}
MISSING = {"users": (5001,), "roles": (4002,), "policies": (4007,), "rules": (4022,)}
LINKED = {("user", "roles"): (4017,), ("role", "policies"): (4011,), ("role", "rules"): (4023,)}
UNLINKED = {("user", "roles"): (4016,), ("role", "policies"): (4010,), ("role", "rules"): (4024,)}


def _items(params: Params, kind: Kind) -> list[Params]:
    return params[kind.plural] or []


def _passwords(params: Params) -> dict[str, t.Any]:
    return {user: password for user, password in (params["passwords"] or {}).items() if password is not None}


def _impossible(params: Params, program: Program, version: Version | None) -> list[str]:
    """What this program cannot do."""
    problems = []
    asked = [key for key in (*(kind.plural for kind in KINDS), "links") if params[key]]
    if asked and not program.protected:
        problems.append(
            f"{', '.join(asked)}: {program.name}, which this manager has, knows no protected resources, and no release "
            "of Wazuh ships the documented security_resources: manage them through the API, with secops.iam.wazuh_rbac"
        )
    if _passwords(params) and program is RBAC_CONTROL and version is not None and version >= CHANGE_PASSWORD_BROKEN:
        problems.append(f"{USE_THE_API}. This is Wazuh {'.'.join(map(str, version))}")
    return problems


def _problems(params: Params) -> list[str]:
    """What is wrong with the task whatever the program, in words with the cure."""
    problems = []
    if params["factory_reset"] and params["confirm"] != "RESET":
        problems.append(
            "factory_reset: this removes every policy, rule, role and user that is not reserved, and gives the "
            "default users their first passwords again: write confirm: RESET if that is meant"
        )
    problems += _password_problems(_passwords(params))
    for kind in KINDS:
        problems += _listed_problems(params, kind)
    for link in params["links"] or []:
        ends = _ends(link)
        if ends not in LINKED or not link[ends[1]]:
            problems.append(
                "links: write each as user with roles, as role with policies, or as role with rules, by number"
            )
    return problems + desired_problems(_named(params))


def _listed_problems(params: Params, kind: Kind) -> list[str]:
    """Of the objects of one kind."""
    problems = []
    names = set()
    for item in _items(params, kind):
        problems += _item_problems(kind, item) if params["state"] == "present" else _removal_problems(kind, item)
        if item["name"] in names:
            problems.append(f"{kind.plural}: {item['name']} is listed twice: list it once")
        names |= {item["name"]} - {None}
    return problems


def _named(params: Params) -> Desired:
    """The names and passwords of a task, to be held against what every server asks of them."""
    texts = {user: text for user, text in _passwords(params).items() if isinstance(text, str) and text}
    desired = Desired(passwords=texts)
    for kind in KINDS:
        items = _items(params, kind)
        desired.present[kind.plural] = {item["name"]: {} for item in items if item["name"] is not None}
        passwords = {_title(item): item["password"] for item in items if item.get("password") is not None}
        desired.passwords.update(passwords)
    return desired


def _password_problems(passwords: dict[str, t.Any]) -> list[str]:
    """Of the default users; what the server asks of any password is checked elsewhere."""
    problems = []
    for user, password in passwords.items():
        if user not in RESERVED_USERS:
            problems.append(f"passwords: {user} is no default user: write {' or '.join(RESERVED_USERS)}")
        elif not isinstance(password, str):
            problems.append(f"passwords: the one of {user} is no text: put it in quotes")
        elif not password:
            problems.append(
                f"passwords: the one of {user} is empty, which means to leave it: write one or take {user} out"
            )
        elif not password.isprintable():
            problems.append(f"passwords: the one of {user} holds a character that cannot be typed: use another")
    return problems


def _item_problems(kind: Kind, item: Params) -> list[str]:
    """Of an object that is to be there."""
    where = f"{kind.plural}: {_title(item)}"
    if is_reserved(item["id"]):
        return [f"{where}: id {item['id']} is reserved and cannot be changed: ids of your own {BEGIN}"]
    missing = [key for key in _needed(kind, item) if item[key] is None]
    if missing:
        return [f"{where}: {', '.join(missing)} missing, and the program takes only whole objects: add it"]
    if kind is USER and item["id"] is not None and (item["name"] is not None or item["password"] is None):
        return [f"{where}: with id, a user is known by it and cannot be renamed: write its new password and no name"]
    return body_problems(kind.plural, item["name"], _body(kind, item)) if kind in (POLICY, RULE) else []


def _needed(kind: Kind, item: Params) -> list[str]:
    """What the program wants to know of an object: its name and all its fields, of a new user the password instead."""
    if kind is not USER:
        return ["name", *(field.option for field in kind.fields)]
    return ["name", "password"] if item["id"] is None else []


def _removal_problems(kind: Kind, item: Params) -> list[str]:
    """Of an object that is to go."""
    where = f"{kind.plural}: {_title(item)}"
    if item["id"] is None:
        return [f"{where}: the program removes by number only: write its id"]
    if is_reserved(item["id"]):
        return [f"{where}: it is reserved and cannot be removed: ids of your own {BEGIN}"]
    more = [key for key, value in item.items() if value is not None and key != "id"]
    return [f"{where}: with state: absent write only its id, not {', '.join(more)}"] if more else []


def _title(item: Params) -> str:
    return str(item["name"] if item["name"] is not None else item["id"])


def _body(kind: Kind, item: Params) -> t.Any:
    """A policy's or a rule's body, as the server will store it."""
    return stated_body(kind, item)


def _reset(program: Program) -> Step:
    return Step(
        Key("database", ("RBAC",), "reset"),
        "reset the RBAC database to the server's defaults",
        Call(
            (program.factory_reset,),
            judge_reset,
            ("RBAC database", "all objects and links"),
            NOT_KNOWN,
            "the server's defaults",
            reply=lambda output: "RESET" if re.search(r"Type RESET to proceed:\s*$", output) else None,
        ),
    )


def _change_password(program: Program, user: str, password: str) -> Step:
    """One user a run: the others are skipped, so that each answer is about one user."""

    def reply(output: str) -> str | None:
        asked = re.search(r"New password for '([^']*)'.*:\s*$", output)
        return None if asked is None else password if asked.group(1) == user else ""

    return Step(
        Key(USER.name, (user,), "set password"),
        f"change the password of default user {user}",
        Call(
            (program.change_passwords,),
            lambda output: judge_password(user, output),
            ("passwords", user),
            UNSHOWN,
            UNSHOWN_SET,
            reply,
        ),
    )


def _put(kind: Kind, item: Params, update: bool) -> Step:
    """Add an object; or update it, when its number is given or when it is there and O(update) asks for it."""
    stated = {key: item[key] for key in ("name", "password", "allow_run_as") if item.get(key) is not None}
    shown = {key: UNSHOWN_SET if key == "password" else value for key, value in stated.items()}
    if kind.body:
        stated[kind.body] = shown[kind.body] = _body(kind, item)
    if kind is USER and "name" in stated:
        stated[kind.label] = stated.pop("name")
    title = _title(item)
    number = () if item["id"] is None else (str(item["id"]),)

    def step(method: str, already: tuple[int, ...], otherwise: Step | None = None) -> Step:
        # The documentation shows an update without the number; the program as it was once written wants it first.
        arguments = (f"--{method}-{kind.name}", *number, json.dumps(stated))
        judge = Question(kind.name.title(), method, number or (title,), already, by_name=not number).judge
        place = (kind.plural, *(number or (title,)))
        before = None if method == "add" else NOT_KNOWN
        call = Call(arguments, judge, place, before, shown, secret="password" in stated, otherwise=otherwise)
        return Step(Key(kind.name, (title,), method), f"{method} {kind.name} {' '.join(number) or title}", call)

    if number:
        return step("update", ())
    return step("add", EXISTS[kind.plural], step("update", ()) if update else None)


def _removals(params: Params) -> list[Step]:
    steps = []
    for kind in KINDS:
        numbers = tuple(str(item["id"]) for item in _items(params, kind))
        if numbers:
            table = Question(kind.name.title(), "remove", numbers, MISSING[kind.plural])
            listed = ", ".join(numbers)
            call = Call((f"--remove-{kind.name}", *numbers), table.judge, (kind.plural, listed), NOT_KNOWN, None)
            steps.append(Step(Key(kind.name, numbers, "remove"), f"remove {kind.plural} {listed}", call))
    return steps


def _ends(link: Params) -> tuple[str, ...]:
    """The two options that a link states, if it states two."""
    return tuple(key for key in ("user", "role", "roles", "policies", "rules") if link[key] is not None)


def _links(params: Params, method: str) -> list[Step]:
    steps = []
    for link in params["links"] or []:
        owner, plural = _ends(link)
        numbers = tuple(str(number) for number in link[plural])
        already = (LINKED if method == "link" else UNLINKED)[owner, plural]
        title = f"{owner}-{BY_PLURAL[plural].name}".title()
        table = Question(title, method, numbers, already, owner=str(link[owner]))
        arguments = (f"--{method}-{owner}-{plural}", str(link[owner]), *numbers)
        before, after, word = (None, link[plural], "to") if method == "link" else (link[plural], None, "from")
        call = Call(arguments, table.judge, ("links", f"{owner} {link[owner]}, {plural}"), before, after)
        key = Key(owner, (str(link[owner]),), f"{method} {plural}")
        steps.append(Step(key, f"{method} {owner} {link[owner]} {word} {plural} {', '.join(numbers)}", call))
    return steps

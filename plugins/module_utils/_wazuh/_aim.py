# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the state that is there and a wish to the state that is wanted. Pure; all refusals that need the state."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems, nearest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    HIDDEN,
    KINDS,
    PART_MEANING,
    POLICY,
    POLICY_KEYS,
    ROLE,
    RULE,
    USER,
    Body,
    LinkWish,
    Snapshot,
    Wish,
    rule_meaning,
    text,
)

TAKES = {"policies": "actions, resources and effect", "rules": "rule"}


def aim(current: Snapshot, wish: Wish, own: t.Collection[str]) -> Snapshot:
    """The snapshot that fulfils the wish, with the fewest differences from the current one.

    :param own: the names of the users that the task logs in with, or may have to, as far as they are known.
    :raises Refused: when the wish cannot be fulfilled, with every reason found.
    """
    problems: list[str] = []
    # The bodies are those of the current state: one that changes is replaced, never written into.
    objects = {plural: dict(there) for plural, there in current.objects.items()}
    target = Snapshot(objects, current.ids, None if current.config is None else dict(current.config))
    for plural, renames in wish.renames.items():
        for old, new in renames.items():
            _rename(target, plural, old, new, problems)
    leaving = _leaving(current, wish, own, problems)
    for plural, names in leaving.items():
        for name in names:
            del target.objects[plural][name]
        _change_links(target, plural, dict.fromkeys(names, ""))  # they go along, without an error (FACTS, links)
    for kind in KINDS:
        for name, stated in wish.present.get(kind.plural, {}).items():
            _state(current, target, wish, plural=kind.plural, name=name, stated=stated, problems=problems)
    for plural in (POLICY.plural, RULE.plural):
        _keep_words_apart(target, wish, plural)
    for plural, names in leaving.items():
        _hand_down(current, target, plural, names)
    for link in wish.links:
        _link(target, link, problems)
    if target.config is not None:
        target.config.update(wish.config)
    problems += _link_problems(current, target)
    problems += _reserved_problems(current, target)
    for user in own:
        problems += _caller_problems(current, target, user)
    if problems:
        raise Refused(join_problems(problems))
    target.passwords = _passwords_to_set(current, wish)
    return target


def _rename(target: Snapshot, plural: str, old: str, new: str, problems: list[str]) -> None:
    """Give an object its new name, in all links too; a name that has already become the new one is left."""
    objects = target.of(plural)
    if old == new or old not in objects:
        return
    if new in objects:
        problems.append(f"new_name: there are both {old} and {new} among the {plural}: remove one of them first")
        return
    target.objects[plural] = {new if name == old else name: body for name, body in objects.items()}
    target.renamed.setdefault(plural, {})[new] = old
    _change_links(target, plural, {old: new})


def _leaving(current: Snapshot, wish: Wish, own: t.Collection[str], problems: list[str]) -> dict[str, list[str]]:
    """The objects that go, by kind: those named absent, and with purge the custom ones that are not listed."""
    leaving: dict[str, list[str]] = {}
    for kind in KINDS:
        plural = kind.plural
        there = current.of(plural)
        names = [name for name in dict.fromkeys(wish.absent.get(plural, [])) if name in there]
        for name in names:
            if current.reserved(plural, name):
                problems.append(f"{kind.name} {name} is one of the server's own and cannot be removed: leave it out")
            elif kind is USER and name in own:
                problems.append(
                    f"user {name} is the account that this task logs in with: remove it with another account"
                )
        if plural in wish.purge:
            listed = set(wish.present.get(plural, {})) | set(wish.renames.get(plural, {}))
            names += [
                name
                for name in there
                if name not in listed
                and name not in names
                and not current.reserved(plural, name)
                and not (kind is USER and name in own)
            ]
        leaving[plural] = names
    return leaving


def _hand_down(current: Snapshot, target: Snapshot, plural: str, leaving: t.Sequence[str]) -> None:
    """Let a new object with the very text of one that goes be that one under a new name.

    The server stores every text once, so the old one would have to go first, and with it what it denies.
    """
    if BY_PLURAL[plural].body and leaving:
        heirs = {text(body): name for name, body in target.of(plural).items() if name not in current.of(plural)}
        for old in leaving:
            new = heirs.pop(text(current.of(plural)[old]), None)
            if new:
                target.renamed.setdefault(plural, {})[new] = old


def _change_links(target: Snapshot, plural: str, new_names: dict[str, str]) -> None:
    """Give what is linked its new name wherever it is linked, or take it out where that name is empty."""
    for kind in (ROLE, USER):
        for owner, body in target.of(kind.plural).items():
            if not new_names.keys().isdisjoint(body.get(plural, ())):
                names = [new_names.get(name, name) for name in body[plural]]
                target.objects[kind.plural][owner] = {**body, plural: [name for name in names if name]}


def _state(
    current: Snapshot, target: Snapshot, wish: Wish, *, plural: str, name: str, stated: Body, problems: list[str]
) -> None:
    """Make one object of the target what the wish states of it."""
    kind = BY_PLURAL[plural]
    empty = kind is RULE and name in wish.empty_rules
    name = wish.renames.get(plural, {}).get(name, name)
    there = target.of(plural).get(name)
    where = f"{kind.name} {name}"
    if there is None:
        if name in wish.reserved.get(plural, ()):
            problems.append(
                f"{where} is marked as reserved, but this server has none of that name (the defaults of Wazuh's "
                "versions differ): leave it out, or write reserved: false to create it"
            )
        if kind is USER and name not in wish.passwords:
            problems.append(f"{where} is not there, and creating it takes a password: give password")
    if empty and there != {}:
        problems.append(f"{where}: rule is empty: write like FIND: {{username: alice}}, or omit it to leave it alone")
        return
    if kind.body:
        wanted = _whole(plural, there, stated)
        if wanted is None:
            problems.append(f"{where} is not there: creating it takes {TAKES[plural]}")
            return
        if there is not None and kind is RULE and rule_meaning(there) == rule_meaning(wanted):
            wanted = there
        target.objects[plural][name] = wanted
        return
    made = {**(there or _empty(current, plural)), **stated}
    if "rules" in made:
        made["rules"] = sorted(set(made["rules"]))  # they have no order (FACTS, links)
    target.objects[plural][name] = made


def _whole(plural: str, there: Body | None, stated: Body) -> Body | None:
    """A body with what is stated of it, the rest as it is; None when that does not make a whole one."""
    if plural == POLICY.plural:
        merged = {**(there or {}), **stated}
        if not set(POLICY_KEYS) <= set(merged):
            return None
        wanted = {key: merged[key] for key in POLICY_KEYS}
        for key, meaning in PART_MEANING.items():
            if there and meaning(there[key]) == meaning(wanted[key]):
                wanted[key] = there[key]  # another order of the same is no change
        return wanted
    return stated or there


def _keep_words_apart(target: Snapshot, wish: Wish, plural: str) -> None:
    """Where two objects would share one text, let each have the words that the wish has for it.

    An object keeps its text while it says what is wished; another may be wished in just these words, and the server
    stores every text once.
    """
    renames = wish.renames.get(plural, {})
    stated = {renames.get(name, name): body for name, body in wish.present.get(plural, {}).items()}
    by_text: dict[str, list[str]] = {}
    for name, body in target.of(plural).items() if stated else ():
        by_text.setdefault(text(body), []).append(name)
    for names in by_text.values():
        for name in names if len(names) > 1 else ():
            if stated.get(name):
                there = target.objects[plural][name]
                worded = {**there, **stated[name]} if plural == POLICY.plural else stated[name]
                target.objects[plural][name] = worded


def _empty(current: Snapshot, plural: str) -> Body:
    """A role or user as the server makes it: without links, without run_as."""
    made: Body = {key: [] for key in BY_PLURAL[plural].links if key in current.objects}
    return {"allow_run_as": False, **made} if plural == USER.plural else made


def _link(target: Snapshot, link: LinkWish, problems: list[str]) -> None:
    """Bring one relation of the target into being, to its position, or to an end."""
    owner = target.of(link.owners).get(link.owner)
    if owner is None:
        if link.present:
            problems.append(_unknown(BY_PLURAL[link.owners].name, link.owner, target.of(link.owners)))
        return
    linked: list[str] = owner[link.items]
    others = [name for name in linked if name != link.item]
    if not link.present:
        linked = others
    elif link.position is not None:
        linked = [*others[: link.position], link.item, *others[link.position :]]
    elif link.item not in linked or _strayed(link, linked):
        linked = [*others, link.item]
    if link.items == "rules":
        linked = sorted(linked)
    target.objects[link.owners][link.owner] = {**owner, link.items: linked}


def _strayed(link: LinkWish, linked: t.Sequence[str]) -> bool:
    """Whether a new link has landed before an older one, in a gap that only the server knows (FACTS, links)."""
    return not set(linked[linked.index(link.item) :]).isdisjoint(link.after)


def last_when_new(link: LinkWish, current: Snapshot) -> LinkWish:
    """A wish for a link, with what is linked already where it is new and may be anywhere, so that it comes last."""
    linked = current.linked(link)
    if not link.present or link.position is not None or link.item in linked or link.items == RULE.plural:
        return link
    return dataclasses.replace(link, after=tuple(linked))


def _unknown(kind: str, name: str, known: t.Iterable[str]) -> str:
    return f"{kind} {name} is not there, nor made by this task.{nearest(name, known)}"


def _link_problems(current: Snapshot, target: Snapshot) -> list[str]:
    """Links to what is not there and not created either, and links that are named twice.

    Links that the owner has already may lead to what the caller may not see, and so is in no list.
    """
    problems = []
    for kind in (ROLE, USER):
        for owner, body in target.of(kind.plural).items():
            there = current.of(kind.plural).get(target.renamed.get(kind.plural, {}).get(owner, owner), {})
            for key in kind.links:
                names = body.get(key, [])
                for name in dict.fromkeys(names):
                    if name not in target.of(key) and not (name.startswith(HIDDEN) and name in there.get(key, [])):
                        why = _unknown(BY_PLURAL[key].name, name, target.of(key))
                        problems.append(f"{kind.name} {owner}: {why}")
                    if names.count(name) > 1:
                        problems.append(f"{kind.name} {owner}: {key} names {name} twice: name it once")
    return problems


def _reserved_problems(current: Snapshot, target: Snapshot) -> list[str]:
    """Changes that the server forbids on its own objects (ids up to 99; FACTS, reserved resources).

    Free are run_as and the password of default users, and links of custom rules to default roles.
    """
    problems = []
    for kind in KINDS:
        for name, now in current.of(kind.plural).items():
            then = target.of(kind.plural).get(name)
            if not current.reserved(kind.plural, name) or then == now:
                continue
            if then is None and name not in target.renamed.get(kind.plural, {}).values():
                continue  # _leaving has said so
            locked = [key for key in ("policies", "roles") if then and now.get(key) != then.get(key)]
            if then is None or kind.body or locked:
                changed = locked[0] if locked else ("name" if then is None else kind.body)
                problems.append(
                    f"{kind.name} {name} is one of the server's own: its {changed} cannot be changed: "
                    f"make a {kind.name} of your own instead"
                )
    renamed = target.renamed.get(ROLE.plural, {})
    for name, role in target.of(ROLE.plural).items():
        now, then = current.of(ROLE.plural).get(renamed.get(name, name), {}).get("rules", []), role.get("rules", [])
        problems += [
            f"role {name}: rule {rule} is one of the server's own, whose links cannot be changed: leave it in rules"
            if rule in now
            else f"role {name}: rule {rule} is one of the server's own and cannot be linked: make a rule of your own"
            for rule in sorted(set(now) ^ set(then))
            if current.reserved("rules", rule)
        ]
    return problems


def _caller_problems(current: Snapshot, target: Snapshot, caller: str) -> list[str]:
    """The account that the task logs in with keeps its roles, or the task could not finish."""
    now: list[str] = current.of(USER.plural).get(caller, {}).get("roles", [])
    then: list[str] = target.of(USER.plural).get(caller, {}).get("roles", now)
    renamed = target.renamed.get(ROLE.plural, {})
    kept = [renamed.get(name, name) for name in then]
    if [name for name in kept if name in now] == now:
        return []
    return [
        (
            f"user {caller} is the account that this task logs in with: taking roles from it or reordering them would "
            "cost the task its rights half-way: use another account for that"
        )
    ]


def _passwords_to_set(current: Snapshot, wish: Wish) -> set[str]:
    """Users whose password is to be set: new ones, and others unless on_create; what is known to match is not."""
    return {
        user
        for user in wish.passwords
        if user not in current.passwords
        and (user not in current.of(USER.plural) or wish.update_password.get(user, "on_create") != "on_create")
    }

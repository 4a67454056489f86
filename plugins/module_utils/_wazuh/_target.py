# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the state that is there and what is desired to the state that is to be. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import refuse
from ansible_collections.secops.iam.plugins.module_utils._kinds import unknown
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body, text
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    KINDS,
    OWNERS,
    POLICY,
    POLICY_KEYS,
    RULE,
    USER,
    Desired,
    DesiredLink,
    Kind,
    Snapshot,
    Target,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import (
    removal_problems,
    target_problems,
)

TAKES = {"policies": "actions, resources and effect", "rules": "rule"}


def target_of(current: Snapshot, desired: Desired) -> Target:
    """The state that has what is desired, with the fewest differences from the current one.

    :raises Refused: when there is none, with every reason found.
    """
    return _Reaching(current, desired).target_or_refusal()


class _Reaching:
    """A target while it is being made, with the problems that are found on the way."""

    def __init__(self, current: Snapshot, desired: Desired) -> None:
        self.current = current
        self.desired = desired
        self.problems: list[str] = []
        # The bodies are those of the current state: one that changes is replaced, never written into.
        self.target = Target(
            {plural: dict(there) for plural, there in current.objects.items()},
            current.ids,
            None if current.config is None else dict(current.config),
            current.facts,
        )

    def target_or_refusal(self) -> Target:
        for plural, renames in self.desired.renames.items():
            for old, new in renames.items():
                self._rename(plural, old, new)
        leaving = {kind.plural: self._leaving(kind) for kind in KINDS}
        for plural, names in leaving.items():
            self._remove(plural, names)
        for kind in KINDS:
            for name, stated in self.desired.present.get(kind.plural, {}).items():
                self._state(kind, name, stated)
        for kind in (POLICY, RULE):
            self._keep_words_apart(kind)
        for plural, names in leaving.items():
            self._hand_down(plural, names)
        for link in self.desired.links:
            self._link(link)
        if self.target.config is not None:
            self.target.config.update(self.desired.config)
        self.problems += target_problems(self.current, self.target)
        refuse(self.problems)
        self.target.passwords = self._passwords_to_set()
        return self.target

    # -- names ----------------------------------------------------------------------------------------------------

    def _rename(self, plural: str, old: str, new: str) -> None:
        """Give an object its new name, in all links too; a name that has already become the new one is left."""
        objects = self.target.of(plural)
        if old == new or old not in objects:
            return
        if new in objects:
            self.problems.append(
                f"new_name: there are both {old} and {new} among the {plural}: remove one of them first"
            )
            return
        self.target.objects[plural] = {new if name == old else name: body for name, body in objects.items()}
        self.target.renamed.setdefault(plural, {})[new] = old
        self._change_links(plural, {old: new})

    def _change_links(self, plural: str, new_names: dict[str, str]) -> None:
        """Give what is linked its new name wherever it is linked, or take it out where that name is empty."""
        for kind in OWNERS:
            for owner, body in self.target.of(kind.plural).items():
                if not new_names.keys().isdisjoint(body.get(plural, ())):
                    names = [new_names.get(name, name) for name in body[plural]]
                    linked = [name for name in names if name]
                    self.target.objects[kind.plural][owner] = {**body, plural: linked}

    # -- what goes ------------------------------------------------------------------------------------------------

    def _leaving(self, kind: Kind) -> list[str]:
        """The objects of a kind that go: those named absent, and with purge the custom ones that are not listed."""
        there = self.current.of(kind.plural)
        names = [name for name in dict.fromkeys(self.desired.absent.get(kind.plural, [])) if name in there]
        self.problems += removal_problems(self.current, kind, names)
        if kind.plural in self.desired.purge:
            names += [name for name in there if name not in names and self._is_purged(kind, name)]
        return names

    def _is_purged(self, kind: Kind, name: str) -> bool:
        """Whether purge removes an object: not what is listed or reserved, nor the account of the task."""
        if name in self.desired.present.get(kind.plural, {}) or name in self.desired.renames.get(kind.plural, {}):
            return False
        if self.current.reserved(kind.plural, name):
            return False
        return not (kind is USER and name in self.current.facts.accounts)

    def _remove(self, plural: str, names: t.Sequence[str]) -> None:
        for name in names:
            del self.target.objects[plural][name]
        self._change_links(plural, dict.fromkeys(names, ""))  # they go along, without an error (FACTS, links)

    def _hand_down(self, plural: str, leaving: t.Sequence[str]) -> None:
        """Let a new object with the very text of one that goes be that one under a new name.

        The server stores every text once, so the old one would have to go first, and with it what it denies.
        """
        if not BY_PLURAL[plural].body or not leaving:
            return
        there = self.current.of(plural)
        heirs = {text(body): name for name, body in self.target.of(plural).items() if name not in there}
        for old in leaving:
            new = heirs.pop(text(there[old]), None)
            if new:
                self.target.renamed.setdefault(plural, {})[new] = old

    # -- what is stated -------------------------------------------------------------------------------------------

    def _state(self, kind: Kind, stated_name: str, stated: Body) -> None:
        """Make one object of the target what is desired of it."""
        name = self.desired.final_name(kind.plural, stated_name)
        there = self.target.of(kind.plural).get(name)
        where = f"{kind.name} {name}"
        if there is None:
            self.problems += self._creation_problems(kind, name)
        if kind is RULE and stated_name in self.desired.empty_rules and there != {}:
            self.problems.append(
                f"{where}: rule is empty: write like FIND: {{username: alice}}, or omit it to leave it alone"
            )
            return
        made = self._body(kind, there, stated) if kind.body else self._owner(kind, there, stated)
        if made is None:
            self.problems.append(f"{where} is not there: creating it takes {TAKES[kind.plural]}")
            return
        self.target.objects[kind.plural][name] = made

    def _creation_problems(self, kind: Kind, name: str) -> list[str]:
        """Why an object that is not there cannot be made."""
        problems = []
        if name in self.desired.reserved.get(kind.plural, ()):
            problems.append(
                f"{kind.name} {name} is marked as reserved, but this server has none of that name (the defaults of "
                "Wazuh's versions differ): leave it out, or write reserved: false to create it"
            )
        if kind is USER and name not in self.desired.passwords:
            problems.append(f"user {name} is not there, and creating it takes a password: give password")
        return problems

    def _body(self, kind: Kind, there: Body | None, stated: Body) -> Body | None:
        """A policy or rule with what is stated of it, the rest as it is; None when that does not make a whole one."""
        if kind is RULE:
            made = kind.merged({} if there is None else {"rule": there}, {"rule": stated or there})
            return t.cast("Body | None", made["rule"])
        made = kind.merged(there or {}, stated)
        if not set(POLICY_KEYS) <= set(made):
            return None
        return {key: made[key] for key in POLICY_KEYS}

    def _owner(self, kind: Kind, there: Body | None, stated: Body) -> Body:
        """A role or user with what is stated of it; a new one is as the server makes it, without links."""
        made = dict(there or {field.option: field.new for field in kind.fields})
        for link in kind.links:
            if there is None and link.others in self.current.objects:
                made[link.option] = []
        made.update(stated)
        for link in kind.links:
            if link.option in made:
                made[link.option] = link.normal(made[link.option])  # rules have no order (FACTS, links)
        return made

    def _keep_words_apart(self, kind: Kind) -> None:
        """Where two objects would share one text, let each have the words that are stated for it.

        An object keeps its text while it says what is desired; another may be desired in just these words, and the
        server stores every text once.
        """
        present = self.desired.present.get(kind.plural, {})
        stated = {self.desired.final_name(kind.plural, name): body for name, body in present.items()}
        if not stated:
            return
        objects = self.target.objects[kind.plural]
        by_text: dict[str, list[str]] = {}
        for name, body in objects.items():
            by_text.setdefault(text(body), []).append(name)
        shared = [name for names in by_text.values() if len(names) > 1 for name in names]
        for name in shared:
            if stated.get(name):
                objects[name] = {**objects[name], **stated[name]} if kind is POLICY else stated[name]

    def _link(self, link: DesiredLink) -> None:
        """Bring one relation of the target into being, to its position, or to an end."""
        owner = self.target.of(link.owners).get(link.owner)
        if owner is None:
            if link.present:
                known = self.target.of(link.owners)
                self.problems.append(unknown(BY_PLURAL[link.owners].name, link.owner, known))
            return
        linked = BY_PLURAL[link.owners].link(link.items).normal(_with_link(owner[link.items], link))
        self.target.objects[link.owners][link.owner] = {**owner, link.items: linked}

    def _passwords_to_set(self) -> set[str]:
        """Users whose password is to be set: new ones, and others unless on_create; what is known to match is not."""
        wanted = set()
        for user in self.desired.passwords:
            is_new = user not in self.current.of(USER.plural)
            update = self.desired.update_password.get(user, "on_create") != "on_create"
            # Nothing is known of those that could not be compared, so nothing is done about them.
            settled = user in self.current.facts.matching or user in self.current.facts.uncompared
            if (is_new or update) and not settled:
                wanted.add(user)
        return wanted


def _with_link(linked: list[str], link: DesiredLink) -> list[str]:
    """A list of links with one of them as it is desired."""
    others = [name for name in linked if name != link.item]
    if not link.present:
        return others
    if link.position is not None:
        return [*others[: link.position], link.item, *others[link.position :]]
    if link.item not in linked or has_strayed(link, linked):
        return [*others, link.item]
    return linked


def has_strayed(link: DesiredLink, linked: t.Sequence[str]) -> bool:
    """Whether a new link has landed before an older one, in a gap that only the server knows (FACTS, links)."""
    return link.item in linked and not set(linked[linked.index(link.item) :]).isdisjoint(link.after)


def without_order(desired: Desired) -> Desired:
    """What is desired, but for new links being the last."""
    return dataclasses.replace(desired, links=[dataclasses.replace(link, after=()) for link in desired.links])

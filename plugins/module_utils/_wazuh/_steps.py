# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current state to the target: the steps, in an order that gives nobody rights on the way. Pure.

What takes rights away comes first, what gives them last; see the phases below.

Not avoidable: in black mode a user without roles may do everything, and so may a new one until its roles are
linked; while a role's policies are linked anew, what they denied is not denied if another role allows it; a role
that both allows and denies comes to a user at the moment of what it allows; a policy that turns from denying to
allowing does so in a role that is about to go, too; and texts that are exchanged force an order of their own.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._kinds import Link
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import (
    Body,
    other_wording,
    surviving_resources,
    text,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._links import LinkStep, link_steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    CONFIG,
    KINDS,
    OWNERS,
    POLICY,
    POLICY_KEYS,
    ROLE,
    RULE,
    USER,
    Kind,
    Snapshot,
    Target,
)

MOST_NAMES = 20  # in one sentence
UNIQUE_RULES = (4, 6)  # from then on every rule's body is stored once (FACTS, uniqueness)

# The phases of a plan, in their order.
TAKE = 0  # the switch to white mode; users, run_as, links and objects that go and only granted
NARROW = 1  # bodies that grant less, and names
CREATE = 2  # objects, which nobody has yet
RESTRICT = 3  # links that come and only deny
FREE = 4  # links that go and denied: what they were needed against has gone, what comes is not there yet
WIDEN = 5  # bodies that grant more
GIVE = 6  # all other links that come; new users, each with its roles at once
DROP = 7  # objects that go and denied, which takes their last links along
CONFIGURE = 8  # all other settings: this ends every token


@dataclasses.dataclass(frozen=True)
class Call:
    """One write for the client, with names instead of ids.

    :ivar verb: C(create), C(update), C(delete), C(link), C(unlink), C(run_as), C(password) or C(config).
    :ivar plural: the kind that it is about; for links the kind of their owner, whose other side is C(items).
    :ivar names: whom it is about, or for C(config) which settings change; several only for these and for C(delete).
    :ivar new_name: for C(update): the name that the object gets.
    """

    verb: str
    plural: str = ""
    names: tuple[str, ...] = ()
    body: t.Any = None
    items: str = ""
    linked: tuple[str, ...] = ()
    position: int | None = None
    new_name: str = ""

    def key(self) -> Key:
        """What the step is that makes this call."""
        kind = BY_PLURAL[self.plural].name if self.plural else CONFIG
        return Key(kind, self.names, VERBS.get(self.verb, self.verb) + (f" {self.items}" if self.items else ""))

    def kinds(self) -> set[str]:
        """The kinds whose objects it changes; a link shows on both sides."""
        return {self.plural or CONFIG, *({self.items} - {""})}


VERBS = {"run_as": "set run_as", "password": "set password", "config": "update"}  # the others are words


class Steps:
    """The steps from one state to another while they are being collected, each with its phase.

    :ivar lacks_version: whether they turn on the server's version, which is not known.
    """

    def __init__(self, current: Snapshot, target: Target) -> None:
        self.current = current
        self.target = target
        self.black = "black" in (_mode(current), _mode(target))
        self.lacks_version = False
        self._found: list[tuple[int, Step]] = []
        self._made: dict[tuple[str, str], int] = {}  # when objects are there, by that name and of that effect
        self._gone_early: dict[str, list[str]] = {}

    def in_order(self) -> list[Step]:
        """The steps.

        :raises Refused: when a body is taken by an object that stays, since the server stores every body once.
        """
        self._configure()
        for kind in reversed(KINDS):
            self._delete(kind)
        for kind in (POLICY, RULE, ROLE):
            self._write(kind)
        for link in ROLE.links:
            for role in self.target.of(ROLE.plural):
                self._relink(ROLE, role, link)
        for user in self.target.of(USER.plural):
            self._set_user(user)
        return [step for _phase, step in sorted(self._found, key=lambda found: found[0])]

    def _add(self, phase: int, sentence: str, call: Call) -> None:
        self._found.append((phase, Step(call.key(), sentence, call)))

    def _configure(self) -> None:
        """One write for the configuration: it ends every token, so it comes last unless it takes rights away."""
        now, then = self.current.config, self.target.config
        if then == now or then is None or now is None:
            return
        # Both keys always: a key that is not sent falls back to its default at the next start (FACTS, config).
        phase = TAKE if _mode(self.target) == "white" != _mode(self.current) else CONFIGURE
        changes = tuple(key for key, value in then.items() if now.get(key) != value)
        sentence = "set " + " and ".join(f"{key} to {then[key]}" for key in changes)
        self._add(phase, sentence, Call("config", names=changes, body=dict(then)))

    # -- what gives and what takes rights ---------------------------------------------------------------------------

    def _frees(self, plural: str, name: str) -> bool:
        """Whether losing an object or a link to it gives rights: a denying policy, or a role or rule that has one.

        In black mode, too, losing the last role does.
        """
        if plural == POLICY.plural:
            return self.current.of(plural).get(name, {}).get("effect") == "deny"
        if plural == ROLE.plural:
            policies = self.current.of(plural).get(name, {}).get("policies", [])
            return self.black or any(self._frees(POLICY.plural, policy) for policy in policies)
        if plural == RULE.plural:
            roles = self.current.of(ROLE.plural).items()
            return any(self._frees(ROLE.plural, role) for role, body in roles if name in body.get(plural, ()))
        return False

    def _narrows(self, plural: str, name: str) -> bool:
        """Whether a link that comes only takes rights away: to a denying policy, or a role with nothing else."""
        if plural == POLICY.plural:
            return self.target.of(plural).get(name, {}).get("effect") == "deny"
        policies = self.target.of(ROLE.plural).get(name, {}).get("policies", [])
        return bool(policies) and all(self._narrows(POLICY.plural, policy) for policy in policies)

    def _widens(self, kind: Kind, name: str) -> int:
        """The phase of a change: C(NARROW) if it can only take rights away, C(CREATE) or C(WIDEN)."""
        before = self.current.of(kind.plural).get(self.target.old(kind.plural, name))
        after = self.target.of(kind.plural)[name]
        if before is None:
            return CREATE
        if before == after:
            return NARROW
        if kind is RULE:
            return WIDEN
        if before["effect"] != after["effect"]:
            return NARROW if after["effect"] == "deny" else WIDEN
        small, large = (after, before) if after["effect"] == "allow" else (before, after)
        if not set(small["actions"]) <= set(large["actions"]):
            return WIDEN
        fewer = surviving_resources(small["resources"]) <= surviving_resources(large["resources"])
        return NARROW if fewer else WIDEN

    # -- what goes --------------------------------------------------------------------------------------------------

    def _delete(self, kind: Kind) -> None:
        """One delete call a kind; two where some denied and others, which they may not outlive, granted."""
        early, late = self._leaving(kind)
        if late and not self._linked_by_those_that_stay(kind.plural).intersection(early):
            early, late = [], [*late, *early]
        self._gone_early[kind.plural] = early
        for phase, names in ((TAKE, early), (DROP, late)):
            leaving = [name for name in self.current.of(kind.plural) if name in names]
            if leaving:
                self._add(phase, _sentence("delete", kind, leaving), Call("delete", kind.plural, tuple(leaving)))

    def _leaving(self, kind: Kind) -> tuple[list[str], list[str]]:
        """The objects of a kind that go: those that go at once, and those that denied something and go at the end."""
        there = self.current.of(kind.plural)
        stay = {self.target.old(kind.plural, name) for name in self.target.of(kind.plural)}
        names = [name for name in there if name not in stay]
        if kind.body and self._texts_are_needed({text(there[name]) for name in names}, kind):
            return names, []
        late = [name for name in names if self._frees(kind.plural, name)]
        return [name for name in names if name not in late], late

    def _texts_are_needed(self, texts: set[str], kind: Kind) -> bool:
        """Whether an object of the target is to have one of these texts, which the server stores once."""
        return bool(texts) and any(text(body) in texts for body in self.target.of(kind.plural).values())

    def _linked_by_those_that_stay(self, plural: str) -> set[str]:
        """The objects of a kind that roles and users have which stay."""
        linked: set[str] = set()
        for owners in OWNERS:
            there = self.current.of(owners.plural)
            for owner in self.target.of(owners.plural):
                linked.update(there.get(self.target.old(owners.plural, owner), {}).get(plural, ()))
        return linked

    # -- what comes, and what is written ----------------------------------------------------------------------------

    def _write(self, kind: Kind) -> None:
        """Creations and changes of bodies and names, one write each."""
        queue = [name for name in self.target.of(kind.plural) if self._is_written(kind, name)]
        if kind.body:
            self._write_bodies(kind, queue)
            return
        for name in queue:
            self._write_one(CREATE, kind, name)

    def _is_written(self, kind: Kind, name: str) -> bool:
        there, old = self.current.of(kind.plural), self.target.old(kind.plural, name)
        if old not in there or old != name:
            return True
        return bool(kind.body) and there[old] != self.target.of(kind.plural)[name]

    def _write_bodies(self, kind: Kind, queue: list[str]) -> None:
        """Each when its body is free: the server stores every text once."""
        phase = NARROW
        queue.sort(key=lambda name: self._widens(kind, name))
        gone = self._gone_early.get(kind.plural, [])
        holders = {text(body): name for name, body in self.current.of(kind.plural).items() if name not in gone}
        while queue:
            name = next((name for name in queue if self._is_free(kind, name, holders)), queue[0])
            body, wording = self.target.of(kind.plural)[name], ""
            if self._is_free(kind, name, holders) or self._may_share(kind):
                queue.remove(name)
            else:
                holder = self._waiting_holder(kind, name, queue, holders)
                body, wording = other_wording(kind.plural, body), f", worded differently while {holder} has that text"
            old = self.target.old(kind.plural, name)
            holders = {words: other for words, other in holders.items() if other != old}
            holders[text(body)] = old
            phase = max(phase, self._widens(kind, name))  # this order has its reasons
            self._write_one(phase, kind, name, body, wording)

    def _is_free(self, kind: Kind, name: str, holders: dict[str, str]) -> bool:
        """Whether no other object holds the body that this one is to get."""
        old = self.target.old(kind.plural, name)
        return holders.get(text(self.target.of(kind.plural)[name]), old) == old

    def _may_share(self, kind: Kind) -> bool:
        """Whether two objects of a kind may have one body."""
        if kind is not RULE:
            return False
        version = self.current.facts.version
        self.lacks_version = self.lacks_version or version is None
        return version is None or version < UNIQUE_RULES

    def _waiting_holder(self, kind: Kind, name: str, queue: list[str], holders: dict[str, str]) -> str:
        """The object that holds a body and is about to get another.

        :raises Refused: when it keeps it.
        """
        holder = holders[text(self.target.of(kind.plural)[name])]
        if holder not in {self.target.old(kind.plural, other) for other in queue}:
            raise Refused(
                f"{kind.name} {name}: its {kind.body} is that of {kind.name} {holder}, word for word, and the "
                "server stores every body once: use that one, or change one of them"
            )
        return holder

    def _write_one(self, phase: int, kind: Kind, name: str, body: Body | None = None, wording: str = "") -> None:
        old, there = self.target.old(kind.plural, name), self.current.of(kind.plural)
        sent = (body or self.target.of(kind.plural)[name]) if kind.body else None
        turns = kind is POLICY and old in there and there[old]["effect"] != (sent or {})["effect"]
        if old != name or old not in there or turns:
            self._made[kind.plural, name] = phase
        if old not in there:
            self._add(phase, f"create {kind.name} {name}{wording}", Call("create", kind.plural, (name,), sent))
            return
        changes = []
        if old != name:
            changes.append(f"rename {kind.name} {old} to {name}")
        if kind.body and there[old] != sent:
            it = "it" if changes else f"{kind.name} {name}"
            changes.append(f"change {it}{_changed_parts(there[old], sent or {})}{wording}")
        self._add(phase, " and ".join(changes), Call("update", kind.plural, (old,), sent, new_name=name))

    # -- links ------------------------------------------------------------------------------------------------------

    def _relink(self, kind: Kind, owner: str, link: Link) -> None:
        """The links of one role or user to the objects of one kind."""
        key = link.others
        if key not in self.current.objects:
            return
        linked = self._linked_now(kind, owner, key)
        wanted = self.target.of(kind.plural)[owner].get(key, linked)
        # What is deleted at the end takes its links along; only links that must make room go before.
        if [name for name in linked if name in wanted or name in self.target.of(key)] == wanted:
            return
        # A rule gives its role to people, so it is the role that counts.
        by_role = key == RULE.plural
        old = self.target.old(kind.plural, owner)

        def frees(name: str) -> bool:
            return self._frees(ROLE.plural, old) if by_role else self._frees(key, self.target.old(key, name))

        def narrows(name: str) -> bool:
            return self._narrows(ROLE.plural, owner) if by_role else self._narrows(key, name)

        phase = self._made.get((kind.plural, owner), TAKE)
        closes_gaps = kind is ROLE
        for step in link_steps(linked, wanted, frees, narrows, closes_gaps, link.ordered):
            phase = self._link_phase(step, key, phase)
            self._add_link(phase, kind, owner, key, step)

    def _linked_now(self, kind: Kind, owner: str, key: str) -> list[str]:
        """What an owner has, by the names of the target, without what is deleted before links are written."""
        new_names = {then: now for now, then in self.target.renamed.get(key, {}).items()}
        there = self.current.of(kind.plural).get(self.target.old(kind.plural, owner), {}).get(key, [])
        gone = self._gone_early.get(key, [])
        return [new_names.get(name, name) for name in there if name not in gone]

    def _link_phase(self, step: LinkStep, key: str, phase: int) -> int:
        """When a link comes or goes, after what was done to the same list before."""
        if not step.link:
            return TAKE if step.early else max(phase, FREE)
        there_by = (self._made.get((key, name), TAKE) for name in step.names)
        return max(phase, RESTRICT if step.early else GIVE, *there_by)

    def _add_link(self, phase: int, kind: Kind, owner: str, key: str, step: LinkStep) -> None:
        verb, preposition = ("link", "to") if step.link else ("unlink", "from")
        sentence = f"{_sentence(verb, BY_PLURAL[key], step.names)} {preposition} {kind.name} {owner}"
        if step.position is not None:
            sentence += f" at position {step.position}"
        linked = tuple(self._name_at(phase, key, name) for name in step.names)
        owners = (self._name_at(phase, kind.plural, owner),)
        self._add(phase, sentence, Call(verb, kind.plural, owners, items=key, linked=linked, position=step.position))

    def _name_at(self, phase: int, plural: str, name: str) -> str:
        """What an object is called in a phase: a rename may come later than what takes rights away."""
        return name if self._made.get((plural, name), TAKE) <= phase else self.target.old(plural, name)

    def _set_user(self, name: str) -> None:
        """A user and its roles; run_as, forbidden early and allowed late; the password of one that is there already."""
        there = self.current.of(USER.plural).get(name)
        if there is None:
            self._made[USER.plural, name] = GIVE
            self._add(GIVE, f"create user {name}", Call("create", USER.plural, (name,)))
        for link in USER.links:
            self._relink(USER, name, link)
        allowed = self.target.of(USER.plural)[name]["allow_run_as"]
        if allowed != (there or {"allow_run_as": False})["allow_run_as"]:
            sentence = f"{'allow' if allowed else 'forbid'} run_as for user {name}"
            self._add(GIVE if allowed else TAKE, sentence, Call("run_as", USER.plural, (name,), allowed))
        if there is not None and name in self.target.passwords:
            self._add(GIVE, f"set the password of user {name}", Call("password", USER.plural, (name,)))


def _mode(snapshot: Snapshot) -> str:
    return str((snapshot.config or {}).get("rbac_mode", "white"))


def _changed_parts(before: Body, after: Body) -> str:
    """Which parts of a policy change, in words; nothing for a rule, which has no parts."""
    parts = [key for key in POLICY_KEYS if key in after and before.get(key) != after[key]]
    return f": {', '.join(parts)}" if parts else ""


def _sentence(verb: str, kind: Kind, names: t.Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{verb} {kind.name if len(names) == 1 else kind.plural} {', '.join(names[:MOST_NAMES])}{more}"

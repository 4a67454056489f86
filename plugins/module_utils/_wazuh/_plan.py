# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current to the wanted snapshot: the steps, in an order that gives nobody rights on the way. Pure.

What takes rights away comes first, what gives them last; see the phases below.

Not avoidable: in black mode a user without roles may do everything, and so may a new one until its roles are
linked; while a role's policies are linked anew, what they denied is not denied if another role allows it; a role
that both allows and denies comes to a user at the moment of what it allows; a policy that turns from denying to
allowing does so in a role that is about to go, too; and texts that are exchanged force an order of their own.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._links import link_steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    KINDS,
    POLICY,
    POLICY_KEYS,
    ROLE,
    RULE,
    USER,
    Body,
    Kind,
    Snapshot,
    other_wording,
    surviving_resources,
    text,
)

MOST_NAMES = 20  # in one sentence

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


def plan(current: Snapshot, target: Snapshot, rules_are_unique: t.Callable[[], bool] = lambda: True) -> list[Step]:
    """The steps from one snapshot to the other.

    :param rules_are_unique: whether the server stores every rule's body once; asked only where two are the same.
    :raises Refused: when a body is taken by an object that stays, since the server stores every body once.
    """
    return _Plan(current, target, rules_are_unique).steps()


class _Plan:
    """The steps while they are being collected, each with its phase."""

    def __init__(self, current: Snapshot, target: Snapshot, rules_are_unique: t.Callable[[], bool]) -> None:
        self.current = current
        self.target = target
        self.rules_are_unique = rules_are_unique
        self.black = "black" in (_mode(current), _mode(target))
        self.found: list[tuple[int, Step]] = []
        self.made: dict[tuple[str, str], int] = {}  # when objects are there, by that name and of that effect
        self.gone_early: dict[str, list[str]] = {}

    def steps(self) -> list[Step]:
        self._configure()
        for kind in reversed(KINDS):
            self._delete(kind)
        for kind in (POLICY, RULE, ROLE):
            self._write(kind)
        for key in ROLE.links:
            for role in self.target.of(ROLE.plural):
                self._relink(ROLE, role, key)
        for user in self.target.of(USER.plural):
            self._set_user(user)
        return [step for _phase, step in sorted(self.found, key=lambda found: found[0])]

    def _add(self, phase: int, sentence: str, call: Call) -> None:
        self.found.append((phase, Step(sentence, call)))

    def _old(self, plural: str, name: str) -> str:
        """The name that the server still has for an object of the target."""
        return self.target.renamed.get(plural, {}).get(name, name)

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

    def _delete(self, kind: Kind) -> None:
        """One delete call a kind; two where some denied and others, which they may not outlive, granted."""
        plural, there = kind.plural, self.current.of(kind.plural)
        stay = {self._old(plural, name) for name in self.target.of(plural)}
        names = [name for name in there if name not in stay]
        taken = {text(there[name]) for name in names} if kind.body else set()
        needed = any(text(body) in taken for body in self.target.of(plural).values()) if taken else False
        late = [] if needed else [name for name in names if self._frees(plural, name)]
        early = [name for name in names if name not in late]
        if late and not self._linked_by_those_that_stay(plural).intersection(early):
            early, late = [], names
        self.gone_early[plural] = early
        for phase, leaving in ((TAKE, early), (DROP, late)):
            if leaving:
                self._add(phase, _sentence("delete", kind, leaving), Call("delete", plural, tuple(leaving)))

    def _linked_by_those_that_stay(self, plural: str) -> set[str]:
        """The objects of a kind that roles and users have which stay."""
        return {
            name
            for owners in (ROLE, USER)
            for owner in self.target.of(owners.plural)
            for name in self.current.of(owners.plural).get(self._old(owners.plural, owner), {}).get(plural, ())
        }

    def _write(self, kind: Kind) -> None:
        """Creations and changes of bodies and names, one write each, each when its body is free."""
        plural, there = kind.plural, self.current.of(kind.plural)
        queue = []
        for name, body in self.target.of(plural).items():
            old = self._old(plural, name)
            if old not in there or old != name or (kind.body and there[old] != body):
                queue.append(name)
        if not kind.body:
            for name in queue:
                self._write_one(CREATE, kind, name)
            return
        if not queue:
            return
        phase = NARROW
        queue.sort(key=lambda name: self._widens(kind, name))
        gone = self.gone_early.get(plural, [])
        holders = {text(body): name for name, body in there.items() if name not in gone}
        while queue:
            name = next((name for name in queue if self._is_free(kind, name, holders)), queue[0])
            body, wording = self.target.of(plural)[name], ""
            old = self._old(plural, name)
            if self._is_free(kind, name, holders) or (kind is RULE and not self.rules_are_unique()):
                queue.remove(name)
            else:
                holder = holders[text(body)]
                if holder not in {self._old(plural, other) for other in queue}:
                    raise Refused(
                        f"{kind.name} {name}: its {kind.body} is that of {kind.name} {holder}, word for word, and the "
                        "server stores every body once: use that one, or change one of them"
                    )
                body, wording = other_wording(plural, body), f", worded differently while {holder} has that text"
            holders = {words: other for words, other in holders.items() if other != old}
            holders[text(body)] = old
            phase = max(phase, self._widens(kind, name))  # this order has its reasons
            self._write_one(phase, kind, name, body, wording)

    def _is_free(self, kind: Kind, name: str, holders: dict[str, str]) -> bool:
        """Whether no other object holds the body that this one is to get."""
        old = self._old(kind.plural, name)
        return holders.get(text(self.target.of(kind.plural)[name]), old) == old

    def _write_one(self, phase: int, kind: Kind, name: str, body: Body | None = None, wording: str = "") -> None:
        old, there = self._old(kind.plural, name), self.current.of(kind.plural)
        sent = (body or self.target.of(kind.plural)[name]) if kind.body else None
        if old != name or old not in there or (kind is POLICY and there[old]["effect"] != (sent or {})["effect"]):
            self.made[kind.plural, name] = phase
        if old not in there:
            self._add(phase, f"create {kind.name} {name}{wording}", Call("create", kind.plural, (name,), sent))
            return
        said = []
        if old != name:
            said.append(f"rename {kind.name} {old} to {name}")
        if kind.body and there[old] != sent:
            said.append(f"change {'it' if said else f'{kind.name} {name}'}{_what(there[old], sent or {})}{wording}")
        self._add(phase, " and ".join(said), Call("update", kind.plural, (old,), sent, new_name=name))

    def _widens(self, kind: Kind, name: str) -> int:
        """The phase of a change: C(NARROW) if it can only take rights away, C(CREATE) or C(WIDEN)."""
        before = self.current.of(kind.plural).get(self._old(kind.plural, name))
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
        within = set(small["actions"]) <= set(large["actions"])
        fewer = within and surviving_resources(small["resources"]) <= surviving_resources(large["resources"])
        return NARROW if fewer else WIDEN

    def _relink(self, kind: Kind, owner: str, key: str) -> None:
        """The links of one role or user to the objects of one kind."""
        if key not in self.current.objects:
            return
        old = self._old(kind.plural, owner)
        new_names = {then: now for now, then in self.target.renamed.get(key, {}).items()}
        there = self.current.of(kind.plural).get(old, {}).get(key, [])
        linked = [new_names.get(name, name) for name in there if name not in self.gone_early.get(key, [])]
        wanted = self.target.of(kind.plural)[owner].get(key, linked)
        # What is deleted at the end takes its links along; only links that must make room go before.
        if [name for name in linked if name in wanted or name in self.target.of(key)] == wanted:
            return
        items = BY_PLURAL[key]

        # A rule gives its role to people, so it is the role that counts.
        def frees(name: str) -> bool:
            return self._frees(ROLE.plural, old) if items is RULE else self._frees(key, self._old(key, name))

        def narrows(name: str) -> bool:
            return self._narrows(ROLE.plural, owner) if items is RULE else self._narrows(key, name)

        phase = self.made.get((kind.plural, owner), TAKE)
        for step in link_steps(linked, wanted, frees, narrows, closes_gaps=kind is ROLE, ordered=items is not RULE):
            verb, preposition = ("link", "to") if step.link else ("unlink", "from")
            sentence = f"{_sentence(verb, items, step.names)} {preposition} {kind.name} {owner}"
            if step.position is not None:
                sentence += f" at position {step.position}"
            if step.link:
                there_by = (self.made.get((key, name), TAKE) for name in step.names)
                phase = max(phase, RESTRICT if step.early else GIVE, *there_by)
            else:
                phase = TAKE if step.early else max(phase, FREE)
            # A rename may come later than what takes rights away.
            who = owner if self.made.get((kind.plural, owner), TAKE) <= phase else old
            names = tuple(
                name if self.made.get((key, name), TAKE) <= phase else self._old(key, name) for name in step.names
            )
            self._add(phase, sentence, Call(verb, kind.plural, (who,), items=key, linked=names, position=step.position))

    def _set_user(self, name: str) -> None:
        """A user and its roles; run_as, forbidden early and allowed late; the password of one that is there already."""
        there = name in self.current.of(USER.plural)
        if not there:
            self.made[USER.plural, name] = GIVE
            self._add(GIVE, f"create user {name}", Call("create", USER.plural, (name,)))
        for key in USER.links:
            self._relink(USER, name, key)
        allowed = self.target.of(USER.plural)[name]["allow_run_as"]
        if allowed != (there and self.current.of(USER.plural)[name]["allow_run_as"]):
            sentence = f"{'allow' if allowed else 'forbid'} run_as for user {name}"
            self._add(GIVE if allowed else TAKE, sentence, Call("run_as", USER.plural, (name,), allowed))
        if there and name in self.target.passwords:
            self._add(GIVE, f"set the password of user {name}", Call("password", USER.plural, (name,)))


def _mode(snapshot: Snapshot) -> str:
    return str((snapshot.config or {}).get("rbac_mode", "white"))


def _what(before: Body, after: Body) -> str:
    """Which parts of a policy change, in words; nothing for a rule, which has no parts."""
    parts = [key for key in POLICY_KEYS if key in after and before.get(key) != after[key]]
    return f": {', '.join(parts)}" if parts else ""


def _sentence(verb: str, kind: Kind, names: t.Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{verb} {kind.name if len(names) == 1 else kind.plural} {', '.join(names[:MOST_NAMES])}{more}"

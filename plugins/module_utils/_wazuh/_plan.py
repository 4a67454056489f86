# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current to the wanted snapshot: the steps, in an order that gives nobody rights on the way. Pure.

What takes rights away comes first, what gives them last:

1. the switch from black to white mode; users that go; run_as and links that go; objects that go and only granted;
2. bodies and names, narrowing ones before widening ones, and new objects, which nobody has yet;
3. links that come; new users, which get their roles at once; restrictions that go; the switch to black mode.

Not avoidable: in black mode a user without roles may do everything, and so may a new one until its roles are
linked; and while a role's policies are linked anew, what they denied is not denied if another role allows it.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._links import link_steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    KINDS,
    POLICY,
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


@dataclasses.dataclass(frozen=True)
class Call:
    """One write for the client, with names instead of ids.

    :ivar verb: C(create), C(update), C(delete), C(link), C(unlink), C(run_as), C(password) or C(config).
    :ivar plural: the kind that it is about; for links the kind of their owner, whose other side is C(items).
    :ivar names: whom it is about; more than one only for C(delete).
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


def plan(current: Snapshot, target: Snapshot) -> list[Step]:
    """The steps from one snapshot to the other.

    :raises Refused: when a body is taken by an object that stays, since the server stores every body once.
    """
    return _Plan(current, target).steps()


class _Plan:
    """The steps while they are being collected, by the phase where they belong."""

    def __init__(self, current: Snapshot, target: Snapshot) -> None:
        self.current = current
        self.target = target
        self.black = "black" in (_mode(current), _mode(target))
        self.early: list[Step] = []
        self.middle: list[Step] = []
        self.late: list[Step] = []
        self.last: list[Step] = []
        self.gone_early: dict[str, list[str]] = {}

    def steps(self) -> list[Step]:
        self._configure()
        for kind in reversed(KINDS):
            self._delete(kind)
        for kind in (POLICY, RULE, ROLE):
            self._write(kind)
        self._relink(ROLE)
        self._create_users()
        self._relink(USER)
        self._set_users()
        return self.early + self.middle + self.late + self.last

    def _old(self, plural: str, name: str) -> str:
        """The name that the server still has for an object of the target."""
        return self.target.renamed.get(plural, {}).get(name, name)

    def _configure(self) -> None:
        """One write for the configuration: it ends every token, so it comes last unless it takes rights away."""
        now, then = self.current.config, self.target.config
        if then == now or then is None or now is None:
            return
        changed = [f"{key} to {value}" for key, value in then.items() if now.get(key) != value]
        # Both keys always: a key that is not sent falls back to its default at the next start (FACTS, config).
        step = Step(f"set {' and '.join(changed)}", Call("config", body=dict(then)))
        (self.early if _mode(self.target) == "white" != _mode(self.current) else self.last).append(step)

    def _restricts(self, plural: str, name: str) -> bool:
        """Whether losing a link gives rights: to a denying policy, or a role with one; in black mode any role."""
        if plural == POLICY.plural:
            return self.current.of(plural).get(name, {}).get("effect") == "deny"
        if plural == ROLE.plural:
            policies = self.current.of(plural).get(name, {}).get("policies", [])
            return self.black or any(self._restricts(POLICY.plural, policy) for policy in policies)
        return False

    def _delete(self, kind: Kind) -> None:
        """One delete call a kind: early, unless one of the objects restricts and its body is not needed."""
        plural, there = kind.plural, self.current.of(kind.plural)
        stay = {self._old(plural, name) for name in self.target.of(plural)}
        names = [name for name in there if name not in stay]
        if not names:
            return
        step = Step(_sentence("delete", kind, names), Call("delete", plural, tuple(names)))
        taken = {text(there[name]) for name in names} if kind.body else set()
        needed = any(text(body) in taken for body in self.target.of(plural).values()) if kind.body else False
        if needed or not any(self._restricts(plural, name) for name in names):
            self.early.append(step)
            self.gone_early[plural] = names
        else:
            self.last.append(step)

    def _write(self, kind: Kind) -> None:
        """Creations and changes of bodies and names, one write each, each when its body is free."""
        plural, there = kind.plural, self.current.of(kind.plural)
        queue = []
        for name, body in self.target.of(plural).items():
            old = self._old(plural, name)
            if old not in there or old != name or (kind.body and there[old] != body):
                queue.append(name)
        if not queue:
            return
        if not kind.body:
            self.middle.extend(self._write_step(kind, name) for name in queue)
            return
        queue.sort(key=lambda name: self._widens(kind, name))
        gone = self.gone_early.get(plural, [])
        holders = {text(body): name for name, body in there.items() if name not in gone}
        while queue:
            name = next((name for name in queue if self._is_free(kind, name, holders)), queue[0])
            body, wording = self.target.of(plural)[name], ""
            old = self._old(plural, name)
            if self._is_free(kind, name, holders):
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
            self.middle.append(self._write_step(kind, name, body, wording))

    def _is_free(self, kind: Kind, name: str, holders: dict[str, str]) -> bool:
        """Whether no other object holds the body that this one is to get."""
        old = self._old(kind.plural, name)
        return holders.get(text(self.target.of(kind.plural)[name]), old) == old

    def _write_step(self, kind: Kind, name: str, body: Body | None = None, wording: str = "") -> Step:
        old, there = self._old(kind.plural, name), self.current.of(kind.plural)
        sent = (body or self.target.of(kind.plural)[name]) if kind.body else None
        if old not in there:
            return Step(f"create {kind.name} {name}{wording}", Call("create", kind.plural, (name,), sent))
        said = [f"rename {kind.name} {old} to {name}"] if old != name else []
        if kind.body and there[old] != sent:
            said.append(f"change {'it' if said else f'{kind.name} {name}'}{_what(there[old], sent or {})}{wording}")
        return Step(" and ".join(said), Call("update", kind.plural, (old,), sent, new_name=name))

    def _widens(self, kind: Kind, name: str) -> int:
        """0 for a change that can only take rights away, 1 for a new object, 2 for the rest."""
        before = self.current.of(kind.plural).get(self._old(kind.plural, name))
        after = self.target.of(kind.plural)[name]
        if before is None:
            return 1
        if kind is RULE:
            return 2
        if before["effect"] != after["effect"]:
            return 0 if after["effect"] == "deny" else 2
        small, large = (after, before) if after["effect"] == "allow" else (before, after)
        within = set(small["actions"]) <= set(large["actions"])
        return 0 if within and surviving_resources(small["resources"]) <= surviving_resources(large["resources"]) else 2

    def _relink(self, kind: Kind) -> None:
        """The links of every role or user, in the phases where they belong."""
        for key in kind.links:
            if key in self.current.objects:
                for owner in self.target.of(kind.plural):
                    self._relink_one(kind, owner, key)

    def _relink_one(self, kind: Kind, owner: str, key: str) -> None:
        old = self._old(kind.plural, owner)
        new_names = {then: now for now, then in self.target.renamed.get(key, {}).items()}
        there = self.current.of(kind.plural).get(old, {}).get(key, [])
        linked = [new_names.get(name, name) for name in there if name not in self.gone_early.get(key, [])]
        wanted = self.target.of(kind.plural)[owner].get(key, linked)
        # What is deleted at the end takes its links along; only links that must make room go before.
        if [name for name in linked if name in wanted or name in self.target.of(key)] == wanted:
            return
        items = next(item for item in KINDS if item.plural == key)
        for step in link_steps(
            linked,
            wanted,
            restricts=lambda name: self._restricts(key, name),
            closes_gaps=kind is ROLE,
            ordered=items is not RULE,
        ):
            verb, preposition = ("link", "to") if step.link else ("unlink", "from")
            sentence = f"{_sentence(verb, items, step.names)} {preposition} {kind.name} {owner}"
            if step.position is not None:
                sentence += f" at position {step.position}"
            # A rename comes in the middle: early steps still know the old name.
            who = (old if step.early else owner,)
            call = Call(verb, kind.plural, who, items=key, linked=step.names, position=step.position)
            (self.early if step.early else self.late).append(Step(sentence, call))

    def _create_users(self) -> None:
        for name in self.target.of(USER.plural):
            if name not in self.current.of(USER.plural):
                self.late.append(Step(f"create user {name}", Call("create", USER.plural, (name,))))

    def _set_users(self) -> None:
        """run_as: forbidden early, allowed late; passwords of users that are there already."""
        for name, user in self.target.of(USER.plural).items():
            before = self.current.of(USER.plural).get(name, {"allow_run_as": False})
            allowed = user["allow_run_as"]
            if allowed != before["allow_run_as"]:
                sentence = f"{'allow' if allowed else 'forbid'} run_as for user {name}"
                step = Step(sentence, Call("run_as", USER.plural, (name,), allowed))
                (self.late if allowed else self.early).append(step)
            if name in self.target.passwords and name in self.current.of(USER.plural):
                self.late.append(Step(f"set the password of user {name}", Call("password", USER.plural, (name,))))


def _mode(snapshot: Snapshot) -> str:
    return str((snapshot.config or {}).get("rbac_mode", "white"))


def _what(before: Body, after: Body) -> str:
    """Which parts of a policy change, in words; nothing for a rule, which has no parts."""
    parts = [key for key in ("actions", "resources", "effect") if key in after and before.get(key) != after[key]]
    return f": {', '.join(parts)}" if parts else ""


def _sentence(verb: str, kind: Kind, names: t.Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{verb} {kind.name if len(names) == 1 else kind.plural} {', '.join(names[:MOST_NAMES])}{more}"

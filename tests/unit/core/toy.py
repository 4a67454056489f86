# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A product as small as one can be: a shelf of labelled boxes, on a server that can be made to fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._engine import Key, Outcome, Plan, Shown, Step

Boxes = dict[str, str]
Event = Callable[["Toy", Step], Outcome | None]


@dataclasses.dataclass
class Toy:
    """Boxes that are there and boxes that are desired, each with what is in it; one that is not desired goes.

    Attributes:
        events: what happens at the first, second ... write, in its place.
        fails_to_look: what a look raises.
        asked: what the engine asked for, in order.
        needs: a fact without which no plan can be made.
        unseen: what a plan says that it could not look at.
        same_sentence: whether all steps are told in the same words.
        at_once: whether all that goes goes with one write.
    """

    there: Boxes
    desired: Boxes
    events: list[Event | None] = dataclasses.field(default_factory=list)
    fails_to_look: Exception | None = None
    asked: list[str] = dataclasses.field(default_factory=list)
    needs: str = ""
    facts: set[str] = dataclasses.field(default_factory=set)
    unseen: list[str] = dataclasses.field(default_factory=list)
    same_sentence: bool = False
    at_once: bool = False

    def read(self) -> Boxes:
        self.asked.append("read")
        return dict(self.there)

    def gather(self, current: Boxes, lacks: frozenset[str]) -> Boxes:
        self.asked.append(f"gather {', '.join(lacks)}")
        self.facts |= lacks
        return current

    def plan(self, current: Boxes) -> Plan:
        self.asked.append("plan")
        lacks = frozenset({self.needs} - self.facts - {""})
        leaving = [name for name in current if name not in self.desired]
        removals = [leaving] if self.at_once and leaving else [[name] for name in leaving]
        steps = [self._step("remove", *names) for names in removals]
        for name, content in self.desired.items():
            if current.get(name) != content:
                steps.append(self._step("fill", name))
        return Plan(current, dict(self.desired), steps, [f"{len(steps)} to do"], self.unseen, lacks)

    def _step(self, verb: str, *names: str) -> Step:
        sentence = "do it" if self.same_sentence else f"{verb} box {', '.join(names)}"
        return Step(Key("box", names, verb), sentence, names)

    def apply(self, step: Step) -> Outcome | None:
        self.asked.append(step.sentence)
        event = self.events.pop(0) if self.events else None
        if event is not None:
            return event(self, step)
        self.do(step)
        return None

    def do(self, step: Step) -> None:
        """What the server does with a write."""
        for name in step.call:
            if step.key.verb == "remove":
                del self.there[name]
            else:
                self.there[name] = self.desired[name]

    def look(self, lost: Step) -> Boxes:
        self.asked.append("look")
        if self.fails_to_look:
            raise self.fails_to_look
        return dict(self.there)

    def read_back(self, done: Sequence[Step]) -> Boxes:
        self.asked.append("read back")
        return dict(self.there)

    def shown(self, state: Boxes) -> Shown:
        return {("boxes", name): content for name, content in state.items()}

    def result(self, plan: Plan) -> dict[str, Any]:
        return {"boxes": plan.target}

    def report(self) -> dict[str, Any]:
        return {"requests": len(self.asked)}

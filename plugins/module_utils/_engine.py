# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one cycle: read, plan, apply, read back. It knows no product and no front.

It alone remembers a task: its plans, and with them what was touched, what is done, what is left.
"""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure

DONE, FAILED, NOT_TRIED, PLANNED, UNKNOWN = "done", "failed", "not tried", "planned", "unknown"
ROUNDS = 2  # the plan, and once more for what only the server could know (gaps in the order of links)

Result = t.Dict[str, t.Any]
Path = t.Tuple[str, ...]
Shown = t.Dict[Path, t.Any]


class Key(t.NamedTuple):
    """What a step is: its identity, whatever the words that tell of it.

    :ivar kind: of the object that is written, such as C(role).
    :ivar names: of the object; several where one request removes several.
    :ivar verb: what is done, such as C(create) or C(link policies).
    """

    kind: str
    names: tuple[str, ...]
    verb: str

    def concerns(self, other: Key) -> bool:
        """Whether both do the same, to the same object or to some of the same objects."""
        same = (self.kind, self.verb) == (other.kind, other.verb)
        return same and not set(self.names).isdisjoint(other.names)


@dataclasses.dataclass
class Step:
    """One write.

    :ivar sentence: what it does, in words for people, without secrets.
    :ivar call: what the product needs to carry it out.
    :ivar status: C(planned), C(done), C(failed), C(not tried), or C(unknown) where the answer was lost and
        the server could not be looked at.
    """

    key: Key
    sentence: str
    call: t.Any
    status: str = PLANNED

    def result(self) -> dict[str, str]:
        """The step as a task result shows it."""
        return {
            "kind": self.key.kind,
            "name": ", ".join(self.key.names),
            "verb": self.key.verb,
            "step": self.sentence,
            "status": self.status,
        }


@dataclasses.dataclass
class Plan:
    """What leads from the current state to the target. A value: making it asks nobody and remembers nothing.

    :ivar steps: in their order.
    :ivar warnings: what is as it is desired, and yet not as one might think.
    :ivar unseen: what of the desired state could not be looked at; a task that has any fails after all else is done.
    :ivar lacks: names of facts that this plan turns on and that C(current) does not hold yet. While there are any, the
        rest of the plan counts for nothing.
    """

    current: t.Any
    target: t.Any
    steps: list[Step] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    unseen: list[str] = dataclasses.field(default_factory=list)
    lacks: frozenset[str] = frozenset()


class Outcome(t.NamedTuple):
    """What came of a step where that is not quite what its sentence says.

    :ivar sentence: what was found instead.
    """

    sentence: str
    warning: str


class Product(t.Protocol):
    """What a product gives to the engine for one task. Only plan() and shown() are pure.

    A state is a type of the product's own, the same for what is and for what is to be.
    """

    def read(self) -> t.Any:
        """The current state, as far as it is known already, else as the server tells it."""

    def gather(self, current: t.Any, lacks: frozenset[str]) -> t.Any:
        """The current state with these facts besides."""

    def plan(self, current: t.Any) -> Plan:
        """The way to the desired state. Raises Refused where there is none."""

    def apply(self, step: Step) -> Outcome | None:
        """Carry out one step. C(error.did) of what it raises names steps that were done along with it."""

    def look(self, lost: Step) -> t.Any:
        """The current state as the server tells it now, whatever is remembered: the answer to this step was lost."""

    def read_back(self, done: t.Sequence[Step]) -> t.Any:
        """The state after these writes: what their answers did not tell is read again."""

    def shown(self, state: t.Any) -> Shown:
        """A state as a diff may show it, secrets masked: values by their paths, such as C(("roles", "sales"))."""

    def result(self, plan: Plan) -> Result:
        """The objects of the task as the plan leaves them."""

    def report(self) -> Result:
        """What else to tell when the task ends, well or not: the count of requests, warnings."""


class Failure(IamError):
    """A task that stopped; C(result) tells what was done, what failed, what was not tried, and C(changed)."""

    def __init__(self, message: str, result: Result) -> None:
        super().__init__(message)
        self.result = result


class _Unseen(IamError):
    """All is done, but part of the desired state could not be looked at. The text says what to do, and when."""


def run(product: Product, check_mode: bool) -> Result:
    """Bring a server to the desired state and return the task's result. In check mode nothing is written.

    :returns: C(changed), C(diff), C(steps), the objects, and what report() adds.
    :raises Failure: with the partial result, when something failed.
    """
    task = _Task(product)
    try:
        task.plan_from(product.read())
        if not check_mode:
            task.reconcile()
        task.end()
    except IamError as error:
        raise task.failure(error) from error
    return task.result()


class _Task:
    """One run of the cycle, and all that is remembered of it.

    :ivar plans: in the order in which they were made.
    :ivar done: the steps that were carried out.
    :ivar left: those that are not.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self.plans: list[Plan] = []
        self.done: list[Step] = []
        self.left: list[Step] = []
        self._warnings: list[str] = []
        self._wrote_part = False

    def plan_from(self, current: t.Any) -> None:
        """Make the plan of a state; where it turns on facts that were not gathered, gather them first."""
        plan = self._product.plan(current)
        while plan.lacks:
            plan = self._product.plan(self._product.gather(plan.current, plan.lacks))
        self.plans.append(plan)
        self.left = list(plan.steps)
        self._warnings += plan.warnings

    # -- writing --------------------------------------------------------------------------------------------------

    def reconcile(self) -> None:
        """Carry out the plan, then plan again from what the server says; the second plan must be empty."""
        for _round in range(ROUNDS):
            if not self.left:
                return
            self._apply()
            self.plan_from(self._product.read_back(self.done))
        if not self.left:
            return
        for step in self.left:
            step.status = FAILED
        raise IamError(
            "the server accepted every request, but this did not take: "
            + "; ".join(step.sentence for step in self.left)
        )

    def _apply(self) -> None:
        """Carry out what is left, one step after the other."""
        repeated: list[Key] = []
        while self.left:
            step = self.left[0]
            try:
                outcome = self._product.apply(step)
            except Unsure as error:
                step.status = UNKNOWN
                self._look_after(step, error, repeated)
            except IamError as error:
                step.status = FAILED
                self._note_done(error.did)
                raise
            else:
                self._note(step, outcome)

    def _note(self, step: Step, outcome: Outcome | None) -> None:
        step.status = DONE
        if outcome is not None:
            step.sentence = outcome.sentence
            self._warnings.append(outcome.warning)
        self.done.append(step)
        del self.left[0]

    def _note_done(self, keys: t.Sequence[Key]) -> None:
        """Some steps were done in the request that failed."""
        for step in self.left:
            if step.key in keys:
                step.status = DONE

    def _look_after(self, lost: Step, error: Unsure, repeated: list[Key]) -> None:
        """Find out whether a step was done whose answer was lost; if not, it is tried once more, and no oftener."""
        planned = _concerning(self.left, lost)
        self.plan_from(self._product.look(lost))
        left = _concerning(self.left, lost)
        if len(left) < len(planned):
            lost.status = DONE
            self.done.append(lost)
        elif lost.key not in [step.key for step in left]:
            self._wrote_part = True  # the rest of it is another step
        elif lost.key in repeated:
            left[0].status = FAILED
            raise error
        else:
            repeated.append(lost.key)

    # -- telling --------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """The end of a task that has done what it could.

        :raises IamError: when part of the desired state could not be looked at.
        """
        if self.plans[-1].unseen:
            raise _Unseen("\n".join(self.plans[-1].unseen))

    def result(self) -> Result:
        """What a task that went well returns."""
        first = self.plans[0]
        before, after = self._product.shown(first.current), self._product.shown(first.target)
        touched = _touched(before, after)
        return {
            "changed": bool(self.done or self.left),
            **self._product.result(self.plans[-1]),
            "diff": {"before": _tree(before, touched), "after": _tree(after, touched)},
            "steps": [step.result() for step in self.done + self.left],
            **self._report(),
        }

    def failure(self, error: IamError) -> Failure:
        """What a task that stopped returns, with the diff of what it did if it did anything."""
        wrote = error.wrote or self._wrote_part or any(step.status in (DONE, UNKNOWN) for step in self._steps())
        message = self._message(error)
        result: Result = {"changed": wrote, "steps": [step.result() for step in self._steps()]}
        if wrote:
            # No diff where the server cannot be asked any more.
            with contextlib.suppress(IamError):
                result["diff"] = self._diff_so_far()
        return Failure(message, {**result, **self._report()})

    def _steps(self) -> list[Step]:
        return self.done + self.left

    def _diff_so_far(self) -> Result:
        """What the task touched, as it was and as it is now."""
        touched: set[Path] = set()
        for plan in self.plans:
            touched |= _touched(self._product.shown(plan.current), self._product.shown(plan.target))
        before = self._product.shown(self.plans[0].current)
        now = self._product.shown(self._product.read())
        return {"before": _tree(before, touched), "after": _tree(now, touched)}

    def _report(self) -> Result:
        report = self._product.report()
        warnings = [*self._warnings, *report.pop("warnings", [])]
        if warnings:
            report["warnings"] = list(dict.fromkeys(warnings))
        return report

    def _message(self, error: IamError) -> str:
        """The error, and in one more sentence where the task stands."""
        for step in self.left:
            if step.status == PLANNED:
                step.status = NOT_TRIED
        steps = self._steps()
        if not steps:
            return str(error)
        finished = sum(step.status == DONE for step in steps)
        left = sum(step.status == NOT_TRIED for step in steps)
        lines = [f"Done before this: {finished} of {len(steps)} steps; not tried: {left}."]
        for step in steps:
            if step.status == UNKNOWN:
                lines.append(f"It is not known whether the server did this: {step.sentence}.")
        if not isinstance(error, _Unseen):
            lines.append("Run the task again to finish: it starts from what is there now.")
        return f"{error}\n" + " ".join(lines)


def _concerning(steps: t.Sequence[Step], lost: Step) -> list[Step]:
    """The steps that do the same as a step whose answer was lost, or part of it."""
    return [step for step in steps if step.key.concerns(lost.key)]


def _touched(before: Shown, after: Shown) -> set[Path]:
    """The paths at which two states differ."""
    missing = object()
    return {path for path in {**before, **after} if before.get(path, missing) != after.get(path, missing)}


def _tree(shown: Shown, touched: set[Path]) -> Result:
    """The touched values of a state, nested by their paths; a part of an object is shown within the whole of it."""
    parents = {path[:length] for path in touched for length in range(1, len(path))}
    tree: Result = {}
    for path, value in shown.items():
        if path not in touched and path not in parents:
            continue
        place = tree
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = dict(value) if isinstance(value, dict) else value
    return tree

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one movement: read, plan, apply, read back. It knows no product and no front."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure

DONE, FAILED, NOT_TRIED, PLANNED, UNKNOWN = "done", "failed", "not tried", "planned", "unknown"


@dataclasses.dataclass
class Step:
    """One write.

    :ivar sentence: what it does, in words without secrets; two steps of one plan never share it.
    :ivar call: what the product's client needs to carry it out.
    :ivar status: C(planned), C(done), C(failed), C(not tried), or C(unknown) where the answer was lost and
        the server could not be asked again.
    """

    sentence: str
    call: t.Any
    status: str = PLANNED

    def result(self) -> dict[str, str]:
        """The step as a task result shows it."""
        return {"step": self.sentence, "status": self.status}


class Movement(t.Protocol):
    """What a product gives to the engine for one task. Everything but read() and execute() is pure.

    A snapshot is the product's own type; the engine only hands it on.
    """

    def read(self, fresh: bool) -> t.Any:
        """The current state; C(fresh) asks the server for all that this task touches, whatever is remembered."""

    def steps(self, snapshot: t.Any) -> list[Step]:
        """The writes that lead from this snapshot to the wish. Raises Refused before any write."""

    def execute(self, step: Step) -> None:
        """Carry out one step and take its answer into what read(False) returns."""

    def before_after(self, snapshot: t.Any) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
        """What the wish touches, now and when it is fulfilled, secrets masked: the diff."""

    def result(self, snapshot: t.Any) -> dict[str, t.Any]:
        """The objects of the task as they will be when the wish is fulfilled."""

    def closing(self) -> dict[str, t.Any]:
        """What else to report when the task ends, well or not: request counts, warnings."""

    def finish(self) -> None:
        """Raise an IamError when part of the wish could not be looked at, after all else is done."""

    def confirm(self) -> t.Any:
        """The state after the writes, as the server tells it."""


class Failure(IamError):
    """A task that stopped; C(result) tells what was done, what failed, what was not tried, and C(changed)."""

    def __init__(self, message: str, result: dict[str, t.Any]) -> None:
        super().__init__(message)
        self.result = result


def run(movement: Movement, check_mode: bool) -> dict[str, t.Any]:
    """Bring a server to the wish and return the task's result. In check mode nothing is written.

    :returns: C(changed), C(diff), C(steps), the objects, and what closing() adds.
    :raises Failure: with the partial result, when something failed after the first request.
    """
    done: list[Step] = []
    todo: list[Step] = []
    report: dict[str, t.Any] = {"changed": False}
    before: dict[str, t.Any] = {}
    try:
        snapshot = movement.read(fresh=False)
        todo = movement.steps(snapshot)
        before, after = movement.before_after(snapshot)
        report.update(movement.result(snapshot))
        if todo and not check_mode:
            _apply(movement, todo, done)
            report.update(movement.result(movement.read(fresh=False)))
        movement.finish()
    except IamError as error:
        wrote = error.wrote or any(step.status in (DONE, UNKNOWN) for step in done + todo)
        message = _tell(error, done, todo)
        report = {"changed": wrote, "steps": [step.result() for step in done + todo]}
        if wrote:
            # No diff where the server cannot be asked any more, or has become another than the wish was made for.
            with contextlib.suppress(IamError):
                report["diff"] = {"before": before, "after": movement.before_after(movement.read(fresh=False))[0]}
        raise Failure(message, {**report, **movement.closing()}) from error
    report["changed"] = bool(done or todo)
    report["diff"] = {"before": before, "after": after}
    report["steps"] = [step.result() for step in done + todo]
    return {**report, **movement.closing()}


def _apply(movement: Movement, todo: list[Step], done: list[Step]) -> None:
    """Carry out the steps, then plan again from what the server says; the second plan must be empty.

    One more round is allowed, for what only the server could know (gaps in the order of links).
    """
    for _round in ("the plan", "what did not take at first"):
        _carry_out(movement, todo, done)
        todo[:] = []
        left = movement.steps(movement.confirm())
        if not left:
            return
        todo.extend(left)
    for step in todo:
        step.status = FAILED
    raise IamError(
        "the server accepted every request, but this did not take: " + "; ".join(step.sentence for step in todo)
    )


def _carry_out(movement: Movement, todo: list[Step], done: list[Step]) -> None:
    """Move steps from todo to done, one request each. A lost answer is followed by a look, not by a blind retry."""
    repeated: set[str] = set()
    while todo:
        step = todo[0]
        try:
            movement.execute(step)
        except Unsure:
            step.status = UNKNOWN
            remaining = movement.steps(movement.read(fresh=True))
            if any(other.sentence == step.sentence for other in remaining):
                if step.sentence in repeated:
                    step.status = FAILED
                    raise
                repeated.add(step.sentence)
            else:
                step.status = DONE
                done.append(step)
            todo[:] = remaining
            continue
        except IamError:
            step.status = FAILED
            raise
        step.status = DONE
        done.append(step)
        del todo[0]


def _tell(error: IamError, done: list[Step], todo: list[Step]) -> str:
    """The error, and in one more sentence where the task stands."""
    for step in todo:
        if step.status == PLANNED:
            step.status = NOT_TRIED
    if not done and not todo:
        return str(error)
    finished, left = (sum(step.status == status for step in done + todo) for status in (DONE, NOT_TRIED))
    unknown = [step.sentence for step in todo if step.status == UNKNOWN]
    return (
        f"{error}\nDone before this: {finished} of {len(done) + len(todo)} steps; not tried: {left}. "
        + "".join(f"It is not known whether the server did this: {sentence}. " for sentence in unknown)
        + "Run the task again to finish: it starts from what is there now."
    )

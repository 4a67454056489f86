# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordered links: the fewest requests from one list to another, without rights that neither end has. Pure.

What the server does (FACTS, links): a link that is there is never moved, so reordering is unlinking and linking
again; one request appends, or inserts at a position, any number of links; unlinking closes the gaps in a role's
policies but not in a user's roles, where a later append may then land too early. Gaps cannot be seen through the
API, so the order is read back, and put right by unlinking all and linking all.
"""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class LinkStep:
    """One request: link or unlink C(names).

    :ivar position: where to insert; None appends.
    :ivar early: it only takes rights away, so it belongs before all that gives rights.
    """

    link: bool
    names: tuple[str, ...]
    position: int | None = None
    early: bool = False


def link_steps(
    current: t.Sequence[str],
    target: t.Sequence[str],
    frees: t.Callable[[str], bool],
    narrows: t.Callable[[str], bool],
    closes_gaps: bool,
    ordered: bool = True,
) -> list[LinkStep]:
    """The requests that make C(current) into C(target).

    While all links are away there are no rights in white mode, but all of them in black mode: there, a reorder
    cannot avoid that moment.

    :param frees: whether taking a link away gives rights (to a policy with effect deny).
    :param narrows: whether a link that comes only takes rights away.
    :param closes_gaps: whether unlinking leaves the rest without gaps (a role's policies), so that positions hold.
    :param ordered: False for a role's rules, which have no order.
    """
    if list(current) == list(target):
        return []
    change = _Change(current, target, frees, narrows)
    if not ordered:
        return change.without_order()
    inserts = change.inserts()
    if not change.keeps_order() or change.is_mixed() or not change.is_sure(closes_gaps):
        return change.anew()
    if len(inserts) + len(change.removal()) > len(change.anew()):
        return change.anew()
    return [*inserts, *change.removal()] if change.removes_late() else [*change.removal(), *inserts]


class _Change:
    """What is different between two lists of links."""

    def __init__(
        self,
        current: t.Sequence[str],
        target: t.Sequence[str],
        frees: t.Callable[[str], bool],
        narrows: t.Callable[[str], bool],
    ) -> None:
        self.current = list(current)
        self.target = list(target)
        self.removed = [name for name in current if name not in target]
        self.added = [name for name in target if name not in current]
        self.granting = [name for name in self.removed if not frees(name)]
        self.freeing = [name for name in self.removed if frees(name)]
        self._narrows = narrows

    def removes_late(self) -> bool:
        """Whether all that goes are restrictions, which go when the rest is there."""
        return bool(self.freeing) and not self.granting

    def is_mixed(self) -> bool:
        """Whether rights and restrictions go while others come: one of them would meet what it may not."""
        return bool(self.added and self.granting and self.freeing)

    def keeps_order(self) -> bool:
        """Whether what stays is in the same order: a link that is there is never moved."""
        kept = [name for name in self.current if name in self.target]
        return kept == [name for name in self.target if name in self.current]

    def is_sure(self, closes_gaps: bool) -> bool:
        """Whether new links land where they should: not where a removal leaves gaps before them."""
        return closes_gaps or self.removes_late() or not self.removed or not self.added

    def removal(self) -> list[LinkStep]:
        """What goes: rights early, restrictions late. Both at once would do one of them at the wrong time."""
        steps = []
        if self.granting:
            steps.append(LinkStep(False, tuple(self.granting), early=True))
        if self.freeing:
            steps.append(LinkStep(False, tuple(self.freeing)))
        return steps

    def anew(self) -> list[LinkStep]:
        """Unlink all, and early: rights that go may not meet rights that come; then link all."""
        steps = [LinkStep(False, tuple(self.current), early=bool(self.granting))]
        if self.target:
            steps.append(LinkStep(True, tuple(self.target)))
        return steps

    def without_order(self) -> list[LinkStep]:
        """What goes and what comes, one request each."""
        steps = self.removal()
        if self.added:
            steps.append(LinkStep(True, tuple(self.added), early=self._only_narrow(self.added)))
        return steps

    def inserts(self) -> list[LinkStep]:
        """One request for each run of new names, those that only take rights away first."""
        here = list(self.current)
        if not self.removes_late():
            here = [name for name in self.current if name in self.target]
        runs = self._runs(here)
        early = [run for run in runs if self._only_narrow(run)]
        others = [run for run in runs if not self._only_narrow(run)]
        steps = []
        for run in [*early, *others]:
            at = self._place(run[0], here)
            # A restriction that is about to go may stand at the end: new names then come after the kept ones.
            steps.append(LinkStep(True, tuple(run), at if at < len(here) else None, run in early))
            here[at:at] = run
        return steps

    def _place(self, name: str, here: list[str]) -> int:
        """Where a new name belongs in a list: behind the last of those that come before it."""
        before = [other for other in self.target[: self.target.index(name)] if other in here]
        return here.index(before[-1]) + 1 if before else 0

    def _runs(self, base: t.Container[str]) -> list[list[str]]:
        """New names that come next to each other."""
        runs: list[list[str]] = [[]]
        for name in self.target:
            if name not in base:
                runs[-1].append(name)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]

    def _only_narrow(self, names: t.Sequence[str]) -> bool:
        return all(map(self._narrows, names))

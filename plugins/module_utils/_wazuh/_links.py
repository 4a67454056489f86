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
    removed = [name for name in current if name not in target]
    added = [name for name in target if name not in current]
    granting = [name for name in removed if not frees(name)]
    if not ordered:
        return [
            *([LinkStep(False, tuple(removed), early=granting == removed)] if removed else []),
            *([LinkStep(True, tuple(added), early=all(map(narrows, added)))] if added else []),
        ]
    unlink = LinkStep(False, tuple(removed), early=len(granting) == len(removed))
    late = bool(removed) and not granting  # add before the restrictions go
    base = list(current) if late or not removed else [name for name in current if name in target]
    inserts = _inserts(base, target, narrows)
    kept_in_order = [name for name in current if name in target] == [name for name in target if name in current]
    sure = closes_gaps or late or not removed or not added
    mixed = bool(added) and bool(granting) and len(granting) < len(removed)
    requests = len(inserts) + bool(removed)
    if not kept_in_order or requests > 2 or mixed or not sure:
        # Rights that go may not meet rights that come: then the whole list goes early.
        everything = LinkStep(False, tuple(current), early=bool(granting))
        return [everything, *([LinkStep(True, tuple(target))] if target else [])]
    if not removed:
        return inserts
    return [*inserts, unlink] if late else [unlink, *inserts]


def _inserts(base: t.Sequence[str], target: t.Sequence[str], narrows: t.Callable[[str], bool]) -> list[LinkStep]:
    """One request for each run of new names, those that only take rights away first."""
    runs: list[list[str]] = [[]]
    for name in target:
        if name not in base:
            runs[-1].append(name)
        elif runs[-1]:
            runs.append([])
    steps = []
    here = list(base)
    for early in (True, False):
        for run in runs:
            if run and all(map(narrows, run)) == early:
                before = [name for name in target[: target.index(run[0])] if name in here]
                at = here.index(before[-1]) + 1 if before else 0
                # A restriction that is about to go may stand at the end: new names then come after the kept ones.
                steps.append(LinkStep(True, tuple(run), at if at < len(here) else None, early))
                here[at:at] = run
    return steps

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordered links against a model of the server's levels (FACTS, links): the order and the number of requests."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._links import LinkStep, link_steps
from hypothesis import given
from hypothesis import strategies as st

NAMES = ["a", "b", "c", "d", "e"]


class Levels:
    """One owner's links as the server keeps them: a level for each, without gaps at first."""

    def __init__(self, names: list[str], closes_gaps: bool) -> None:
        self.level = {name: index for index, name in enumerate(names)}
        self.closes_gaps = closes_gaps

    def order(self) -> list[str]:
        return sorted(self.level, key=lambda name: self.level[name])

    def send(self, step: LinkStep) -> None:
        for offset, name in enumerate(step.names):
            if not step.link:
                gone = self.level.pop(name)
                if self.closes_gaps:
                    self.level = {other: at - (at > gone) for other, at in self.level.items()}
                continue
            assert name not in self.level, "the server would answer 4011"
            at = len(self.level) if step.position is None else step.position + offset
            at = min(at, len(self.level))
            self.level = {other: there + (there >= at) for other, there in self.level.items()}
            self.level[name] = at


def none(name: str) -> bool:
    """What neither gives rights by going nor only takes them by coming."""
    return name not in NAMES


def orders() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(NAMES), unique=True)


@given(current=orders(), target=orders(), deny=st.sets(st.sampled_from(NAMES)), closes_gaps=st.booleans())
def test_it_reaches_the_target_with_at_most_two_requests(
    current: list[str], target: list[str], deny: set[str], closes_gaps: bool
) -> None:
    server = Levels(current, closes_gaps)
    steps = link_steps(current, target, lambda name: name in deny, lambda name: name in deny, closes_gaps)
    for step in steps:
        server.send(step)
    assert server.order() == target
    assert len(steps) <= 2


@given(current=orders(), more=orders())
def test_appending_is_one_request_and_no_change_is_none(current: list[str], more: list[str]) -> None:
    target = current + [name for name in more if name not in current]
    steps = link_steps(current, target, none, none, closes_gaps=True)
    assert len(steps) == (target != current)


@pytest.mark.parametrize("closes_gaps", [True, False])
def test_every_pair_of_short_lists(closes_gaps: bool) -> None:
    lists = [list(order) for size in range(4) for order in itertools.permutations(NAMES[:4], size)]
    for current, target in itertools.product(lists, lists):
        server = Levels(current, closes_gaps)
        for step in link_steps(current, target, lambda name: name == "a", none, closes_gaps):
            server.send(step)
        assert server.order() == target, (current, target)


@given(current=orders(), target=orders(), deny=st.sets(st.sampled_from(NAMES)))
def test_what_grants_never_joins_before_what_granted_has_gone(
    current: list[str], target: list[str], deny: set[str]
) -> None:
    """With one user and white mode: at no moment does the role grant more than either end does."""
    server = Levels(current, closes_gaps=True)
    ends = {frozenset(set(names) - deny) for names in (current, target)}
    for step in link_steps(current, target, lambda name: name in deny, lambda name: name in deny, closes_gaps=True):
        server.send(step)
        granted = frozenset(server.order()) - deny
        assert any(granted <= end for end in ends)


@given(current=orders(), target=orders(), deny=st.sets(st.sampled_from(NAMES)))
def test_a_restriction_of_both_ends_holds_unless_nothing_is_granted(
    current: list[str], target: list[str], deny: set[str]
) -> None:
    server = Levels(current, closes_gaps=True)
    both = set(current) & set(target) & deny
    for step in link_steps(current, target, lambda name: name in deny, lambda name: name in deny, closes_gaps=True):
        server.send(step)
        assert both <= set(server.order()) or not server.order()


def test_rules_have_no_order() -> None:
    assert link_steps(["a", "b"], ["b", "c"], none, none, closes_gaps=True, ordered=False) == [
        LinkStep(False, ("a",), early=True),
        LinkStep(True, ("c",)),
    ]


def test_one_in_the_middle_is_one_request_with_its_position() -> None:
    assert link_steps(["a", "c"], ["a", "b", "c"], none, none, closes_gaps=False) == [
        LinkStep(True, ("b",), position=1)
    ]


def test_rights_go_early_and_restrictions_late() -> None:
    """In one request one of them would go at the wrong time, before or after what else the plan does."""
    assert link_steps(["grants", "a", "denies"], ["a"], lambda name: name == "denies", none, closes_gaps=True) == [
        LinkStep(False, ("grants",), early=True),
        LinkStep(False, ("denies",)),
    ]


def test_where_nothing_stays_all_goes_early() -> None:
    assert link_steps(["grants", "denies"], [], lambda name: name == "denies", none, closes_gaps=False) == [
        LinkStep(False, ("grants", "denies"), early=True)
    ]

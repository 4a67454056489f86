# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a whole tree: every text is stored once (FACTS, uniqueness), whatever the order of its lists says."""

from __future__ import annotations

from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import target_of


def policy(*actions: str) -> dict[str, Any]:
    return {"actions": list(actions), "resources": ["agent:id:001"], "effect": "allow"}


def sentences(current: dict[str, Any], desired: dict[str, Any]) -> list[str]:
    ids = {name: number for number, name in enumerate(current, 100)}
    there = Snapshot({"policies": current}, {"policies": ids})
    target = target_of(there, Desired(present={"policies": desired}))
    return [step.sentence for step in Steps(there, target).in_order()]


def test_another_order_of_the_same_is_no_change() -> None:
    assert sentences({"a": policy("x:x", "y:y")}, {"a": policy("y:y", "x:x")}) == []


def test_unless_another_policy_is_desired_in_just_these_words() -> None:
    desired = {"a": policy("y:y", "x:x"), "b": policy("x:x", "y:y")}
    assert sentences({"a": policy("x:x", "y:y")}, desired) == ["change policy a: actions", "create policy b"]
    assert sentences(desired, desired) == []


def test_two_that_swap_their_bodies_take_a_third_write() -> None:
    one, two = policy("x:x"), policy("y:y")
    assert sentences({"a": one, "b": two}, {"a": two, "b": one}) == [
        "change policy a: actions, worded differently while b has that text",
        "change policy b: actions",
        "change policy a: actions",
    ]


def test_empty_lists_that_wait_for_a_text_end_the_plan_as_well() -> None:
    """They are refused when the plan is looked at, since the server does not take them."""
    assert len(sentences({"a": policy("x:x"), "b": policy()}, {"a": policy(), "b": policy("x:x")})) == 3

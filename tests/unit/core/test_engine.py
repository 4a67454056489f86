# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cycle by itself, with a toy for a product: whatever becomes of a write, what is told is what is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure, Key, Outcome, Step, run
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from unit.core.toy import Event, Toy

HERE = {"old": "sand", "kept": "salt"}
DESIRED = {"kept": "salt", "first": "tea", "second": "flour"}


def lost_after(toy: Toy, step: Step) -> None:
    """The work is done and its answer does not come."""
    toy.do(step)
    raise Unsure("no answer")


def lost_before(_toy: Toy, _step: Step) -> None:
    """The request itself does not arrive."""
    raise Unsure("no answer")


def refused_by_server(_toy: Toy, _step: Step) -> None:
    raise IamError("the server says no")


def ignored(_toy: Toy, _step: Step) -> None:
    """The server accepts the request and does nothing."""


def toy(*events: Event | None, **more: Any) -> Toy:
    return Toy(dict(HERE), dict(DESIRED), list(events), **more)


def failure_of(product: Toy, check_mode: bool = False) -> Failure:
    with pytest.raises(Failure) as caught:
        run(product, check_mode)
    return caught.value


def statuses(result: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["status"] for step in result["steps"]}


class TestWhenAllGoesWell:
    def test_each_state_is_planned_once(self) -> None:
        product = toy()
        run(product, check_mode=False)
        steps = ["remove box old", "fill box first", "fill box second"]
        assert product.asked == ["read", "plan", *steps, "read back", "plan"]

    def test_the_result(self) -> None:
        result = run(toy(), check_mode=False)
        assert result["changed"] is True
        assert result["boxes"] == DESIRED
        assert result["diff"] == {
            "before": {"boxes": {"old": "sand"}},
            "after": {"boxes": {"first": "tea", "second": "flour"}},
        }
        assert result["warnings"] == ["3 to do", "0 to do"]
        assert result["steps"][0] == {
            "kind": "box",
            "name": "old",
            "verb": "remove",
            "step": "remove box old",
            "status": "done",
        }

    def test_nothing_to_do_is_no_write_and_no_second_look(self) -> None:
        product = Toy(dict(DESIRED), dict(DESIRED))
        result = run(product, check_mode=False)
        assert product.asked == ["read", "plan"]
        assert (result["changed"], result["steps"]) == (False, [])
        assert result["diff"] == {"before": {}, "after": {}}

    def test_check_mode_tells_the_same_and_writes_nothing(self) -> None:
        product = toy()
        predicted = run(product, check_mode=True)
        assert product.there == HERE
        assert product.asked == ["read", "plan"]
        assert set(statuses(predicted).values()) == {"planned"}
        done = run(toy(), check_mode=False)
        for same in ("changed", "diff", "boxes"):
            assert predicted[same] == done[same]
        assert list(statuses(predicted)) == list(statuses(done))


class TestLostAnswers:
    def test_what_was_done_is_not_done_again(self) -> None:
        product = toy(lost_after)
        result = run(product, check_mode=False)
        assert product.asked.count("remove box old") == 1
        assert set(statuses(result).values()) == {"done"}
        assert product.there == DESIRED

    def test_what_did_not_arrive_is_tried_once_more(self) -> None:
        product = toy(None, lost_before)
        result = run(product, check_mode=False)
        assert product.asked.count("fill box first") == 2
        assert statuses(result) == dict.fromkeys(["remove box old", "fill box first", "fill box second"], "done")

    def test_and_no_oftener(self) -> None:
        product = toy(lost_before, lost_before)
        failure = failure_of(product)
        assert statuses(failure.result) == {
            "remove box old": "failed",
            "fill box first": "not tried",
            "fill box second": "not tried",
        }
        assert failure.result["changed"] is False
        assert product.there == HERE

    def test_where_nobody_can_look_it_is_not_known(self) -> None:
        failure = failure_of(toy(None, lost_after, fails_to_look=IamError("the server is away")))
        assert statuses(failure.result)["fill box first"] == "unknown"
        assert failure.result["changed"] is True
        assert "It is not known whether the server did this: fill box first." in str(failure)
        assert "Done before this: 1 of 3 steps; not tried: 1." in str(failure)

    @pytest.mark.parametrize("event", [lost_before, lost_after])
    def test_two_steps_of_one_sentence_are_told_apart(self, event: Event) -> None:
        product = toy(None, event, same_sentence=True)
        result = run(product, check_mode=False)
        assert [(step["name"], step["status"]) for step in result["steps"]] == [
            ("old", "done"),
            ("first", "done"),
            ("second", "done"),
        ]
        assert product.there == DESIRED

    def test_what_is_half_done_is_a_change(self) -> None:
        """One request for two boxes that gets one of them, and the other fails for good."""

        def half(toy: Toy, _step: Step) -> None:
            del toy.there["a"]
            raise Unsure("no answer")

        failure = failure_of(Toy({"a": "", "b": ""}, {}, [half, refused_by_server], at_once=True))
        assert statuses(failure.result) == {"remove box b": "failed"}
        assert failure.result["changed"] is True
        assert failure.result["diff"] == {"before": {"boxes": {"a": "", "b": ""}}, "after": {"boxes": {"b": ""}}}


class TestFailures:
    def test_in_the_middle(self) -> None:
        failure = failure_of(toy(None, refused_by_server))
        assert str(failure).splitlines() == [
            "the server says no",
            "Done before this: 1 of 3 steps; not tried: 1. Run the task again to finish: it starts from what is there "
            "now.",
        ]
        assert statuses(failure.result) == {
            "remove box old": "done",
            "fill box first": "failed",
            "fill box second": "not tried",
        }
        assert failure.result["changed"] is True
        assert failure.result["diff"] == {"before": {"boxes": {"old": "sand"}}, "after": {}}

    def test_before_any_write_is_no_change_and_has_no_diff(self) -> None:
        failure = failure_of(toy(refused_by_server))
        assert failure.result["changed"] is False
        assert "diff" not in failure.result

    def test_part_of_it_was_done_all_the_same(self) -> None:
        def half(_toy: Toy, _step: Step) -> None:
            error = IamError("the server did half of it")
            error.wrote, error.did = True, [Key("box", ("second",), "fill")]
            raise error

        failure = failure_of(toy(half))
        assert failure.result["changed"] is True
        assert statuses(failure.result) == {
            "remove box old": "failed",
            "fill box first": "not tried",
            "fill box second": "done",
        }

    def test_what_does_not_take_is_said(self) -> None:
        failure = failure_of(toy(None, ignored, None, ignored))
        assert "the server accepted every request, but this did not take: fill box first" in str(failure)
        assert statuses(failure.result)["fill box first"] == "failed"

    def test_but_what_takes_at_the_second_try_is_well(self) -> None:
        result = run(toy(None, ignored), check_mode=False)
        assert statuses(result) == dict.fromkeys(["remove box old", "fill box first", "fill box second"], "done")

    def test_no_plan_is_no_write(self) -> None:
        product = toy()

        def plan(current: dict[str, str]) -> Any:
            raise Refused("boxes: too many: write less")

        product.plan = plan  # type: ignore[method-assign]
        failure = failure_of(product)
        assert str(failure) == "boxes: too many: write less"
        assert failure.result == {"changed": False, "steps": [], "requests": 1}

    def test_steps_that_nobody_could_check_are_not_done_in_check_mode_either(self) -> None:
        failure = failure_of(toy(unseen=["the lid of box kept could not be lifted"]), check_mode=True)
        assert str(failure).startswith("the lid of box kept could not be lifted")
        assert set(statuses(failure.result).values()) == {"not tried"}


class TestMore:
    def test_facts_are_gathered_only_where_the_plan_turns_on_them(self) -> None:
        product = toy(needs="keys")
        run(product, check_mode=True)
        assert product.asked == ["read", "plan", "gather keys", "plan"]

    def test_what_could_not_be_looked_at_fails_the_task_after_all_else_is_done(self) -> None:
        product = toy(unseen=["the lid of box kept could not be lifted"])
        failure = failure_of(product)
        assert product.there == DESIRED
        assert failure.result["changed"] is True
        assert set(statuses(failure.result).values()) == {"done"}
        steps = len(failure.result["steps"])
        assert str(failure) == (
            f"the lid of box kept could not be lifted\nDone before this: {steps} of {steps} steps; not tried: 0."
        ), "what to do, and when, is the product's to say"

    def test_something_else_than_the_sentence_says(self) -> None:
        def found(toy: Toy, step: Step) -> Outcome:
            toy.do(step)
            return Outcome("find box old gone already", "somebody else was faster")

        result = run(toy(found), check_mode=False)
        assert result["steps"][0]["step"] == "find box old gone already"
        assert "somebody else was faster" in result["warnings"]

    def test_a_part_of_an_object_is_shown_within_the_whole_of_it(self) -> None:
        class Labelled(Toy):
            def shown(self, state: dict[str, str]) -> dict[tuple[str, ...], Any]:
                label = "new" if state == self.desired else "old"
                return {("boxes", "kept"): {"content": "salt"}, ("boxes", "kept", "label"): label}

        diff = run(Labelled(dict(HERE), dict(DESIRED)), check_mode=True)["diff"]
        assert diff == {
            "before": {"boxes": {"kept": {"content": "salt", "label": "old"}}},
            "after": {"boxes": {"kept": {"content": "salt", "label": "new"}}},
        }

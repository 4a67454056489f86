# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that has what is desired with the fewest differences; every text is stored once (FACTS, uniqueness)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import text
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    Desired,
    DesiredLink,
    Facts,
    Snapshot,
    Target,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import has_strayed, target_of, without_order


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


def test_a_rule_keeps_its_words_too_unless_another_is_desired_in_them() -> None:
    both = {"MATCH": {"a": "1"}, "FIND": {"b": "2"}}
    turned = {"FIND": {"b": "2"}, "MATCH": {"a": "1"}}
    there = Snapshot({"rules": {"a": both}}, {"rules": {"a": 100}})
    alone = target_of(there, Desired(present={"rules": {"a": turned}}))
    assert text(alone.of("rules")["a"]) == text(both)
    beside = target_of(there, Desired(present={"rules": {"a": turned, "b": both}}))
    assert [text(body) for body in beside.of("rules").values()] == [text(turned), text(both)]


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


THERE = Snapshot(
    {
        "policies": {"p": policy("x:x"), "q": policy("y:y")},
        "rules": {"r": {"FIND": {"a": "b"}}},
        "roles": {"sales": {"policies": ["p", "q"], "rules": ["r"]}, "audit": {"policies": ["q"], "rules": []}},
        "users": {"alice": {"allow_run_as": True, "roles": ["sales", "audit"]}},
    },
    {
        "policies": {"p": 100, "q": 101},
        "rules": {"r": 100},
        "roles": {"sales": 100, "audit": 101},
        "users": {"alice": 100},
    },
    {"rbac_mode": "white", "auth_token_exp_timeout": 900},
)


def target(**desired: Any) -> Target:
    return target_of(THERE, Desired(**desired))


def refusal(**desired: Any) -> str:
    with pytest.raises(Refused) as refused:
        target(**desired)
    return str(refused.value)


def test_where_nothing_is_desired_nothing_differs() -> None:
    made = target()
    assert (made.objects, made.ids, made.config, made.facts) == (THERE.objects, THERE.ids, THERE.config, THERE.facts)
    assert (made.renamed, made.passwords) == ({}, set())


def test_what_is_not_stated_is_left_alone() -> None:
    made = target(present={"policies": {"p": {"effect": "deny"}}, "users": {"alice": {"allow_run_as": False}}})
    assert made.of("policies")["p"] == {**policy("x:x"), "effect": "deny"}
    assert made.of("users")["alice"] == {"allow_run_as": False, "roles": ["sales", "audit"]}
    assert THERE.of("policies")["p"] == policy("x:x"), "the snapshot is not written into"


def test_new_objects_are_as_the_server_makes_them() -> None:
    made = target(
        present={"roles": {"new": {}}, "users": {"bobby": {}}, "policies": {"s": policy("z:z")}},
        passwords={"bobby": "x"},
    )
    assert made.of("roles")["new"] == {"policies": [], "rules": []}
    assert made.of("users")["bobby"] == {"allow_run_as": False, "roles": []}
    assert made.of("policies")["s"] == policy("z:z")
    assert made.passwords == {"bobby"}


@pytest.mark.parametrize(
    ("present", "message"),
    [
        ({"policies": {"new": {"effect": "allow"}}}, "policy new is not there: creating it takes actions, resources"),
        ({"rules": {"new": {}}}, "rule new is not there: creating it takes rule"),
        ({"users": {"bobby": {}}}, "user bobby is not there, and creating it takes a password: give password"),
        ({"roles": {"new": {"policies": ["pp"]}}}, "policy pp is not there, nor made by this task. Did you mean p?"),
    ],
    ids=str,
)
def test_what_cannot_be_made(present: dict[str, Any], message: str) -> None:
    assert message in refusal(present=present)


def test_the_rules_of_a_role_are_sorted_as_the_server_has_no_order_of_them() -> None:
    present = {"roles": {"sales": {"rules": ["r", "a"]}}, "rules": {"a": {"FIND": {"a": "c"}}}}
    assert target(present=present).of("roles")["sales"]["rules"] == ["a", "r"]


@pytest.mark.parametrize(("there", "refused"), [({}, False), ({"FIND": {"a": "b"}}, True)], ids=str)
def test_an_empty_rule_is_taken_only_where_it_is_there_already(there: dict[str, Any], refused: bool) -> None:
    current = Snapshot({"rules": {"r": there}}, {"rules": {"r": 100}})
    desired = Desired(present={"rules": {"r": {}}}, empty_rules={"r"})
    if refused:
        with pytest.raises(Refused, match="rule r: rule is empty: write like FIND"):
            target_of(current, desired)
    else:
        assert target_of(current, desired).of("rules") == {"r": {}}


def test_a_link_to_what_goes_is_refused() -> None:
    message = refusal(present={"roles": {"sales": {"policies": ["p", "q"]}}}, absent={"policies": ["p"]})
    assert message == "role sales: policy p is not there, nor made by this task."


def test_one_that_is_marked_as_reserved_is_not_made() -> None:
    """The defaults of Wazuh's versions differ (FACTS, reserved objects)."""
    desired = {"present": {"roles": {"cluster_admin": {}}}, "reserved": {"roles": {"cluster_admin"}}}
    assert refusal(**desired).startswith("role cluster_admin is marked as reserved, but this server has none")


class TestRenames:
    def test_links_follow(self) -> None:
        made = target(renames={"roles": {"sales": "sellers"}, "policies": {"q": "z"}})
        assert list(made.of("roles")) == ["sellers", "audit"]
        assert made.of("roles")["sellers"]["policies"] == ["p", "z"]
        assert made.of("users")["alice"]["roles"] == ["sellers", "audit"]
        assert made.old("roles", "sellers") == "sales"

    def test_what_is_done_is_done(self) -> None:
        made = target(renames={"roles": {"old": "sales"}}, present={"roles": {"old": {}}})
        assert (made.objects, made.renamed) == (THERE.objects, {})

    def test_where_both_are_there_it_is_refused(self) -> None:
        assert refusal(renames={"roles": {"sales": "audit"}}) == (
            "new_name: there are both sales and audit among the roles: remove one of them first"
        )

    def test_a_new_one_with_the_text_of_one_that_goes_is_that_one(self) -> None:
        made = target(present={"policies": {"new": policy("x:x")}}, absent={"policies": ["p"]})
        assert made.renamed == {"policies": {"new": "p"}}
        assert target(present={"policies": {"new": policy("z:z")}}, absent={"policies": ["p"]}).renamed == {}

    def test_but_not_of_roles_which_have_no_text(self) -> None:
        made = target(present={"roles": {"new": {"policies": ["q"], "rules": []}}}, absent={"roles": ["audit"]})
        assert made.renamed == {}


class TestRemovals:
    def test_links_go_along(self) -> None:
        """FACTS, links."""
        made = target(absent={"policies": ["q"], "rules": ["r"], "roles": ["audit", "gone"]})
        assert made.of("roles") == {"sales": {"policies": ["p"], "rules": []}}
        assert made.of("users")["alice"]["roles"] == ["sales"]

    def test_purge_removes_what_is_not_listed(self) -> None:
        made = target(purge=["roles", "policies"], present={"roles": {"sales": {"policies": []}}, "policies": {}})
        assert list(made.of("roles")) == ["sales"]
        assert made.of("policies") == {}
        assert list(made.of("users")) == ["alice"]

    def test_what_is_named_absent_besides_goes_once(self) -> None:
        assert target(purge=["policies"], absent={"policies": ["p"]}).of("policies") == {}

    def test_a_role_that_is_called_like_the_task_s_account_is_none(self) -> None:
        facts = Facts("audit", frozenset({"audit"}))
        for desired in (Desired(purge=["roles"]), Desired(absent={"roles": ["audit"]})):
            assert "audit" not in target_of(Snapshot(THERE.objects, THERE.ids, facts=facts), desired).of("roles")

    def test_but_not_what_gets_another_name_nor_the_task_s_account(self) -> None:
        assert target(purge=["users"]).of("users") == {}
        kept = Snapshot(THERE.objects, THERE.ids, facts=Facts("alice", frozenset({"alice"})))
        made = target_of(kept, Desired(purge=["users"]))
        assert list(made.of("users")) == ["alice"]
        assert "z" in target(purge=["policies"], renames={"policies": {"p": "z"}}).of("policies")


class TestLinks:
    @pytest.mark.parametrize(
        ("item", "position", "present", "roles"),
        [
            ("audit", None, True, ["sales", "audit"]),
            ("audit", 0, True, ["audit", "sales"]),
            ("audit", 9, True, ["sales", "audit"]),
            ("sales", 1, True, ["audit", "sales"]),
            ("audit", None, False, ["sales"]),
            ("gone", None, False, ["sales", "audit"]),
        ],
    )
    def test_one_is_brought_to_its_place_or_to_an_end(
        self, item: str, position: int | None, present: bool, roles: list[str]
    ) -> None:
        made = target(links=[DesiredLink("users", "alice", "roles", item, position, present)])
        assert made.of("users")["alice"]["roles"] == roles

    def test_rules_have_no_order(self) -> None:
        rules = {"present": {"rules": {"a": {"FIND": {"a": "c"}}}}}
        made = target(**rules, links=[DesiredLink("roles", "sales", "rules", "a", None, True)])
        assert made.of("roles")["sales"]["rules"] == ["a", "r"]

    def test_of_an_owner_that_is_not_there(self) -> None:
        assert "user alise is not there, nor made by this task. Did you mean alice?" in refusal(
            links=[DesiredLink("users", "alise", "roles", "sales", None, True)]
        )
        assert target(links=[DesiredLink("users", "alise", "roles", "sales", None, False)]).objects == THERE.objects

    @pytest.mark.parametrize(
        ("linked", "strayed"), [(["old", "new"], False), (["new", "old"], True), (["old"], False), (["new"], False)]
    )
    def test_a_new_one_strays_where_an_older_comes_after_it(self, linked: list[str], strayed: bool) -> None:
        new = DesiredLink("users", "alice", "roles", "new", None, True, after=("old",))
        assert has_strayed(new, linked) is strayed
        (settled,) = without_order(Desired(links=[new])).links
        assert not has_strayed(settled, linked)


def test_a_setting_that_is_not_stated_keeps_its_value() -> None:
    assert target(config={"rbac_mode": "black"}).config == {"rbac_mode": "black", "auth_token_exp_timeout": 900}
    assert THERE.config == {"rbac_mode": "white", "auth_token_exp_timeout": 900}


@pytest.mark.parametrize(
    ("update", "facts", "set_"),
    [
        ("on_create", {}, False),
        ("always", {}, True),
        ("on_mismatch", {}, True),
        ("on_mismatch", {"matching": frozenset({"alice"})}, False),
        ("on_mismatch", {"uncompared": ("alice",)}, False),
    ],
    ids=str,
)
def test_passwords_are_set_unless_known_to_be(update: str, facts: dict[str, Any], set_: bool) -> None:
    there = Snapshot(THERE.objects, THERE.ids, facts=Facts(**facts))
    desired = Desired(passwords={"alice": "x"}, update_password={"alice": update})
    assert (target_of(there, desired).passwords == {"alice"}) is set_

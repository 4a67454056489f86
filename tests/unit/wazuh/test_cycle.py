# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task asks of a server, and when: first, for what its plan lacks, after writes, after a lost answer."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    Desired,
    DesiredLink,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call
from unit.wazuh.answers import CONFIG, LISTS, POLICY, Server, state

MEMBER = "sales-member-1"
PASSWORD = "Sales-Member-2"
CREATE = Call("create", "users", ("newcomer",))
SET = Call("password", "users", (MEMBER,))
TO_A_ROLE = Call("link", "users", (MEMBER,), items="roles", linked=("readonly",))


def cycle(api: Server, **desired: Any) -> WazuhCycle:
    return WazuhCycle(state(api), Desired(**desired))


def step(call: Call) -> Step:
    return Step(call.key(), "a sentence", call)


def since(api: Server, begin: int) -> list[str]:
    return api.asked[begin:]


def with_password(update: str, user: str = MEMBER) -> dict[str, Any]:
    return {
        "present": {"users": {user: {}}},
        "passwords": {user: PASSWORD},
        "update_password": {user: update},
    }


def test_what_no_server_would_take_is_refused_unasked() -> None:
    api = Server()
    with pytest.raises(Refused, match="the name 'a b' will not do"):
        cycle(api, present={"roles": {"a b": {}}})
    assert api.asked == []


class TestRead:
    @pytest.mark.parametrize(
        ("desired", "asked"),
        [
            ({"present": {"roles": {"sales-team": {}}}}, ["GET roles"]),
            ({"present": {"roles": {"sales-team": {"policies": []}}}}, ["GET policies", "GET roles"]),
            ({"config": {"rbac_mode": "white"}}, ["GET config"]),
            ({}, []),
        ],
        ids=str,
    )
    def test_asks_for_the_kinds_that_it_is_about(self, desired: dict[str, Any], asked: list[str]) -> None:
        api = Server()
        cycle(api, **desired).read()
        assert api.asked == asked

    def test_is_not_repeated(self) -> None:
        api = Server()
        one = cycle(api, present={"roles": {"sales-team": {}}})
        assert one.read() == one.read()
        assert api.asked == ["GET roles"]

    @pytest.mark.parametrize(("username", "asked"), [("iam-admin", []), ("", ["GET me"])])
    def test_who_the_task_is_before_users_are_purged(self, username: str, asked: list[str]) -> None:
        """Its account is kept, whoever it is; with a token alone only the server knows."""
        api = Server(username=username)
        snapshot = cycle(api, purge=["users"], present={"users": {}}).read()
        assert snapshot.facts.accounts == {"iam-admin"}
        assert api.asked == [*asked, "GET users"]
        other = Server(username="")
        cycle(other, purge=["roles"]).read()
        assert other.asked == ["GET roles"]

    @pytest.mark.parametrize("matching", [True, False])
    def test_compares_passwords_by_a_login(self, matching: bool) -> None:
        api = Server(*[MEMBER] if matching else [])
        one = cycle(api, **with_password("on_mismatch"))
        assert one.read().facts.matching == ({MEMBER} if matching else set())
        one.read()
        assert api.asked == ["GET users", f"login as {MEMBER}"]

    @pytest.mark.parametrize(("update", "user"), [("on_create", MEMBER), ("always", MEMBER), ("on_mismatch", "newer")])
    def test_but_not_otherwise_nor_of_users_that_are_not_there(self, update: str, user: str) -> None:
        api = Server()
        cycle(api, **with_password(update, user)).read()
        assert api.asked == ["GET users"]

    def test_new_links_are_told_from_those_that_are_there(self) -> None:
        """Once they are made, no snapshot tells any more that they were new."""
        api = Server()
        api.lists = {**LISTS, "users": [{"id": 100, "username": MEMBER, "allow_run_as": False, "roles": [2]}]}
        one = cycle(api, links=[DesiredLink("users", MEMBER, "roles", "sales-team", None, True)])
        before = one.read()
        assert one.plan(before).target.of("users")[MEMBER]["roles"] == ["readonly", "sales-team"]
        before.objects["users"][MEMBER]["roles"] = ["sales-team", "readonly"]
        assert one.plan(before).target.of("users")[MEMBER]["roles"] == ["readonly", "sales-team"]


class TestLook:
    """The answer to a write was lost: what is remembered counts for nothing."""

    def test_reads_again_all_that_the_task_is_about(self) -> None:
        api = Server()
        one = cycle(api, present={"users": {MEMBER: {"roles": []}}})
        one.read()
        one.look(step(TO_A_ROLE))
        assert since(api, 2) == ["GET roles", "GET users"]

    @pytest.mark.parametrize("update", ["always", "on_mismatch", "on_create"])
    def test_tries_a_password_that_may_be_set(self, update: str) -> None:
        api = Server()
        one = cycle(api, **with_password(update))
        one.read()
        api.matching = (MEMBER,)
        before = len(api.asked)
        assert one.look(step(SET)).facts.matching == {MEMBER}
        assert since(api, before) == ["GET users", f"login as {MEMBER}"]

    def test_but_not_of_a_user_that_has_gone(self) -> None:
        api = Server()
        one = cycle(api, **with_password("always", "newcomer"))
        one.look(step(Call("password", "users", ("newcomer",))))
        assert api.asked == ["GET users"]


class TestReadBack:
    def asked(self, many: bool, *calls: Call) -> list[str]:
        api = Server()
        one = cycle(
            api,
            present={"users": {MEMBER: {"roles": []}}, "roles": {"sales-team": {"policies": [], "rules": []}}},
            config={"rbac_mode": "white"},
            many=many,
        )
        assert len(one.read().objects) == 4
        before = len(api.asked)
        one.read_back([step(call) for call in calls])
        return since(api, before)

    @pytest.mark.parametrize(
        "call", [TO_A_ROLE, Call("create", "policies", ("p",), POLICY), Call("delete", "roles", ("sales-team",))]
    )
    def test_of_one_object_the_answers_tell_what_is(self, call: Call) -> None:
        assert self.asked(False, call) == []

    @pytest.mark.parametrize("many", [True, False])
    def test_the_configuration_is_read_as_its_answer_does_not_tell_it(self, many: bool) -> None:
        assert self.asked(many, Call("config", names=("rbac_mode",), body=CONFIG)) == ["GET config"]

    @pytest.mark.parametrize(
        ("call", "asked"),
        [
            (TO_A_ROLE, ["GET roles", "GET users"]),
            (Call("create", "policies", ("p",), POLICY), ["GET policies"]),
            (SET, ["GET users"]),
        ],
    )
    def test_of_a_tree_what_was_written_is_read_on_both_sides(self, call: Call, asked: list[str]) -> None:
        assert self.asked(True, call) == asked

    def test_of_nothing_nothing_is(self) -> None:
        assert self.asked(True) == []


class TestGather:
    @pytest.mark.parametrize(
        ("lacks", "asked", "facts"),
        [
            ({"version"}, ["GET version"], {"version": (4, 14, 7)}),
            ({"catalogue"}, ["GET catalogue"], {"catalogue": {"agent:read": ["agent:id"]}}),
            ({"caller"}, ["GET me"], {"caller": {"name": "iam-admin", "roles": {}}}),
            ({"policies"}, ["GET policies", "GET roles"], {}),
        ],
        ids=str,
    )
    def test_asks_for_what_is_lacked_and_keeps_the_rest(
        self, lacks: set[str], asked: list[str], facts: dict[str, Any]
    ) -> None:
        api = Server()
        one = cycle(api, present={"users": {MEMBER: {}}}, config={"rbac_mode": "white"})
        current = one.read()
        before = len(api.asked)
        gathered = one.gather(current, frozenset(lacks))
        assert since(api, before) == asked
        assert {name: getattr(gathered.facts, name) for name in facts} == facts
        assert gathered.config == CONFIG
        assert set(gathered.objects) == {"users"} | ({"policies", "roles"} if "policies" in lacks else set())
        one.gather(gathered, frozenset(lacks))
        assert since(api, before) == asked, "it is known by now"


class TestApply:
    def test_a_password_that_was_set_matches(self) -> None:
        one = cycle(Server(), **with_password("on_mismatch"))
        one.read()
        one.apply(step(SET))
        assert one.read().facts.matching == {MEMBER}

    def test_one_whose_answer_was_lost_is_not_known_to(self) -> None:
        api = Server()
        one = cycle(api, **with_password("on_mismatch"))
        one.read()
        api.loses = True
        with pytest.raises(Unsure):
            one.apply(step(SET))
        assert one.read().facts.matching == frozenset()

    def test_a_user_is_made_with_its_password_or_not_at_all(self) -> None:
        """So that whoever is there after a lost answer has it."""
        api = Server()
        one = cycle(api, **with_password("on_create", "newcomer"))
        one.read()
        api.loses = True
        with pytest.raises(Unsure):
            one.apply(step(CREATE))
        assert one.read().facts.matching == {"newcomer"}

    def test_a_role_of_the_same_name_has_no_password(self) -> None:
        one = cycle(Server(), **with_password("on_mismatch"))
        one.read()
        one.apply(step(Call("create", "roles", (MEMBER,))))
        assert one.read().facts.matching == frozenset()

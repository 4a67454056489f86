# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is written: for itself, and for what the server has."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    Desired,
    DesiredLink,
    Facts,
    Snapshot,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import (
    desired_problems,
    password_problems,
    removal_problems,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import target_of


def with_roles(**policies: list[str]) -> Snapshot:
    """A server with these roles, and no policy that the caller may see."""
    return Snapshot(
        {"policies": {}, "roles": {role: {"policies": names} for role, names in policies.items()}},
        {"policies": {}, "roles": {role: number for number, role in enumerate(policies, 100)}},
    )


def planned(there: Snapshot, role: str, policies: list[str], **more: Any) -> list[str]:
    desired = Desired(present={"roles": {role: {"policies": policies}}}, **more)
    found: list[str] = target_of(there, desired).of("roles")[role]["policies"]
    return found


class TestHiddenLinks:
    """(id N) is how a link is shown whose other side the caller may not see."""

    def test_those_of_the_role_itself_can_be_put_in_another_order_or_left_out(self) -> None:
        there = with_roles(sales=["(id 100)", "(id 101)"])
        assert planned(there, "sales", ["(id 101)", "(id 100)"]) == ["(id 101)", "(id 100)"]
        assert planned(there, "sales", ["(id 101)"]) == ["(id 101)"]

    def test_those_of_a_role_that_gets_another_name_stay(self) -> None:
        desired = Desired(present={"roles": {"sales": {}}}, renames={"roles": {"sales": "sellers"}})
        target = target_of(with_roles(sales=["(id 100)"]), desired)
        assert target.of("roles") == {"sellers": {"policies": ["(id 100)"]}}

    @pytest.mark.parametrize("name", ["(id x)", "(other)", "(id 7)", "(id 101)", "(", ""])
    def test_no_other_name_of_that_kind(self, name: str) -> None:
        there = with_roles(sales=["(id 100)"], guests=["(id 101)"])
        with pytest.raises(Refused) as refused:
            planned(there, "sales", ["(id 100)", name])
        assert f"role sales: policy {name} is not there, nor made by this task" in str(refused.value)

    def test_a_new_role_has_none(self) -> None:
        with pytest.raises(Refused, match=r"role new: policy \(id 100\) is not there, nor made by this task"):
            planned(with_roles(sales=["(id 100)"]), "new", ["(id 100)"])


class TestRulesOfTheServersOwn:
    """Each refusal says what to write instead."""

    there = Snapshot(
        {"rules": {"first": {}}, "roles": {"administrator": {"rules": ["first"]}, "sales": {"rules": []}}},
        {"rules": {"first": 1}, "roles": {"administrator": 1, "sales": 100}},
    )

    def refused(self, role: str, rules: list[str]) -> str:
        with pytest.raises(Refused) as refused:
            target_of(self.there, Desired(present={"roles": {role: {"rules": rules}}}))
        return str(refused.value)

    def test_they_keep_their_links(self) -> None:
        assert "rule first is reserved, and its links cannot be changed: leave it in rules" in self.refused(
            "administrator", []
        )

    @pytest.mark.parametrize("role", ["sales", "new"])
    def test_they_get_no_others(self, role: str) -> None:
        assert "cannot be linked: make a rule of your own" in self.refused(role, ["first"])

    def test_a_new_name_makes_no_difference(self) -> None:
        desired = Desired(present={"roles": {"sales": {"rules": ["first"]}}}, renames={"roles": {"sales": "sellers"}})
        with pytest.raises(Refused, match="role sellers: rule first is reserved and cannot be linked"):
            target_of(self.there, desired)


class TestNames:
    """Out of A-Z a-z 0-9 _ - . %, up to 64 characters, users from 4 on (FACTS, limits)."""

    @pytest.mark.parametrize("plural", ["policies", "rules", "roles", "users"])
    @pytest.mark.parametrize("name", ["Sales", "a-b_c.d%", "s" * 64, "1234"])
    def test_good_ones(self, plural: str, name: str) -> None:
        assert desired_problems(Desired(present={plural: {name: {}}})) == []

    @pytest.mark.parametrize("plural", ["policies", "rules", "roles", "users"])
    @pytest.mark.parametrize("name", ["", "sales team", "sales\n", "vertrieb-süd", "a/b", "s" * 65])
    def test_bad_ones(self, plural: str, name: str) -> None:
        shortest = 4 if plural == "users" else 1
        problem = (
            f"{plural}: the name {name!r} will not do: write {shortest} to 64 characters out of A-Z a-z 0-9 _ - . %"
        )
        assert desired_problems(Desired(present={plural: {name: {}}})) == [problem]
        renames = {plural: {"good": name}}
        assert desired_problems(Desired(present={plural: {"good": {}}}, renames=renames)) == [problem]

    @pytest.mark.parametrize("plural", ["policies", "rules", "roles"])
    def test_only_users_need_four_characters(self, plural: str) -> None:
        assert desired_problems(Desired(present={plural: {"bob": {}}})) == []
        assert len(desired_problems(Desired(present={"users": {"bob": {}}}))) == 1

    def test_what_goes_may_be_called_anything(self) -> None:
        assert desired_problems(Desired(absent={"roles": ["a b"]})) == []

    def test_one_name_for_what_comes_and_what_goes(self) -> None:
        both = Desired(present={"roles": {"sales": {}}}, absent={"roles": ["sales"]})
        assert desired_problems(both) == ["roles: sales is wanted both present and absent: state it once"]


@pytest.mark.parametrize(("seconds", "problems"), [(29, 1), (30, 0), (0, 1)])
def test_tokens_live_30_seconds_or_longer(seconds: int, problems: int) -> None:
    found = desired_problems(Desired(config={"auth_token_exp_timeout": seconds}))
    assert len(found) == problems


class TestPasswords:
    """FACTS, passwords; the password itself is no part of what is said of it."""

    @pytest.mark.parametrize(
        ("password", "major", "problem"),
        [
            ("Sales-1x", 4, ""),
            ("Größe-Ü1", 4, ""),
            ("Sales-1" + "x" * 57, 4, ""),
            ("Sales-Member1", 5, ""),
            ("", 4, "it is empty"),
            ("Short-1", 4, "its length is 7: write 8 to 64 characters"),
            ("Long-1" * 11, 4, "its length is 66: write 8 to 64 characters"),
            ("Sales-1xyzw", 5, "its length is 11: write 12 to 64 characters"),
            ("SALES-MEMBER-1", 4, "it lacks a lower-case letter a-z"),
            ("sales-member-9", 4, "it lacks an upper-case letter A-Z"),
            ("Sales-Member-x", 4, "it lacks a digit"),
            ("SalesMember1", 4, "it lacks a character that is neither letter nor digit"),
            ("SÄLES-MEMBER-ä1", 4, "it lacks a lower-case letter a-z"),
            ("Sales-Member\n1", 4, "it contains a line break: remove it"),
            ("Sales-Member-1€", 4, "it contains characters that the server cannot read in a login: write others"),
        ],
    )
    def test_bad_ones_are_described_and_not_shown(self, password: str, major: int, problem: str) -> None:
        found = password_problems("alice", password, major)
        if not problem:
            assert found == []
            return
        (only,) = found
        assert only.startswith(f"password of user alice: {problem}")
        assert not password or password not in only

    def test_all_that_is_wrong_is_told(self) -> None:
        assert [problem.partition(": ")[2] for problem in password_problems("alice", "x", 4)] == [
            "its length is 1: write 8 to 64 characters",
            "it lacks an upper-case letter A-Z, a digit, a character that is neither letter nor digit",
        ]

    def test_of_every_user_as_the_mildest_server_has_it(self) -> None:
        """Which version it is, is not known yet."""
        found = desired_problems(Desired(passwords={"alice": "Sales-1x", "bobby": "weak"}))
        assert [problem.partition(":")[0] for problem in found] == ["password of user bobby"] * 2


class TestReserved:
    """FACTS, reserved resources."""

    there = Snapshot(
        {
            "policies": {"p": {"actions": ["a:b"], "resources": ["*:*:*"], "effect": "allow"}, "own": {}},
            "rules": {"r": {"FIND": {"a": "b"}}},
            "roles": {"readonly": {"policies": ["p"], "rules": []}, "mine": {"policies": [], "rules": []}},
            "users": {"wazuh": {"allow_run_as": True, "roles": ["readonly"]}},
        },
        {
            "policies": {"p": 1, "own": 100},
            "rules": {"r": 1},
            "roles": {"readonly": 2, "mine": 100},
            "users": {"wazuh": 1},
        },
    )

    @pytest.mark.parametrize(
        ("desired", "problem"),
        [
            ({"present": {"policies": {"p": {"effect": "deny"}}}}, "policy p is reserved: its policy cannot"),
            ({"present": {"rules": {"r": {"FIND": {"a": "c"}}}}}, "rule r is reserved: its rule cannot be changed"),
            ({"present": {"roles": {"readonly": {"policies": []}}}}, "role readonly is reserved: its policies cannot"),
            ({"present": {"users": {"wazuh": {"roles": []}}}}, "user wazuh is reserved: its roles cannot be changed"),
            ({"renames": {"roles": {"readonly": "x"}}}, "role readonly is reserved: its name cannot be changed"),
            ({"absent": {"roles": ["readonly"]}}, "role readonly is reserved and cannot be removed: leave it out"),
            ({"absent": {"users": ["wazuh"]}}, "user wazuh is reserved and cannot be removed: leave it out"),
        ],
        ids=str,
    )
    def test_what_the_server_forbids(self, desired: dict[str, Any], problem: str) -> None:
        with pytest.raises(Refused) as refused:
            target_of(self.there, Desired(**desired))
        assert problem in str(refused.value)

    @pytest.mark.parametrize(
        "desired",
        [
            {"present": {"users": {"wazuh": {"allow_run_as": False}}}},
            {"present": {"policies": {"p": {"actions": ["a:b"], "effect": "allow"}}}},
            {"present": {"roles": {"mine": {"policies": ["p"]}}}},
            {"present": {"rules": {"own": {"FIND": {"x": "y"}}}, "roles": {"readonly": {"rules": ["own"]}}}},
            {"purge": ["policies", "rules", "roles", "users"]},
            {"absent": {"roles": ["mine"], "policies": ["own", "gone"]}},
        ],
        ids=str,
    )
    def test_what_it_allows(self, desired: dict[str, Any]) -> None:
        target = target_of(self.there, Desired(**desired))
        assert set(target.of("roles")) >= {"readonly"}
        assert set(target.of("users")) == {"wazuh"}


class TestOwnAccount:
    there = Snapshot(
        {"roles": {"a": {}, "b": {}, "c": {}}, "users": {"iam": {"allow_run_as": False, "roles": ["a", "b"]}}},
        {"roles": {"a": 100, "b": 101, "c": 102}, "users": {"iam": 100}},
        facts=Facts("iam", frozenset({"iam"})),
    )

    @pytest.mark.parametrize("roles", [["a", "b"], ["c", "a", "b"], ["a", "c", "b"]])
    def test_may_get_roles(self, roles: list[str]) -> None:
        target = target_of(self.there, Desired(present={"users": {"iam": {"roles": roles}}}))
        assert target.of("users")["iam"]["roles"] == roles

    @pytest.mark.parametrize(
        "desired",
        [
            {"present": {"users": {"iam": {"roles": ["a"]}}}},
            {"present": {"users": {"iam": {"roles": ["b", "a"]}}}},
            {"absent": {"roles": ["b"]}},
            {"purge": ["roles"]},
            {"links": [DesiredLink("users", "iam", "roles", "b", None, False)]},
        ],
        ids=str,
    )
    def test_may_not_lose_any_nor_have_them_in_another_order(self, desired: dict[str, Any]) -> None:
        with pytest.raises(Refused, match="user iam is the account that this task logs in with: taking roles from it"):
            target_of(self.there, Desired(**desired))

    def test_may_have_a_role_that_gets_another_name(self) -> None:
        target = target_of(self.there, Desired(renames={"roles": {"a": "z"}}))
        assert target.of("users")["iam"]["roles"] == ["z", "b"]

    def test_is_not_removed(self) -> None:
        assert removal_problems(self.there, BY_PLURAL["users"], ["iam"]) == [
            "user iam is the account that this task logs in with: remove it with another account"
        ]
        assert removal_problems(self.there, BY_PLURAL["users"], ["another"]) == []


@pytest.mark.parametrize("role", ["sales", "new"])
def test_a_list_that_names_one_twice_is_refused(role: str) -> None:
    there = Snapshot({"policies": {"p": {}}, "roles": {"sales": {"policies": []}}}, {"policies": {"p": 100}})
    with pytest.raises(Refused, match=f"role {role}: policies names p twice: name it once"):
        planned(there, role, ["p", "p"])

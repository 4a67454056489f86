# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused for what the server has, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, Snapshot
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

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gaps between links, which no answer shows: a later link may land before an earlier one (FACTS, links)."""

from __future__ import annotations

from typing import Any

import pytest
from fault.test_tokens import OWN, VERSIONS, with_own_account
from fault.world import PASSWORDS, World, sentences


def policies(*numbers: int) -> list[dict[str, Any]]:
    body = {"actions": ["agent:read"], "effect": "allow"}
    return [{"name": f"p{number}", **body, "resources": [f"agent:id:00{number}"]} for number in numbers]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_policy_comes_last(world: World, version: str) -> None:
    """Deleting a policy leaves a gap."""
    world.reset(version)
    tree: dict[str, Any] = {"roles": [{"name": "r", "policies": ["p1", "p2", "p3", "p4"]}]}
    assert world.run("wazuh_rbac", policies=policies(1, 2, 3, 4, 5), **tree)["changed"]
    assert world.run("wazuh_rbac", policies=policies(3, 4, 5), purge=["policies"])["changed"]
    predicted = world.run("wazuh_rbac_link", check_mode=True, role="r", policy="p5")
    result = world.run("wazuh_rbac_link", role="r", policy="p5")
    assert world.state()["roles"]["r"]["policies"] == ["p3", "p4", "p5"]
    assert result["diff"] == predicted["diff"]
    assert sentences(result)[0] == sentences(predicted)[0] == "link policy p5 to role r"
    assert world.run("wazuh_rbac_link", role="r", policy="p5")["changed"] is False


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_role_comes_last(world: World, version: str) -> None:
    """Unlinking a role from a user leaves a gap."""
    world.reset(version)
    roles = [{"name": name} for name in "abcdx"]
    user = {"name": "holes", "password": PASSWORDS[0], "roles": list("abcd")}
    assert world.run("wazuh_rbac", roles=roles, users=[user])["changed"]
    for role in "ba":
        assert world.run("wazuh_rbac_link", user="holes", role=role, state="absent")["changed"]
    assert world.run("wazuh_rbac_link", user="holes", role="x")["changed"]
    assert world.state()["users"]["holes"]["roles"] == ["c", "d", "x"]
    assert world.run("wazuh_rbac_link", user="holes", role="c")["changed"] is False  # it may be anywhere


def test_what_somebody_else_links_meanwhile_is_left_where_it_is(world: World) -> None:
    assert world.run("wazuh_rbac", policies=policies(1, 2, 3), roles=[{"name": "r", "policies": ["p1"]}])["changed"]

    def link_another() -> None:
        role, policy = world.number("roles", "r"), world.number("policies", "p2")
        assert world.ask("POST", f"/security/roles/{role}/policies?policy_ids={policy}")["error"] == 0

    world.meddle("POST", "/security/roles/*/policies", link_another)
    result = world.run("wazuh_rbac_link", role="r", policy="p3")
    assert sentences(result) == ["link policy p3 to role r"]
    assert world.state()["roles"]["r"]["policies"] == ["p1", "p2", "p3"]


def test_the_tasks_own_account_keeps_an_order_that_it_could_not_put_right(world: World) -> None:
    with_own_account(world, "4.14.7")
    roles: list[dict[str, Any]] = [{"name": name} for name in "abcx"]
    linked = ["iam", "a", "b", "c"]
    assert world.run("wazuh_rbac", roles=roles, users=[{"name": "iam-admin", "roles": linked}])["changed"]
    for role in "ab":
        assert world.run("wazuh_rbac_link", user="iam-admin", role=role, state="absent")["changed"]
    world.clock.advance(2)
    result = world.run("wazuh_rbac_link", user="iam-admin", role="x", **OWN)
    assert "failed" not in result, result["msg"]
    assert world.state()["users"]["iam-admin"]["roles"] == result["user"]["roles"] == ["iam", "x", "c"]
    (warning,) = result["warnings"]
    assert "role x of user iam-admin is not the last, as a new link should be" in warning


def test_so_do_its_own_roles(world: World) -> None:
    with_own_account(world, "4.14.7")
    linked = ["own_security", "p3", "p4", "own_agents"]
    assert world.run("wazuh_rbac", policies=policies(2, 3, 4), roles=[{"name": "iam", "policies": linked}])["changed"]
    for policy in ("p3", "p4"):
        assert world.run("wazuh_rbac_policy", name=policy, state="absent")["changed"]
    world.clock.advance(2)
    result = world.run("wazuh_rbac_link", role="iam", policy="p2", **OWN)
    assert "failed" not in result, result["msg"]
    assert (
        world.state()["roles"]["iam"]["policies"] == result["role"]["policies"] == ["own_security", "p2", "own_agents"]
    )
    assert "policy p2 of role iam is not the last" in result["warnings"][0]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gaps between links, which no answer shows: a later link may land before an earlier one (FACTS, links)."""

from __future__ import annotations

from typing import Any

import pytest
from fault.world import PASSWORDS, World, sentences

VERSIONS = ["4.4.5", "4.14.7", "5.0.0"]


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

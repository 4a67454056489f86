# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server would refuse, or do to another object, in the middle of a task: it is found out before."""

from __future__ import annotations

from typing import Any

import pytest
from fault.world import PASSWORDS, World, is_write, sentences

OWN: dict[str, Any] = {"api_username": "iam-admin", "api_password": PASSWORDS[0]}
NEW: dict[str, Any] = {
    "roles": [{"name": "sales"}],
    "users": [
        {"name": "beginner", "password": PASSWORDS[0], "roles": ["sales"]},
        {"name": "wazuh-wui", "password": PASSWORDS[0], "update_password": "always"},
    ],
}


def with_own_administrator(world: World, version: str) -> None:
    """A server with an account of its own for the tasks, which may do everything."""
    world.reset(version)
    admin = {"name": "iam-admin", "password": PASSWORDS[0], "roles": ["administrator"]}
    assert world.run("wazuh_rbac", users=[admin])["changed"]
    world.clock.advance(2)
    world.log()


class TestPasswordsOfTheServersOwnUsers:
    """From 4.6 on only these users change each other's (FACTS, reserved resources)."""

    @pytest.mark.parametrize("version", ["4.14.7", "5.0.0"])
    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("with_token", [True, False])
    def test_by_another_account(self, world: World, version: str, check_mode: bool, with_token: bool) -> None:
        with_own_administrator(world, version)
        login = {"api_token": world.run("wazuh_token", **OWN)["token"]} if with_token else OWN
        result = world.run("wazuh_rbac", check_mode=check_mode, **NEW, **login)
        assert (result["failed"], result["changed"]) == (True, False)
        assert result["msg"] == (
            "user wazuh-wui: only the reserved users (wazuh, wazuh-wui) may change the passwords of one another: "
            "run this task as one of them"
        )
        assert not any(is_write(request) for request in world.log())

    def test_by_another_account_before_that(self, world: World) -> None:
        with_own_administrator(world, "4.4.5")
        assert "failed" not in world.run("wazuh_rbac", **NEW, **OWN)
        assert world.accepts("wazuh-wui", PASSWORDS[0])

    @pytest.mark.parametrize("with_token", [True, False])
    def test_by_one_of_them(self, world: World, with_token: bool) -> None:
        world.reset("4.14.7")
        login = {"api_token": world.run("wazuh_token")["token"]} if with_token else {}
        world.log()
        result = world.run("wazuh_rbac", **NEW, **login)
        assert "set the password of user wazuh-wui" in sentences(result)
        asked = [request["path"] for request in world.log()]
        assert asked.count("/security/users/me") == with_token, "only a token does not tell whose it is"


ODD_POLICY = {"actions": ["agent:read", "no:such"], "resources": ["role:*:*"], "effect": "maybe"}
ODD_RULES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "misspelt": {"FNID": {"a": "b"}},
    "everybody": {"AND": []},
    "cut": {"FIND": {"user_name": "r'^admin"}},
}


class TestWhatTheServerHasAlready:
    """What somebody else has stored, however odd, is refused where it is to be written, and nowhere else."""

    def exported(self, world: World) -> dict[str, Any]:
        world.ask("POST", "/security/policies", json={"name": "odd", "policy": ODD_POLICY})
        world.ask("POST", "/security/policies", json={"name": "empty", "policy": ODD_POLICY | {"resources": []}})
        for name, rule in ODD_RULES.items():
            assert world.ask("POST", "/security/rules", json={"name": name, "rule": rule})["error"] == 0
        told = world.run("wazuh_rbac_info")
        return {kind: told[kind] for kind in ("policies", "rules", "roles", "users")}

    def test_an_export_can_be_applied_unchanged(self, world: World) -> None:
        tree = self.exported(world)
        result = world.run("wazuh_rbac", **tree, purge=list(tree))
        assert "failed" not in result, result["msg"]
        assert result["changed"] is False

    def test_another_name_is_no_other_body(self, world: World) -> None:
        self.exported(world)
        assert world.run("wazuh_rbac_policy", name="odd", new_name="strange")["changed"] is True
        for name in ODD_RULES:
            assert world.run("wazuh_rbac_rule", name=name, new_name=f"{name}.v2")["changed"] is True
        state = world.state()
        assert state["policies"]["strange"] == ODD_POLICY
        assert state["rules"] == {f"{name}.v2": rule for name, rule in ODD_RULES.items()}

    def test_elsewhere_it_is_refused(self, world: World) -> None:
        tree = self.exported(world)
        world.reset()
        result = world.run("wazuh_rbac", **tree)
        assert (result["failed"], result["changed"]) == (True, False)
        assert result["msg"].startswith("rule nothing: rule is empty")
        tree["rules"] = [rule for rule in tree["rules"] if rule["name"] != "nothing"]
        result = world.run("wazuh_rbac", **tree)
        assert (result["failed"], result["changed"]) == (True, False)
        for words in (
            "policy odd: effect 'maybe' is unknown",
            "policy empty: resources is empty",
            "rule misspelt: 'FNID' in rule is no operator",
            "rule everybody: rule.AND is empty",
            "rule cut: r'^admin lacks its closing quote",
        ):
            assert words in result["msg"]
        assert not any(is_write(request) for request in world.log())

    @pytest.mark.parametrize("module", ["wazuh_rbac", "wazuh_rbac_rule"])
    def test_an_empty_rule_is_no_omitted_one(self, world: World, module: str) -> None:
        self.exported(world)
        for name in ("misspelt", "new"):
            item = {"name": name, "rule": {"FIND": None}}
            result = world.run(module, **(item if module == "wazuh_rbac_rule" else {"rules": [item]}))
            assert (result["failed"], result["changed"]) == (True, False)
            assert result["msg"] == (
                f"rule {name}: rule is empty: write like FIND: {{username: alice}}, or omit it to leave it alone"
            )


class TestRulesOfOneText:
    """Before 4.6 the server took any number of them (FACTS, uniqueness)."""

    ONE, TWO = {"FIND": {"groups": "sales"}}, {"FIND": {"groups": "guests"}}

    def rules(self, *bodies: dict[str, Any]) -> dict[str, Any]:
        return {"rules": [{"name": f"rule{number}", "rule": body} for number, body in enumerate(bodies)]}

    def test_before(self, world: World) -> None:
        world.reset("4.4.5")
        for wanted in (self.rules(self.ONE, self.ONE), self.rules(self.TWO, self.ONE), self.rules(self.TWO, self.TWO)):
            result = world.run("wazuh_rbac", **wanted)
            assert "failed" not in result, result["msg"]
            assert [rule["rule"] for rule in wanted["rules"]] == list(world.state()["rules"].values())
            assert world.run("wazuh_rbac", **wanted)["changed"] is False

    def test_since_then(self, world: World) -> None:
        result = world.run("wazuh_rbac", **self.rules(self.ONE, self.ONE))
        assert (result["failed"], result["changed"]) == (True, False)
        assert "rule rule1: its rule is that of rule rule0, word for word" in result["msg"]

    def test_the_version_is_asked_only_where_it_matters(self, world: World) -> None:
        world.reset("4.4.5")
        assert world.run("wazuh_rbac", **self.rules(self.ONE, self.TWO))["requests"]["reads"] == 2

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens that die under way, in one and the same second, and tokens that do not die when they should."""

from __future__ import annotations

from typing import Any

import pytest
from fault.world import PASSWORDS, World, is_write, statuses

OWN: dict[str, Any] = {"api_username": "iam-admin", "api_password": PASSWORDS[0]}
VERSIONS = ["4.4.5", "4.14.7", "5.0.0"]
EVERYTHING = ["security_all_users", "security_all_roles", "security_all_policies", "security_all_rules"]
POLICIES = {
    "own_security": {
        "actions": [
            "security:read", "security:update", "security:delete", "security:create", "security:create_user",
            "security:edit_run_as", "security:read_config", "security:update_config",
        ],
        "resources": ["*:*:*", "user:id:*", "role:id:*", "policy:id:*", "rule:id:*"],
        "effect": "allow",
    },
    "own_agents": {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"},
}  # fmt: skip


def with_own_account(world: World, version: str, **settings: Any) -> None:
    """A server with an account of its own for the tasks, whose rights the tasks can change."""
    world.reset(version, **settings)
    result = world.run(
        "wazuh_rbac",
        policies=[{"name": name, **body} for name, body in POLICIES.items()],
        roles=[{"name": "iam", "policies": list(POLICIES)}],
        users=[{"name": "iam-admin", "password": PASSWORDS[0], "roles": ["iam"]}],
        validate_catalogue=False,
    )
    assert "failed" not in result, result["msg"]
    world.clock.advance(2)
    world.log()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_changed_own_password_does_not_break_the_rest_of_the_run(world: World, version: str) -> None:
    with_own_account(world, version)
    users = [
        {"name": "iam-admin", "password": PASSWORDS[1], "update_password": "always", "allow_run_as": True},
        {"name": "beginner", "password": PASSWORDS[0], "roles": ["readonly"]},
    ]
    result = world.run("wazuh_rbac", users=users, config={"auth_token_exp_timeout": 1000}, **OWN)
    assert "failed" not in result, result["msg"]
    assert set(statuses(result)) == {"done"}
    state = world.state()
    assert state["users"]["iam-admin"]["password"] == PASSWORDS[1]
    assert state["users"]["beginner"]["roles"] == ["readonly"]
    assert state["config"]["auth_token_exp_timeout"] == 1000
    refused = [request for request in world.log() if "authenticate" in request["path"] and request["status"] == 401]
    assert len(refused) <= 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changing_the_own_role_ends_tokens_and_nothing_else(world: World, version: str, stale: bool, seed: int) -> None:
    """With stale tokens the server takes the old token or refuses it, as the dice fall."""
    with_own_account(world, version, stale_tokens=stale, seed=seed)
    wanted = {**POLICIES["own_agents"], "resources": ["agent:id:001", "agent:id:002"]}
    added = {"actions": ["agent:delete"], "resources": ["agent:id:003"], "effect": "allow"}
    tree: dict[str, Any] = {
        "policies": [{"name": "own_agents", **wanted}, {"name": "added", **added}],
        "roles": [{"name": "iam", "policies": ["own_security", "own_agents", "added"]}, {"name": "visitors"}],
        "users": [{"name": "beginner", "password": PASSWORDS[0], "roles": ["visitors"]}],
    }
    result = world.run("wazuh_rbac", **tree, validate_catalogue=False, **OWN)
    assert "failed" not in result, result["msg"]
    state = world.state()
    assert state["policies"]["own_agents"] == wanted
    assert state["roles"]["iam"]["policies"] == ["own_security", "own_agents", "added"]
    assert state["users"]["beginner"]["roles"] == ["visitors"]
    done = [
        (request["method"], request["path"])
        for request in world.log()
        if is_write(request) and request["status"] == 200
    ]
    assert len(done) == len(statuses(result)), "each write once"


def test_tokens_that_never_work_are_not_asked_for_without_end(world: World) -> None:
    world.fail({"method": "GET", "fault": "expire_tokens", "nth": "every"})
    result = world.run("wazuh_rbac_role", name="sales")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "does not accept the token that it has just handed out" in result["msg"]
    assert result["requests"]["logins"] <= 3


def test_a_given_token_that_has_expired_asks_for_another(world: World) -> None:
    token = world.run("wazuh_token")["token"]
    world.clock.advance(901)
    result = world.run("wazuh_rbac_role", name="sales", api_token=token)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "does not accept api_token" in result["msg"]
    assert "api_username and api_password" in result["msg"]
    assert token not in str(result)


def test_a_given_token_that_ends_in_the_middle_leaves_the_truth(world: World) -> None:
    token = world.run("wazuh_token")["token"]
    world.fail({"fault": "expire_tokens", "method": "POST", "path": "/security/roles/*"})
    result = world.run("wazuh_rbac_role", name="sales", policies=["agents_all_agents"], api_token=token)
    assert (result["failed"], result["changed"], statuses(result)) == (True, True, ["done", "failed"])
    assert world.state()["roles"]["sales"]["policies"] == []


def test_a_given_token_that_has_expired_is_replaced_where_there_is_a_password(world: World) -> None:
    token = world.run("wazuh_token")["token"]
    world.clock.advance(901)
    result = world.run("wazuh_rbac_role", name="sales", api_token=token, api_username="wazuh", api_password="wazuh")
    assert (result["changed"], result["requests"]["logins"]) == (True, 1)


class TestGivenTokens:
    """A token says by itself whose it is, and api_username does not."""

    def of(self, world: World, version: str = "4.14.7") -> str:
        """A server with an account of its own for the tasks, and a token of that."""
        with_own_account(world, version)
        token: str = world.run("wazuh_token", **OWN)["token"]
        world.log()
        return token

    @pytest.mark.parametrize("login", [{}, {"api_username": "wazuh", "api_password": "wazuh"}], ids=["alone", "login"])
    def test_its_user_is_kept_when_users_are_purged(self, world: World, login: dict[str, Any]) -> None:
        token = self.of(world)
        world.ask("POST", "/security/users", json={"username": "beginner", "password": PASSWORDS[0]})
        result = world.run("wazuh_rbac", users=[], purge=["users"], api_token=token, **login)
        assert "failed" not in result, result["msg"]
        assert [step["step"] for step in result["steps"]] == ["delete user beginner"]
        assert (result["requests"]["writes"], result["requests"]["logins"]) == (1, 0)

    def test_its_user_is_kept_even_if_there_is_another_login(self, world: World) -> None:
        login: dict[str, Any] = {"api_username": "wazuh", "api_password": "wazuh", "api_token": self.of(world)}
        losses: list[dict[str, Any]] = [{"state": "absent"}, {"roles": []}]
        for options in losses:
            result = world.run("wazuh_rbac_user", name="iam-admin", **options, **login)
            assert (result["failed"], result["changed"]) == (True, False)
            assert "would take rights from user iam-admin, which this task logs in with" in result["msg"]
        result = world.run("wazuh_rbac_role", name="iam", policies=[], **login)
        assert (result["failed"], result["changed"]) == (True, False)
        assert "would take rights from user iam-admin, which this task logs in with" in result["msg"]

    def test_the_user_that_logs_in_when_it_has_died_is_kept_from_then_on(self, world: World) -> None:
        token = self.of(world)
        world.clock.advance(901)
        result = world.run("wazuh_rbac", users=[], purge=["users"], api_token=token, **OWN)
        assert (result["changed"], result["requests"]["logins"]) == (False, 1)

    def test_one_from_the_environment_gives_way_to_a_login_in_the_task(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = self.of(world)
        monkeypatch.setenv("WAZUH_API_TOKEN", token)
        login: dict[str, Any] = {"api_username": "wazuh", "api_password": "wazuh", "api_token": token}
        result = world.run("wazuh_rbac_user", name="iam-admin", state="absent", **login)
        assert "failed" not in result, result["msg"]
        assert {request["user"] for request in world.log()} == {"wazuh"}

    def test_but_not_to_one_from_the_environment(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        token = self.of(world)
        for name, value in (("TOKEN", token), ("USERNAME", "wazuh"), ("PASSWORD", "wazuh")):
            monkeypatch.setenv(f"WAZUH_API_{name}", value)
        result = world.run("wazuh_rbac_role", name="iam", api_token=token, api_username="wazuh", api_password="wazuh")
        assert (result["changed"], result["requests"]["logins"]) == (False, 0)


class TestHandedOutTokens:
    """A login in the second in which tokens were ended gives a token that is dead as well (FACTS, tokens)."""

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_after_all_were_ended(self, world: World, version: str, seed: int) -> None:
        world.reset(version, stale_tokens=True, seed=seed)
        assert world.run("wazuh_token", state="absent")["changed"]
        result = world.run("wazuh_token")
        assert world.takes(result["token"])
        assert result["requests"] == {"reads": 1, "writes": 0, "logins": 2, "waited": 0}

    @pytest.mark.parametrize("context", [None, {}, {"user_name": "alice"}])
    def test_after_a_change_of_rights(self, world: World, context: dict[str, str] | None) -> None:
        with_own_account(world, "4.14.7")
        assert world.run("wazuh_rbac_user", name="iam-admin", allow_run_as=True)["changed"]
        result = world.run("wazuh_token", auth_context=context, **OWN)
        assert world.takes(result["token"])
        assert result["requests"]["logins"] == 2

    def test_otherwise_at_once(self, world: World) -> None:
        result = world.run("wazuh_token")
        assert world.takes(result["token"])
        assert result["requests"] == {"reads": 1, "writes": 0, "logins": 1, "waited": 0}

    def test_whatever_is_wrong_with_its_users_policies(self, world: World) -> None:
        """Such a policy makes the server refuse every request, and the token is none the worse for it."""
        with_own_account(world, "4.14.7")
        broken = {"actions": ["agent:read"], "resources": ["role:*:*"], "effect": "allow"}
        number = world.number("policies", "own_agents")
        world.ask("PUT", f"/security/policies/{number}", json={"name": "own_agents", "policy": broken})
        world.clock.advance(2)
        result = world.run("wazuh_token", **OWN)
        assert result["requests"]["logins"] == 1
        assert result["token"]


COSTLY: dict[str, tuple[str, dict[str, Any]]] = {
    "its own roles are mixed with new ones": (
        "wazuh_rbac_user",
        {"name": "iam-admin", "roles": ["agents_admin", "iam", "cluster_admin", "readonly", "users_admin"]},
    ),
    "its own role gets another order": (
        "wazuh_rbac_role",
        {"name": "iam", "policies": [*reversed(POLICIES)]},
    ),
    "its own role is purged": (
        "wazuh_rbac",
        {
            "roles": [],
            "purge": ["roles"],
            "policies": [{"name": "new", **POLICIES["own_agents"], "actions": ["agent:delete"]}],
        },
    ),
}


class TestOwnRights:
    """A task that would lose its rights half-way is refused before any write: nobody could put that right again."""

    @pytest.mark.parametrize(("module", "options"), COSTLY.values(), ids=COSTLY)
    def test_it_is_refused(self, world: World, module: str, options: dict[str, Any]) -> None:
        with_own_account(world, "4.14.7")
        world.run("wazuh_rbac_link", user="iam-admin", role="readonly")
        before = world.state()
        result = world.run(module, **options, **OWN)
        assert (result["failed"], result["changed"]) == (True, False)
        assert "would take rights from user iam-admin" in result["msg"]
        assert result["requests"]["writes"] == 0
        assert world.state() == before

    def test_what_it_does_not_need_may_go(self, world: World) -> None:
        with_own_account(world, "4.14.7")
        world.run("wazuh_rbac_link", role="iam", policy="agents_read_agents")
        result = world.run("wazuh_rbac_link", role="iam", policy="agents_read_agents", state="absent", **OWN)
        assert (result["changed"], result["requests"]["writes"]) == (True, 1)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes tokens worthless, and what does not."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import PASSWORD, POLICY_OF_USER, holds, with_user


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("PUT", "users/100", {"password": PASSWORD}),
        ("PUT", "users/100/run_as", None),
        ("DELETE", "users/100/roles?role_ids=100", None),
        ("POST", "users/100/roles?role_ids=1", None),
        ("DELETE", "users?user_ids=100", None),
        ("PUT", "policies/100", {"name": "policy"}),
        ("DELETE", "policies?policy_ids=100", None),
        ("POST", "roles/100/policies?policy_ids=1", None),
        ("POST", "roles/100/policies?policy_ids=100&position=0", None),
        ("DELETE", "roles/100/policies?policy_ids=100", None),
        ("PUT", "roles/100", {"name": "role"}),
        ("DELETE", "roles?role_ids=100", None),
        ("PUT", "config", {"rbac_mode": "white"}),
        ("DELETE", "config", None),
        ("PUT", "user/revoke", None),
    ],
)
def test_writes_that_void_tokens(method: str, target: str, body: object) -> None:
    server, token = with_user()
    assert holds(server, token)
    assert server.ask(method, f"/security/{target}", body).status == 200
    assert not holds(server, token)


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "roles", {"name": "other"}),
        ("PUT", "users/2", {"password": PASSWORD}),
        ("POST", "roles/100/policies?policy_ids=100", None),
        ("POST", "roles/1/policies?policy_ids=100", None),
    ],
)
def test_writes_that_do_not(method: str, target: str, body: object) -> None:
    server, token = with_user()
    assert server.ask(method, f"/security/{target}", body).status == 200
    assert holds(server, token)


def test_linking_a_rule_voids_run_as_tokens_only() -> None:
    server, token = with_user()
    server.create("rules", name="rule", rule={"FIND": {"a": "b"}})
    run_as = server.try_login("wazuh-wui", "wazuh-wui", {"username": "elastic"}).body
    server.clock.advance(1)
    server.ask("POST", "/security/roles/100/rules?rule_ids=100")
    assert holds(server, token)
    assert not holds(server, run_as)


@pytest.mark.parametrize(("version", "alive"), [("4.14.7", False), ("5.0.0", True)])
def test_a_token_of_the_second_of_the_write_is_born_dead(version: str, alive: bool) -> None:
    server, _token = with_user(version)
    server.ask("PUT", "/security/roles/100", {"name": "new"})
    server.clock.advance(0.1)
    assert holds(server, server.try_login("user", PASSWORD).body) is alive
    server.clock.advance(1)
    assert holds(server, server.try_login("user", PASSWORD).body)


def test_a_revocation_for_all_lets_new_tokens_live_at_once() -> None:
    server, _token = with_user()
    server.ask("PUT", "/security/user/revoke")
    assert holds(server, server.try_login("user", PASSWORD).body)


@pytest.mark.parametrize(("version", "alive"), [("4.14.7", True), ("5.0.0", False)])
def test_a_user_without_roles_is_not_affected_before_version_5(version: str, alive: bool) -> None:
    server = InProcess(version)
    server.create("users", username="user", password=PASSWORD)
    token = server.try_login("user", PASSWORD).body
    server.clock.advance(1)
    server.ask("PUT", "/security/users/100", {"password": PASSWORD})
    assert holds(server, token) is alive


def test_tokens_expire() -> None:
    server, token = with_user()
    server.clock.advance(898)
    assert holds(server, token)
    server.clock.advance(1)
    assert not holds(server, token)


def test_the_life_of_tokens_can_be_set() -> None:
    server = InProcess()
    server.ask("PUT", "/security/config", {"auth_token_exp_timeout": 30})
    server.log_in("wazuh", "wazuh")
    server.clock.advance(30)
    assert not holds(server, server.token)


def test_with_two_caches_a_void_token_holds_every_now_and_then() -> None:
    server, token = with_user(stale_tokens=True)
    assert all(holds(server, token) for _time in range(20))
    server.ask("PUT", "/security/policies/100", {"name": "policy"})
    answers = {holds(server, token) for _time in range(40)}
    assert answers == {True, False}


def test_a_stale_token_has_the_old_permissions() -> None:
    server, token = with_user(stale_tokens=True)
    assert all(holds(server, token) for _time in range(20))
    server.ask("PUT", "/security/policies/100", {"policy": POLICY_OF_USER | {"effect": "deny"}})
    header = f"Bearer {token}"
    answers = [server.ask("GET", "/security/users/me/policies", authorization=header) for _time in range(40)]
    effects = {one.body["data"]["security:read"]["role:id:*"] for one in answers if one.status == 200}
    assert effects == {"allow"}

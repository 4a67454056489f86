# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task takes nothing from the account that it logs in with: it could not finish, nor could anybody put it right."""

from __future__ import annotations

from typing import Any

import pytest
from fault.test_tokens import OWN, POLICIES, with_own_account
from fault.world import PASSWORDS, LoopMemory, World, sentences

REFUSED = "would take rights from user iam-admin, which this task logs in with"
SECURITY = POLICIES["own_security"]
SAME = {**SECURITY, "actions": SECURITY["actions"][::-1]}
DENYING = {"actions": ["security:update"], "resources": ["role:id:*"], "effect": "deny"}


def administer(world: World, **options: Any) -> None:
    """Something that the server's own administrator does."""
    result = world.run("wazuh_rbac", **options, validate_catalogue=False)
    assert "failed" not in result, result["msg"]
    world.clock.advance(2)


def refused(result: dict[str, Any]) -> bool:
    return result.get("failed", False) and not result["changed"] and REFUSED in result["msg"]


@pytest.fixture(name="own")
def with_account(world: World) -> World:
    """A server on which iam-admin has two policies, each of which gives all that it needs, and one that denies else."""
    with_own_account(world, "4.14.7")
    administer(
        world,
        policies=[
            {"name": "again", **SAME},
            {"name": "denying", "actions": ["agent:delete"], "resources": ["agent:id:*"], "effect": "deny"},
            {"name": "no_updates", **DENYING},
        ],
        roles=[
            {"name": "iam", "policies": ["own_security", "again", "denying"]},
            {"name": "strict", "policies": ["no_updates"]},
        ],
    )
    return world


def test_in_a_loop_the_last_one_counts(own: World) -> None:
    memory = LoopMemory()
    unlink: dict[str, Any] = {"role": "iam", "state": "absent", **OWN}
    assert own.run("wazuh_rbac_link", memory, policy="own_security", **unlink)["changed"]
    assert refused(own.run("wazuh_rbac_link", memory, policy="again", **unlink))
    memory.close()


def test_a_loop_about_others_asks_once(own: World) -> None:
    administer(own, roles=[{"name": name} for name in "abc"])
    memory = LoopMemory()
    own.log()
    for name in "abc":
        assert own.run("wazuh_rbac_role", memory, name=name, state="absent", **OWN)["changed"]
    assert [request["path"] for request in own.log()].count("/security/users/me") == 1
    memory.close()


def test_a_policy_of_its_own_that_comes_to_deny(own: World) -> None:
    assert refused(own.run("wazuh_rbac_policy", name="again", effect="deny", **OWN))
    wider = {"name": "denying", **DENYING, "actions": ["agent:delete", "security:update"]}
    tree: dict[str, Any] = {"policies": [wider], "roles": [{"name": "new"}]}
    assert refused(own.run("wazuh_rbac", **tree, validate_catalogue=False, **OWN))
    other: dict[str, Any] = {"name": "denying", "actions": ["agent:reconnect"]}
    assert own.run("wazuh_rbac_policy", **other, **OWN)["changed"]


def test_a_role_that_denies(own: World) -> None:
    assert refused(own.run("wazuh_rbac_link", user="iam-admin", role="strict", **OWN))
    assert refused(own.run("wazuh_rbac_user", name="iam-admin", roles=["iam", "strict"], **OWN))
    administer(own, users=[{"name": "other", "password": PASSWORDS[0]}])
    assert own.run("wazuh_rbac_link", user="other", role="strict", **OWN)["changed"]
    token = own.run("wazuh_token", **OWN)["token"]
    assert refused(own.run("wazuh_rbac_link", user="iam-admin", role="strict", api_token=token))
    assert own.run("wazuh_rbac_link", user="iam-admin", role="readonly", **OWN)["changed"]


def test_white_mode_takes_what_only_black_mode_gave(own: World) -> None:
    reader = {"actions": ["security:read"], "resources": ["*:*:*", "user:id:*"], "effect": "allow"}
    administer(
        own,
        config={"rbac_mode": "black"},
        policies=[{"name": "reading", **reader}],
        roles=[{"name": "reader", "policies": ["reading"]}],
        users=[{"name": "reader", "password": PASSWORDS[0], "roles": ["reader"]}],
    )
    login: dict[str, Any] = {"api_username": "reader", "api_password": PASSWORDS[0]}
    result = own.run("wazuh_rbac_config", rbac_mode="white", **login)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "would take rights from user reader" in result["msg"]
    tree: dict[str, Any] = {"config": {"rbac_mode": "white"}, "roles": [{"name": "new"}]}
    assert own.run("wazuh_rbac", **tree, **login)["changed"] is False
    assert "failed" not in own.run("wazuh_rbac", **tree, **OWN)


def test_purge_keeps_the_tokens_user_and_who_logs_in_when_it_dies(own: World) -> None:
    """A new time-out for tokens ends them all; the task goes on with the login."""
    administer(own, users=[{"name": "beginner", "password": PASSWORDS[0]}])
    for spare in ("wazuh", "spare"):
        administer(own, users=[{"name": "spare", "password": PASSWORDS[0], "roles": ["administrator"]}])
        login: dict[str, Any] = {"api_username": spare, "api_password": "wazuh" if spare == "wazuh" else PASSWORDS[0]}
        token = own.run("wazuh_token", **OWN)["token"]
        config = {"auth_token_exp_timeout": 1000 if spare == "wazuh" else 1100}
        result = own.run("wazuh_rbac", users=[], purge=["users"], config=config, api_token=token, **login)
        assert "failed" not in result, result["msg"]
        gone = ["beginner", "spare"] if spare == "wazuh" else []
        assert sentences(result)[: len(gone) and 1] == [f"delete users {', '.join(gone)}"] * bool(gone)
        assert "iam-admin" in own.objects_named("users")
    assert "spare" in own.objects_named("users")

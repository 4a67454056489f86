# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which write would cost the caller its rights on the RBAC, so that the next ones are refused (FACTS, permissions)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._caller_rights import first_loss, may_matter
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call

CREATE = {"actions": ["security:create"], "resources": ["*:*:*"], "effect": "allow"}
CHANGE = {"actions": ["security:read", "security:update"], "resources": ["role:id:*", "user:id:*"], "effect": "allow"}
AGENTS = {"actions": ["agent:read"], "resources": ["agent:id:*"], "effect": "allow"}
NO_ROLES = {"actions": ["security:update"], "resources": ["role:id:*"], "effect": "deny"}
WORDED = {"create": CREATE, "change": CHANGE, "agents": AGENTS}
TARGET = Snapshot({"policies": {**WORDED, "no_roles": NO_ROLES}, "roles": {"strict": {"policies": ["no_roles"]}}})


def caller(**roles: list[str]) -> dict[str, Any]:
    """The account iam with these roles, each with policies of these names."""
    bodies = {role: [{**WORDED[name], "name": name} for name in names] for role, names in roles.items()}
    return {"name": "iam", "roles": bodies}


def unlink(role: str, *policies: str) -> Call:
    return Call("unlink", "roles", (role,), items="policies", linked=policies)


ONE = caller(own=["create", "change", "agents"])
HARMFUL = {
    "its user goes": Call("delete", "users", ("other", "iam")),
    "one of its roles is taken from it": Call("unlink", "users", ("iam",), items="roles", linked=("viewer",)),
    "its role goes": Call("delete", "roles", ("other", "own")),
    "a policy that it needs goes": Call("delete", "policies", ("agents", "change")),
    "a policy that it needs is unlinked": unlink("own", "create"),
    "all are unlinked to be linked anew": unlink("own", "agents", "change", "create"),
    "a policy that it needs gets less": Call(
        "update", "policies", ("change",), {**CHANGE, "resources": ["role:id:*"]}, new_name="change"
    ),
    "a policy that it needs denies": Call(
        "update", "policies", ("create",), {**CREATE, "effect": "deny"}, new_name="create"
    ),
    "its role gets a policy that denies": Call("link", "roles", ("own",), items="policies", linked=("no_roles",)),
    "a policy of its own comes to deny": Call("update", "policies", ("agents",), NO_ROLES, new_name="agents"),
    "it gets a role that denies": Call("link", "users", ("iam",), items="roles", linked=("strict",)),
}
HARMLESS = {
    "another user goes": Call("delete", "users", ("other",)),
    "another role goes": Call("delete", "roles", ("other",)),
    "what it does not need is unlinked": unlink("own", "agents"),
    "what it does not need goes": Call("delete", "policies", ("agents",)),
    "a policy gets more": Call(
        "update", "policies", ("create",), {**CREATE, "actions": ["security:create", "x:y"]}, new_name="made"
    ),
    "its role gets a new name": Call("update", "roles", ("own",), new_name="mine"),
    "another role gets a policy that denies": Call("link", "roles", ("b",), items="policies", linked=("no_roles",)),
    "it gets a role that allows": Call("link", "users", ("iam",), items="roles", linked=("b",)),
    "something is created": Call("create", "policies", ("new",), NO_ROLES),
    "a rule goes that is called like a policy": Call("unlink", "roles", ("own",), items="rules", linked=("create",)),
    "a user is called like its role": Call("link", "users", ("own",), items="roles", linked=("strict",)),
}


@pytest.mark.parametrize("call", HARMFUL.values(), ids=HARMFUL)
def test_harmful(call: Call) -> None:
    assert may_matter(call, "iam", TARGET)
    assert may_matter(call, "", TARGET)
    assert first_loss([call], ONE, TARGET) is call


@pytest.mark.parametrize("call", HARMLESS.values(), ids=HARMLESS)
def test_harmless(call: Call) -> None:
    assert first_loss([call], ONE, TARGET) is None


def test_a_role_without_policies_is_its_own_as_well() -> None:
    call = Call("link", "roles", ("empty",), items="policies", linked=("no_roles",))
    assert first_loss([call], caller(own=["create"], empty=[]), TARGET) is call


def test_the_first_one_is_told() -> None:
    calls = [HARMLESS["what it does not need goes"], *HARMFUL.values()]
    assert first_loss(calls, ONE, TARGET) is calls[1]


def test_what_another_role_gives_as_well_is_not_lost() -> None:
    both = caller(own=["create", "change"], spare=["change", "create"])
    again = Call("unlink", "roles", ("spare",), items="policies", linked=("create",))
    assert first_loss([unlink("own", "create")], both, TARGET) is None
    assert first_loss([unlink("own", "create"), again], both, TARGET) is again


def test_a_role_that_was_renamed_is_still_its_own() -> None:
    calls = [HARMLESS["its role gets a new name"], unlink("mine", "create")]
    assert first_loss(calls, ONE, TARGET) is calls[1]


def test_one_object_of_all_is_no_loss_while_all_are_allowed() -> None:
    one = {"actions": ["security:update"], "resources": ["role:id:100"], "effect": "allow", "name": "one"}
    account = caller(own=["change"])
    account["roles"]["spare"] = [one]
    assert first_loss([Call("delete", "roles", ("spare",))], account, TARGET) is None


def test_a_denial_that_gets_smaller_is_no_loss() -> None:
    account = caller(own=["change"])
    account["roles"]["strict"] = [{**NO_ROLES, "name": "no_roles"}]
    one = {**NO_ROLES, "resources": ["role:id:5"]}
    assert first_loss([Call("update", "policies", ("no_roles",), one, new_name="no_roles")], account, TARGET) is None
    more = {**NO_ROLES, "resources": ["role:id:*", "user:id:5"]}
    call = Call("update", "policies", ("no_roles",), more, new_name="no_roles")
    assert first_loss([call], account, TARGET) is call


def test_without_any_right_only_black_mode_lets_it_work() -> None:
    to_white = Call("config", names=("rbac_mode",), body={"rbac_mode": "white", "auth_token_exp_timeout": 900})
    assert first_loss([to_white], caller(), TARGET) is to_white
    assert first_loss([to_white], ONE, TARGET) is to_white, "it could not read back what it wrote"
    settings = {"actions": ["security:read_config", "security:update_config"], "resources": ["*:*:*"]}
    account = caller(own=["create", "change"])
    account["roles"]["settings"] = [{**settings, "effect": "allow", "name": "settings"}]
    assert first_loss([to_white], account, TARGET) is None
    assert first_loss([to_white, Call("create", "policies", ("new",))], account, TARGET) is None
    for verb, plural in (("delete", "roles"), ("unlink", "roles"), ("create", "users"), ("run_as", "users")):
        assert first_loss([to_white, Call(verb, plural, ("other",))], account, TARGET) is to_white
    assert may_matter(to_white, "iam", TARGET)
    assert not may_matter(Call("config", names=("rbac_mode",), body={"rbac_mode": "black"}), "", TARGET)
    later = Call("config", names=("auth_token_exp_timeout",), body=to_white.body)
    assert not may_matter(later, "", TARGET), "it was white before"


def test_most_writes_ask_nobody() -> None:
    for name in ("another user goes", "it gets a role that allows", "something is created"):
        assert not may_matter(HARMLESS[name], "iam", TARGET)

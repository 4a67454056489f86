# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wazuh_rbac_info and wazuh_token make of a server's answers. The answers have the server's shapes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _asks as asks
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _wishes as wishes
from ansible_collections.secops.iam.plugins.module_utils._wazuh._aim import aim
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import KINDS, Kind
from ansible_collections.secops.iam.plugins.module_utils._wazuh._plan import plan
from ansible_collections.secops.iam.plugins.module_utils._wazuh._server import WazuhState
from unit.described import InvalidOptionsError, entry, validated

POLICY = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
LISTS: dict[str, list[dict[str, Any]]] = {
    "policies": [
        {"id": 1, "name": "agents_read_agents", "policy": POLICY, "roles": [2]},
        {"id": 100, "name": "customer_x", "policy": {**POLICY, "effect": "deny"}, "roles": [100]},
    ],
    "rules": [
        {"id": 1, "name": "wui_elastic_admin", "rule": {"FIND": {"username": "elastic"}}, "roles": [2]},
        {"id": 100, "name": "sales", "rule": {"FIND": {"backend_roles": "sales"}}, "roles": [2]},
    ],
    "roles": [
        {"id": 2, "name": "readonly", "policies": [1], "rules": [1, 100], "users": []},
        {"id": 100, "name": "sales-team", "policies": [100, 1], "rules": [], "users": [100]},
    ],
    "users": [
        {"id": 1, "username": "wazuh", "allow_run_as": True, "roles": [2]},
        {"id": 100, "username": "sales-member-1", "allow_run_as": False, "roles": [100, 2]},
    ],
}
LOGIN = {"api_username": "iam-admin", "api_password": "Iam-Admin-1"}
CONFIG = {"rbac_mode": "white", "auth_token_exp_timeout": 900}


class Api:
    """A server that answers from memory and remembers what it was asked."""

    def __init__(self, lists: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.lists = LISTS if lists is None else lists
        self.credentials = Credentials("iam-admin", "Iam-Admin-1", None)
        self.asked: list[str] = []
        self.denies_config = 0

    def every(self, kind: Kind) -> list[dict[str, Any]]:
        self.asked.append(f"GET {kind.plural}")
        return self.lists[kind.plural]

    def config(self) -> dict[str, Any]:
        if self.denies_config:
            raise ServerSaysNo("GET /security/config: HTTP 403: Permission denied (error 4000)", [self.denies_config])
        return CONFIG

    def own_policies(self) -> dict[str, Any]:
        return {"agent:read": {"agent:id:001": "allow"}, "rbac_mode": "white"}

    def request(self, method: str, path: str, patient: bool = True) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        return {"data": {"from": path}}

    def new_token(self, context: dict[str, Any] | None) -> str:
        if context is None:
            return "a-token"
        return f"a-token-for-{context['user_name']}" if context else "a-token-for-nobody-else"

    def use(self, token: str | None) -> None:
        self.asked.append(f"use {token}")


def state(api: Api) -> WazuhState:
    return WazuhState(api)  # type: ignore[arg-type]


class TestInfo:
    """Of wazuh_rbac_info."""

    def ask(self, api: Api, **given: Any) -> dict[str, Any]:
        return asks.info(state(api), validated("wazuh_rbac_info", given), check_mode=False)

    def test_names_stand_for_ids_and_order_is_kept(self) -> None:
        answer = self.ask(Api())
        assert answer["config"] == CONFIG
        assert answer["policies"][1] == {
            "name": "customer_x",
            "actions": ["agent:read"],
            "resources": ["agent:id:001"],
            "effect": "deny",
            "id": 100,
            "reserved": False,
        }
        assert answer["rules"][0] == {
            "name": "wui_elastic_admin",
            "rule": {"FIND": {"username": "elastic"}},
            "id": 1,
            "reserved": True,
        }
        assert answer["roles"][1] == {
            "name": "sales-team",
            "policies": ["customer_x", "agents_read_agents"],
            "rules": [],
            "id": 100,
            "reserved": False,
        }
        assert answer["users"][1] == {
            "name": "sales-member-1",
            "allow_run_as": False,
            "roles": ["sales-team", "readonly"],
            "id": 100,
            "reserved": False,
        }
        assert "warnings" not in answer

    def test_one_list_a_kind_and_no_catalogue_unless_asked_for(self) -> None:
        api = Api()
        answer = self.ask(api)
        assert api.asked == ["GET policies", "GET rules", "GET roles", "GET users"]
        assert set(answer) == {"config", *(kind.plural for kind in KINDS)}

    def test_what_it_gives_wazuh_rbac_takes_without_a_difference(self) -> None:
        server = state(Api())
        exported = asks.info(server, validated("wazuh_rbac_info", {}), check_mode=False)
        everything = [kind.plural for kind in KINDS]
        wish = wishes.tree(validated("wazuh_rbac", {**exported, "purge": everything})).wish
        now = server.snapshot(wish.kinds())
        assert wish.kinds() == {"config", *everything}
        assert plan(now, aim(now, wish, {"iam-admin"})) == []

    def test_what_else_the_server_has_stored_in_a_policy_is_left_out(self) -> None:
        """PUT takes any keys (FACTS, normalisation), and wazuh_rbac none but its own."""
        more = {"id": 101, "name": "odd", "policy": {**POLICY, "name": "evil", "comment": "hello"}, "roles": []}
        told = self.ask(Api({**LISTS, "policies": [more]}))["policies"]
        assert told == [{"name": "odd", **POLICY, "id": 101, "reserved": False}]

    def test_links_to_what_the_caller_may_not_see(self) -> None:
        answer = self.ask(Api({**LISTS, "policies": LISTS["policies"][:1]}))
        assert answer["roles"][1]["policies"] == ["(id 100)", "agents_read_agents"]
        assert "security:read" in answer["warnings"][0]

    def test_an_account_that_may_not_read_the_configuration_gets_the_rest(self) -> None:
        api = Api()
        api.denies_config = 4000
        answer = self.ask(api, include=["own_policies"])
        assert answer["config"] is None
        assert answer["own_policies"]["rbac_mode"] == "white"
        assert answer["warnings"] == ["This account may not read the configuration, so config is left out"]
        assert validated("wazuh_rbac", {"config": answer["config"]})["config"] is None

    def test_any_other_error_is_one(self) -> None:
        api = Api()
        api.denies_config = 6000
        with pytest.raises(ServerSaysNo):
            self.ask(api)

    def test_on_request(self) -> None:
        answer = self.ask(Api(), include=["actions", "resources", "own_policies"])
        assert answer["actions"] == {"from": "/security/actions"}
        assert answer["resources"] == {"from": "/security/resources"}
        assert answer["own_policies"] == {"agent:read": {"agent:id:001": "allow"}, "rbac_mode": "white"}

    def test_bad_input(self) -> None:
        with pytest.raises(InvalidOptionsError, match="include must be one or more of: actions, resources, own_poli"):
            validated("wazuh_rbac_info", {"include": ["secrets"]})


class TestToken:
    """Of wazuh_token."""

    def ask(self, api: Api, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        return asks.token(state(api), validated("wazuh_token", {**LOGIN, **given}), check_mode)

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_login_is_no_change(self, check_mode: bool) -> None:
        assert self.ask(Api(), check_mode) == {"token": "a-token"}

    def test_with_a_context(self) -> None:
        assert self.ask(Api(), auth_context={"user_name": "alice"}) == {"token": "a-token-for-alice"}

    def test_an_empty_context_is_a_context(self) -> None:
        assert self.ask(Api(), auth_context={}) == {"token": "a-token-for-nobody-else"}

    def test_absent_ends_all_tokens_and_forgets_its_own(self) -> None:
        api = Api()
        assert self.ask(api, state="absent") == {"changed": True}
        assert api.asked == ["DELETE /security/user/authenticate", "use None"]

    def test_absent_in_check_mode_sends_nothing(self) -> None:
        api = Api()
        assert self.ask(api, check_mode=True, state="absent") == {"changed": True}
        assert api.asked == []

    def test_a_new_token_takes_a_password(self) -> None:
        with pytest.raises(InvalidOptionsError, match="all of the following are missing: api_username, api_password"):
            validated("wazuh_token", {"api_token": "an-older-token"})
        assert validated("wazuh_token", {"api_token": "an-older-token", "state": "absent"})["state"] == "absent"


@pytest.mark.parametrize("module", ["wazuh_rbac_info", "wazuh_token"])
def test_without_credentials_they_say_how_to_give_them(module: str) -> None:
    given = validated("wazuh_rbac_info", {}) if module == "wazuh_rbac_info" else validated(module, {"state": "absent"})
    with pytest.raises(Refused, match="give api_username and api_password, or api_token"):
        entry(module).run(given, False, Memory())

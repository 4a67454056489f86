# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wazuh_rbac_info makes of a server's answers, which have the server's shapes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._info import info
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import KINDS
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import target_of
from unit.described import InvalidOptionsError, validated
from unit.wazuh.answers import CONFIG, LISTS, POLICY, Api, state


class TestInfo:
    """Of wazuh_rbac_info."""

    def ask(self, api: Api, **given: Any) -> dict[str, Any]:
        return info(state(api), validated("wazuh_rbac_info", given), check_mode=False)

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
        exported = info(server, validated("wazuh_rbac_info", {}), check_mode=False)
        everything = [kind.plural for kind in KINDS]
        tree = desired.tree(validated("wazuh_rbac", {**exported, "purge": everything}))
        now = server.snapshot(tree.kinds())
        assert tree.kinds() == {"config", *everything}
        assert Steps(now, target_of(now, tree)).in_order() == []

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

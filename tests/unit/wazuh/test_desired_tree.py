# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of wazuh_rbac to what it desires, and what is told of a tree that makes no sense."""

from __future__ import annotations

from typing import Any

import pytest
from unit.wazuh.tasks import PASSWORD, desired, refusal


class TestTree:
    """Of wazuh_rbac."""

    def test_everything_at_once(self) -> None:
        policy = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
        made = desired(
            "wazuh_rbac",
            policies=[{"name": "p", **policy, "actions": ["AGENT:read"]}],
            rules=[{"name": "r", "rule": {"FIND": {"backend_roles": "sales", "mail": None}}}],
            roles=[{"name": "sales", "policies": ["p"], "rules": []}],
            users=[{"name": "alice", "password": PASSWORD, "allow_run_as": False, "roles": ["sales"]}],
            config={"rbac_mode": "white"},
            purge=["users", "roles"],
            validate_catalogue=False,
        )
        assert made.present == {
            "policies": {"p": policy},
            "rules": {"r": {"FIND": {"backend_roles": "sales"}}},
            "roles": {"sales": {"policies": ["p"], "rules": []}},
            "users": {"alice": {"allow_run_as": False, "roles": ["sales"]}},
        }
        assert made.config == {"rbac_mode": "white"}
        assert list(made.purge) == ["users", "roles"]
        assert made.passwords == {"alice": PASSWORD}
        assert (made.many, made.validate_catalogue) == (True, False)

    def test_nothing_is_asked_for_by_an_empty_task(self) -> None:
        assert desired("wazuh_rbac").kinds() == set()

    def test_what_wazuh_rbac_info_adds_is_taken_and_not_sent(self) -> None:
        made = desired(
            "wazuh_rbac",
            policies=[{"name": "agents_read_agents", "effect": "allow", "id": 7, "reserved": True}],
            rules=[{"name": "ours", "rule": {"FIND": {"a": "b"}}, "id": 100, "reserved": False}],
            roles=[{"name": "readonly", "policies": [], "rules": [], "id": 2, "reserved": True}],
            users=[{"name": "wazuh", "allow_run_as": True, "roles": ["administrator"], "id": 1, "reserved": True}],
        )
        assert made.present == {
            "policies": {"agents_read_agents": {"effect": "allow"}},
            "rules": {"ours": {"FIND": {"a": "b"}}},
            "roles": {"readonly": {"policies": [], "rules": []}},
            "users": {"wazuh": {"allow_run_as": True, "roles": ["administrator"]}},
        }
        assert made.reserved == {"policies": {"agents_read_agents"}, "roles": {"readonly"}, "users": {"wazuh"}}

    def test_passwords_beside_the_tree(self) -> None:
        made = desired(
            "wazuh_rbac",
            users=[
                {"name": "alice", "update_password": "on_mismatch"},
                {"name": "charlie", "password": PASSWORD},
                {"name": "dora"},
            ],
            passwords={"alice": "From-The-Vault-1", "charlie": "Not-This-One-1"},
        )
        assert made.passwords == {"alice": "From-The-Vault-1", "charlie": PASSWORD}
        assert made.update_password == {"alice": "on_mismatch", "charlie": "on_create"}

    @pytest.mark.parametrize("password", [12345678, 1.5, True, ["Sales-Member-1"], {"a": "b"}])
    def test_passwords_that_are_no_text_are_refused_and_not_told(self, password: Any) -> None:
        message = refusal("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": password})
        assert message == "passwords: the one of alice is no text: put it in quotes"

    def test_a_password_of_null_is_none(self) -> None:
        made = desired("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": None})
        assert made.passwords == {}

    def test_an_empty_password_is_no_omitted_one(self) -> None:
        message = refusal("wazuh_rbac", users=[{"name": "alice", "password": ""}], passwords={"alice": PASSWORD})
        assert message.startswith("password of user alice: it is empty")
        message = refusal("wazuh_rbac", users=[{"name": "alice"}], passwords={"alice": ""})
        assert message.startswith("password of user alice: it is empty")

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        message = refusal(
            "wazuh_rbac",
            roles=[{"name": "sales"}, {"name": "sales"}],
            users=[{"name": "alice"}, {"name": "alice"}],
            passwords={"mallory": "Top-Secret-1"},
            purge=["rules"],
        )
        assert message.splitlines() == [
            "4 things to correct:",
            "- purge: rules are to be purged, but none are stated: write rules: [] to remove all",
            "- roles: sales is listed twice: list it once",
            "- users: alice is listed twice: list it once",
            "- passwords: mallory is not among the users: list it there, or take its password out",
        ]

    @pytest.mark.parametrize("kind", ["policies", "rules", "roles", "users"])
    def test_names_are_needed_and_unknown_fields_refused(self, kind: str) -> None:
        assert f"missing required arguments: name found in {kind}" in refusal("wazuh_rbac", **{kind: [{}]})
        assert f"{kind}.colour" in refusal("wazuh_rbac", **{kind: [{"name": "sales", "colour": "red"}]})

    def test_purge_knows_the_four_kinds(self) -> None:
        assert "purge must be one or more of: policies, rules, roles, users" in refusal("wazuh_rbac", purge=["config"])

    def test_an_empty_rule_is_no_omitted_one(self) -> None:
        made = desired("wazuh_rbac", rules=[{"name": "sales", "rule": {}}, {"name": "other"}])
        assert made.empty_rules == {"sales"}

    def test_names_of_all_kinds_are_checked(self) -> None:
        message = refusal("wazuh_rbac", policies=[{"name": "p p"}], users=[{"name": "bob"}])
        assert "policies: the name 'p p' will not do" in message
        assert "users: the name 'bob' will not do" in message

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of Wazuh's RBAC: its kinds, what is reserved, which kinds a task has to read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    DEFAULT_CONFIG,
    KINDS,
    POLICY,
    ROLE,
    RULE,
    TREE,
    USER,
    Desired,
    DesiredLink,
    Kind,
    Snapshot,
    Target,
    is_administrator,
    is_reserved,
)

TO_A_USER = DesiredLink("users", "alice", "roles", "sales", None, True)


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "ids", "label", "body"),
        [
            (POLICY, "policy_ids", "name", "policy"),
            (RULE, "rule_ids", "name", "rule"),
            (ROLE, "role_ids", "name", ""),
            (USER, "user_ids", "username", ""),
        ],
        ids=lambda value: value.name if isinstance(value, Kind) else str(value),
    )
    def test_are_called_as_the_api_calls_them(self, kind: Kind, ids: str, label: str, body: str) -> None:
        """See the API's own description: parameters and fields of /security."""
        assert (kind.ids, kind.label, kind.body) == (ids, label, body)
        assert BY_PLURAL[kind.plural] is kind

    def test_only_rules_have_no_order(self) -> None:
        """FACTS, links."""
        ordered = {(kind.name, link.option): link.ordered for kind in KINDS for link in kind.links}
        assert ordered == {("role", "policies"): True, ("role", "rules"): False, ("user", "roles"): True}

    def test_a_policy_means_the_same_in_another_order(self) -> None:
        actions, resources, effect = POLICY.fields
        assert actions.same(["a:b", "c:d"], ["c:d", "a:b", "a:b"])
        assert resources.same(["agent:id:001", "agent:id:*"], ["agent:id:*"])
        assert not resources.same(["agent:id:*", "agent:id:001"], ["agent:id:*"])
        assert effect.normal("Allow") == "allow"

    def test_the_defaults_are_those_of_the_server(self) -> None:
        """FACTS, config; and a new user may not use run_as (FACTS, passwords)."""
        assert DEFAULT_CONFIG == {"rbac_mode": "white", "auth_token_exp_timeout": 900}
        assert [field.new for field in USER.fields] == [False]

    def test_a_tree_has_the_options_of_each_kind_and_hides_passwords(self) -> None:
        for kind in KINDS:
            assert set(kind.options()) < set(TREE[kind.plural]["options"])
            assert ("password" in TREE[kind.plural]["options"]) is (kind is USER)
        assert TREE["users"]["options"]["password"]["no_log"] is True
        assert TREE["passwords"]["no_log"] is True


class TestReserved:
    @pytest.mark.parametrize(("number", "reserved"), [(1, True), (99, True), (100, False), (None, False)])
    def test_are_the_ids_up_to_99(self, number: int | None, reserved: bool) -> None:
        assert is_reserved(number) is reserved

    @pytest.mark.parametrize(
        ("plural", "name", "reserved"),
        [("roles", "readonly", True), ("roles", "sales", False), ("roles", "new", False), ("users", "readonly", False)],
    )
    def test_of_a_snapshot(self, plural: str, name: str, reserved: bool) -> None:
        there = Snapshot({"roles": {"readonly": {}, "sales": {}}}, {"roles": {"readonly": 2, "sales": 100}})
        assert there.reserved(plural, name) is reserved

    @pytest.mark.parametrize(
        ("name", "administrator"), [("wazuh", True), ("wazuh-wui", True), ("", False), ("Wazuh", False)]
    )
    def test_the_servers_own_users_are_administrators(self, name: str, administrator: bool) -> None:
        assert is_administrator(name) is administrator


class TestSnapshot:
    def test_of_a_kind_that_was_not_read_nothing_is_known(self) -> None:
        assert Snapshot().of("roles") == {}

    @pytest.mark.parametrize(("owner", "linked"), [("alice", ["sales"]), ("bob", []), ("nobody", [])])
    def test_the_links_that_a_link_is_about(self, owner: str, linked: list[str]) -> None:
        there = Snapshot({"users": {"alice": {"roles": ["sales"]}, "bob": {}}})
        assert there.linked(DesiredLink("users", owner, "roles", "sales", None, True)) == linked


def test_a_target_knows_the_name_that_the_server_still_has() -> None:
    target = Target(renamed={"roles": {"new": "old"}})
    assert target.old("roles", "new") == "old"
    assert target.old("roles", "other") == "other"
    assert target.old("policies", "new") == "new"


class TestKindsToRead:
    @pytest.mark.parametrize(
        ("desired", "kinds"),
        [
            ({}, set()),
            ({"present": {"policies": {"p": {}}, "roles": {}}}, {"policies"}),
            ({"absent": {"rules": ["r"], "users": []}}, {"rules"}),
            ({"purge": ["roles"]}, {"roles"}),
            ({"present": {"roles": {"sales": {}}}}, {"roles"}),
            ({"present": {"roles": {"sales": {"policies": []}}}}, {"roles", "policies"}),
            ({"present": {"roles": {"sales": {"rules": ["r"]}}}}, {"roles", "rules"}),
            ({"present": {"users": {"alice": {"roles": ["sales"]}, "bob": {}}}}, {"users", "roles"}),
            ({"links": [TO_A_USER]}, {"users", "roles"}),
            ({"config": {"rbac_mode": "white"}}, {"config"}),
            ({"passwords": {"alice": "x"}, "renames": {"roles": {"a": "b"}}}, set()),
        ],
        ids=str,
    )
    def test_are_those_that_the_task_is_about(self, desired: dict[str, Any], kinds: set[str]) -> None:
        assert Desired(**desired).kinds() == kinds

    def test_names_are_final_after_renames(self) -> None:
        desired = Desired(renames={"roles": {"old": "new"}})
        assert desired.final_name("roles", "old") == "new"
        assert desired.final_name("roles", "other") == "other"
        assert desired.final_name("rules", "old") == "old"

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""wazuh_security_resources: what is run on the manager's host for a task."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._cli import (
    RBAC_CONTROL,
    SECURITY_RESOURCES,
    Program,
)
from unit.wazuh_manager.tasks import PASSWORD, POLICY, steps


class TestPlan:
    def test_each_password_is_a_run_of_its_own_that_skips_the_others(self) -> None:
        planned = steps(RBAC_CONTROL, (4, 14, 5), passwords={"wazuh": PASSWORD, "wazuh-wui": "Canary-2"})
        assert [step.call.arguments for step in planned] == [("change-password",)] * 2
        first, second = (step.call.reply for step in planned)
        asked = "New password for 'wazuh' (skip): "
        assert (first(asked), second(asked)) == (PASSWORD, "")
        asked = "New password for 'wazuh-wui' (skip): "
        assert (first(asked), second(asked)) == ("", "Canary-2")
        assert first("") is None
        assert first("New password for 'wa") is None

    def test_a_user_without_a_password_is_left_out(self) -> None:
        planned = steps(RBAC_CONTROL, passwords={"wazuh": None, "wazuh-wui": PASSWORD})
        assert [step.sentence for step in planned] == ["change the password of default user wazuh-wui"]

    @pytest.mark.parametrize(
        ("program", "words"), [(RBAC_CONTROL, "factory-reset"), (SECURITY_RESOURCES, "--factory-reset")]
    )
    def test_reset_confirms_at_the_prompt(self, program: Program, words: str) -> None:
        (step,) = steps(program, factory_reset=True, confirm="RESET")
        assert step.call.arguments == (words,)
        assert step.call.reply("… default values. Type RESET to proceed: ") == "RESET"

    def test_the_reset_comes_before_all_else(self) -> None:
        planned = steps(passwords={"wazuh": PASSWORD}, roles=[{"name": "a"}], factory_reset=True, confirm="RESET")
        assert [step.sentence.split()[0] for step in planned] == ["reset", "change", "add"]

    def test_objects_are_added_one_a_run_with_the_documented_words(self) -> None:
        planned = steps(
            users=[{"name": "new_user", "password": PASSWORD, "allow_run_as": True}],
            roles=[{"name": "new_role"}],
            policies=[POLICY],
            rules=[{"name": "rule", "rule": {"MATCH": {"sample": "yes", "gone": None}}}],
        )
        calls = [(step.call.arguments[0], json.loads(step.call.arguments[1]), step.call.secret) for step in planned]
        body = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
        assert calls == [
            ("--add-user", {"username": "new_user", "password": PASSWORD, "allow_run_as": True}, True),
            ("--add-role", {"name": "new_role"}, False),
            ("--add-policy", {"name": "read", "policy": body}, False),
            ("--add-rule", {"name": "rule", "rule": {"MATCH": {"sample": "yes"}}}, False),
        ]

    def test_what_is_shown_of_a_user_is_not_its_password(self) -> None:
        (step,) = steps(users=[{"name": "new_user", "password": PASSWORD}])
        assert "Canary" not in f"{step.sentence} {step.call.place} {step.call.before} {step.call.after}"

    def test_a_number_makes_it_an_update(self) -> None:
        user, role = steps(users=[{"id": 100, "password": PASSWORD}], roles=[{"id": 101, "name": "renamed"}])
        assert user.call.arguments[:2] == ("--update-user", "100")
        assert json.loads(user.call.arguments[2]) == {"password": PASSWORD}
        assert role.call.arguments == ("--update-role", "101", '{"name": "renamed"}')

    def test_update_follows_an_add_that_finds_the_name_taken(self) -> None:
        (step,) = steps(roles=[{"name": "a"}], update=True)
        assert step.call.arguments == ("--add-role", '{"name": "a"}')
        assert step.call.otherwise.call.arguments == ("--update-role", '{"name": "a"}')
        (step,) = steps(roles=[{"name": "a"}])
        assert step.call.otherwise is None

    def test_absent_unlinks_and_removes_by_number(self) -> None:
        planned = steps(
            state="absent",
            users=[{"id": 100}, {"id": 101}],
            rules=[{"id": 100}],
            links=[{"role": 100, "policies": [100, 7]}],
        )
        assert [step.call.arguments for step in planned] == [
            ("--unlink-role-policies", "100", "100", "7"),
            ("--remove-user", "100", "101"),
            ("--remove-rule", "100"),
        ]

    def test_links_come_last_and_keep_their_order(self) -> None:
        links = [{"user": 100, "roles": [100, 2, 3]}, {"role": 100, "policies": [1]}, {"role": 100, "rules": [100]}]
        planned = steps(roles=[{"name": "a"}], links=links)
        assert [step.call.arguments for step in planned[1:]] == [
            ("--link-user-roles", "100", "100", "2", "3"),
            ("--link-role-policies", "100", "1"),
            ("--link-role-rules", "100", "100"),
        ]


class TestRefusals:
    @pytest.mark.parametrize("version", [(4, 14, 6), (4, 14, 9), (5, 0, 0)])
    def test_passwords_from_4_14_6_on(self, version: Version) -> None:
        with pytest.raises(Refused, match=r"secops\.iam\.wazuh_rbac_user"):
            steps(RBAC_CONTROL, version, passwords={"wazuh": PASSWORD})

    @pytest.mark.parametrize("version", [(4, 6, 0), (4, 14, 5), None])
    def test_not_before_nor_where_the_version_is_not_known(self, version: Version | None) -> None:
        assert len(steps(RBAC_CONTROL, version, passwords={"wazuh": PASSWORD})) == 1

    @pytest.mark.parametrize("kind", ["users", "roles", "policies", "rules", "links"])
    def test_protected_resources_with_rbac_control(self, kind: str) -> None:
        items: Any = [{"user": 100, "roles": [1]}] if kind == "links" else [{"id": 100}]
        with pytest.raises(Refused, match=rf"^{kind}: rbac_control.*secops\.iam\.wazuh_rbac"):
            steps(RBAC_CONTROL, state="absent", **{kind: items})

    @pytest.mark.parametrize("confirm", [None, "", "reset", "yes"])
    def test_a_reset_that_is_not_confirmed(self, confirm: str | None) -> None:
        with pytest.raises(Refused, match="confirm: RESET"):
            steps(RBAC_CONTROL, factory_reset=True, confirm=confirm)

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("", "wazuh is empty, which means to leave it"),
            ("Canary", "lacks a digit"),
            ("Canary-1\r", "cannot be typed"),
            ("Canary-1\x03", "cannot be typed"),
            (12345678, "put it in quotes"),
        ],
    )
    def test_passwords_that_would_not_arrive(self, password: object, why: str) -> None:
        with pytest.raises(Refused, match=why) as refusal:
            steps(RBAC_CONTROL, passwords={"wazuh": password})
        assert "Canary" not in str(refusal.value)

    @pytest.mark.parametrize(
        ("stated", "why"),
        [
            ({"passwords": {"wazuh_wui": PASSWORD}}, "wazuh_wui is no default user: write wazuh or wazuh-wui"),
            ({"users": [{"name": "new_user"}]}, "users: new_user: password missing"),
            ({"users": [{"name": "new_user", "password": "weak"}]}, "its length is 4"),
            ({"users": [{"name": "new", "password": PASSWORD}]}, "4 to 64 characters"),
            ({"users": [{"id": 100, "name": "other", "password": PASSWORD}]}, "cannot be renamed"),
            ({"users": [{"id": 100, "allow_run_as": True}]}, "write its new password"),
            ({"roles": [{}]}, "name missing"),
            ({"roles": [{"name": "a b"}]}, "the name 'a b' will not do"),
            ({"roles": [{"name": "a"}, {"name": "a"}]}, "a is listed twice"),
            ({"roles": [{"id": 99, "name": "a"}]}, "id 99 is reserved and cannot be changed"),
            ({"policies": [{"name": "read"}]}, "actions, resources, effect missing"),
            ({"policies": [{**POLICY, "actions": ["read"]}]}, "action 'read' is malformed"),
            ({"rules": [{"name": "r", "rule": {"FOUND": {}}}]}, "Did you mean"),
            ({"links": [{"user": 100, "policies": [1]}]}, "links: write each as"),
            ({"links": [{"user": 100, "role": 100, "roles": [1]}]}, "links: write each as"),
            ({"links": [{"user": 100, "roles": []}]}, "links: write each as"),
            ({"state": "absent", "roles": [{"name": "a"}]}, "removes by number only"),
            ({"state": "absent", "roles": [{"id": 7}]}, "cannot be removed"),
            ({"state": "absent", "roles": [{"id": 100, "name": "a"}]}, "only its id, not name"),
        ],
    )
    def test_what_is_wrong_whatever_the_program(self, stated: dict[str, Any], why: str) -> None:
        with pytest.raises(Refused, match=why) as refusal:
            steps(**stated)
        assert "Canary" not in str(refusal.value)

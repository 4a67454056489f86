# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""wazuh_security_resources: what is run on the manager's host for a task, and what the programs' answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import DONE, FAILED, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._answers import (
    UNCHANGED,
    Question,
    judge_password,
    judge_reset,
    parse_table,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._cli import (
    RBAC_CONTROL,
    SECURITY_RESOURCES,
    Program,
    plan,
)

PASSWORD = 'Canary "1ü'
PARAMS: dict[str, Any] = {
    "passwords": None,
    "factory_reset": None,
    "confirm": None,
    "users": None,
    "roles": None,
    "policies": None,
    "rules": None,
    "links": None,
    "update": False,
    "state": "present",
}
ITEM: dict[str, Any] = {
    "users": {"name": None, "id": None, "password": None, "allow_run_as": None},
    "roles": {"name": None, "id": None},
    "policies": {"name": None, "id": None, "actions": None, "resources": None, "effect": None},
    "rules": {"name": None, "id": None, "rule": None},
    "links": {"user": None, "role": None, "roles": None, "policies": None, "rules": None},
}
POLICY = {"name": "read", "actions": ["Agent:read"], "resources": ["agent:id:001"], "effect": "allow"}

# The three outputs of the reference document.
ADDED = """\
Resource    Method    Success         Failed
----------  --------  --------------  ------------------------------------------------------
User        add       100 - new_user
Role        add       100 - new_role
Policy      add                       Bad format || Error 10002 - Missing fields: {'policy'}
"""
LINKED = """\
Resource    Method    Success            Failed
----------  --------  -----------------  --------
User-Role   link      100 - [100, 2, 3]
"""
CHANGED = """\
New password for 'wazuh' (skip):\x20
New password for 'wazuh-wui' (skip):\x20
  wazuh: UPDATED
"""


def steps(program: Program = SECURITY_RESOURCES, version: Version | None = None, **stated: Any) -> list[Step]:
    params = {**PARAMS, **stated}
    for kind, empty in ITEM.items():
        if params[kind] is not None:
            params[kind] = [{**empty, **item} for item in params[kind]]
    return plan(params, program, version)


def table(*rows: tuple[str, str, str, str]) -> str:
    """Rows as the program shows them; a first cell that is empty goes on with the row before."""
    lines = [("Resource", "Method", "Success", "Failed"), *rows]
    widths = [max(len(row[i]) for row in lines) for i in range(4)]
    lines.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + "\n" for row in lines
    )


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


class TestTable:
    def test_the_documented_one(self) -> None:
        rows = parse_table(ADDED)
        assert [row.success for row in rows] == ["100 - new_user", "100 - new_role", ""]
        assert rows[2].failed == "Bad format || Error 10002 - Missing fields: {'policy'}"

    def test_lines_around_it_and_cells_of_several_lines(self) -> None:
        shown = "A warning\n" + table(("Role", "remove", "100 - a", "101 || Error 4002 - x"), ("", "", "", "7 || y"))
        assert [tuple(row) for row in parse_table(shown)] == [
            ("Role", "remove", "100 - a", "101 || Error 4002 - x\n7 || y")
        ]

    @pytest.mark.parametrize("said", ["", "Internal error: EOF", "a  b  c  d\n-  -  -  -\n"])
    def test_no_table(self, said: str) -> None:
        assert parse_table(said) == []


class TestItems:
    added = Question("Role", "add", ("new_role",), (4005,), by_name=True)
    removed = Question("Role", "remove", ("100", "101"), (4002,))
    linked = Question("User-Role", "link", ("100", "2", "3"), (4017,), owner="100")

    def test_added(self) -> None:
        verdict = self.added.judge(ADDED)
        assert (verdict.status, verdict.wrote, verdict.made) == (DONE, True, [(100, "new_role")])

    def test_failed_with_the_program_s_reason(self) -> None:
        verdict = Question("Policy", "add", ("incomplete_policy",), (4009,), by_name=True).judge(ADDED)
        assert (verdict.status, verdict.wrote) == (FAILED, False)
        assert verdict.answer == "Bad format || Error 10002 - Missing fields: {'policy'}"

    def test_there_already(self) -> None:
        said = table(("Role", "add", "", "new_role || Error 4005 - The specified name or rule already exists"))
        verdict = self.added.judge(said)
        assert (verdict.status, verdict.wrote) == (UNCHANGED, False)

    def test_there_already_is_about_the_wanted_item_only(self) -> None:
        said = table(("Role", "add", "", "other || Error 4005 - The specified name or rule already exists"))
        assert self.added.judge(said).status == FAILED

    @pytest.mark.parametrize(
        ("success", "failed", "status", "wrote"),
        [
            ("100 - a, 101 - b", "", DONE, True),
            ("100 - a", "101 || Error 4002 - The specified role does not exist", DONE, True),
            ("", "100, 101 || Error 4002 - The specified role does not exist", UNCHANGED, False),
            ("100 - a", "101 || Error 4008 - required", FAILED, True),
            ("100 - a", "", FAILED, True),
            ("", "", FAILED, False),
        ],
    )
    def test_removed_item_by_item(self, success: str, failed: str, status: str, wrote: bool) -> None:
        verdict = self.removed.judge(table(("Role", "remove", success, failed)))
        assert (verdict.status, verdict.wrote, list(verdict.made)) == (status, wrote, [])

    def test_an_item_about_which_nothing_is_said_is_named(self) -> None:
        answer = self.removed.judge(table(("Role", "remove", "100 - a", ""))).answer
        assert "nothing is said about 101" in answer

    def test_linked(self) -> None:
        assert self.linked.judge(LINKED).status == DONE

    @pytest.mark.parametrize(
        ("success", "failed", "status", "wrote"),
        [
            ("100 - [7, 100, 2, 3]", "2 || Error 4017 - exists", DONE, True),
            ("", "2, 3, 100 || Error 4017 - exists", UNCHANGED, False),
            ("100 - [100, 2]", "3 || Error 4002 - The specified role does not exist", FAILED, True),
            ("", "100 || Error 5001 - The user does not exist", FAILED, False),
            ("100 - [100, 2]", "", FAILED, True),
            ("1 - [100, 2, 3]", "", FAILED, True),
        ],
    )
    def test_links_are_held_against_the_list_that_is_shown(
        self, success: str, failed: str, status: str, wrote: bool
    ) -> None:
        verdict = self.linked.judge(table(("User-Role", "link", success, failed)))
        assert (verdict.status, verdict.wrote) == (status, wrote)

    def test_unlinked(self) -> None:
        asked = Question("Role-Policy", "unlink", ("1", "2"), (4010,), owner="100")
        assert asked.judge(table(("Role-Policy", "unlink", "100 - [3]", ""))).status == DONE
        assert asked.judge(table(("Role-Policy", "unlink", "100 - []", ""))).status == DONE
        assert asked.judge(table(("Role-Policy", "unlink", "100 - [2, 3]", ""))).status == FAILED
        gone = table(("Role-Policy", "unlink", "", "1, 2 || Error 4010 - does not exist"))
        assert asked.judge(gone).status == UNCHANGED

    def test_a_program_that_does_the_opposite(self) -> None:
        asked = Question("Role-Rule", "link", ("100",), (4023,), owner="100")
        verdict = asked.judge(table(("Role-Rule", "unlink", "100 - []", "")))
        assert (verdict.status, verdict.wrote) == (FAILED, True)
        assert "asked to link and did unlink" in verdict.answer

    @pytest.mark.parametrize(
        "said",
        ["Error 3000: no", "Internal error: EOF", "usage: x\nx: error: argument -ur: expected 2 arguments", ""],
    )
    def test_without_a_table_nothing_is_believed(self, said: str) -> None:
        verdict = self.added.judge(said)
        assert (verdict.status, verdict.wrote) == (FAILED, False)
        assert verdict.answer.endswith(said.splitlines()[-1] if said else "nothing")


class TestPasswords:
    def test_updated(self) -> None:
        verdict = judge_password("wazuh", CHANGED)
        assert (verdict.status, verdict.wrote) == (DONE, True)

    def test_another_user_s_success_is_not_this_one_s(self) -> None:
        verdict = judge_password("wazuh-wui", CHANGED)
        assert (verdict.status, verdict.wrote) == (FAILED, False)

    def test_5011_names_the_api_way(self) -> None:
        verdict = judge_password(
            "wazuh", "\twazuh: FAILED | Error 5011 - Administrator users can only be modified by themselves\n"
        )
        assert (verdict.status, verdict.wrote) == (FAILED, False)
        assert "Error 5011" in verdict.answer
        assert "secops.iam.wazuh_rbac_user" in verdict.answer

    def test_another_failure_does_not(self) -> None:
        verdict = judge_password("wazuh", "\twazuh: FAILED | Error 5007 - Insecure user password provided\n")
        assert verdict.answer == "wazuh: FAILED | Error 5007 - Insecure user password provided"

    def test_prompts_are_no_answer(self) -> None:
        said = "New password for 'wazuh' (skip): \nInternal error: \nNew password for 'wazuh-wui' (skip): \n"
        assert judge_password("wazuh", said).answer.endswith("it said: Internal error:")


class TestReset:
    @pytest.mark.parametrize("said", ["\tSuccessfully reset RBAC database", "\t  Successfully resetted RBAC database"])
    def test_done(self, said: str) -> None:
        assert judge_reset(said).status == DONE

    @pytest.mark.parametrize("said", ["\tRBAC database reset aborted.", "\tRBAC database reset failed | Error 1", ""])
    def test_not_done(self, said: str) -> None:
        verdict = judge_reset(said)
        assert (verdict.status, verdict.wrote) == (FAILED, False)

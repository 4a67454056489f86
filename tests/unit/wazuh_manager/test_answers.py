# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of the manager's command lines mean: their words count, not their exit status (FACTS, CLI)."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import DONE, FAILED
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._answers import (
    UNCHANGED,
    Question,
    judge_password,
    judge_reset,
    last_words,
    parse_table,
)
from unit.wazuh_manager.tasks import ADDED, CHANGED, LINKED, table


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

    @pytest.mark.parametrize(
        "said",
        [
            "",
            "Internal error: EOF",
            "a  b  c  d\n-  -  -  -\n",
            "Kind  Method  Success  Failed\n----  ------  -------  ------\nRole  add     1 - a    \n",
        ],
    )
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
            ("100 - a", "101 || the database is locked", FAILED, True),
            ("100 - a", "Error 4002", FAILED, True),
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

    def test_a_link_that_was_there_is_no_work_of_this_call_though_the_list_shows_it(self) -> None:
        asked = Question("User-Role", "link", ("2",), (4017,), owner="100")
        verdict = asked.judge(table(("User-Role", "link", "100 - [2]", "2 || Error 4017 - exists")))
        assert (verdict.status, verdict.wrote) == (UNCHANGED, False)

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


class TestLastWords:
    @pytest.mark.parametrize(
        ("output", "words"),
        [
            ("one\n  two  \n\n", "two"),
            ("why not\nNew password for 'wazuh' (skip): \n", "why not"),
            ("New password for 'wazuh' (skip):", "nothing"),
            ("", "nothing"),
        ],
    )
    def test_are_the_last_line_that_is_no_prompt(self, output: str, words: str) -> None:
        assert last_words(output) == words

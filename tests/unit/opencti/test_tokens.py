# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token of a connector's user in both models: planned without a server, and on a platform in this process."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _tokens as tokens
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import Call
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import Snapshot, Token
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import plan_of
from sandbox.opencti import errors
from unit.opencti.snapshots import around, desired_user, user
from unit.opencti.tasks import FEED, GROUP, MIDDLE, NEW, OLD, ROLE, USER, Tasks, over_versions, steps, warnings

EXPIRED = Token("t-0", "secops.iam", "2020-01-01T00:00:00.000Z", expired=True)
MINE, OTHER = Token("t-1", "secops.iam"), Token("t-2", "other")


def planned(current: Snapshot, state: str = "present") -> list[Step]:
    return plan_of(current, desired_user(state)).steps


def verbs(planned_steps: list[Step]) -> list[str]:
    return [step.key.verb for step in planned_steps]


class TestPlannedTokens:
    @pytest.mark.parametrize(
        ("there", "state", "expected"),
        [
            ((MINE, OTHER), "present", []),
            ((OTHER,), "present", ["add token"]),
            ((EXPIRED,), "present", ["add token"]),
            ((MINE, OTHER), "rotated", ["add token", "revoke token"]),
            ((EXPIRED, MINE), "rotated", ["add token", "revoke token", "revoke token"]),
            ((), "rotated", ["add token"]),
            ((MINE, OTHER), "absent", ["revoke token"]),
            ((EXPIRED, OTHER), "absent", []),
        ],
    )
    def test_of_named_ones_only_the_stated_name_counts(self, there: Any, state: str, expected: list[str]) -> None:
        found = planned(user(tokens=there), state)
        assert verbs(found) == expected
        ended = [step.call.variables["old"] for step in found if step.key.verb == "revoke token"]
        assert "t-2" not in ended
        assert len(set(ended)) == len(ended)

    def test_an_old_one_ends_after_the_new_one_is_there(self) -> None:
        made = Token("t-new", "secops.iam")
        found = planned(user(tokens=(MINE, made), made="t-new"), "rotated")
        assert [step.call.variables["old"] for step in found] == ["t-1"]
        assert planned(user(tokens=(made,), made="t-new"), "rotated") == []

    def test_up_to_6_9_the_one_is_put_in_the_place_of_itself(self) -> None:
        assert verbs(planned(user("6.9.22"), "rotated")) == ["rotate token"]
        assert planned(user("6.9.22", made="u-feed"), "rotated") == []
        assert planned(user("6.9.22")) == []

    def test_one_more_after_a_lost_answer_is_another_step(self) -> None:
        found = planned(user(tokens=(MINE, Token("t-lost", "secops.iam")), lost=1), "rotated")
        assert verbs(found) == ["add another token", "revoke token", "revoke token"]
        assert found[0].sentence.endswith("since the value of the first was lost")

    def test_no_third_one_is_made(self) -> None:
        with pytest.raises(IamError, match=r"was lost 2 times\. No old token was ended"):
            planned(user(lost=2), "rotated")


class TestShownTokens:
    @pytest.mark.parametrize(
        ("current", "state", "before", "after"),
        [
            (user(tokens=(OTHER,)), "present", "(none)", "(not shown, new)"),
            (user(), "present", "(not shown)", "(not shown)"),
            (user(), "rotated", "(not shown)", "(not shown, new)"),
            (user(), "absent", "(not shown)", "(none)"),
            (user(tokens=(EXPIRED,)), "present", "(none)", "(not shown, new)"),
            (user("6.9.22"), "rotated", "(not shown)", "(not shown, new)"),
            (around(), "present", None, "(not shown, new)"),
            (around(), "absent", None, None),
            (around("6.9.22"), "present", None, None),
            (user(made="t-1"), "rotated", "(not shown, new)", "(not shown, new)"),
        ],
    )
    def test_a_diff_tells_whether_there_is_one(
        self, current: Snapshot, state: str, before: str | None, after: str | None
    ) -> None:
        desired = desired_user(state)
        target = plan_of(current, desired).target
        assert (tokens.shown_token(current, desired), tokens.shown_token(target, desired)) == (before, after)

    def test_others_are_told_beside_one_that_changes(self) -> None:
        current = user(tokens=(MINE, OTHER))
        for state, count in (("present", 0), ("rotated", 1), ("absent", 1)):
            assert len(plan_of(current, desired_user(state)).warnings) == count
        assert plan_of(user(tokens=(EXPIRED, OTHER)), desired_user()).warnings == [
            "user [C] Feed: its other tokens go on working: other. To end one, give its name as token_name, with "
            "token_state: absent"
        ]


def adding() -> Call:
    return Call(documents.TOKEN_ADD, {}, token=True)


class TestAnswers:
    ADDED: ClassVar[dict[str, Any]] = {
        "userAdminTokenAdd": {"token_id": "t-new", "plaintext_token": "value", "expires_at": None}
    }

    def test_what_an_answer_tells_once_is_kept(self) -> None:
        answers = tokens.TokenAnswers(desired_user("rotated"))
        assert answers.report() == {}
        assert [key.verb for key in answers.note(adding(), self.ADDED)] == ["add token"]
        answers.note(Call(documents.TOKEN_REVOKE, {"old": "t-1"}), {"userAdminTokenRevoke": "t-1"})
        expected = {"token_known": True, "token": "value", "expires_at": None, "revoked_tokens": ["t-1"]}
        assert answers.report() == expected
        assert answers.result(user(tokens=())) == expected
        assert answers.on(user()).made == "t-new"

    def test_one_that_is_there_and_not_known(self) -> None:
        answers = tokens.TokenAnswers(desired_user())
        assert answers.result(user(tokens=(Token("t-1", "secops.iam", "2999-01-01"),))) == {
            "token_known": False,
            "expires_at": "2999-01-01",
        }
        assert answers.result(user("6.9.22")) == {"token_known": True, "token": "value-1"}

    def test_lost_ones_are_counted_by_what_is_there_more_than_before(self) -> None:
        answers = tokens.TokenAnswers(desired_user("rotated"))
        answers.note_lost(adding(), user())
        more = user(tokens=(MINE, OTHER, Token("t-lost", "secops.iam")))
        assert (answers.on(user()).lost, answers.on(more).lost) == (0, 1)
        assert answers.warnings(answers.on(user())) == []
        assert "nobody knows its value" in answers.warnings(answers.on(more))[0]
        assert answers.warnings(None) != []
        answers.note(adding(), self.ADDED)
        assert answers.on(more).lost == 0
        assert answers.warnings(None) == []

    def test_other_requests_lose_no_token(self) -> None:
        answers = tokens.TokenAnswers(desired_user())
        answers.note_lost(Call(documents.TOKEN_REVOKE, {}), user())
        assert answers.warnings(None) == []

    def test_another_value_than_before_tells_that_a_lost_rotation_was_done(self) -> None:
        answers = tokens.TokenAnswers(desired_user("rotated"))
        answers.note_lost(Call(documents.TOKEN_RENEW, {}, token=True), user("6.9.22"))
        assert answers.on(user("6.9.22")).made == ""
        assert answers.on(user("6.9.22", tokens=(Token("u-feed", value="value-2"),))).made == "u-feed"
        assert answers.report() == {"token": "value-2", "token_known": True}


def set_end(tasks: Tasks, moment: str) -> None:
    """Let the first token of the feed's user expire at another moment."""
    user = tasks.platform.platform.user_by_email("feed@example.org")
    assert user is not None
    user["api_tokens"][0]["expires_at"] = moment


class TestTokens:
    @over_versions
    def test_check_mode_tells_no_token_that_is_going(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(USER, **FEED)
        predicted = tasks.run(USER, check_mode=True, **FEED, token_state="rotated")
        assert predicted["token_known"] is False
        assert "token" not in predicted

    def test_a_token_without_its_capability_is_told(self) -> None:
        tasks = Tasks(NEW)
        tasks.run(ROLE, name="Feed", capabilities=["CONNECTORAPI"])
        tasks.run(GROUP, name="Feeds", roles=["Feed"])
        result = tasks.run(USER, **(FEED | {"groups": ["Feeds"]}))
        assert result["token_usable"] is False
        assert "will be treated as anonymous" in warnings(result)
        assert "APIACCESS_USETOKEN" in warnings(result)
        answer = tasks.platform.post({"query": "{ me { id } }"}, token=result["token"]).json()
        assert answer["errors"]
        tasks.run(ROLE, name="Feed", capabilities=["APIACCESS_USETOKEN"], append=True)
        assert tasks.run(USER, **(FEED | {"groups": ["Feeds"]}))["token_usable"] is True

    def test_a_new_one_is_there_before_the_old_ones_end(self) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **FEED)
        user = tasks.platform.platform.user_by_email("feed@example.org")
        assert user is not None
        add = documents.TOKEN_ADD
        variables = {"id": user["id"], "token": {"name": "secops.iam", "duration": "DAYS_30"}}
        assert "errors" not in tasks.platform.post({"query": add, "variables": variables}).json()
        tasks.sent.clear()
        result = tasks.run(USER, **FEED, token_state="rotated")
        writes = [document for document in tasks.sent if document.startswith("mutation")]
        assert ["userAdminTokenAdd" in write for write in writes] == [True, False, False]
        assert len(result["revoked_tokens"]) == 2
        assert len(steps(result)) == len(set(steps(result))) == 3
        assert tasks.run(USER, **FEED)["token_known"] is False

    def test_a_token_that_is_refused_leaves_a_user_and_no_riddle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_arguments: Any) -> None:
            raise errors.functional("No more tokens")

        tasks = Tasks(NEW)
        monkeypatch.setattr(tasks.platform.platform.tokens, "create", refuse)
        result = tasks.run(USER, **FEED)
        assert "No more tokens" in result["msg"]
        assert [step["status"] for step in result["steps"]] == ["done", "failed"]
        assert result["changed"] is True
        assert "warnings" not in result

    @pytest.mark.parametrize("version", [OLD, MIDDLE])
    def test_the_callers_own_which_ansible_masks_is_not_told_as_known(self, version: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, name="admin", email="admin@opencti.io")
        assert result["token_known"] is False
        assert "token" not in result
        assert "it is api_token itself, which Ansible hides in results" in warnings(result)
        reported = tasks.run("opencti_info", include_tokens=True)["tokens"]
        assert "admin@opencti.io" not in [token["email"] for token in reported]

    def test_others_that_go_on_working_are_told(self) -> None:
        tasks = Tasks(NEW)
        user = tasks.platform.add_user("feed@example.org", name="[C] Feed")
        tasks.platform.platform.tokens.keep(tasks.platform.platform.store.get(user) or {}, "from before the upgrade")
        reported = "its other tokens go on working: Legacy Token"
        for check_mode in (True, False):
            assert reported in warnings(tasks.run(USER, check_mode=check_mode, **FEED))
        assert "warnings" not in tasks.run(USER, **FEED)
        assert reported in warnings(tasks.run(USER, **FEED, token_state="rotated"))
        assert reported in warnings(tasks.run(USER, **FEED, token_state="absent"))
        gone = tasks.run(USER, **FEED, token_state="absent", token_name="Legacy Token")
        assert "warnings" not in gone
        assert tasks.platform.platform.tokens.user_of("from before the upgrade") is None

    @over_versions
    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_a_name_that_is_blank_is_refused(self, version: str, state: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, **FEED, token_name=" ", token_state=state)
        assert "token_name: it is blank" in result["msg"]
        assert tasks.sent == []

    def test_outer_blanks_of_a_name_do_not_matter(self) -> None:
        tasks = Tasks(NEW)
        assert "add token" not in str(tasks.run(USER, **FEED, token_name=" mine ")["steps"][0])
        again = tasks.run(USER, **FEED, token_name="mine")
        assert (again["changed"], again["token_known"]) == (False, False)

    def test_an_expired_one_is_replaced(self) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **FEED)
        set_end(tasks, "2020-01-01T00:00:00.000Z")
        assert steps(tasks.run(USER, **FEED)) == ["add token secops.iam to user [C] Feed"]

    def test_what_is_gone_or_not_there_yet_does_not_expire(self) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **FEED)
        set_end(tasks, "2099-01-01T00:00:00.000Z")
        assert tasks.run(USER, **FEED)["expires_at"] == "2099-01-01T00:00:00.000Z"
        rotated = FEED | {"token_state": "rotated"}
        assert "expires_at" not in tasks.run(USER, check_mode=True, **rotated)
        assert tasks.run(USER, **rotated)["expires_at"] is None
        for check_mode in (True, False, False):
            gone = tasks.run(USER, check_mode=check_mode, **FEED, token_state="absent")
            assert "expires_at" not in gone
            assert gone["token_usable"] is True  # its roles still let it use another one

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_the_diff_tells_whether_there_was_one(self, check_mode: bool) -> None:
        tasks = Tasks(NEW)
        tasks.platform.add_user("feed@example.org", name="[C] Feed")
        tasks.run(USER, **FEED, token_name="first")
        for state, before in (("present", "(none)"), ("rotated", "(none)" if check_mode else "(not shown)")):
            diff = tasks.run(USER, check_mode, **FEED, token_state=state)["diff"]
            assert f"token: {before}\n" in diff["before"]
            assert "token: (not shown, new)\n" in diff["after"]

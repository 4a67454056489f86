# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token of a connector's user on a platform in this process, in both models."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from sandbox.opencti import errors
from unit.opencti.tasks import Tasks, steps, warnings

OLD, MIDDLE, NEW = "5.12.29", "6.9.22", "7.260817.0"
FEED: dict[str, Any] = {"name": "[C] Feed", "email": "feed@example.org", "groups": ["Connectors"]}
USER, GROUP, ROLE = "opencti_connector_user", "opencti_group", "opencti_role"
over_versions = pytest.mark.parametrize("version", [OLD, "6.4.11", MIDDLE, NEW])


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
        add = documents.token_add()
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
        told = tasks.run("opencti_info", include_tokens=True)["tokens"]
        assert "admin@opencti.io" not in [token["email"] for token in told]

    def test_others_that_go_on_working_are_told(self) -> None:
        tasks = Tasks(NEW)
        user = tasks.platform.add_user("feed@example.org", name="[C] Feed")
        tasks.platform.platform.tokens.keep(tasks.platform.platform.store.get(user) or {}, "from before the upgrade")
        told = "its other tokens go on working: Legacy Token"
        for check_mode in (True, False):
            assert told in warnings(tasks.run(USER, check_mode=check_mode, **FEED))
        assert "warnings" not in tasks.run(USER, **FEED)
        assert told in warnings(tasks.run(USER, **FEED, token_state="rotated"))
        assert told in warnings(tasks.run(USER, **FEED, token_state="absent"))
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

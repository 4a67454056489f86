# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both fronts do to options and results: masking, failures as results, diffs as YAML."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, Unsure
from unit.described import entry, validated

MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
SECRET = "Only-For-Me-1"
STATE = {"roles": {"sales": {"policies": ["z", "a"], "rules": []}}, "config": {"rbac_mode": "white"}}


def entry_that(run: Any) -> front.Entry:
    return front.Entry({"name": {"type": "str"}}, {}, run)


def outcome_of(run: Any) -> dict[str, Any]:
    return front.outcome(entry_that(run), {"name": "sales"}, False, front.Memory())


class TestMasked:
    def test_secrets_at_every_level(self) -> None:
        given = {
            "api_username": "iam-admin",
            "api_password": SECRET,
            "users": [{"name": "alice", "password": SECRET}, {"name": "charlie"}],
            "passwords": {"charlie": SECRET},
        }
        shown = front.masked(entry("wazuh_rbac").options, validated("wazuh_rbac", given))
        assert SECRET not in repr(shown)
        assert shown["api_username"] == "iam-admin"
        assert shown["api_password"] == MASK
        assert shown["passwords"] == MASK
        assert [user["password"] for user in shown["users"]] == [MASK, None]
        assert [user["name"] for user in shown["users"]] == ["alice", "charlie"]

    def test_what_was_not_given_stays_so(self) -> None:
        shown = front.masked(entry("wazuh_rbac").options, validated("wazuh_rbac", {}))
        assert shown["api_token"] is None
        assert shown["users"] is None
        assert shown["passwords"] is None

    def test_a_single_dictionary_with_options(self) -> None:
        options = {"account": {"type": "dict", "options": {"name": {}, "password": {"no_log": True}}}}
        given = {"account": {"name": "alice", "password": SECRET}}
        assert front.masked(options, given) == {"account": {"name": "alice", "password": MASK}}

    def test_an_empty_secret_is_masked_too(self) -> None:
        assert front.masked({"password": {"no_log": True}}, {"password": ""}) == {"password": MASK}

    def test_the_given_options_are_not_touched(self) -> None:
        given = {"users": [{"password": SECRET}]}
        front.masked({"users": {"options": {"password": {"no_log": True}}}}, given)
        assert given == {"users": [{"password": SECRET}]}


class TestShownSecrets:
    def test_a_user_whose_password_is_its_name_keeps_the_name(self) -> None:
        params = validated("wazuh_rbac_user", {"name": "alice", "api_username": "wazuh", "api_password": "wazuh"})
        assert entry("wazuh_rbac_user").shown_secrets(params) == {"wazuh"}

    def test_nothing_is_shown_where_no_user_is_given(self) -> None:
        params = validated("wazuh_rbac_user", {"name": "alice", "api_token": SECRET})
        assert entry("wazuh_rbac_user").shown_secrets(params) == set()


class TestConnection:
    @pytest.mark.parametrize("timeout", [0, -1])
    def test_a_timeout_of_nothing_is_refused(self, timeout: int) -> None:
        with pytest.raises(Refused, match=f"timeout: {timeout} is too short: write 1 second or more"):
            front.connection_of(validated("wazuh_rbac", {"timeout": timeout}))

    @pytest.mark.parametrize("address", ["https://iam:{}@wazuh:55000", "iam:{}@wazuh", "https://{}@wazuh/", "{}/1@w"])
    @pytest.mark.parametrize("module", ["wazuh_rbac_info", "opencti_info"])
    def test_a_login_in_the_address_is_refused_and_not_told(self, module: str, address: str) -> None:
        given = validated(module, {"api_url": address.format(SECRET), "api_token": "a-token"})
        with pytest.raises(Refused) as refused:
            front.connection_of(given)
        assert str(refused.value) == (
            "api_url: it holds a login (there is an @ in it), which would be shown: write only the address, and give "
            "the login by the options for it"
        )
        assert SECRET not in repr(front.masked(entry(module).options, given))


class TestModuleFront:
    def said(self, capsys: pytest.CaptureFixture[str], **given: Any) -> dict[str, Any]:
        with patch_module_args({"_ansible_module_name": "secops.iam.wazuh_rbac", **given}), pytest.raises(SystemExit):
            front.run_module(entry("wazuh_rbac"))
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    def test_what_is_wrong_with_options_is_readable_where_a_password_is_a_word_of_ours(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = self.said(capsys, api_username="wazuh", api_password="wazuh", unknown=1)
        assert "Unsupported parameters for (secops.iam.wazuh_rbac) module: unknown" in told["msg"]

    def test_and_other_secrets_are_not(self, capsys: pytest.CaptureFixture[str]) -> None:
        told = self.said(capsys, api_username=["wazuh"], api_password=SECRET, timeout=f"x{SECRET}")
        assert "timeout" in told["msg"]
        assert SECRET not in json.dumps(told)


class TestOutcome:
    def test_a_result_comes_through(self) -> None:
        def run(params: dict[str, Any], check_mode: bool, memory: front.Memory) -> dict[str, Any]:
            return {"changed": check_mode, "name": params["name"]}

        result = front.outcome(entry_that(run), {"name": "sales"}, True, front.Memory())
        assert result == {"changed": True, "name": "sales"}

    def test_a_refusal_says_that_nothing_changed(self) -> None:
        def run(*_arguments: Any) -> dict[str, Any]:
            raise Refused("name: too long: write less")

        assert outcome_of(run) == {"changed": False, "failed": True, "msg": "name: too long: write less"}

    def test_a_failure_keeps_what_was_done(self) -> None:
        steps = [{"step": "create role sales", "status": "done"}]

        def run(*_arguments: Any) -> dict[str, Any]:
            raise Failure("the server said no", {"changed": True, "steps": steps, "diff": {"before": {}, "after": {}}})

        assert outcome_of(run) == {
            "changed": True,
            "failed": True,
            "msg": "the server said no",
            "steps": steps,
            "diff": {"before": "", "after": ""},
        }

    def test_every_error_of_ours_becomes_a_result(self) -> None:
        def run(*_arguments: Any) -> dict[str, Any]:
            raise Unsure("the answer was lost")

        assert outcome_of(run)["failed"] is True

    def test_a_mistake_of_ours_does_not_pass_for_a_failed_task(self) -> None:
        def run(*_arguments: Any) -> dict[str, Any]:
            raise KeyError("name")

        with pytest.raises(KeyError):
            outcome_of(run)


class TestDiff:
    def diff_of(self, before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
        def run(*_arguments: Any) -> dict[str, Any]:
            return {"changed": True, "diff": {"before": before, "after": after}}

        sides: dict[str, str] = outcome_of(run)["diff"]
        return sides

    def test_sides_are_yaml_in_the_order_of_the_plan(self) -> None:
        sides = self.diff_of({}, STATE)
        assert sides["before"] == ""
        assert yaml.safe_load(sides["after"]) == STATE
        assert sides["after"].index("roles") < sides["after"].index("config")
        assert sides["after"].endswith("\n")

    def test_one_thing_a_line_so_that_a_diff_of_lines_is_short(self) -> None:
        lines = [line.strip() for line in self.diff_of({}, STATE)["after"].splitlines()]
        assert lines == ["roles:", "sales:", "policies:", "- z", "- a", "rules: []", "config:", "rbac_mode: white"]

    def test_json_where_the_target_has_no_yaml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(front, "HAS_YAML", False)
        sides = self.diff_of(STATE, {})
        assert yaml.safe_load(sides["before"]) == STATE
        assert len(sides["before"].splitlines()) > 5
        assert sides["after"] == ""


class TestMaskedBeforeValidation:
    """A module that is refused for an option's type shows its options before they are validated."""

    SPEC: ClassVar[dict[str, Any]] = {"users": {"options": {"name": {}, "password": {"no_log": True}}}}

    @pytest.mark.parametrize("given", [f"name=alice password={SECRET}", [f"alice {SECRET}"]])
    def test_what_is_no_dictionary_is_masked_whole(self, given: Any) -> None:
        assert SECRET not in repr(front.masked(self.SPEC, {"users": given}))

    def test_what_is_one_is_masked_by_option(self) -> None:
        given = {"users": [{"name": "alice", "password": [SECRET]}]}
        assert front.masked(self.SPEC, given) == {"users": [{"name": "alice", "password": MASK}]}

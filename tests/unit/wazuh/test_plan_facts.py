# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan turns on besides the objects: it names what it lacks of that, and nothing else is asked for."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Snapshot
from unit.wazuh.snapshots import (
    ALL_SECURITY,
    CALLER,
    CATALOGUE,
    DELETE,
    LONG,
    MALFORMED,
    NO_SECURITY,
    READ,
    RULE,
    SHORT,
    UNKNOWN,
    lacks,
    policies,
    refusal,
    server,
    steps,
    user,
)


class TestCatalogue:
    """Asked only where a policy is written (FACTS, catalogue)."""

    @pytest.mark.parametrize(
        ("current", "desired"),
        [
            (policies(), {"present": policies(p=READ)}),
            (policies(p=READ), {"present": policies(p=DELETE)}),
            (policies(p=READ), {"present": policies(p=UNKNOWN)}),
        ],
        ids=str,
    )
    def test_is_lacked_for_a_policy_that_is_written(self, current: Any, desired: Any) -> None:
        there = server(current, "wazuh")
        assert lacks(there, **desired) == {"catalogue"}
        assert lacks(there, **desired, validate_catalogue=False) == set()

    @pytest.mark.parametrize(
        ("current", "desired"),
        [
            (policies(p=UNKNOWN), {"present": policies(p=UNKNOWN)}),
            (policies(p=UNKNOWN), {"present": policies(p={}), "renames": policies(p="q")}),
            (policies(p=UNKNOWN), {"absent": {"policies": ["p"]}}),
            ({"rules": {}}, {"present": {"rules": {"r": RULE}}}),
            ({"roles": {}}, {"present": {"roles": {"r": {}}}}),
        ],
        ids=str,
    )
    def test_is_not_lacked_for_anything_else(self, current: Any, desired: Any) -> None:
        assert "catalogue" not in lacks(server(current), **desired)

    def test_nor_for_a_malformed_policy_which_no_server_takes(self) -> None:
        assert "action 'read' is malformed" in refusal(server(policies()), present=policies(p=MALFORMED))

    def test_once_known_it_decides(self) -> None:
        there = server(policies(), catalogue=CATALOGUE)
        assert steps(there, present=policies(p=READ)) == ["create policy p"]
        assert "Did you mean agent:read?" in refusal(there, present=policies(p=UNKNOWN))
        assert steps(there, present=policies(p=UNKNOWN), validate_catalogue=False) == ["create policy p"]


class TestVersion:
    @pytest.mark.parametrize(
        ("there", "password", "update", "lacked"),
        [
            (False, SHORT, "on_create", {"version"}),
            (False, LONG, "on_create", set()),
            (True, SHORT, "on_create", set()),
            (True, SHORT, "always", {"version"}),
            (True, LONG, "always", set()),
        ],
    )
    def test_is_lacked_for_short_passwords(self, there: bool, password: str, update: str, lacked: set[str]) -> None:
        """Up to 4.14 they may have 8 characters, from 5.0.0 on 12 (FACTS, passwords)."""
        current = server({"users": {"alice": user()} if there else {}})
        desired = {"passwords": {"alice": password}, "update_password": {"alice": update}}
        assert lacks(current, present={"users": {"alice": {}}}, **desired) == lacked

    @pytest.mark.parametrize(("version", "taken"), [((4, 4, 5), True), ((4, 14, 7), True), ((5, 0, 0), False)])
    def test_once_known_it_decides_on_them(self, version: tuple[int, ...], taken: bool) -> None:
        current = server({"users": {}}, version=version)
        desired: dict[str, Any] = {"present": {"users": {"alice": {}}}, "passwords": {"alice": SHORT}}
        if taken:
            assert steps(current, **desired) == ["create user alice"]
        else:
            message = refusal(current, **desired)
            assert "password of user alice: its length is 8: write 12 to 64 characters" in message
            assert SHORT not in message

    def test_is_lacked_for_two_rules_with_one_text(self) -> None:
        """Their bodies are unique from 4.6.0 on (FACTS, uniqueness)."""
        two = {"present": {"rules": {"a": RULE, "b": RULE}}}
        assert lacks(server({"rules": {}}), **two) == {"version"}
        assert lacks(server({"rules": {}}), present={"rules": {"a": RULE}}) == set()
        assert steps(server({"rules": {}}, version=(4, 4, 5)), **two) == ["create rule a", "create rule b"]
        assert "the server stores every body once" in refusal(server({"rules": {}}, version=(4, 6, 0)), **two)

    def test_is_not_lacked_for_two_policies_with_one_text_which_no_server_takes(self) -> None:
        assert "the server stores every body once" in refusal(server(policies()), present=policies(a=READ, b=READ))


class TestPasswordsOfTheServersOwnUsers:
    """From 4.6.0 on only they may change them (FACTS, reserved resources)."""

    DESIRED: ClassVar[dict[str, Any]] = {
        "present": {"users": {"wazuh": {}}},
        "passwords": {"wazuh": LONG},
        "update_password": {"wazuh": "always"},
    }

    def there(self, username: str, **facts: Any) -> Snapshot:
        return server({"users": {"wazuh": user(), "wazuh-wui": user(), "iam": user()}}, username, **facts)

    @pytest.mark.parametrize("username", ["wazuh", "wazuh-wui"])
    def test_one_of_them_may_whatever_the_version(self, username: str) -> None:
        assert steps(self.there(username), **self.DESIRED) == ["set the password of user wazuh"]

    def test_another_account_turns_on_the_version(self) -> None:
        assert lacks(self.there("iam"), **self.DESIRED) == {"version"}
        assert steps(self.there("iam", version=(4, 4, 5)), **self.DESIRED) == ["set the password of user wazuh"]
        message = refusal(self.there("iam", version=(4, 6, 0)), **self.DESIRED)
        assert message.startswith("user wazuh: only the reserved users (wazuh, wazuh-wui) may change the passwords")

    def test_with_a_token_alone_it_turns_on_whose_it_is(self) -> None:
        assert lacks(self.there(""), **self.DESIRED) == {"caller"}
        assert lacks(self.there("", caller=CALLER), **self.DESIRED) == {"version"}
        theirs = self.there("", caller={"name": "wazuh-wui", "roles": {}})
        assert steps(theirs, **self.DESIRED) == ["set the password of user wazuh"]

    def test_other_users_passwords_do_not(self) -> None:
        desired = {"passwords": {"iam": LONG}, "update_password": {"iam": "always"}}
        assert lacks(self.there("iam"), present={"users": {"iam": {}}}, **desired) == set()


ROLES = {"iam-role": {"policies": ["all"]}, "sales": {"policies": ["read", "all"]}}
WORDED = {"all": {key: ALL_SECURITY[key] for key in READ}, "read": READ, "none": NO_SECURITY}


class TestCaller:
    """Who the task is counts only where rights may go from it."""

    def there(self, username: str = "iam", **facts: Any) -> Snapshot:
        users = {"iam": user("iam-role"), "alice": user("sales")}
        return server({"policies": WORDED, "roles": ROLES, "users": users}, username, **facts)

    GOES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"absent": {"roles": ["sales"]}},
        {"absent": {"policies": ["read"]}},
        {"present": {"roles": {"sales": {"policies": ["read"]}}}},
        {"present": {"roles": {"sales": {"policies": ["read", "all", "none"]}}}},
    )

    @pytest.mark.parametrize("desired", GOES, ids=str)
    def test_is_lacked_where_rights_may_go(self, desired: dict[str, Any]) -> None:
        assert lacks(self.there(), **desired) == {"caller"}
        assert lacks(self.there(""), **desired) == {"caller"}

    @pytest.mark.parametrize("desired", GOES, ids=str)
    def test_is_not_lacked_for_the_servers_own_users(self, desired: dict[str, Any]) -> None:
        assert lacks(self.there("wazuh"), **desired) == set()

    @pytest.mark.parametrize(
        "desired",
        [
            {"absent": {"users": ["alice"]}},
            {"present": {"roles": {"new": {"policies": ["read"]}}}},
            {"present": {"roles": {"iam-role": {"policies": ["all", "read"]}}}},
            {"present": {"users": {"alice": {"roles": ["sales", "iam-role"]}}}},
        ],
        ids=str,
    )
    def test_is_not_lacked_where_none_can(self, desired: dict[str, Any]) -> None:
        assert lacks(self.there(), **desired) == set()

    def test_a_user_that_goes_may_be_the_one_of_a_token(self) -> None:
        assert lacks(self.there(""), absent={"users": ["alice"]}) == {"caller"}

    def test_what_takes_its_rights_is_refused_with_the_step_and_the_cure(self) -> None:
        known = self.there(caller=CALLER)
        assert steps(known, absent={"roles": ["sales"]}) == ["delete role sales"]
        assert refusal(known, present={"roles": {"iam-role": {"policies": []}}}) == (
            "unlink policy all from role iam-role: that would take rights from user iam, which this task logs in with "
            "and needs until it is done: use another account for that"
        )


class TestPolicies:
    """What roles allow and deny is read only where it decides on an order, or on what the caller gets."""

    def there(self, username: str = "iam") -> Snapshot:
        users = {"iam": user("own"), "alice": user("sales", "audit"), "bobby": user()}
        return server({"roles": {"own": {}, "sales": {}, "audit": {}}, "users": users}, username, caller=CALLER)

    @pytest.mark.parametrize(
        "desired",
        [
            {"present": {"users": {"iam": {"roles": ["own", "audit"]}}}},
            {"absent": {"roles": ["sales", "audit"]}},
            {"present": {"users": {"alice": {"roles": ["audit"], "allow_run_as": True}}}},
            {"present": {"users": {"alice": {"roles": ["audit", "sales"]}}}},
        ],
        ids=str,
    )
    def test_are_lacked(self, desired: dict[str, Any]) -> None:
        assert lacks(self.there(), **desired) == {"policies"}

    @pytest.mark.parametrize(
        "desired",
        [
            {"absent": {"roles": ["sales"]}},
            {"absent": {"roles": ["sales"]}, "present": {"users": {"alice": {"roles": ["audit"]}}}},
            {"absent": {"users": ["alice", "bobby"]}},
            {"present": {"users": {"alice": {"roles": ["sales"]}}}},
            {"present": {"users": {"alice": {"roles": []}}}},
            {"present": {"roles": {"new": {}}}},
            {"present": {"users": {"alice": {"allow_run_as": True}}}},
        ],
        ids=str,
    )
    def test_are_not_lacked_for_one_write_that_takes_or_many_that_give(self, desired: dict[str, Any]) -> None:
        assert lacks(self.there(), **desired) == set()

    def test_are_not_lacked_for_a_rule_whoever_the_task_is(self) -> None:
        there = server({"rules": {"r": RULE}, "roles": {"sales": {"rules": []}}}, "", caller=CALLER)
        assert lacks(there, present={"roles": {"sales": {"rules": ["r"]}}}) == set()

    def test_with_a_token_alone_a_new_role_may_be_the_callers(self) -> None:
        desired = {"present": {"users": {"alice": {"roles": ["sales", "audit", "new"]}}, "roles": {"new": {}}}}
        assert lacks(self.there(), **desired) == set()
        assert lacks(self.there(""), **desired) == {"policies"}

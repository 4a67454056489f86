# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids, versions, passwords, errors: what is known of OpenCTI without a server."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import Answered, OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS, ROLES, USERS, standard_id
from ansible_collections.secops.iam.plugins.module_utils._opencti._passwords import random_password
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

CLASSES = {"lowercase": r"[a-z]", "uppercase": r"[A-Z]", "numbers": r"[0-9]", "symbols": r"[^a-zA-Z0-9]"}


class TestIds:
    def test_are_those_of_the_server(self) -> None:
        assert standard_id(GROUPS, "Connectors") == "group--599fc7ab-02f4-50c1-94f9-4b68da122010"
        assert standard_id(ROLES, "Connector") == "role--b375ed46-a11c-56d5-a2d4-0c654f61eeee"

    def test_of_groups_and_roles_know_no_case_and_no_outer_blanks(self) -> None:
        assert standard_id(GROUPS, " cONNECTORS ") == standard_id(GROUPS, "Connectors")

    def test_letters_beyond_ascii_are_hashed_as_they_are(self) -> None:
        assert standard_id(ROLES, "Überwacher") == standard_id(ROLES, "überwacher") != standard_id(ROLES, "uberwacher")

    def test_of_users_follow_the_lower_cased_e_mail(self) -> None:
        assert standard_id(USERS, "Feed@Example.org") == standard_id(USERS, "feed@example.org")


class TestVersion:
    def test_compares_numbers(self) -> None:
        assert Version("7.260817.0").has("named tokens")
        assert not Version("6.9.29").has("named tokens")
        assert Version("6.10.0").has("service accounts")

    @pytest.mark.parametrize("text", ["5.12.23", "5.9.6", "4.5.5"])
    def test_older_ones_are_refused(self, text: str) -> None:
        with pytest.raises(Refused, match=rf"OpenCTI {text}; this collection needs 5\.12\.24 or later"):
            Version(text)

    def test_says_what_it_has_not(self) -> None:
        lack = Version("6.7.3").lack("service accounts", "service_account")
        assert re.match(r"service_account: this server is OpenCTI 6\.7\.3.*6\.8\.0", lack)
        assert Version("6.8.0").lack("service accounts", "service_account") == ""


class TestRandomPassword:
    @pytest.mark.parametrize(
        "policy",
        [
            {},
            {"min_length": 0, "max_length": 0, "min_words": 0, "min_symbols": None},
            {"min_length": 64, "min_lowercase": 5, "min_uppercase": 5, "min_numbers": 5, "min_symbols": 5},
            {"min_words": 7, "min_length": 12},
            {"min_words": 20, "min_length": 8, "max_length": 40},
            {
                "min_length": 8,
                "max_length": 8,
                "min_lowercase": 2,
                "min_uppercase": 2,
                "min_numbers": 2,
                "min_symbols": 2,
            },
            {"min_length": 6, "max_length": 6},
        ],
    )
    def test_satisfies_the_policy(self, policy: dict[str, Any]) -> None:
        for _attempt in range(50):
            password = random_password(policy)
            assert (policy.get("min_length") or 0) <= len(password) <= (policy.get("max_length") or 100)
            assert len(re.split(r"[|, _-]", password)) >= (policy.get("min_words") or 0)
            for kind, pattern in CLASSES.items():
                assert len(re.findall(pattern, password)) >= (policy.get(f"min_{kind}") or 0)

    def test_is_another_each_time(self) -> None:
        assert len({random_password({}) for _attempt in range(50)}) == 50


class Answer:
    """What requests makes of an answer."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.status_code = status
        self._body = body

    def json(self) -> Any:
        if isinstance(self._body, str):
            raise ValueError(self._body)
        return self._body


def api_that_hears(*answers: Answer) -> OpenctiApi:
    api = OpenctiApi(Connection("https://opencti.invalid"), "secret-token")
    left = list(answers)
    api.http.send = lambda *_args, **_kwargs: left.pop(0)  # type: ignore[method-assign, assignment]
    return api


def old_shape(code: str, **more: Any) -> dict[str, Any]:
    return {"message": "No way", "name": code, "data": {"http_status": 400, "reason": "because"}, **more}


def new_shape(code: str, **more: Any) -> dict[str, Any]:
    extensions = {"code": code, "data": {"http_status": 400, "reason": "because"}}
    return {"message": "No way", "name": code, "extensions": extensions, **more}


class TestErrors:
    @pytest.mark.parametrize("shape", [old_shape, new_shape])
    def test_keep_the_message_and_the_code_in_both_shapes(self, shape: Any) -> None:
        api = api_that_hears(Answer({"data": None, "errors": [shape("FUNCTIONAL_ERROR")]}))
        with pytest.raises(Answered, match=re.escape("No way (FUNCTIONAL_ERROR): because")) as raised:
            api.write("mutation", {})
        assert raised.value.wrote is False

    def test_a_code_stands_in_the_extensions_where_the_name_is_none(self) -> None:
        error = {"message": "Cannot query", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
        api = api_that_hears(Answer({"errors": [error]}))
        with pytest.raises(Answered, match=r"Cannot query \(GRAPHQL_VALIDATION_FAILED\)"):
            api.write("mutation", {})

    def test_a_missing_capability_is_told(self) -> None:
        api = api_that_hears(Answer({"data": None, "errors": [new_shape("FORBIDDEN_ACCESS", path=["user"])]}))
        with pytest.raises(IamError, match=r"the token's user needs SETTINGS_SETACCESSES$"):
            api.read("query")

    @pytest.mark.parametrize("plural", ["markingDefinitions", "organizations"])
    def test_so_is_the_one_that_some_lists_needed_once_when_errors_had_no_path(self, plural: str) -> None:
        data = {"me": {"id": "1"}, "group": None, plural: None}
        answer = Answer({"data": data, "errors": [old_shape("FORBIDDEN_ACCESS")]})
        with pytest.raises(IamError, match=f"also KNOWLEDGE to read {plural}$"):
            api_that_hears(answer).read("query")

    def test_a_capability_that_is_missing_from_the_start_is_told_before_any_write(self) -> None:
        me = {"name": "reader", "capabilities": [{"name": "KNOWLEDGE"}]}
        api = api_that_hears(Answer({"data": {"about": {"version": "6.9.22"}, "me": me}}))
        with pytest.raises(IamError, match=r"reader, the user of api_token.*needs SETTINGS_SETACCESSES"):
            api.read("query")

    def test_a_token_that_is_not_accepted_is_told(self) -> None:
        api = api_that_hears(Answer({"data": None, "errors": [new_shape("AUTH_REQUIRED")]}))
        with pytest.raises(IamError, match=r"does not accept api_token.*APIACCESS_USETOKEN") as raised:
            api.read("query")
        assert "secret-token" not in str(raised.value)

    def test_a_part_that_was_done_is_told(self) -> None:
        data = {"userEdit": {"fieldPatch": {"id": "1"}, "add0": None}}
        api = api_that_hears(Answer({"data": data, "errors": [new_shape("LOCK_ERROR", path=["userEdit", "add0"])]}))
        with pytest.raises(Answered, match="The server did part of this") as raised:
            api.write("mutation", {})
        assert raised.value.wrote is True

    def test_nothing_but_null_is_no_part(self) -> None:
        data = {"userEdit": {"fieldPatch": None}, "other": None}
        api = api_that_hears(Answer({"data": data, "errors": [new_shape("FUNCTIONAL_ERROR")]}))
        with pytest.raises(Answered) as raised:
            api.write("mutation", {})
        assert raised.value.wrote is False

    def test_a_creation_that_was_refused_was_not_done_and_what_follows_from_it_is_not_told(self) -> None:
        refused = new_shape("FUNCTIONAL_ERROR", path=["userAdd"])
        following = new_shape("FUNCTIONAL_ERROR", path=["userAdminTokenAdd"]) | {"message": "User not found"}
        for errors in ([refused, following], [following, refused]):
            with pytest.raises(Answered, match=r"The server answered: No way .FUNCTIONAL_ERROR.: because$") as raised:
                api_that_hears(Answer({"data": None, "errors": errors})).write("mutation", {})
            assert raised.value.wrote is False

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(
                {
                    "data": None,
                    "errors": [
                        new_shape("DATABASE_ERROR", path=["userAdd"]),
                        new_shape("FUNCTIONAL_ERROR", path=["userAdminTokenAdd"]),
                    ],
                }
            ),
            Answer({"data": None, "errors": [new_shape("LOCK_ERROR", path=["userEdit"])]}),
            Answer({"data": None, "errors": [new_shape("FORBIDDEN_ACCESS", path=["userAdminTokenAdd"])]}),
            Answer("<html>Bad gateway</html>", 502),
            Answer("<html>Please log in</html>", 200),
        ],
        ids=["creation", "lock", "what was done before the token", "gateway", "page"],
    )
    def test_what_may_have_happened_is_looked_at(self, answer: Answer) -> None:
        with pytest.raises(Unsure):
            api_that_hears(answer).write("mutation { userAdd(input: $input) { id } }", {})

    def test_a_token_that_is_refused_by_itself_is_not_there(self) -> None:
        answer = Answer({"data": None, "errors": [new_shape("FORBIDDEN_ACCESS", path=["userAdminTokenAdd"])]})
        with pytest.raises(Answered):
            api_that_hears(answer).write(documents.token_add(), {})

    def test_a_page_that_is_no_answer_is_told(self) -> None:
        with pytest.raises(IamError, match=r"HTTP 404, and no GraphQL answer\. Is api_url right"):
            api_that_hears(Answer("<html>", 404)).write("mutation", {})

    def test_a_version_that_is_too_old_for_the_question_is_told(self) -> None:
        invalid = {"message": "Cannot query field edges", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
        me = {"name": "admin", "capabilities": [{"name": "BYPASS"}]}
        told = Answer({"data": {"about": {"version": "5.12.20"}, "me": me}})
        with pytest.raises(Refused, match=r"OpenCTI 5\.12\.20; this collection needs"):
            api_that_hears(Answer({"errors": [invalid]}), told).read(documents.look(ROLES, [], None))

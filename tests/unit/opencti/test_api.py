# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two shapes of errors, what is told of them, and what a write may have done all the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._graphql import Answered
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import ROLES
from unit.graphql_answers import Answer
from unit.opencti.tasks import FEED, GROUP, OLD, ROLE, USER, Tasks, over_versions


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
            api_that_hears(answer).write(documents.TOKEN_ADD, {})

    def test_a_page_that_is_no_answer_is_told(self) -> None:
        with pytest.raises(IamError, match=r"HTTP 404, and no GraphQL answer\. Is api_url right"):
            api_that_hears(Answer("<html>", 404)).write("mutation", {})

    def test_a_version_that_is_too_old_for_the_question_is_told(self) -> None:
        invalid = {"message": "Cannot query field edges", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
        me = {"name": "admin", "capabilities": [{"name": "BYPASS"}]}
        reported = Answer({"data": {"about": {"version": "5.12.20"}, "me": me}})
        with pytest.raises(Refused, match=r"OpenCTI 5\.12\.20; this collection needs"):
            api_that_hears(Answer({"errors": [invalid]}), reported).read(documents.look(ROLES, [], None))


class TestLists:
    def test_all_pages_are_read(self) -> None:
        def page(names: list[str], more: bool) -> Answer:
            edges = [{"node": {"name": name}} for name in names]
            return Answer({"data": {"groups": {"edges": edges, "pageInfo": {"endCursor": "c", "hasNextPage": more}}}})

        api = api_that_hears(page(["b"], True), page(["c"], False))
        first = {"edges": [{"node": {"name": "a"}}], "pageInfo": {"endCursor": "c", "hasNextPage": True}}
        assert [node["name"] for node in api.every("groups", documents.following("groups"), first)] == ["a", "b", "c"]
        one_page = api_that_hears(page(["a"], False)).every("groups", documents.following("groups"))
        assert [node["name"] for node in one_page] == ["a"]


class TestOnAPlatform:
    @over_versions
    def test_what_the_server_refuses_is_told_with_its_field(self, version: str) -> None:
        reported = Tasks(version).run(USER, **(FEED | {"email": "a@b"}))["msg"]
        assert "The server answered: user_email: Must be at least 5 characters in length (VALIDATION_ERROR)" in reported

    @over_versions
    def test_a_caller_without_the_capability_is_told_so(self, version: str) -> None:
        tasks = Tasks(version)
        _user, token = tasks.platform.user_who_may("KNOWLEDGE")
        for module, options in (
            (USER, FEED),
            (GROUP, {"name": "Feeds"}),
            (ROLE, {"name": "Feed"}),
            ("opencti_info", {}),
        ):
            assert "the token's user needs SETTINGS_SETACCESSES" in tasks.run(module, token=token, **options)["msg"]

    @pytest.mark.parametrize("version", [OLD, "6.0.10"])
    def test_a_caller_without_knowledge_is_told_where_it_takes_that(self, version: str) -> None:
        tasks = Tasks(version)
        _user, token = tasks.platform.user_who_may("SETTINGS_SETACCESSES")
        for module, plural, options in (
            (USER, "organizations", FEED | {"organizations": ["SOC"]}),
            (GROUP, "markingDefinitions", {"name": "Feeds", "allowed_markings": ["TLP:RED"]}),
            ("opencti_info", "markingDefinitions", {}),
        ):
            reported = f"before OpenCTI 6.1.13 also KNOWLEDGE to read {plural}"
            assert reported in tasks.run(module, token=token, **options)["msg"]
        assert tasks.run(GROUP, token=token, name="Feeds", roles=["Connector"])["changed"] is True

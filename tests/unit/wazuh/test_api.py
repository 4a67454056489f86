# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the server, and what its ways of saying no become (FACTS, errors)."""

from __future__ import annotations

import base64
import html
import json
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY
from unit.wazuh.conversation import LOGIN, PASSWORD, Answer, api_with, good, listed, problem, token

ROLE = {"id": 100, "name": "sales"}
MISSING = {"error": {"code": 4002, "message": "The role does not exist", "remediation": "Look it up"}, "id": [7, 8]}
DENIED = {"error": {"code": 4000, "message": "Permission denied"}, "id": ["role:id:9"]}
GIVEN = Credentials("", None, "given")


def items(error: int, *failed: Any, affected: tuple[Any, ...] = ()) -> Answer:
    """HTTP 200 with failures of single objects."""
    data = {"affected_items": list(affected), "failed_items": list(failed)}
    return Answer(200, {"data": data, "message": "Some roles were not deleted", "error": error})


def error_of(answer: Answer, method: str = "GET", **more: Any) -> IamError:
    api, _http = api_with(answer, credentials=GIVEN)
    with pytest.raises(IamError) as said:
        api.request(method, "/security/roles", **more)
    return said.value


class TestRequest:
    @pytest.mark.parametrize(
        ("patient", "params", "query"),
        [
            (True, None, {"wait_for_complete": "true"}),
            (True, {"limit": 5}, {"limit": 5, "wait_for_complete": "true"}),
            (False, None, {}),
        ],
    )
    def test_waits_for_the_work_unless_there_is_none(self, patient: bool, params: Any, query: Any) -> None:
        """Else the server answers after 10 s and works on."""
        api, http = api_with(good(), credentials=GIVEN)
        api.request("GET", "/security/roles", params, patient=patient)
        assert http.sent[0].params == query
        assert params in (None, {"limit": 5})

    @pytest.mark.parametrize("body", [None, {}, {"name": "sales"}])
    def test_sends_a_body_where_there_is_one(self, body: Any) -> None:
        api, http = api_with(good(), credentials=GIVEN)
        api.request("POST", "/security/roles", json=body)
        assert http.sent[0].json == body


class TestItems:
    """An HTTP 200 may be a failure: error 1 when all failed, 2 when some did."""

    @pytest.mark.parametrize("error", [1, 2])
    def test_each_is_named_with_its_number_and_the_cure(self, error: int) -> None:
        failure = error_of(items(error, MISSING, DENIED), "DELETE")
        assert isinstance(failure, ServerSaysNo)
        assert str(failure) == (
            "DELETE /security/roles: Some roles were not deleted. 7, 8: The role does not exist (error 4002). Look it "
            "up; role:id:9: Permission denied (error 4000)"
        )
        assert failure.codes == (4002, 4000)

    @pytest.mark.parametrize(
        ("method", "affected", "wrote"), [("DELETE", (ROLE,), True), ("DELETE", (), False), ("GET", (ROLE,), False)]
    )
    def test_what_a_write_did_all_the_same_is_taken_along(
        self, method: str, affected: tuple[Any, ...], wrote: bool
    ) -> None:
        failure = error_of(items(2, MISSING, affected=affected), method)
        assert isinstance(failure, ServerSaysNo)
        assert list(failure.affected) == (list(affected) if wrote else [])
        assert failure.wrote is wrote

    def test_without_any_item_it_is_a_failure_too(self) -> None:
        assert isinstance(error_of(Answer(200, {"data": {}, "error": 1})), ServerSaysNo)


class TestWholeRequests:
    @pytest.mark.parametrize(
        ("answer", "text", "code"),
        [
            (
                problem(403, "Permission denied", 4000, remediation="Ask for it"),
                "GET /security/roles: HTTP 403: Permission denied (error 4000). Ask for it",
                4000,
            ),
            (problem(400, "Bad parameter"), "GET /security/roles: HTTP 400: Bad parameter", 0),
            (Answer(404, {"title": "Not Found"}), "GET /security/roles: HTTP 404: Not Found", 0),
            (problem(500, "Timeout", 3021), "GET /security/roles: HTTP 500: Timeout (error 3021)", 3021),
        ],
    )
    def test_the_servers_words_its_number_and_its_cure(self, answer: Answer, text: str, code: int) -> None:
        failure = error_of(answer)
        assert isinstance(failure, ServerSaysNo)
        assert str(failure) == text
        assert failure.codes == (code,)
        assert failure.wrote is False

    @pytest.mark.parametrize("body", ['{"status": "ok"}', "[]", "null", "<html>\n<p>Bad   gateway</p>", "", "x" * 999])
    @pytest.mark.parametrize("status", [200, 404, 502])
    def test_what_is_no_answer_of_the_api(self, status: int, body: str) -> None:
        """A proxy, or a wrong address; a few of its words are quoted, without markup."""
        failure = error_of(Answer(status, body))
        assert isinstance(failure, ServerSaysNo)
        quoted = {"": "it is empty", "<html>\n<p>Bad   gateway</p>": "Bad gateway", "x" * 999: "x" * 200}
        assert str(failure) == (
            f"GET /security/roles: HTTP {status}: this does not come from the Wazuh API: {quoted.get(body, body)}"
        )

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    @pytest.mark.parametrize(
        ("answer", "unsure"),
        [
            (problem(500, "Timeout", 3021), True),
            (problem(502), True),
            (Answer(503, "<html>busy"), True),
            (Answer(200, "<html>welcome"), True),
            (problem(400), False),
            (problem(403, "no", 4000), False),
            (Answer(404, "nothing here"), False),
        ],
    )
    def test_after_a_write_it_may_be_done_all_the_same(self, method: str, answer: Answer, unsure: bool) -> None:
        """The server goes on with the work after a 500."""
        assert isinstance(error_of(answer, method), Unsure) is unsure


class TestSecrets:
    """Servers and proxies repeat what they were sent."""

    NEW = 'Alice-"Größe"-1'

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("shape", ["problem", "items", "page", "lost"])
    def test_nothing_of_ours_is_repeated(self, method: str, shape: str) -> None:
        login = base64.b64encode(f"iam:{PASSWORD}".encode()).decode()
        secrets = [PASSWORD, login, "a-token", self.NEW]
        repeated = " ".join([*secrets, json.dumps(PASSWORD), json.dumps(self.NEW), repr(self.NEW)])
        failed = {"id": [repeated], "error": {"code": 5000, "message": repeated, "remediation": repeated}}
        answers = {
            "problem": problem(400, repeated, 1, remediation=repeated),
            "items": items(1, failed),
            "page": Answer(404, f"<pre>{repeated}</pre> <p>{html.escape(repeated)}</p>"),
            "lost": problem(500, repeated),
        }
        api, _http = api_with(token("a-token"), answers[shape])
        with pytest.raises(IamError) as said:
            api.request(method, "/security/users", json={"username": "alice", "password": self.NEW})
        assert "****" in str(said.value)
        for part in (*secrets, "Iam-", "Alice-", "Größe", "Gr\\u00f6"):
            assert part not in str(said.value)

    def test_a_password_that_is_the_users_name_does_not_hide_it(self) -> None:
        """The default of wazuh; it would be masked everywhere."""
        api, _http = api_with(problem(403, "no", 6000), credentials=Credentials("wazuh", "wazuh", None))
        with pytest.raises(ServerSaysNo, match="login as wazuh: HTTP 403: no"):
            api.login()

    def test_a_password_that_was_tried_for_another_user(self) -> None:
        api, _http = api_with(problem(500, "Alice-Pass-1 broke me"))
        with pytest.raises(ServerSaysNo) as said:
            api.password_matches("alice", "Alice-Pass-1")
        assert "Alice-Pass-1" not in str(said.value)


class TestEvery:
    """Lists have 500 items unless more are asked for, and 100,000 at most (FACTS, lists)."""

    def test_is_one_request(self) -> None:
        api, http = api_with(listed({"id": 1}, {"id": 2}), credentials=GIVEN)
        assert api.every(POLICY) == [{"id": 1}, {"id": 2}]
        assert http.lines() == ["GET /security/policies as Bearer given"]
        assert http.sent[0].params == {"limit": 100_000, "wait_for_complete": "true"}

    def test_more_pages_follow_where_there_are_more(self) -> None:
        api, http = api_with(listed({"id": 1}, {"id": 2}, total=3), listed({"id": 3}, total=3), credentials=GIVEN)
        assert [item["id"] for item in api.every(POLICY)] == [1, 2, 3]
        assert [sent.params.get("offset") for sent in http.sent] == [None, 2]

    def test_a_list_that_shrinks_on_the_way_comes_to_an_end(self) -> None:
        api, http = api_with(listed({"id": 1}, total=3), listed(total=3), credentials=GIVEN)
        assert [item["id"] for item in api.every(POLICY)] == [1]
        assert len(http.sent) == 2


class TestQuestions:
    def test_who_the_caller_is(self) -> None:
        policy = {"actions": ["agent:read"], "resources": ["agent:id:*"], "effect": "allow"}
        roles = [{"id": 2, "name": "readonly", "policies": [{"id": 9, "name": "agents", "policy": policy}]}]
        api, http = api_with(listed({"username": "iam", "roles": roles}), credentials=GIVEN)
        assert api.me() == {"name": "iam", "roles": {"readonly": [{**policy, "name": "agents"}]}}
        assert http.lines() == ["GET /security/users/me as Bearer given"]

    @pytest.mark.parametrize(
        ("text", "version"), [("v4.14.7", (4, 14, 7)), ("4.4.5", (4, 4, 5)), ("v5.0.0", (5, 0, 0))]
    )
    def test_which_version_it_is(self, text: str, version: tuple[int, ...]) -> None:
        api, _http = api_with(good({"api_version": text}), credentials=GIVEN)
        assert api.version() == version

    def test_which_actions_there_are(self) -> None:
        actions = {"agent:read": {"description": "x", "resources": ["agent:id", "agent:group"], "example": {}}}
        api, _http = api_with(good(actions), credentials=GIVEN)
        assert api.catalogue() == {"agent:read": ["agent:id", "agent:group"]}

    @pytest.mark.parametrize(
        ("credentials", "tokens"), [(LOGIN, ["Bearer one", "Bearer two"]), (GIVEN, ["Bearer given", "Bearer given"])]
    )
    def test_what_the_caller_may_do_is_asked_with_a_new_token(self, credentials: Credentials, tokens: Any) -> None:
        """An older one may be answered with older rights (FACTS, stale tokens)."""
        answers = [token("one"), good(), token("two"), good({"rbac_mode": "white"})]
        if credentials is GIVEN:
            answers = [good(), good({"rbac_mode": "white"})]
        api, http = api_with(*answers, credentials=credentials)
        api.config()
        assert api.own_policies() == {"rbac_mode": "white"}
        assert [sent.who for sent in http.sent if not sent.login] == tokens

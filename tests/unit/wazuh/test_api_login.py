# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in and what becomes of tokens (FACTS, tokens): how often it is tried, as whom, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unreachable
from ansible_collections.secops.iam.plugins.module_utils._store import OwnStore
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _api as module
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins, LoginsHeld
from unit.wazuh.conversation import LOGIN, PASSWORD, UNAUTHORIZED, Answer, api_with, good, listed, problem, token

AUTHENTICATE = "POST /security/user/authenticate"
BASIC = (b"iam", PASSWORD.encode())
AS_IAM = f"{AUTHENTICATE} as {BASIC}"
CONFIG = "GET /security/config as Bearer"


class Store:
    """Keeps one token."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.text = text

    def update(self, change: Callable[[str | None], str]) -> str:
        raise AssertionError("a token is kept as it is")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long it would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(module, "time", SimpleNamespace(sleep=waited.append))
    return waited


def waits(pauses: list[float]) -> list[float]:
    return [pause for pause in pauses if pause]


class TestRequests:
    def test_the_first_one_logs_in_and_the_next_has_a_token(self) -> None:
        api, http = api_with(token("one"), good({"rbac_mode": "white"}), good())
        assert api.config() == {"rbac_mode": "white"}
        api.config()
        assert http.lines() == [AS_IAM, f"{CONFIG} one", f"{CONFIG} one"]
        assert [sent.login for sent in http.sent] == [True, False, False]

    def test_a_token_that_died_is_replaced_at_once(self, pauses: list[float]) -> None:
        api, http = api_with(token("one"), UNAUTHORIZED, token("two"), good())
        api.config()
        assert http.lines() == [AS_IAM, f"{CONFIG} one", AS_IAM, f"{CONFIG} two"]
        assert waits(pauses) == []

    def test_a_second_time_only_after_a_second(self, pauses: list[float]) -> None:
        """A token of the second in which tokens were ended is dead too."""
        api, http = api_with(token("one"), UNAUTHORIZED, token("two"), UNAUTHORIZED, token("three"), good())
        api.config()
        assert http.lines()[-2:] == [AS_IAM, f"{CONFIG} three"]
        assert len(waits(pauses)) == 1
        assert waits(pauses)[0] > 1

    @pytest.mark.parametrize(
        ("stored", "said"),
        [(None, "the server does not accept the token that it has just handed out"), ("old", "HTTP 401")],
    )
    def test_and_no_oftener(self, stored: str | None, said: str) -> None:
        dead = [answer for name in ("one", "two", "three") for answer in (token(name), UNAUTHORIZED)]
        answers = [UNAUTHORIZED, *dead] if stored else dead
        api, http = api_with(*answers, store=Store(stored))
        with pytest.raises(ServerSaysNo, match=said):
            api.config()
        assert len([sent for sent in http.sent if not sent.login]) == 3

    def test_a_kept_token_saves_the_login_and_a_new_one_is_kept(self) -> None:
        store = Store("kept")
        api, http = api_with(good(), UNAUTHORIZED, token("new"), good(), store=store)
        api.config()
        assert http.lines() == [f"{CONFIG} kept"]
        api.config()
        assert store.text == "new"

    def test_after_a_write_that_ends_tokens_the_next_logs_in(self) -> None:
        store = Store("kept")
        api, http = api_with(token("new"), good(), store=store)
        api.use(None)
        api.config()
        assert http.lines() == [AS_IAM, f"{CONFIG} new"]


class TestRefusedLogins:
    def test_a_wrong_password_is_tried_once_however_long_the_loop(self) -> None:
        """Each failure counts for the lock-out of everybody at this address (FACTS, lock-out)."""
        api, http = api_with(problem(401, "Invalid credentials"))
        for _item in range(3):
            with pytest.raises(ServerSaysNo, match="login as iam failed: the server does not accept this user name"):
                api.config()
        assert http.lines() == [AS_IAM]

    def test_nor_oftener_in_all_tasks_of_a_run(self) -> None:
        stores: dict[Any, OwnStore] = {}

        def store_of(identity: Any) -> OwnStore:
            return stores.setdefault(identity, OwnStore())

        for answers in ([problem(401)], []):
            api, http = api_with(*answers, failed_logins=FailedLogins("https://wazuh", store_of))
            with pytest.raises(ServerSaysNo) as said:
                api.config()
            assert len(http.sent) == len(answers)
        assert (
            "does not accept this user name and password. This run has tried it before, and tries it again in 5 "
            in (str(said.value))
        )
        api, http = api_with(failed_logins=FailedLogins("https://wazuh", store_of))
        with pytest.raises(ServerSaysNo, match="tried it before"):
            api.login_run_as({"user_name": "alice"})
        assert http.sent == []

    def test_each_failure_counts(self) -> None:
        logins = FailedLogins()
        for _unused in range(44):
            logins.settle(logins.reserve(), failed=True)
        api, http = api_with(token("one"), problem(401), failed_logins=logins)
        api.login()
        assert not api.password_matches("alice", "Alice-Pass-1")
        with pytest.raises(LoginsHeld, match="it tries no login for 5 minutes"):
            api.password_matches("bobby", "Bobby-Pass-1")
        assert len(http.sent) == 2

    def test_a_login_without_an_answer_counts_for_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Else a server that is down would look like one that is about to lock us out."""
        api, http = api_with()

        def unreachable(*_arguments: Any, **_options: Any) -> Any:
            raise Unreachable("connection refused")

        monkeypatch.setattr(http, "send", unreachable)
        for _unused in range(50):
            with pytest.raises(Unreachable):
                api.login()

    def test_other_failures_may_pass(self) -> None:
        """While the manager starts, logins too are answered 500."""
        api, _http = api_with(problem(500, "not ready", 1017), token("one"), good())
        with pytest.raises(ServerSaysNo):
            api.config()
        api.config()

    def test_a_lock_out_has_its_number(self) -> None:
        api, _http = api_with(problem(403, "Limit of login attempts reached", 6000))
        with pytest.raises(ServerSaysNo) as said:
            api.login()
        assert said.value.codes == (6000,)
        assert "nobody behind it can log in for up to 5 minutes (tokens that exist go on working)" in str(said.value)

    def test_and_ends_all_tries(self) -> None:
        api, http = api_with(problem(403, "Limit of login attempts reached", 6000))
        with pytest.raises(ServerSaysNo):
            api.login()
        with pytest.raises(LoginsHeld, match="the server has locked this address out"):
            api.password_matches("alice", "Alice-Pass-1")
        assert len(http.sent) == 1

    def test_a_server_that_is_too_old(self) -> None:
        """Before 4.4 it logs in by GET only (FACTS, versions)."""
        api, _http = api_with(problem(405, "Method Not Allowed"))
        with pytest.raises(ServerSaysNo, match=r"this server is older than 4\.4"):
            api.login()

    def test_the_old_password_that_still_works_is_enough(self) -> None:
        api, http = api_with(token("one"))
        api.next_password = "Iam-Admin-2"
        assert api.login() == "one"
        assert http.lines() == [AS_IAM]

    def test_while_the_own_password_is_changed_either_may_be_right(self) -> None:
        api, http = api_with(problem(401), token("one"))
        api.next_password = "Iam-Admin-2"
        assert api.login() == "one"
        assert api.failed_logins.known_wrong("iam", PASSWORD) is not None
        assert http.lines() == [AS_IAM, f"{AUTHENTICATE} as {(b'iam', b'Iam-Admin-2')}"]

    @pytest.mark.parametrize(("password", "sent"), [("Größe-1x", b"Gr\xf6\xdfe-1x"), ("€uro-Zone-1", None)])
    def test_credentials_are_latin_1(self, password: str, sent: bytes | None) -> None:
        """FACTS, passwords."""
        api, http = api_with(token("one"), credentials=LOGIN._replace(password=password))
        if sent is None:
            with pytest.raises(Refused, match="user iam: the server can only log in passwords out of Latin-1") as said:
                api.login()
            assert password not in str(said.value)
        else:
            api.login()
        assert [request.who for request in http.sent] == ([] if sent is None else [(b"iam", sent)])


class TestGivenTokens:
    """Whose it is, only the server can tell."""

    TOKEN = Credentials("", None, "given")
    BOTH = Credentials("iam", PASSWORD, "given")

    def test_one_that_has_died_without_a_login_beside_it(self) -> None:
        api, http = api_with(UNAUTHORIZED, credentials=self.TOKEN)
        with pytest.raises(IamError, match=r"The server does not accept api_token .* or api_username and"):
            api.config()
        assert http.lines() == [f"{CONFIG} given"]
        assert api.accounts() == set()

    def test_while_it_lives_the_task_is_nobody_by_name(self) -> None:
        api, http = api_with(good(), credentials=self.BOTH)
        api.config()
        assert http.lines() == [f"{CONFIG} given"]
        assert api.credentials.username == ""
        assert api.accounts() == {"iam"}, "it will have to, if the token dies"

    def test_when_it_dies_the_task_goes_on_as_the_user_that_logs_in(self) -> None:
        api, http = api_with(UNAUTHORIZED, token("one"), good(), credentials=self.BOTH)
        api.config()
        assert http.lines() == [f"{CONFIG} given", AS_IAM, f"{CONFIG} one"]
        assert api.credentials == LOGIN
        assert api.accounts() == {"iam"}

    def test_a_line_break_at_its_end_is_a_files(self) -> None:
        api, http = api_with(good(), credentials=Credentials("", None, "given\n"))
        api.config()
        assert http.lines() == [f"{CONFIG} given"]


class TestNewTokens:
    """What wazuh_token hands out."""

    def test_is_tried_before_it_is_handed_out(self, pauses: list[float]) -> None:
        api, http = api_with(token("one"), listed())
        assert api.new_token(None) == "one"
        assert http.lines() == [AS_IAM, "GET /security/users/me as Bearer one"]
        assert pauses == []

    def test_one_that_was_born_dead_is_followed_by_another(self, pauses: list[float]) -> None:
        api, http = api_with(token("dead"), UNAUTHORIZED, token("two"))
        assert api.new_token(None) == "two"
        assert len(http.sent) == 3
        assert pauses[0] > 1

    @pytest.mark.parametrize("answer", [problem(403, "no", 4000), problem(400, "unusable", 4500), problem(500)])
    def test_whatever_else_is_said_to_it_it_lives(self, answer: Answer) -> None:
        api, _http = api_with(token("one"), answer)
        assert api.new_token(None) == "one"

    @pytest.mark.parametrize("context", [{}, {"user_name": "alice"}])
    def test_with_a_context(self, context: dict[str, str]) -> None:
        api, http = api_with(token("theirs"), listed())
        assert api.new_token(context) == "theirs"
        assert http.sent[0].line() == f"POST /security/user/authenticate/run_as as {BASIC}"
        assert http.sent[0].json == context

    def test_a_context_takes_a_password(self) -> None:
        api, http = api_with(credentials=TestGivenTokens.TOKEN)
        with pytest.raises(Refused, match="auth_context: logging in with a context takes api_username and api_pass"):
            api.new_token({})
        assert http.sent == []

    def test_that_of_a_context_is_not_the_tasks_own(self) -> None:
        api, http = api_with(token("theirs"), listed(), token("own"), good())
        api.new_token({"user_name": "alice"})
        api.config()
        assert http.lines()[-1] == f"{CONFIG} own"


class TestPasswordMatches:
    @pytest.mark.parametrize(("answer", "matches"), [(token("theirs"), True), (problem(401), False)])
    def test_a_login_tells(self, answer: Answer, matches: bool) -> None:
        api, http = api_with(answer)
        assert api.password_matches("alice", "Alice-Pass-1") is matches
        assert http.sent[0].who == (b"alice", b"Alice-Pass-1")

    def test_their_token_is_not_the_tasks(self) -> None:
        api, http = api_with(token("own"), good(), token("theirs"), good(), store=Store())
        api.config()
        api.password_matches("alice", "Alice-Pass-1")
        api.config()
        assert http.lines()[-1] == f"{CONFIG} own"

    def test_their_wrong_password_is_not_ours(self) -> None:
        api, _http = api_with(problem(401), token("own"), good())
        assert not api.password_matches("alice", "Alice-Pass-1")
        api.config()

    def test_anything_else_is_an_error(self) -> None:
        api, _http = api_with(problem(403, "locked out", 6000))
        with pytest.raises(ServerSaysNo) as said:
            api.password_matches("alice", "Alice-Pass-1")
        assert said.value.codes == (6000,)

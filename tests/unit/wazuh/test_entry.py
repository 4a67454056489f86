# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the task logs in as, and what the entries keep from one item of a loop to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _entry as entry
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState
from unit.described import validated
from unit.memory import LoopMemory
from unit.wazuh import answers

NOBODY = "give api_username and api_password, or api_token"
AROUND = {"WAZUH_API_USERNAME": "env-user", "WAZUH_API_PASSWORD": "Env-Pass-1", "WAZUH_API_TOKEN": "env-token"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in AROUND:
        monkeypatch.delenv(name, raising=False)


def options(username: str | None = None, password: str | None = None, token: str | None = None) -> dict[str, Any]:
    return {"api_username": username, "api_password": password, "api_token": token}


class TestCredentials:
    @pytest.mark.parametrize(
        ("given", "credentials"),
        [
            (options("iam", "Iam-Pass-1"), Credentials("iam", "Iam-Pass-1", None)),
            (options(token="a-token"), Credentials("", None, "a-token")),
            (options("iam", "Iam-Pass-1", "a-token"), Credentials("iam", "Iam-Pass-1", "a-token")),
            (options("iam", None, "a-token"), Credentials("iam", None, "a-token")),
            (options(None, "Iam-Pass-1", "a-token"), Credentials("", None, "a-token")),
            (options("", "", "a-token"), Credentials("", None, "a-token")),
            (options("iam", "Iam-Pass-1", ""), Credentials("iam", "Iam-Pass-1", None)),
            (options("iam", ""), Credentials("iam", "", None)),
        ],
        ids=str,
    )
    def test_of_options(self, given: dict[str, Any], credentials: Credentials) -> None:
        """Empty is unset, as an undefined variable makes it; but for a password, which a server may take empty."""
        assert entry.credentials_of(given) == credentials

    @pytest.mark.parametrize(
        "given",
        [options(), options("iam"), options(None, "Iam-Pass-1"), options("", "Iam-Pass-1"), options("", "", "")],
        ids=str,
    )
    def test_without_a_whole_login_or_a_token_it_is_refused(self, given: dict[str, Any]) -> None:
        with pytest.raises(Refused, match=NOBODY) as refused:
            entry.credentials_of(given)
        assert "Iam-Pass-1" not in str(refused.value)


class TestEnvironment:
    """What a task states goes before what stands in the environment."""

    KEYS = ("wazuh_api_username", "wazuh_api_password", "wazuh_api_token")
    LOGIN = ("WAZUH_API_USERNAME", "WAZUH_API_PASSWORD")

    def credentials(self, monkeypatch: pytest.MonkeyPatch, around: list[str], **stated: str) -> Credentials:
        for name in around:
            monkeypatch.setenv(name, AROUND[name])
        # As validation fills in what is not stated.
        filled = {key: stated.get(key, AROUND[key.upper()] if key.upper() in around else None) for key in self.KEYS}
        return entry.credentials_of({key.removeprefix("wazuh_"): value for key, value in filled.items()})

    def test_a_login_in_the_task_goes_before_a_token_around_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stated = {"wazuh_api_username": "iam", "wazuh_api_password": "Iam-Pass-1"}
        for around in (["WAZUH_API_TOKEN"], list(AROUND)):
            found = self.credentials(monkeypatch, around, **stated)
            assert found == Credentials("iam", "Iam-Pass-1", None)

    def test_a_user_of_the_task_with_a_password_around_it_does_so_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.credentials(monkeypatch, list(AROUND), wazuh_api_username="iam")
        assert found == Credentials("iam", "Env-Pass-1", None)

    @pytest.mark.parametrize(
        ("half", "credentials"),
        [
            ({"wazuh_api_username": "iam"}, Credentials("iam", None, "env-token")),
            ({"wazuh_api_password": "Iam-Pass-1"}, Credentials("", None, "env-token")),
        ],
        ids=["user", "password"],
    )
    def test_half_a_login_in_the_task_does_not(
        self, monkeypatch: pytest.MonkeyPatch, half: dict[str, str], credentials: Credentials
    ) -> None:
        assert self.credentials(monkeypatch, ["WAZUH_API_TOKEN"], **half) == credentials

    def test_a_token_in_the_task_goes_before_a_login_around_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.credentials(monkeypatch, list(self.LOGIN), wazuh_api_token="a-token")
        assert found.token == "a-token"

    def test_all_from_the_environment_is_one_login_with_its_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.credentials(monkeypatch, list(AROUND))
        assert found == Credentials("env-user", "Env-Pass-1", "env-token")

    def test_all_in_the_task_stays_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stated = {"wazuh_api_username": "iam", "wazuh_api_password": "Iam-Pass-1", "wazuh_api_token": "a-token"}
        found = self.credentials(monkeypatch, list(AROUND), **stated)
        assert found == Credentials("iam", "Iam-Pass-1", "a-token")


class Kept(LoopMemory):
    """A memory that outlives a task, as in a loop, and notes what for."""

    def __init__(self) -> None:
        super().__init__()
        self.stores: list[Any] = []

    def store(self, identity: Any) -> Any:
        self.stores.append(identity)


class Server(answers.Server):
    """Counts requests as the HTTP session does."""

    def __init__(self, credentials: Credentials, token_store: Any) -> None:
        super().__init__()
        self.credentials = credentials
        self.token_store = token_store
        self.http: Any = self
        self.tally = self
        self.tasks = 0

    def start_task(self) -> None:
        self.tasks += 1

    def result(self) -> dict[str, int]:
        return {"reads": len(self.asked)}


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """Every server that an entry connected to."""
    made: list[Server] = []

    def connect(_connection: Any, credentials: Credentials, store: Any, _failed_logins: Any) -> Server:
        made.append(Server(credentials, store))
        return made[-1]

    monkeypatch.setattr(entry, "WazuhApi", connect)
    return made


def params(**given: Any) -> dict[str, Any]:
    """Options of a module that has the common ones alone."""
    login = {"api_username": "iam", "api_password": "Iam-Pass-1"}
    return validated("wazuh_rbac_info", login | given) | given


def nothing(_params: dict[str, Any]) -> Desired:
    """A role that is there as it is desired."""
    return Desired(present={"roles": {"sales-team": {}}})


RECONCILING = entry.reconciling(nothing, {})
READS = ["GET roles"]


class TestState:
    def test_is_kept_for_the_next_item_with_what_it_knows(self, servers: list[Server]) -> None:
        memory = Kept()
        for _item in range(3):
            RECONCILING.run(params(), False, memory)
        assert [server.asked for server in servers] == [READS]
        assert servers[0].tasks == 3, "each has its own patience and its own count"

    @pytest.mark.parametrize(
        "other",
        [
            {"api_url": "https://other:55000"},
            {"api_username": "other"},
            {"api_password": "Other-Pass-1"},
            {"api_token": "a-token"},
            {"validate_certs": False},
            {"timeout": 7},
        ],
        ids=str,
    )
    def test_is_another_for_another_connection_or_login(self, servers: list[Server], other: dict[str, Any]) -> None:
        memory = Kept()
        RECONCILING.run(params(), False, memory)
        RECONCILING.run(params(**other), False, memory)
        assert len(servers) == 2

    def test_is_forgotten_in_an_ordinary_module(self, servers: list[Server]) -> None:
        for _item in range(2):
            RECONCILING.run(params(), False, Memory())
        assert len(servers) == 2

    def test_is_not_believed_after_a_failure(self, servers: list[Server]) -> None:
        """What failed says that it is not what it was taken for."""
        memory = Kept()
        RECONCILING.run(params(), False, memory)
        missing = entry.reconciling(lambda _params: Desired(present={"roles": {"x": {"policies": ["gone"]}}}), {})
        with pytest.raises(Failure, match="policy gone is not there"):
            missing.run(params(), False, memory)
        RECONCILING.run(params(), False, memory)
        assert servers[0].asked == ["GET roles", "GET policies", "GET roles"]

    @pytest.mark.parametrize(("user", "anew"), [("iam-admin", True), ("sales-member-1", False)])
    @pytest.mark.parametrize("lost", [True, False])
    def test_is_another_once_the_login_itself_has_changed(
        self, servers: list[Server], user: str, anew: bool, lost: bool
    ) -> None:
        """The options state the old password still: the next item fails in process as it does in a module."""
        memory = Kept()
        RECONCILING.run(params(api_username="iam-admin"), False, memory)
        users = [{"id": 107, "username": user, "allow_run_as": False, "roles": []}]
        servers[0].lists = {**answers.LISTS, "users": users}
        servers[0].loses = lost
        changing = entry.reconciling(
            lambda _params: Desired(
                present={"users": {user: {}}}, passwords={user: "Another-Pass-1"}, update_password={user: "always"}
            ),
            {},
        )
        if lost:
            with pytest.raises(Failure):
                changing.run(params(api_username="iam-admin"), False, memory)
        else:
            changing.run(params(api_username="iam-admin"), False, memory)
        RECONCILING.run(params(api_username="iam-admin"), False, memory)
        assert len(servers) == (2 if anew else 1)

    def test_tokens_are_kept_by_login_and_failed_logins_by_server(self, servers: list[Server]) -> None:
        memory = Kept()
        RECONCILING.run(params(api_url="https://wazuh:55000"), False, memory)
        assert memory.stores == [
            ("https://wazuh:55000", "iam", "Iam-Pass-1", None),
            ("https://wazuh:55000", "failed logins"),
        ]

    def test_a_given_token_is_not_kept(self, servers: list[Server]) -> None:
        memory = Kept()
        RECONCILING.run(params(api_token="a-token"), False, memory)
        assert [identity[1] for identity in memory.stores] == ["failed logins"]


class TestAnswering:
    def test_begins_from_what_the_server_says_now(self, servers: list[Server]) -> None:
        memory = Kept()
        RECONCILING.run(params(), False, memory)

        def roles(state: WazuhState, _params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
            return {"names": list(state.snapshot(["roles"]).of("roles")), "check_mode": check_mode}

        result = entry.answering(roles, {}).run(params(), True, memory)
        assert servers[0].asked == ["GET roles", "GET roles"]
        assert result == {
            "changed": False,
            "names": ["readonly", "sales-team"],
            "check_mode": True,
            "requests": {"reads": 2},
        }

    def test_an_answer_may_tell_of_a_change(self, servers: list[Server]) -> None:
        changing = entry.answering(lambda _state, _params, _check_mode: {"changed": True}, {})
        assert changing.run(params(), False, Memory())["changed"] is True


class TestOptions:
    @pytest.mark.parametrize("made", [entry.reconciling, entry.answering])
    def test_are_the_common_ones_with_those_of_the_module(self, made: Callable[..., Any]) -> None:
        found = made(nothing, {"name": {"type": "str"}}, required_one_of=[["name"]])
        assert set(found.options) == {*entry.OPTIONS, "name"}
        assert found.constraints == {"required_one_of": [["name"]]}
        assert found.public == ("api_username",)

    def test_a_refusal_of_the_options_comes_before_any_connection(self, servers: list[Server]) -> None:
        with pytest.raises(IamError, match=NOBODY):
            RECONCILING.run({**params(), "api_username": None}, False, Memory())
        assert servers == []

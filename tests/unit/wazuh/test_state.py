# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the state of a server is read and kept true: what is sent for each write, and what its answer tells."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Kind
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import ChangedAnother, WazuhState
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call
from unit.wazuh import answers
from unit.wazuh.answers import POLICY

EVERYTHING = ("policies", "rules", "roles", "users", "config")
MEMBER = "sales-member-1"
TEAM: dict[str, Any] = {"id": 100, "name": "sales-team", "policies": [100, 1], "rules": [], "users": [100]}
LONGEST = 30_000  # what every server takes (FACTS, limits)


class Api:
    """A server with one role and many policies that notes what it is sent."""

    credentials = Credentials("wazuh", "wazuh", None)

    def __init__(self, first: int, number: int) -> None:
        self.ids = range(first, first + number)
        self.sent: list[dict[str, Any]] = []
        self.addresses: list[str] = []

    def accounts(self) -> set[str]:
        return {self.credentials.username}

    def names(self) -> tuple[str, ...]:
        return tuple(f"p{key}" for key in self.ids)

    def every(self, kind: Kind) -> list[dict[str, Any]]:
        if kind.name == "role":
            return [{"id": 100, "name": "sales", "policies": [], "rules": []}]
        return [{"id": key, "name": f"p{key}", "policy": {}} for key in self.ids]

    def request(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        whole = {**params, "wait_for_complete": "true"}
        url = requests.Request(method, f"https://wazuh.example.com:55000{path}", params=whole).prepare().path_url
        self.addresses.append(url)
        self.sent.append(params)
        return {"data": {"affected_items": []}}


def sent(api: Api, call: Call) -> list[dict[str, Any]]:
    """The queries of the requests that carry a call out."""
    state = WazuhState(api)  # type: ignore[arg-type]
    state.snapshot(["policies", "roles"])
    state.carry_out(call, {})
    return api.sent


def listed(params: dict[str, Any]) -> list[int]:
    return [int(key) for key in params["policy_ids"].split(",")]


@pytest.mark.parametrize(("first", "number", "requests_needed"), [(100, 899, 1), (10_000, 9_000, 3), (10**6, 9_000, 4)])
class TestManyIds:
    def test_deleted(self, first: int, number: int, requests_needed: int) -> None:
        api = Api(first, number)
        parts = sent(api, Call("delete", "policies", api.names()))
        assert [key for params in parts for key in listed(params)] == list(api.ids)
        assert max(map(len, api.addresses)) <= LONGEST
        assert len(parts) == requests_needed

    def test_linked_at_a_position(self, first: int, number: int, requests_needed: int) -> None:
        api = Api(first, number)
        parts = sent(api, Call("link", "roles", ("sales",), items="policies", linked=api.names(), position=7))
        assert [key for params in parts for key in listed(params)] == list(api.ids)
        assert max(map(len, api.addresses)) <= LONGEST
        assert len(parts) == requests_needed
        for params in parts:
            assert params["position"] == 7 + listed(params)[0] - first


class Server(answers.Server):
    """Answers each write as it was told to, and notes what was sent."""

    def __init__(self, *replies: list[dict[str, Any]] | ServerSaysNo, username: str = "iam-admin") -> None:
        super().__init__(username=username)
        self.replies = list(replies)
        self.sent: list[tuple[str, str, Any, Any]] = []

    def request(self, method: str, path: str, params: Any = None, json: Any = None) -> dict[str, Any]:
        self.sent.append((method, path, params, json))
        if not self.replies:
            return {"data": {"affected_items": []}}
        reply = self.replies.pop(0)
        if isinstance(reply, ServerSaysNo):
            raise reply
        return {"data": {"affected_items": reply}}


def known(server: Server) -> WazuhState:
    """A state that has read everything, so that what is asked from now on is news."""
    made = answers.state(server)
    made.snapshot(EVERYTHING)
    server.asked.clear()
    return made


class TestSnapshot:
    def test_has_names_for_ids_and_its_lists_in_their_order(self) -> None:
        there = known(Server()).snapshot(EVERYTHING)
        assert there.of("roles")["sales-team"] == {"policies": ["customer_x", "agents_read_agents"], "rules": []}
        assert there.of("roles")["readonly"]["rules"] == ["sales", "wui_elastic_admin"], "sorted, not by id"
        assert there.of("users")[MEMBER] == {"allow_run_as": False, "roles": ["sales-team", "readonly"]}
        assert there.ids["users"] == {"wazuh": 1, MEMBER: 100}
        assert there.config == answers.CONFIG

    def test_has_only_the_kinds_that_were_asked_for_and_the_links_between_them(self) -> None:
        server = Server()
        there = answers.state(server).snapshot(["roles", "policies"])
        assert set(there.objects) == {"policies", "roles"}
        assert there.of("roles")["sales-team"] == {"policies": ["customer_x", "agents_read_agents"]}
        assert there.config is None
        assert server.asked == ["GET policies", "GET roles"]

    def test_a_link_to_what_may_not_be_seen_is_shown_by_its_number(self) -> None:
        server = Server()
        server.lists = {**answers.LISTS, "policies": []}
        assert known(server).snapshot(EVERYTHING).of("roles")["readonly"]["policies"] == ["(id 1)"]

    def test_what_is_known_is_not_asked_again_unless_fresh_or_forgotten(self) -> None:
        server = Server()
        made = known(server)
        made.snapshot(EVERYTHING)
        assert server.asked == []
        made.snapshot(["roles", "config"], fresh=True)
        assert server.asked == ["GET roles", "GET config"]
        made.forget()
        made.snapshot(["roles", "config"])
        assert server.asked == ["GET roles", "GET config"] * 2

    def test_who_the_task_has_logged_in_as_stays_known(self) -> None:
        """It may go on as another when its token has died."""
        server = Server()
        made = known(server)
        server.credentials = Credentials("other", "Other-Pass-1", None)
        assert made.snapshot([]).facts.accounts == {"iam-admin", "other"}

    @pytest.mark.parametrize(("username", "asked"), [("", ["GET me"]), ("other", [])])
    def test_whose_a_token_is_can_be_found_out(self, username: str, asked: list[str]) -> None:
        server = Server(username=username)
        made = known(server)
        made.name_account()
        assert made.snapshot([]).facts.accounts == {username or "iam-admin"}
        assert server.asked == asked

    def test_facts_are_asked_once(self) -> None:
        server = Server()
        made = known(server)
        for _time in range(2):
            made.version()
            made.catalogue()
            made.caller()
        assert server.asked == ["GET version", "GET catalogue", "GET me"]
        assert made.snapshot([]).facts.version == (4, 14, 7)


class TestWrites:
    @pytest.mark.parametrize(
        ("call", "sent"),
        [
            (
                Call("create", "policies", ("p",), POLICY),
                ("POST", "/security/policies", None, {"name": "p", "policy": POLICY}),
            ),
            (Call("create", "roles", ("r",)), ("POST", "/security/roles", None, {"name": "r"})),
            (
                Call("create", "users", ("newcomer",)),
                ("POST", "/security/users", None, {"username": "newcomer", "password": "Newcomer-1"}),
            ),
            (
                Call("update", "policies", ("customer_x",), POLICY, new_name="x"),
                ("PUT", "/security/policies/100", None, {"name": "x", "policy": POLICY}),
            ),
            (
                Call("update", "roles", ("sales-team",), new_name="x"),
                ("PUT", "/security/roles/100", None, {"name": "x"}),
            ),
            (Call("delete", "users", (MEMBER,)), ("DELETE", "/security/users", {"user_ids": "100"}, None)),
            (
                Call("link", "users", (MEMBER,), items="roles", linked=("readonly",), position=0),
                ("POST", "/security/users/100/roles", {"role_ids": "2", "position": 0}, None),
            ),
            (
                Call("link", "roles", ("readonly",), items="rules", linked=("sales",)),
                ("POST", "/security/roles/2/rules", {"rule_ids": "100"}, None),
            ),
            (
                Call("unlink", "roles", ("sales-team",), items="policies", linked=("customer_x", "agents_read_agents")),
                ("DELETE", "/security/roles/100/policies", {"policy_ids": "100,1"}, None),
            ),
            (
                Call("unlink", "roles", ("sales-team",), items="policies", linked=("(id 77)",)),
                ("DELETE", "/security/roles/100/policies", {"policy_ids": "77"}, None),
            ),
            (
                Call("run_as", "users", (MEMBER,), body=False),
                ("PUT", "/security/users/100/run_as", {"allow_run_as": "false"}, None),
            ),
            (
                Call("password", "users", (MEMBER,)),
                ("PUT", "/security/users/100", None, {"password": "Member-Pass-1"}),
            ),
            (Call("config", body=answers.CONFIG), ("PUT", "/security/config", None, answers.CONFIG)),
        ],
        ids=lambda value: value.key().verb if isinstance(value, Call) else "",
    )
    def test_are_sent_as_the_api_takes_them(self, call: Call, sent: tuple[Any, ...]) -> None:
        server = Server()
        known(server).carry_out(call, {"newcomer": "Newcomer-1", MEMBER: "Member-Pass-1"})
        assert server.sent == [sent]

    def test_their_answers_keep_the_state_true(self) -> None:
        """They hold the objects as they are stored now (FACTS, errors)."""
        server = Server([{**TEAM, "name": "sellers"}], [{**TEAM, "name": "sellers"}])
        made = known(server)
        made.carry_out(Call("update", "roles", ("sales-team",), new_name="sellers"), {})
        there = made.snapshot(EVERYTHING)
        assert there.ids["roles"] == {"readonly": 2, "sellers": 100}
        assert there.of("users")[MEMBER]["roles"] == ["sellers", "readonly"]
        made.carry_out(Call("delete", "roles", ("sellers",)), {})
        assert made.snapshot(EVERYTHING).of("users")[MEMBER]["roles"] == ["readonly"], "links go along"
        assert server.asked == []

    def test_what_a_failed_one_did_all_the_same_is_taken_over(self) -> None:
        server = Server(ServerSaysNo("one of two", [4002], [{**TEAM, "policies": [1]}]))
        made = known(server)
        with pytest.raises(ServerSaysNo):
            made.carry_out(Call("unlink", "roles", ("sales-team",), items="policies", linked=("customer_x",)), {})
        assert made.snapshot(EVERYTHING).of("roles")["sales-team"]["policies"] == ["agents_read_agents"]

    def test_one_that_hits_another_object_is_an_error(self) -> None:
        """Ids are given out again (FACTS, normalisation)."""
        server = Server([{**TEAM, "name": "somebody-elses"}])
        with pytest.raises(ChangedAnother, match="delete role sales-team: somebody has just removed it") as hit:
            known(server).carry_out(Call("delete", "roles", ("sales-team",)), {})
        assert "given its number to somebody-elses, which was hit instead" in str(hit.value)
        assert hit.value.wrote

    def test_of_one_that_has_gone_nothing_is_sent(self) -> None:
        server = Server()
        with pytest.raises(IamError, match="role gone is no longer there: somebody else has just removed it"):
            known(server).carry_out(Call("delete", "roles", ("gone",)), {})
        assert server.sent == []


class TestOwnAccount:
    """The server ends tokens with some writes (FACTS, tokens)."""

    @pytest.mark.parametrize(
        ("call", "anew"),
        [
            (Call("password", "users", (MEMBER,)), True),
            (Call("link", "users", (MEMBER,), items="roles", linked=("readonly",)), True),
            (Call("config", body=answers.CONFIG), True),
            (Call("password", "users", ("wazuh",)), False),
            (Call("create", "policies", ("p",), POLICY), False),
        ],
        ids=str,
    )
    def test_logs_in_anew_after_a_write_about_it(self, call: Call, anew: bool) -> None:
        server = Server(username=MEMBER)
        known(server).carry_out(call, {MEMBER: "Member-Pass-2", "wazuh": "Wazuh-Pass-1"})
        assert ("use None" in server.asked) is anew

    def test_goes_on_with_its_new_password(self) -> None:
        server = Server(username=MEMBER)
        known(server).carry_out(Call("password", "users", (MEMBER,)), {MEMBER: "Member-Pass-2"})
        assert (server.credentials.password, server.next_password) == ("Member-Pass-2", None)

    def test_while_the_answer_is_lost_either_may_be_right(self) -> None:
        server = Server(ServerSaysNo("no"), username=MEMBER)
        with pytest.raises(ServerSaysNo):
            known(server).carry_out(Call("password", "users", (MEMBER,)), {MEMBER: "Member-Pass-2"})
        assert (server.credentials.password, server.next_password) == ("Iam-Admin-1", "Member-Pass-2")

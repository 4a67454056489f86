# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of any product: their options, what a client lives through, and what a loop keeps."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure
from ansible_collections.secops.iam.plugins.module_utils._entry import Entries
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from unit.core.toy import Boxes, Toy
from unit.memory import LoopMemory


class Client:
    """A shelf, and what it was made to do."""

    login_changed = False

    def __init__(self, there: Boxes) -> None:
        self.there = there
        self.lived: list[str] = []

    def start_task(self) -> None:
        self.lived.append("start")

    def forget(self) -> None:
        self.lived.append("forget")

    def cost(self) -> dict[str, Any]:
        return {"reads": len(self.lived)}


def fails_to_look(client: Client, desired: Boxes) -> Toy:
    def fail(_toy: Toy, _step: Any) -> None:
        raise IamError("the shelf fell down")

    return Toy(client.there, desired, events=[fail])


ENTRIES = Entries(
    {"url": {"type": "str"}, "login": {"type": "str"}},
    lambda params, _memory: Client(params["login"]),
    lambda client, desired: Toy(client.there, desired),
    public=("login",),
)


def params(login: Boxes, **more: Any) -> dict[str, Any]:
    return {"url": "https://shelf.invalid", "login": tuple(login.items()), **more}


class TestReconciling:
    def made(self, cycle: Any = None) -> tuple[Any, LoopMemory, Client]:
        memory = LoopMemory()
        client = Client({"a": "old"})
        entries = Entries(ENTRIES.options, lambda _params, _memory: client, cycle or ENTRIES.cycle, ("login",))
        return entries.reconciling(lambda given: given["boxes"], {"boxes": {"type": "dict"}}), memory, client

    def test_has_the_options_of_the_connection_and_its_own(self) -> None:
        entry, _memory, _client = self.made()
        assert set(entry.options) == {"url", "login", "boxes"}
        assert entry.public == ("login",)

    def test_brings_the_server_to_what_is_desired(self) -> None:
        entry, memory, client = self.made()
        given = params({}, boxes={"a": "new"})
        assert entry.run(given, True, memory)["steps"][0]["status"] == "planned"
        assert client.there == {"a": "old"}
        assert entry.run(given, False, memory)["changed"] is True
        assert client.there == {"a": "new"}
        assert client.lived == ["start", "start"]

    def test_after_a_failure_nothing_is_taken_for_known(self) -> None:
        entry, memory, client = self.made(fails_to_look)
        with pytest.raises(Failure, match="the shelf fell down"):
            entry.run(params({}, boxes={"a": "new"}), False, memory)
        assert client.lived == ["start", "forget"]

    def test_a_task_that_changes_its_own_login_leaves_nothing_to_the_next(self) -> None:
        entry, memory, client = self.made()
        client.login_changed = True
        entry.run(params({}, boxes={"a": "new"}), False, memory)
        assert memory.kept == {}

    def test_what_cannot_be_meant_is_refused_before_there_is_a_client(self) -> None:
        def refusing(_params: dict[str, Any]) -> Boxes:
            raise Refused("boxes: none")

        memory = LoopMemory()
        with pytest.raises(Refused, match="boxes: none"):
            ENTRIES.reconciling(refusing, {}).run(params({}), False, memory)
        assert memory.kept == {}

    def test_constraints_are_handed_on(self) -> None:
        entry = ENTRIES.reconciling(dict, {}, required_together=[["a", "b"]])
        assert entry.constraints == {"required_together": [["a", "b"]]}


class TestAnswering:
    def test_is_no_change_unless_the_answer_says_so(self) -> None:
        entry = ENTRIES.answering(lambda client, given, check: {"given": given["more"], "check": check}, {})
        result = entry.run(params({}, more=1), True, Memory())
        assert result == {"changed": False, "given": 1, "check": True, "requests": {"reads": 2}}
        changing = ENTRIES.answering(lambda *_given: {"changed": True}, {}, required_one_of=[["a"]])
        assert changing.run(params({}), False, Memory())["changed"] is True
        assert changing.constraints == {"required_one_of": [["a"]]}

    def test_a_loop_keeps_its_client_while_the_options_of_it_are_the_same(self) -> None:
        clients: list[Any] = []

        def noting(client: Client, _params: dict[str, Any], _check_mode: bool) -> dict[str, Any]:
            clients.append(client)
            return {}

        entry = ENTRIES.answering(noting, {})
        memory = LoopMemory()
        for login, more in (({}, 1), ({}, 2), ({"a": "b"}, 2)):
            entry.run(params(login, more=more), False, memory)
        assert clients[0] is clients[1]
        assert clients[1] is not clients[2]
        assert clients[0].lived == ["start", "forget", "start", "forget"]

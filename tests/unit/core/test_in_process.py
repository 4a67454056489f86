# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front without Ansible around it: when it runs an entry, what it hands over, what it keeps."""

from __future__ import annotations

import datetime
import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, Options
from ansible_collections.secops.iam.plugins.plugin_utils import _in_process as in_process
from ansible_collections.secops.iam.plugins.plugin_utils import _kept as kept
from unit.core.action import ENTRY, HANDED_OVER, Action, action_for

SECRET = "Only-For-Me-1"
MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class TaskTimeout(BaseException):
    """As ansible-core's own, which no "except Exception" catches."""


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept from one test to the next."""
    monkeypatch.setattr(in_process.InProcessAction, "_validators", {})
    monkeypatch.setattr(in_process._TaskMemory, "_kept", {})


def texts(args: Options, **more: Any) -> dict[str, str]:
    found: dict[str, str] = action_for({"password": "x", **args}, **more).run()["texts"]
    return found


class TestInProcess:
    def test_the_entry_gets_validated_options_with_their_defaults(self) -> None:
        assert texts({"name": "sales"}) == {"name": "sales", "password": MASK, "number": "7"}

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_and_check_mode(self, check_mode: bool) -> None:
        assert action_for({"name": "a", "password": "b"}, check_mode=check_mode).run()["check_mode"] is check_mode

    def test_what_yaml_has_and_json_has_not_arrives_as_text(self) -> None:
        """An ordinary module gets its arguments as JSON."""
        assert texts({"name": datetime.date(2026, 1, 31)})["name"] == "2026-01-31"

    def test_what_no_module_can_be_sent_is_a_mistake_of_the_task(self) -> None:
        with pytest.raises(TypeError):
            texts({"name": object()})

    def test_secrets_are_masked_in_whatever_is_returned(self) -> None:
        result = action_for({"name": f"it is {SECRET}", "password": SECRET}).run()
        assert SECRET not in json.dumps(result)
        assert result["texts"]["name"] == "it is ********"

    def test_a_public_option_is_shown_also_where_the_password_is_the_same(self) -> None:
        result = action_for({"name": "wazuh", "password": "wazuh"}).run()
        assert result["texts"]["name"] == "wazuh"

    def test_an_error_becomes_a_failed_result(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuses(*_arguments: Any) -> Options:
            raise Refused("name: too long: write less")

        monkeypatch.setattr(Action, "ENTRY", Entry(ENTRY.options, {}, refuses))
        result = action_for({"name": "a"}).run()
        assert (result["failed"], result["msg"]) == (True, "name: too long: write less")


class TestProcessOfItsOwn:
    """Where the ordinary module does what no action can."""

    @pytest.mark.parametrize(
        "task",
        [
            {"transport": "ssh"},
            {"become": True},
            {"async_val": 30},
            {"environment": [{"https_proxy": "http://proxy:3128"}]},
            {"environment": [{}, {"WAZUH_API_URL": "https://wazuh"}]},
        ],
        ids=str,
    )
    def test_is_wanted(self, task: dict[str, Any]) -> None:
        action = action_for({"name": "sales", "password": SECRET}, **task)
        assert action.run(task_vars={"a": 1}) == HANDED_OVER
        assert action.handed_over == {"task_vars": {"a": 1}, "wrap_async": bool(task.get("async_val"))}

    @pytest.mark.parametrize("environment", [None, [], [{}], [{}, None]])
    def test_is_not_wanted_for_an_environment_of_nothing(self, environment: Any) -> None:
        """Plays hand down one entry for each level, empty ones too."""
        assert "texts" in action_for({"name": "sales", "password": "x"}, environment=environment).run()

    def test_is_wanted_without_requests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The module's Python may have the library; and if not, it says so as every module does."""
        monkeypatch.setattr(in_process, "HAS_REQUESTS", False)
        assert action_for({"name": "sales", "password": "x"}).run() == HANDED_OVER

    @pytest.mark.parametrize(
        "args",
        [{}, {"name": "a"}, {"name": "a", "password": "b", "number": "many"}, {"name": "a", "colour": "red"}],
        ids=str,
    )
    def test_words_what_is_wrong_with_the_options(self, args: Options) -> None:
        assert action_for(args).run() == HANDED_OVER


class TestValidator:
    def test_is_made_once_for_a_module(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Options] = []

        class Counted(ArgumentSpecValidator):
            def __init__(self, spec: Options, **constraints: Any) -> None:
                made.append(spec)
                super().__init__(spec, **constraints)  # type: ignore[no-untyped-call]

        monkeypatch.setattr(in_process, "ArgumentSpecValidator", Counted)
        for name in ("a", "b"):
            texts({"name": name})
        assert made == [ENTRY.options]
        texts({"name": "a"}, action="secops.iam.another")
        assert len(made) == 2

    def test_keeps_nothing_of_the_task_before(self) -> None:
        """Its secrets are of one task; those of another would be masked, or not."""
        action_for({"name": "a", "password": SECRET}).run()
        assert texts({"name": SECRET})["name"] == SECRET


class TestInvocation:
    """Parameters are shown as ansible-core itself does it: since 2.21 only where it is switched on."""

    @pytest.mark.parametrize(
        ("definitions", "switched_on", "shown"),
        [({}, False, True), ({"INJECT_INVOCATION": {}}, True, True), ({"INJECT_INVOCATION": {}}, False, False)],
    )
    def test_is_shown(
        self, monkeypatch: pytest.MonkeyPatch, definitions: Options, switched_on: bool, shown: bool
    ) -> None:
        config = SimpleNamespace(
            get_configuration_definitions=lambda: definitions,
            get_config_value=lambda name, variables: switched_on,
        )
        monkeypatch.setattr(in_process, "constants", SimpleNamespace(config=config))
        result = action_for({"name": "sales", "password": SECRET}).run()
        arguments = {"name": "sales", "password": MASK, "number": 7}
        assert result.get("invocation") == ({"module_args": arguments} if shown else None)


def note(made: list[str], name: str) -> str:
    made.append(name)
    return name


class TestMemory:
    """A server's state is kept from one item of a loop to the next, for one task and one login."""

    @pytest.fixture
    def made(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What the entry had to make, by the login that it was for."""
        states: list[str] = []

        def connects(params: Options, check_mode: bool, memory: Memory) -> Options:
            memory.recall(params["name"], lambda: note(states, params["name"]))
            return {"changed": False}

        monkeypatch.setattr(Action, "ENTRY", Entry(ENTRY.options, {}, connects))
        return states

    def items(self, *names: str, **task: Any) -> None:
        for name in names:
            action_for({"name": name}, **task).run()

    def test_in_a_loop_it_is_made_once(self, made: list[str]) -> None:
        self.items("iam", "iam", "iam", loop=["x", "y", "z"])
        assert made == ["iam"]

    def test_without_a_loop_each_time(self, made: list[str]) -> None:
        self.items("iam", "iam")
        assert made == ["iam", "iam"]

    def test_with_until_each_time(self, made: list[str]) -> None:
        """Until waits for what somebody else does."""
        self.items("iam", "iam", loop=["x"], until=["result is changed"])
        assert made == ["iam", "iam"]

    def test_for_another_task_it_is_made_anew(self, made: list[str]) -> None:
        self.items("iam", loop=["x"], _uuid="task-1")
        self.items("iam", loop=["x"], _uuid="task-2")
        assert made == ["iam", "iam"]

    @pytest.mark.parametrize(("seconds", "anew"), [(59, False), (61, True)])
    def test_a_look_is_believed_for_a_minute(
        self, made: list[str], monkeypatch: pytest.MonkeyPatch, seconds: int, anew: bool
    ) -> None:
        """Others change the server while a long loop goes on."""
        now = [1000.0]
        monkeypatch.setattr(in_process, "time", SimpleNamespace(monotonic=lambda: now[0]))
        self.items("iam", loop=["x"])
        now[0] += seconds
        self.items("iam", loop=["x"])
        assert made == ["iam", "iam"][: 1 + anew]

    @pytest.mark.parametrize("error", [KeyError("data"), TaskTimeout(), KeyboardInterrupt()], ids=repr)
    def test_after_an_exception_it_is_made_anew(
        self, made: list[str], monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        """A task's time-out comes in the middle of anything, and what it interrupts may be half done."""
        items: list[str] = []

        def connects(params: Options, check_mode: bool, memory: Memory) -> Options:
            memory.recall(params["name"], lambda: note(made, params["name"]))
            items.append(params["name"])
            if len(items) == 1:
                raise error
            return {"changed": False}

        monkeypatch.setattr(Action, "ENTRY", Entry(ENTRY.options, {}, connects))
        with pytest.raises(type(error)):
            self.items("iam", loop=["x"])
        self.items("iam", "iam", loop=["x"])
        assert made == ["iam", "iam"]

    def test_only_the_last_login_is_kept(self, made: list[str]) -> None:
        self.items("iam", "other", "other", "iam", loop=["x"])
        assert made == ["iam", "other", "iam"]


def test_what_a_task_keeps_lies_in_the_runs_private_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "ansible-local-1"
    own.mkdir()
    monkeypatch.setattr(kept, "constants", SimpleNamespace(DEFAULT_LOCAL_TMP=str(own)))
    store = in_process._TaskMemory("task-1", loops=False).store(("https://wazuh:55000", "iam", SECRET))
    store.save("a-token")
    store = in_process._TaskMemory("task-2", loops=True).store(("https://wazuh:55000", "iam", SECRET))
    assert store.load() == "a-token"
    assert own.joinpath("secops_iam_started").exists(), "what killed runs left behind was looked for"


def test_an_action_runs_the_entry_of_the_module_of_its_name() -> None:
    name = "ansible_collections.secops.iam.plugins.{}.wazuh_token"
    made = in_process.action_of(name.format("action"))
    module = importlib.import_module(name.format("modules"))
    assert issubclass(made, in_process.InProcessAction)
    assert made.ENTRY is module.ENTRY

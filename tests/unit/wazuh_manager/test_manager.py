# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found of a manager on its host, and how its program is run; nothing is started here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._terminal import Talk
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager import _manager as manager
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._cli import (
    RBAC_CONTROL,
    SECURITY_RESOURCES,
    Program,
)
from unit.wazuh_manager.tasks import PASSWORD, steps

INFO = 'WAZUH_VERSION="v4.14.5"\nWAZUH_REVISION="rc1"\nWAZUH_TYPE="server"\n'
NOT_THERE = IamError("wazuh-control cannot be run: No such file or directory; is this task run with become: true?")


class Terminal:
    """Notes the programs that would be run, and answers for all of them."""

    def __init__(self) -> None:
        self.answer: str | IamError = NOT_THERE
        self.commands: list[list[str]] = []
        self.reply: Callable[[str], str | None] = lambda output: None

    def converse(
        self, command: list[str], timeout: float, reply: Callable[[str], str | None] = lambda output: None
    ) -> Talk:
        self.commands.append(command)
        self.reply = reply
        if isinstance(self.answer, IamError):
            raise self.answer
        return Talk(self.answer, True)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    made = Terminal()
    monkeypatch.setattr(manager, "converse", made.converse)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a manager without any program."""
    (tmp_path / "bin").mkdir()
    return tmp_path


def install(home: Path, *programs: Program, first_line: str = "#!/bin/sh") -> None:
    for program in programs:
        (home / "bin" / program.name).write_text(f"{first_line}\n", encoding="utf-8")


def found(home: Path) -> manager.Manager:
    return manager.find_manager(str(home), 5)


@pytest.mark.usefixtures("terminal")
class TestProgram:
    @pytest.mark.parametrize(
        ("there", "used"),
        [
            ([RBAC_CONTROL], RBAC_CONTROL),
            ([SECURITY_RESOURCES], SECURITY_RESOURCES),
            ([RBAC_CONTROL, SECURITY_RESOURCES], SECURITY_RESOURCES),
        ],
    )
    def test_the_one_that_can_do_more_is_used(self, home: Path, there: list[Program], used: Program) -> None:
        install(home, *there)
        assert found(home).program is used
        assert found(home).path == f"{home}/bin/{used.name}"


class TestVersion:
    @pytest.mark.parametrize(
        ("output", "version"),
        [
            (INFO, (4, 14, 5)),
            ('WAZUH_VERSION="4.9.2"\n', (4, 9, 2)),
            ("WAZUH_VERSION=v5.0.0\n", (5, 0, 0)),
            ("a warning\nWAZUH_VERSION=v4.6.0\n", (4, 6, 0)),
        ],
    )
    def test_as_wazuh_control_tells_it(self, home: Path, terminal: Terminal, output: str, version: Version) -> None:
        install(home, RBAC_CONTROL)
        (home / "VERSION.json").write_text('{"version": "1.1.1"}', encoding="utf-8")
        terminal.answer = output
        assert found(home).version == version
        assert terminal.commands == [[f"{home}/bin/wazuh-control", "info"]]

    @pytest.mark.parametrize("output", [NOT_THERE, "", "Permission denied\n", "OLD_WAZUH_VERSION=v4.9.2"])
    @pytest.mark.parametrize(
        ("file", "version"),
        [
            ('{"version": "4.14.6", "stage": "rc1"}', (4, 14, 6)),
            ('{"version": "v5.0.0-beta1"}', (5, 0, 0)),
            ('{"version": null}', None),
            ('{"stage": "rc1"}', None),
            ('["4.14.6"]', None),
            ("4.14.6", None),
            ("no JSON", None),
            (None, None),
        ],
    )
    def test_else_as_its_file_has_it(
        self, home: Path, terminal: Terminal, output: str | IamError, file: str | None, version: Version | None
    ) -> None:
        install(home, RBAC_CONTROL)
        terminal.answer = output
        if file is not None:
            (home / "VERSION.json").write_text(file, encoding="utf-8")
        assert found(home).version == version

    def test_is_written_with_dots(self) -> None:
        assert manager.dotted((4, 14, 5)) == "4.14.5"


class TestRefusals:
    """Each names the option and the cure."""

    def refusal(self, home: Path | str) -> str:
        with pytest.raises(Refused) as refused:
            manager.find_manager(str(home), 5)
        return str(refused.value)

    @pytest.mark.parametrize("home", ["ossec", "./ossec", ""])
    def test_a_relative_folder(self, home: str) -> None:
        assert self.refusal(home) == f"wazuh_home: {home} is relative: write the whole path of the manager's folder"

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        message = self.refusal(tmp_path)
        assert message.startswith(f"wazuh_home: {tmp_path}/bin cannot be read here (No such file or directory)")
        assert "run the task on the manager's host" in message

    def test_a_folder_that_may_not_be_read(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def denied(path: str) -> list[str]:
            raise PermissionError(13, "Permission denied", path)

        monkeypatch.setattr(os, "listdir", denied)
        assert self.refusal(home).endswith("may not be read by this account: run the task with become: true")

    @pytest.mark.parametrize(
        ("output", "words"), [(NOT_THERE, "This is an unknown version"), (INFO, "This is Wazuh 4.14.5")]
    )
    def test_a_manager_without_either_program(
        self, home: Path, terminal: Terminal, output: str | IamError, words: str
    ) -> None:
        terminal.answer = output
        message = self.refusal(home)
        assert message.startswith(f"wazuh_home: {home}/bin holds neither rbac_control")
        assert words in message
        assert "secops.iam.wazuh_rbac" in message


class TestLauncher:
    """The Python that runs the program's source, for arguments that nobody else may read."""

    def of(self, home: Path) -> manager.Manager:
        return manager.Manager(str(home), SECURITY_RESOURCES, None, 5)

    def test_is_the_managers_own_behind_its_wrapper(self, home: Path) -> None:
        install(home, SECURITY_RESOURCES)
        script = home / "framework" / "scripts" / "security_resources.py"
        script.parent.mkdir(parents=True)
        script.touch()
        assert self.of(home).script() == str(script)
        assert self.of(home).launcher() == [f"{home}/framework/python/bin/python3"]

    @pytest.mark.parametrize(
        ("first_line", "command"),
        [
            ("#!/usr/bin/python3", ["/usr/bin/python3"]),
            ("#!/usr/bin/env python3", ["/usr/bin/env", "python3"]),
            ("#! /opt/wazuh/python3 -u", ["/opt/wazuh/python3", "-u"]),
        ],
    )
    def test_is_that_of_the_program_itself(self, home: Path, first_line: str, command: list[str]) -> None:
        install(home, SECURITY_RESOURCES, first_line=first_line)
        assert self.of(home).script() == self.of(home).path
        assert self.of(home).launcher() == command

    @pytest.mark.parametrize("first_line", ["#!/bin/sh", "", "\x7fELFü python", "exec python3"])
    def test_of_what_is_no_python_there_is_none(self, home: Path, first_line: str) -> None:
        install(home, SECURITY_RESOURCES, first_line=first_line)
        with pytest.raises(Refused, match=r"^users: .*only as an argument.*secops\.iam\.wazuh_rbac_user"):
            self.of(home).launcher()


class TestCall:
    def made(self, home: Path) -> manager.Manager:
        install(home, SECURITY_RESOURCES, first_line="#!/usr/bin/python3")
        return manager.Manager(str(home), SECURITY_RESOURCES, None, 5)

    def test_without_secrets_the_program_is_run_as_documented(self, home: Path, terminal: Terminal) -> None:
        terminal.answer = "its answer"
        (step,) = steps(roles=[{"name": "sales"}])
        assert self.made(home).call(step.call) == ("its answer", True)
        assert terminal.commands == [[f"{home}/bin/security_resources", "--add-role", '{"name": "sales"}']]
        assert terminal.reply is step.call.reply

    def test_a_secret_is_in_no_argument_list_but_typed(self, home: Path, terminal: Terminal) -> None:
        terminal.answer = ""
        (step,) = steps(users=[{"name": "alice", "password": PASSWORD}])
        self.made(home).call(step.call)
        (command,) = terminal.commands
        assert command == ["/usr/bin/python3", "-c", manager.LAUNCHER, f"{home}/bin/security_resources"]
        assert terminal.reply("arguments") is None
        typed = terminal.reply("a warning\narguments: ")
        assert typed is not None
        assert json.loads(typed) == list(step.call.arguments)
        assert "\n" not in typed

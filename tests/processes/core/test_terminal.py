# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that ask on a terminal get their answers there."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._terminal import converse

PATIENCE = 60.0


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


@pytest.mark.parametrize(
    "secret", ["plain", " spaces 'quotes\" \\ $HOME", "ctrl\x03\x04\x15\x7fkeys", "ü€😀", "x" * 9000]
)
def test_a_password_arrives_to_the_last_character_and_is_not_echoed(secret: str) -> None:
    program = "import getpass; word = getpass.getpass('Word: '); print(len(word), word.encode().hex())"
    text, ended = converse(python(program), PATIENCE, lambda said: secret if said.endswith("Word: ") else None)
    assert ended
    assert text.split() == ["Word:", str(len(secret)), secret.encode().hex()]


def test_each_prompt_gets_its_own_answer() -> None:
    program = "print([input('one? '), input('two? '), input('one? ')])"
    answers = {"one? ": "1", "two? ": "2"}
    text = converse(python(program), PATIENCE, answers.get).text
    assert text.endswith("['1', '2', '1']\n")


def test_both_outputs_are_heard_and_the_exit_status_is_not() -> None:
    program = "import sys; print('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.exit(3)"
    assert converse(python(program), PATIENCE) == ("out\nerr\n", True)


def test_a_terminal_and_a_session_of_its_own() -> None:
    program = "import os; print(os.isatty(0), os.getsid(0) == os.getpid(), os.getcwd())"
    assert converse(python(program), PATIENCE).text == "True True /\n"


def test_a_question_that_nobody_can_answer_ends_with_the_time(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = f"import os; open({str(note)!r}, 'w').write(str(os.getpid())); input('Sure? ')"
    begin = time.monotonic()
    text, ended = converse(python(program), 2.0)
    assert (text, ended) == ("Sure? ", False)
    assert time.monotonic() - begin < PATIENCE
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_a_program_that_closes_its_terminal_and_lives_on_is_ended() -> None:
    program = "import os, time; [os.close(n) for n in (0, 1, 2)]; time.sleep(600)"
    assert not converse(python(program), 2.0).ended


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(IamError, match="/no/such/program cannot be run: No such file or directory"):
        converse(["/no/such/program"], PATIENCE)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a program on a terminal of its own and type its answers. It knows no product.

A program that asks for a password reads it from the terminal that it finds, which may be that of the person who
runs Ansible, a pipe, or none. On a terminal of its own it always asks here, one prompt after the other, and what is
typed is in no argument list and no environment.
"""

from __future__ import annotations

import codecs
import os
import pty
import select
import signal
import subprocess
import time
import tty
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError


class Talk(t.NamedTuple):
    """What a program said, and whether it ended by itself. Its exit status is nobody's business here."""

    text: str
    ended: bool


def converse(
    command: t.Sequence[str], timeout: float, reply: t.Callable[[str], str | None] = lambda said: None
) -> Talk:
    """Run a program to its end, from the root folder, and answer what it asks.

    :arg timeout: seconds after which it is ended, with the processes that it started.
    :arg reply: takes what the program said since the last answer; returns the line to type, or None to listen on.
    :returns: all that it wrote, stdout and stderr as they came; what is typed is not echoed.
    :raises IamError: when it cannot be started.
    """
    ours, theirs = pty.openpty()
    try:
        tty.setraw(theirs)  # no echo, and no character of a password is taken for a control key
        # AnsibleModule.run_command gives a program pipes, and no terminal.
        program = subprocess.Popen(  # pylint: disable=ansible-bad-function
            list(command), stdin=theirs, stdout=theirs, stderr=theirs, cwd="/", start_new_session=True
        )
    except OSError as error:
        os.close(ours)
        raise IamError(f"{command[0]} cannot be run: {error.strerror}; is this task run with become: true?") from error
    finally:
        os.close(theirs)
    deadline = time.monotonic() + timeout
    try:
        text, ended = _listen(ours, deadline, reply)
        if ended:
            program.wait(max(0.0, deadline - time.monotonic()))
        return Talk(text, ended)
    except subprocess.TimeoutExpired:
        return Talk(text, False)
    finally:
        os.close(ours)
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def _listen(terminal: int, deadline: float, reply: t.Callable[[str], str | None]) -> tuple[str, bool]:
    """Read and answer until nobody holds the other end any more (True) or time is up (False)."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text, answered = "", 0
    while select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
        try:
            text += decoder.decode(os.read(terminal, 65536)).replace("\r", "")
            answer = reply(text[answered:])
            if answer is not None:
                text += "\n"  # the line break that a terminal would have shown
                answered = len(text)
                _type(terminal, answer)
        except OSError:  # how Linux says that the other end is closed
            return text, True
    return text, False


def _type(terminal: int, line: str) -> None:
    pending = (line + "\n").encode("utf-8", "surrogateescape")
    while pending:
        pending = pending[os.write(terminal, pending) :]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as exceptions whose text is made for the person who runs the task."""

from __future__ import annotations

import difflib
import typing as t


class IamError(Exception):
    """Something is wrong; the text says what, where, and what to do. It never holds a secret.

    :ivar wrote: whether the request that failed did part of its work.
    :ivar did: the keys of steps that it did all the same.
    """

    wrote = False
    did: t.Sequence[t.Any] = ()


class Refused(IamError):
    """The desired state cannot be reached; nothing was written. The text names the field and the cure."""


class Unreachable(IamError):
    """The request did not reach the server, or was one that changes nothing there."""


class Unsure(IamError):
    """A write was sent and its answer was lost: only a look at the server tells whether it happened."""


class LimitReached(IamError):
    """The server's request limit held for longer than the task may wait."""


def join_problems(problems: list[str]) -> str:
    """One text of one or more problems, in the order found, each said once."""
    once = list(dict.fromkeys(problems))
    if len(once) == 1:
        return once[0]
    return "\n".join([f"{len(once)} things to correct:"] + [f"- {problem}" for problem in once])


def refuse(problems: t.Iterable[str]) -> None:
    """End a task where there are problems; "" is none.

    :raises Refused: with all of them.
    """
    found = [problem for problem in problems if problem]
    if found:
        raise Refused(join_problems(found))


def nearest(word: str, known: t.Iterable[str]) -> str:
    """A hint for a word that is not known: C(" Did you mean X?"), or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""

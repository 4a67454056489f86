# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a text outlives a task: a token for the tasks that follow, a count that the forks of a run share."""

from __future__ import annotations

import typing as t


class Store(t.Protocol):
    """Keeps one text for one identity. Keeping is a convenience: what cannot be kept is lost, and fails no task."""

    def load(self) -> str | None:
        """What was kept, if anything."""

    def save(self, text: str) -> None:
        """Keep this."""

    def update(self, change: t.Callable[[str | None], str]) -> str:
        """Keep what C(change) makes of the text, while nobody else of the run changes it; returns that.

        C(change) must be quick and ask nobody: the others wait for it.
        """


class OwnStore:
    """A store that nobody shares: what is in it is lost with the task."""

    def __init__(self) -> None:
        self._text: str | None = None

    def load(self) -> str | None:
        """What was kept, if anything."""
        return self._text

    def save(self, text: str) -> None:
        """Keep this."""
        self._text = text

    def update(self, change: t.Callable[[str | None], str]) -> str:
        """Keep what C(change) makes of the text."""
        self._text = change(self._text)
        return self._text

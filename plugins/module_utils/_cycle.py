# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine calls of a product, where one look at the server tells all that a plan needs."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step


class Looking:
    """The half of the engine's Product that reads. A product adds look_now(), and the half that plans and writes.

    :ivar current: the state as far as it is known; None when it has to be looked at, as after a write whose answer
        does not tell all of it.
    """

    current: t.Any = None

    def look_now(self) -> t.Any:
        """The current state as the server tells it now."""
        raise NotImplementedError

    def read(self) -> t.Any:
        """The current state as far as answers have told it; otherwise a look."""
        if self.current is None:
            self.current = self.look_now()
        return self.current

    def look(self, lost: Step) -> t.Any:
        """The current state as the server tells it now; what a lost answer may have held, it cannot tell."""
        self.current = None
        return self.read()

    def read_back(self, done: t.Sequence[Step]) -> t.Any:
        """What the answers did not tell is looked at."""
        return self.read()

    def gather(self, current: t.Any, lacks: frozenset[str]) -> t.Any:
        """A look tells all that a plan needs."""
        return current

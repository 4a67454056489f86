# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a product's modules: what runs in either front."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, Options


class Client(t.Protocol):
    """A server as a product talks to it. In a loop it serves one item after the other.

    :ivar login_changed: whether the login is no longer the one that the options state, by a write of the task's own.
    """

    login_changed: bool

    def start_task(self) -> None:
        """Count the requests of another task."""

    def forget(self) -> None:
        """Take nothing for known that is not known to be still so."""

    def cost(self) -> Options:
        """What the task has sent so far."""


@dataclasses.dataclass(frozen=True)
class Entries:
    """Makes the entries of a product.

    :ivar options: how to reach the server: the options that all of its modules have.
    :ivar connect: makes a client of the options.
    :ivar cycle: makes of a client and what is desired what the engine runs.
    :ivar public: see Entry.
    """

    options: Options
    connect: t.Callable[[Options, Memory], Client]
    cycle: t.Callable[[t.Any, t.Any], engine.Product]
    public: tuple[str, ...] = ()

    def reconciling(self, desired_of: t.Callable[[Options], t.Any], options: Options, **constraints: t.Any) -> Entry:
        """An entry for a module that holds to a desired state: C(desired_of) makes it of the module's options."""

        def run(params: Options, check_mode: bool, memory: Memory) -> Options:
            desired = desired_of(params)
            client = self._client(params, memory)
            try:
                return engine.run(self.cycle(client, desired), check_mode)
            except engine.Failure:
                client.forget()  # what failed says that the state is not what we took it for
                raise
            finally:
                if client.login_changed:
                    memory.forget()  # the next item logs in as its options say, and fails where these are out of date

        return Entry({**self.options, **options}, constraints, run, self.public)

    def answering(
        self, answer: t.Callable[[t.Any, Options, bool], Options], options: Options, **constraints: t.Any
    ) -> Entry:
        """An entry for a module that asks or does one thing: C(answer) gets the client, the options and check mode."""

        def run(params: Options, check_mode: bool, memory: Memory) -> Options:
            client = self._client(params, memory)
            client.forget()
            return {"changed": False, **answer(client, params, check_mode), "requests": client.cost()}

        return Entry({**self.options, **options}, constraints, run, self.public)

    def _client(self, params: Options, memory: Memory) -> Client:
        """The client of this task; in a loop the one of the item before, with what it knows."""
        key = tuple(sorted((name, params[name]) for name in self.options))
        client: Client = memory.recall(key, lambda: self.connect(params, memory))
        client.start_task()
        return client

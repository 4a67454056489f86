# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All state of one server."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.wazuh.config import Config
from sandbox.wazuh.limits import Lockout, RateLimit, Worker
from sandbox.wazuh.store import Store
from sandbox.wazuh.tokens import Tokens
from sandbox.wazuh.versions import Version


@dataclass(frozen=True)
class Settings:
    """How a server is to behave.

    Attributes:
        version: whose behaviour.
        requests_per_minute: of everybody together, 0 = no limit.
        login_attempts: failures until a client is locked out.
        seconds_per_object: cost of work, 0 = none.
        stale_tokens: let the token caches compete where the version's do.
        seed: of that lottery.
    """

    version: Version
    requests_per_minute: int = 300
    login_attempts: int = 50
    seconds_per_object: float = 0
    stale_tokens: bool = False
    seed: int | None = None


class Server:
    """A server with a fresh database.

    Args:
        settings: its behaviour.
        clock: its time.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.version = settings.version
        self.clock = clock
        self.config = Config()
        self.store = Store(settings.version)
        self.tokens = Tokens(
            settings.version,
            self.store,
            self.config,
            clock,
            stale=settings.stale_tokens and settings.version.stale_tokens,
            seed=settings.seed,
        )
        self.rate_limit = RateLimit(clock, settings.requests_per_minute)
        self.lockout = Lockout(
            clock,
            settings.login_attempts,
            counts_first=settings.version.counts_login_first,
        )
        self.catalogue_shown: set[tuple[str, str | None]] = set()
        self.worker = Worker(clock, settings.seconds_per_object)

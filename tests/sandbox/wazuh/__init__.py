# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the Wazuh server API: every operation under /security, and GET /.

Start reading in ``routes.py``: it says for each operation which function does it.
"""

from __future__ import annotations

import argparse

from sandbox.clock import Clock
from sandbox.product import Product
from sandbox.wazuh.app import App
from sandbox.wazuh.server import Server, Settings
from sandbox.wazuh.versions import VERSIONS


def add_options(parser: argparse.ArgumentParser) -> None:
    """The product's own command line options."""
    parser.add_argument("--server-version", choices=list(VERSIONS), default="4.14.7")
    parser.add_argument("--requests-per-minute", type=int, default=300, metavar="N", help="0 = no limit")
    parser.add_argument("--login-attempts", type=int, default=50, metavar="N", help="failures until the lock-out")
    parser.add_argument(
        "--latency-per-object",
        type=float,
        default=0,
        metavar="MS",
        help="what a request costs for each object it is about; over 10 s it is answered 500/3021",
    )
    parser.add_argument(
        "--stale-tokens",
        action="store_true",
        help="void tokens are accepted every other time, as by 4.14.7 and 5.0.0",
    )
    parser.add_argument("--seed", type=int, help="of the chance in --stale-tokens")


def create_app(options: argparse.Namespace, clock: Clock) -> Product:
    """The server with a fresh database."""
    settings = Settings(
        version=VERSIONS[options.server_version],
        requests_per_minute=options.requests_per_minute,
        login_attempts=options.login_attempts,
        seconds_per_object=options.latency_per_object / 1000,
        stale_tokens=options.stale_tokens,
        seed=options.seed,
    )
    return create_product(settings, clock)


def create_product(settings: Settings, clock: Clock) -> Product:
    """The server with a fresh database, by settings rather than options."""
    server = Server(settings, clock)
    return Product(
        App(server),
        expire_tokens=server.tokens.revoke_all,
        environment={
            "WAZUH_API_URL": "{url}",
            "WAZUH_API_USERNAME": "wazuh",
            "WAZUH_API_PASSWORD": "wazuh",
            "WAZUH_API_CA_PATH": "{ca}",
        },
    )

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for OpenCTI's GraphQL API, as far as users, groups, roles and tokens go."""

from __future__ import annotations

import argparse

from sandbox.clock import Clock
from sandbox.opencti import app
from sandbox.opencti.platform import Platform
from sandbox.opencti.versions import DEFAULT_RELEASE, OLDEST_RELEASE, Release
from sandbox.product import Product


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m sandbox opencti``."""
    parser.add_argument(
        "--server-version",
        default=DEFAULT_RELEASE,
        help=f"any release from {OLDEST_RELEASE} on (default {DEFAULT_RELEASE})",
    )
    parser.add_argument("--admin-token", help="a UUID (default: a new one)")
    parser.add_argument("--admin-password", default="admin", help="default: admin")
    parser.add_argument(
        "--requests-per-second",
        type=int,
        help=f"0 = no limit (default as the real server: {app.DEFAULT_LIMIT} from 7.260817.0 on, none before)",
    )


def create_app(options: argparse.Namespace, clock: Clock) -> Product:
    """A fresh platform, ready to be served.

    Raises:
        ValueError: the release is none, or too old.
    """
    release = Release(options.server_version)
    platform = Platform(release, clock, options.admin_token, options.admin_password)
    return Product(
        app=app.create(platform, options.requests_per_second),
        expire_tokens=platform.tokens.expire_all,
        greeting=[f"admin token {platform.admin_token}"],
        environment={
            "OPENCTI_URL": "{url}",
            "OPENCTI_TOKEN": platform.admin_token,
            "OPENCTI_CA_PATH": "{ca}",
            "REQUESTS_CA_BUNDLE": "{ca}",
        },
    )

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the Wazuh server API: every operation under /security, and GET /."""

from __future__ import annotations

import argparse

from sandbox.clock import Clock
from sandbox.product import Product


def add_options(parser: argparse.ArgumentParser) -> None:
    """The product's own command line options."""
    parser.add_argument("--server-version", default="4.14.7")


def create_app(options: argparse.Namespace, clock: Clock) -> Product:
    """The server with a fresh database."""
    raise ValueError("not yet")

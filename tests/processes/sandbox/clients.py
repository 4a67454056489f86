# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of Wazuh stand-ins that run."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from sandbox.fixture import SandboxProcess

LOGIN = "/security/user/authenticate"


@contextmanager
def client_of(server: SandboxProcess) -> Iterator[httpx.Client]:
    """A client that verifies the server and is logged in as its administrator."""
    context = ssl.create_default_context(cafile=server.ca_file)
    with httpx.Client(base_url=server.url, verify=context, trust_env=False) as client:
        log_in(client)
        yield client


def log_in(client: httpx.Client) -> None:
    """Go on with a new token."""
    response = client.post(LOGIN, params={"raw": "true"}, auth=("wazuh", "wazuh"))
    client.headers["authorization"] = f"Bearer {response.text}"


def own_roles(client: httpx.Client) -> list[str]:
    """The names of the roles that are none of the server's own."""
    data = client.get("/security/roles").json()["data"]
    return [item["name"] for item in data["affected_items"] if item["id"] > 99]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in by an authorization context."""

from __future__ import annotations

from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import PASSWORD


def test_run_as_gives_the_roles_that_the_context_earns() -> None:
    server = InProcess()
    assert server.try_login("wazuh-wui", "wazuh-wui", {"username": "elastic"}).status == 200
    server.create("users", username="user", password=PASSWORD)
    response = server.try_login("user", PASSWORD, {"username": "elastic"})
    assert (response.status, response.body["error"]) == (403, 6004)

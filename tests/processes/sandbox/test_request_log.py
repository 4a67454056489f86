# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log of a stand-in that runs."""

from __future__ import annotations

import json

from processes.sandbox.clients import client_of
from sandbox.fixture import sandbox_process


def test_the_log_has_every_request_and_no_secret() -> None:
    with sandbox_process("wazuh") as server, client_of(server) as client:
        client.get("/security/config", params={"pretty": "true"})
        text = server.log_file.read_text(encoding="utf-8")
        assert client.headers["authorization"].removeprefix("Bearer ") not in text
    login, last = (json.loads(line) for line in text.splitlines())
    assert (login["method"], login["path"]) == ("POST", "/security/user/authenticate")
    assert set(last) == {"time", "method", "path", "query", "status", "user"}
    assert last["query"] == [["pretty", "true"]]
    assert (last["status"], last["user"]) == (200, "wazuh")

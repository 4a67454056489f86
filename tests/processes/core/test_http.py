# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session of requests with a server that answers."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.module_utils import _http as http
from sandbox.fixture import sandbox_process


def test_no_cookie_is_kept() -> None:
    """Up to OpenCTI 6.5 a cookie's session would count instead of the token (FACTS, sessions)."""
    with sandbox_process("opencti", "--server-version", "6.4.11") as server:
        token = server.greeting[0].split()[-1]
        session = http.HttpSession(http.Connection(server.url, ca_path=str(server.ca_file)))
        headers = {"Authorization": f"Bearer {token}"}
        for _time in (1, 2):
            answer = session.send("POST", "/graphql", headers=headers, json={"query": "{ me { name } }"})
            assert "Set-Cookie" in answer.headers
            assert "Cookie" not in answer.request.headers
        session.close()

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: how they are found, and how they end."""

from __future__ import annotations

from sandbox.opencti import identity
from sandbox.opencti.testing import InProcess


class TestSessions:
    def test_are_killed_by_the_internal_id_only(self) -> None:
        server = InProcess("6.4.11")
        user, token = server.user_who_may("KNOWLEDGE")
        server("{ me { id } }", token)
        kill = "mutation ($id: ID!) { userSessionsKill(id: $id) }"
        email = (server.platform.store.get(user) or {})["user_email"]
        by_standard_id = server(kill, id=identity.standard_id("User", {"user_email": email}))
        assert by_standard_id == {"userSessionsKill": []}
        assert len(server(kill, id=user)["userSessionsKill"]) == 1

    def test_are_listed_and_end(self) -> None:
        server = InProcess("6.4.11")
        user, token = server.user_who_may("KNOWLEDGE")
        server("{ me { id } }", token)
        query = "query ($id: String!) { user(id: $id) { sessions { id ttl originalMaxAge } } }"
        [session] = server(query, id=user)["user"]["sessions"]
        assert session["ttl"] == session["originalMaxAge"] == 1200
        server.clock.advance(1200)
        assert server(query, id=user)["user"]["sessions"] == []

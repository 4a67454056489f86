# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a token."""

from __future__ import annotations

from unit.sandbox.wazuh.servers import PASSWORD, with_user


def test_an_unusable_resource_spoils_every_request_of_the_account() -> None:
    server, _token = with_user()
    policy = {"actions": ["agent:read"], "resources": ["role:*:*&user:id:1&a:b:c"], "effect": "x"}
    server.create("policies", name="odd", policy=policy)
    server.ask("POST", "/security/roles/100/policies?policy_ids=101")
    server.log_in("user", PASSWORD)
    response = server.ask("GET", "/security/users/me")
    assert (response.status, response.body["error"]) == (400, 4500)

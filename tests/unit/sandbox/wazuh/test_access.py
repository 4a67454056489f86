# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller may touch: lists are filtered, and denied objects fail."""

from __future__ import annotations

from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import PASSWORD


def test_with_few_rights_lists_are_filtered_without_a_hint() -> None:
    server = InProcess()
    server.create("users", username="user", password=PASSWORD)
    server.create("roles", name="role")
    few = {"actions": ["security:read"], "resources": ["role:id:2"], "effect": "allow"}
    server.create("policies", name="few", policy=few)
    server.ask("POST", "/security/users/100/roles?role_ids=100")
    server.ask("POST", "/security/roles/100/policies?policy_ids=100")
    server.log_in("user", PASSWORD)
    answer = server.ask("GET", "/security/roles").body
    assert (answer["error"], answer["data"]["total_affected_items"]) == (0, 1)
    answer = server.ask("GET", "/security/roles?role_ids=1,2").body
    assert answer["data"]["failed_items"][0]["error"]["code"] == 4000
    assert server.ask("GET", "/security/roles?role_ids=1,3").status == 403
    assert server.ask("POST", "/security/roles", {"name": "x"}).status == 403

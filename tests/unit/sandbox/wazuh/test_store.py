# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database: its defaults, ids, and what goes with an object."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess
from sandbox.wazuh.versions import VERSIONS
from unit.sandbox.wazuh.servers import POLICY


@pytest.mark.parametrize("version", list(VERSIONS))
def test_a_fresh_server_has_the_defaults(version: str) -> None:
    server = InProcess(version)
    counts = {
        name: server.ask("GET", f"/security/{name}").body["data"]["total_affected_items"]
        for name in ("users", "roles", "rules", "policies")
    }
    assert (
        counts
        == {
            "4.4.5": {"users": 2, "roles": 7, "rules": 2, "policies": 36},
            "4.14.7": {"users": 2, "roles": 7, "rules": 2, "policies": 35},
            "5.0.0": {"users": 2, "roles": 8, "rules": 5, "policies": 17},
        }[version]
    )


def test_custom_ids_begin_at_100_and_the_last_one_is_given_out_again(server: InProcess) -> None:
    assert [server.create("roles", name=name) for name in ("a", "b")] == [100, 101]
    server.ask("DELETE", "/security/roles?role_ids=101")
    assert server.create("roles", name="c") == 101


def test_ids_of_links_go_with_the_object(server: InProcess) -> None:
    role = server.create("roles", name="role")
    policy = server.create("policies", name="policy", policy=POLICY)
    server.ask("POST", f"/security/roles/{role}/policies?policy_ids={policy}")
    server.ask("DELETE", f"/security/policies?policy_ids={policy}")
    answer = server.ask("GET", f"/security/roles?role_ids={role}").body
    assert answer["data"]["affected_items"][0]["policies"] == []

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions of links: levels with gaps and doubles."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import link, policies, roles, with_objects


@pytest.fixture
def server() -> InProcess:
    return with_objects()


def test_links_are_appended_in_the_order_of_the_request(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=103,101,102")
    assert policies(server) == [103, 101, 102]


def test_a_position_moves_the_others_up_and_counts_on(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100,101")
    link(server, "roles/100/policies?policy_ids=102,103&position=1")
    assert policies(server) == [100, 102, 103, 101]


def test_a_position_beyond_the_end_appends(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100")
    link(server, "roles/100/policies?policy_ids=101&position=99")
    assert policies(server) == [100, 101]


def test_unlinking_a_policy_closes_the_gap(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100,101,102")
    server.ask("DELETE", "/security/roles/100/policies?policy_ids=100")
    link(server, "roles/100/policies?policy_ids=103&position=1")
    assert policies(server) == [101, 103, 102]


def test_unlinking_a_role_leaves_a_gap_so_that_an_append_may_land_before_the_end(
    server: InProcess,
) -> None:
    link(server, "users/100/roles?role_ids=3,7,2,5,1,4,6")
    server.ask("DELETE", "/security/users/100/roles?role_ids=2")
    assert roles(server) == [3, 7, 5, 1, 4, 6]
    link(server, "users/100/roles?role_ids=2")
    # Six links make level 6, which role 6 has already; on one level the id decides.
    assert roles(server) == [3, 7, 5, 1, 4, 2, 6]


def test_deleting_a_policy_leaves_a_gap(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=106,104,101,105")
    server.ask("DELETE", "/security/policies?policy_ids=104")
    # Three links make level 3, which policy 105 has: 102 comes before it by its id.
    link(server, "roles/100/policies?policy_ids=102")
    assert policies(server) == [106, 101, 102, 105]


def test_levels_start_again_after_everything_is_unlinked(server: InProcess) -> None:
    link(server, "users/100/roles?role_ids=3,2,1")
    answer = server.ask("DELETE", "/security/users/100/roles?role_ids=all").body
    assert answer["data"]["total_affected_items"] == 3
    link(server, "users/100/roles?role_ids=5,4")
    assert roles(server) == [5, 4]

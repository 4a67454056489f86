# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lists and deletes do alike: reserved objects stay."""

from __future__ import annotations

from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import failure


def test_reserved_objects_stay(server: InProcess) -> None:
    assert failure(server, "PUT", "/security/roles/1", {"name": "administrator"}) == 4008
    assert failure(server, "DELETE", "/security/roles?role_ids=50", None) == 4008
    assert failure(server, "DELETE", "/security/users?user_ids=1", None) == 5004
    assert failure(server, "PUT", "/security/roles/50", {"name": "x"}) == 4002


def test_deleting_all_spares_the_reserved_ones_silently(server: InProcess) -> None:
    server.create("roles", name="mine")
    answer = server.ask("DELETE", "/security/roles?role_ids=all").body
    assert (answer["error"], answer["data"]["total_affected_items"]) == (0, 1)
    assert answer["data"]["failed_items"] == []

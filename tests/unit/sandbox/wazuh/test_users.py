# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: empty passwords, defaults, the caller itself."""

from __future__ import annotations

from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import failure


def test_the_hole_for_the_empty_password(server: InProcess) -> None:
    server.create("users", username="user", password="Passw0rd!x")
    assert server.ask("PUT", "/security/users/100", {"password": ""}).body["error"] == 0
    assert server.try_login("user", "").status == 200


def test_the_hole_is_closed_in_version_5_and_was_none_in_4_4() -> None:
    new = InProcess("5.0.0")
    assert new.ask("PUT", "/security/users/2", {"password": ""}).body["error"] == 5009
    assert failure(InProcess("4.4.5"), "PUT", "/security/users/2", {"password": ""}) == 5001


def test_only_defaults_change_passwords_of_defaults(server: InProcess) -> None:
    server.create("users", username="user", password="Passw0rd!x")
    server.ask("POST", "/security/users/100/roles?role_ids=1")
    server.log_in("user", "Passw0rd!x")
    response = server.ask("PUT", "/security/users/2", {"password": "Passw0rd!y"})
    assert (response.status, response.body["error"]) == (400, 5011)


def test_nobody_deletes_itself(server: InProcess) -> None:
    server.create("users", username="user", password="Passw0rd!x")
    server.ask("POST", "/security/users/100/roles?role_ids=1")
    server.log_in("user", "Passw0rd!x")
    assert failure(server, "DELETE", "/security/users?user_ids=100", None) == 5008


def test_leaving_allow_run_as_out_means_false(server: InProcess) -> None:
    answer = server.ask("PUT", "/security/users/2/run_as").body
    assert answer["data"]["affected_items"][0]["allow_run_as"] is False

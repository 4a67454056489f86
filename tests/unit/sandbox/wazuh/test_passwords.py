# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password rule."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess
from sandbox.wazuh.versions import VERSIONS


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1!xyz", 5009),
        ("A1!" + 62 * "a", 5009),
        ("alllower1!", 5007),
        ("New\nline1Aa", 5007),
        ("Ünïcode1a", 5007),
    ],
)
def test_insecure_passwords(server: InProcess, password: str, code: int) -> None:
    response = server.ask("POST", "/security/users", {"username": "user", "password": password})
    assert (response.status, response.body["error"]) == (400, code)


@pytest.mark.parametrize("password", ["Ab1!xyzq", "Has Space1", "Under_score1", "Ünïcode1aA"])
def test_secure_passwords(server: InProcess, password: str) -> None:
    server.create("users", username="user", password=password)
    assert server.try_login("user", "wrong").status == 401


@pytest.mark.parametrize("version", list(VERSIONS))
@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/security/users", {"username": "surro"}),
        ("POST", "/security/users", {"username": "wazuh"}),
        ("PUT", "/security/users/2", {}),
    ],
)
def test_half_a_character_in_a_password_breaks_the_server(
    version: str, method: str, target: str, body: dict[str, str]
) -> None:
    response = InProcess(version).ask(method, target, body | {"password": "Aa1!aaaa\ud800aaaa"})
    assert (response.status, response.body["error"]) == (500, 1000)


def test_passwords_are_longer_in_version_5() -> None:
    server = InProcess("5.0.0")
    body = {"username": "user", "password": "Ab1!xyzqabc"}
    assert server.ask("POST", "/security/users", body).body["error"] == 5009

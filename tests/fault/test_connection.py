# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No connection, or not to whom it was meant: what to do is said, and no secret goes out."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
import trustme
from fault.world import World, is_write, statuses

ROLE: dict[str, Any] = {"name": "sales"}
PAGE = "<html><head><title>502 Bad Gateway</title></head>\n<body><h1>nginx</h1></body></html>"


def failed(world: World, **options: Any) -> str:
    """The message of a task that failed before it changed anything."""
    result = world.run("wazuh_rbac_role", **ROLE, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result.get("steps", []) == []
    message: str = result["msg"]
    return message


def test_a_wrong_authority(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    message = failed(world, ca_path=str(other))
    assert "the server's certificate is not trusted" in message
    assert "ca_path" in message
    assert "validate_certs" in message
    assert world.log() == [], "the password was not sent"


def test_no_authority_file(world: World, tmp_path: Path) -> None:
    message = failed(world, ca_path=str(tmp_path / "missing.pem"))
    assert "missing.pem" in message
    assert "Check ca_path" in message


def test_an_authority_file_that_is_none(world: World, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    assert "TLS failed" in failed(world, ca_path=str(tmp_path / "empty.pem"))


def test_certificates_may_go_unchecked(world: World, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    assert world.run("wazuh_rbac_role", **ROLE, ca_path=missing, validate_certs=False)["changed"] is True


def test_nobody_listens(world: World) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        message = failed(world, api_url=f"https://127.0.0.1:{reserved.getsockname()[1]}")
    assert "Connection refused" in message
    assert "Is api_url right" in message
    assert "object at 0x" not in message


def test_an_unknown_host(world: World) -> None:
    assert "Is api_url right" in failed(world, api_url="https://wazuh.invalid:55000")


@pytest.mark.parametrize("url", ["wazuh.example.com:55000", "https://", "no address", "https://[::1:55000"])
def test_a_malformed_address(world: World, url: str) -> None:
    assert "Is api_url right" in failed(world, api_url=url)


def test_https_where_http_is_spoken(world: World) -> None:
    message = failed(world, api_url=world.plain_url.replace("http:", "https:"))
    assert "TLS failed" in message
    assert "Is api_url right" in message


def test_http_where_https_is_spoken(world: World) -> None:
    assert "Is api_url right" in failed(world, api_url=world.url.replace("https:", "http:"))


@pytest.mark.parametrize("path", ["/security/user/authenticate", "/security/roles"])
@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (502, PAGE, "HTTP 502: this does not come from the Wazuh API: 502 Bad Gateway nginx"),
        (200, PAGE, "HTTP 200: this does not come from the Wazuh API: 502 Bad Gateway nginx"),
        (200, {"health": "green"}, 'HTTP 200: this does not come from the Wazuh API: {"health": "green"}'),
        (302, None, "HTTP 302: this does not come from the Wazuh API: it is empty"),
    ],
    ids=["gateway", "page", "json", "redirect"],
)
def test_somebody_else_answers(world: World, path: str, status: int, body: Any, told: str) -> None:
    world.fail({"path": path, "fault": "status", "status": status, "body": body, "nth": "every"})
    assert told in failed(world)


def test_an_answer_later_than_the_timeout_is_not_asked_for_again(world: World) -> None:
    world.meddle("GET", "/security/roles", lambda: time.sleep(1.5))
    message = failed(world, timeout=1)
    assert "give the server more time by the option timeout" in message
    assert sum(request["path"] == "/security/roles" for request in world.log()) <= 1


def test_a_write_that_takes_longer_than_the_timeout_is_looked_for(world: World) -> None:
    world.meddle("POST", "/security/roles", lambda: time.sleep(1.5))
    result = world.run("wazuh_rbac_role", **ROLE, timeout=1)
    assert (result["changed"], statuses(result)) == (True, ["done"])
    assert list(world.state()["roles"]) == ["sales"]
    assert sum(is_write(request) for request in world.log()) == 1


def test_a_write_whose_outcome_cannot_be_looked_for_is_unknown(world: World) -> None:
    world.meddle("POST", "/security/roles", lambda: time.sleep(2.5))
    result = world.run("wazuh_rbac_role", **ROLE, timeout=1)
    assert (result["failed"], result["changed"], statuses(result)) == (True, True, ["unknown"])
    assert "not known whether the server did this: create role sales." in result["msg"]
    patience = time.monotonic() + 10
    while not world.state()["roles"] and time.monotonic() < patience:
        time.sleep(0.1)
    assert list(world.state()["roles"]) == ["sales"], "the server did it, later"
    assert world.run("wazuh_rbac_role", **ROLE)["changed"] is False

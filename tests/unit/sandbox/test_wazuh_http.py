# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web framework under the Wazuh stand-in: paths, headers, and bodies that are no JSON."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess

ROLES = "/security/roles"
OLD = "4.4.5"
NEW = "4.14.7"


@pytest.fixture
def server() -> InProcess:
    return InProcess()


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"name":"c",}', "Expecting property name enclosed in double quotes: line 1 column 13 (char 12)"),
        (b'{"name":"c", \n }', "Expecting property name enclosed in double quotes: line 2 column 2 (char 15)"),
        (b"[1,]", "Expecting value: line 1 column 4 (char 3)"),
        (b'{"name"}', "Expecting ':' delimiter: line 1 column 8 (char 7)"),
    ],
)
def test_broken_json_is_told_in_the_words_of_the_python_of_the_server(
    server: InProcess, body: bytes, detail: str
) -> None:
    response = server.ask("POST", ROLES, body)
    assert (response.status, response.body["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("version", "method", "target", "status"),
    [
        *((NEW, "GET", target, 404) for target in ("/%0A", f"{ROLES}%0A", "/security/users/me%0A")),
        (NEW, "PUT", f"{ROLES}/100%0A", 404),
        *((OLD, "GET", target, 404) for target in ("/%0A", f"{ROLES}%0A")),
        (OLD, "PUT", f"{ROLES}%0A", 404),
        (OLD, "GET", "/security/users/me%0A", 405),  # as an id it can be changed
        (OLD, "PUT", f"{ROLES}/100%0A", 200),
    ],
)
def test_line_feeds_in_paths(version: str, method: str, target: str, status: int) -> None:
    server = InProcess(version)
    server.create("roles", name="role")
    assert server.ask(method, target, {"name": "new"} if method == "PUT" else None).status == status


@pytest.mark.parametrize(("version", "status"), [(OLD, 404), (NEW, 200)])
def test_an_encoded_slash_separates_nothing_in_version_4_4(version: str, status: int) -> None:
    assert InProcess(version).ask("GET", "/security%2Froles").status == status


def test_version_4_4_takes_an_empty_expectation_for_none() -> None:
    assert InProcess(OLD).ask("GET", ROLES, expect="").status == 200
    assert InProcess(OLD).ask("GET", ROLES, expect="more").status == 417


def test_version_4_4_tells_nothing_of_a_null_that_is_not_called_json() -> None:
    response = InProcess(OLD).ask("POST", ROLES, b"null", content_type="text/plain")
    assert response.status == 415
    assert response.body == {"title": "Invalid Content-type (text/plain), expected JSON data", "detail": "None"}

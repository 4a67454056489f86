# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request's way through the server: paths, headers, limits, in their order."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess

ROLES = "/security/roles"
OLD = "4.4.5"
NEW = "4.14.7"


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


def test_being_over_the_limit_comes_before_everything_else() -> None:
    server = InProcess(requests_per_minute=1)
    response = server.ask("GET", ROLES, authorization="Bearer nonsense")
    assert (response.status, response.body["error"]) == (429, 6001)
    assert "retry-after" not in response.headers


def test_unknown_paths_count_and_unknown_methods_do_not() -> None:
    server = InProcess(requests_per_minute=2)
    assert server.ask("PATCH", ROLES).status == 405
    assert server.ask("GET", "/security/nope").status == 404
    assert server.ask("GET", ROLES).status == 429


def test_a_context_can_be_too_long() -> None:
    context = {"a": "x" * 8192}
    response = InProcess().try_login("wazuh", "wazuh", context)
    assert (response.status, response.body["error"]) == (413, 413)
    assert InProcess("4.4.5").try_login("wazuh", "wazuh", context).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("authorization", [None, "Bearer nonsense"])
def test_version_4_4_refuses_a_long_body_whatever_it_is_for(method: str, authorization: str | None) -> None:
    body = b"x" * 10485768
    response = InProcess("4.4.5").ask(method, ROLES, body, authorization=authorization)
    assert response.status == 413
    assert response.body == {
        "title": "Request Entity Too Large",
        "detail": "Maximum request body size 10485760 exceeded, actual body size 10485768",
    }


def test_a_long_body_is_refused_although_the_description_has_none() -> None:
    response = InProcess().ask("DELETE", "/security/config", {"unknown": "x" * 10485760})
    assert (response.status, response.body["title"]) == (413, "Content size exceeded.")

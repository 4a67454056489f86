# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list does with its query parameters."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("limit=2", [1, 2]),
        ("limit=2&offset=5", [6, 7]),
        ("offset=50", []),
        ("sort=-id&limit=2", [7, 6]),
        ("search=CLUSTER_A", [7]),
        ("search=-a", []),
        ("q=name=readonly", [2]),
        ("q=name~admin;id>3", [5, 7]),
        ("q=id=1,id=4", [1, 4]),
        ("q=nosuch=1", []),
        ("role_ids=3,1", [1, 3]),
    ],
)
def test_lists(server: InProcess, query: str, found: list[int]) -> None:
    answer = server.ask("GET", f"/security/roles?{query}").body
    assert [item["id"] for item in answer["data"]["affected_items"]] == found


def test_select_always_adds_the_id_unless_values_are_to_be_distinct(server: InProcess) -> None:
    answer = server.ask("GET", "/security/users?select=allow_run_as").body
    assert answer["data"]["affected_items"][0] == {"allow_run_as": True, "id": 1}
    answer = server.ask("GET", "/security/users?select=allow_run_as&distinct=true").body
    assert answer["data"]["affected_items"] == [{"allow_run_as": True}]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("sort=policies", 400, 1403),
        ("select=nosuch", 400, 1724),
        ("q=nonsense", 400, 1407),
        ("q=policies=1", 500, 1000),
        ("role_ids=99999999999999999999", 500, 1000),
        ("limit=0", 400, None),
        ("limit=100001", 400, None),
        ("nosuch=1", 400, None),
    ],
)
def test_lists_that_fail(server: InProcess, query: str, status: int, code: int | None) -> None:
    response = server.ask("GET", f"/security/roles?{query}")
    assert (response.status, response.body.get("error")) == (status, code)


@pytest.mark.parametrize(("sort", "wrong"), [("foo,foo", "foo"), (",", "")])
def test_wrong_sort_fields_are_named_once(server: InProcess, sort: str, wrong: str) -> None:
    answer = server.ask("GET", f"/security/roles?sort={sort}").body
    assert answer["remediation"].endswith(f"Wrong fields: {wrong}")


@pytest.mark.parametrize(("version", "found"), [("4.4.5", []), ("4.14.7", [100])])
def test_version_4_4_searches_in_what_was_selected(version: str, found: list[int]) -> None:
    server = InProcess(version)
    server.create("rules", name="qqq", rule={"FIND": {"a": "b"}})
    answer = server.ask("GET", "/security/rules?search=qqq&select=rule").body
    assert [item["id"] for item in answer["data"]["affected_items"]] == found


@pytest.mark.parametrize(("version", "status"), [("4.4.5", 400), ("4.14.7", 200)])
def test_version_4_4_selects_from_what_the_search_would_not_find(version: str, status: int) -> None:
    assert InProcess(version).ask("GET", "/security/roles?select=nosuch&search=zzzz").status == status

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of the OpenCTI sandbox: pages, order, filters, search."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.opencti.testing import GraphQLErrors, InProcess

USERS = """query ($first: Int, $after: ID, $filters: FilterGroup, $search: String,
        $orderBy: UsersOrdering, $orderMode: OrderingMode) {
    users(first: $first, after: $after, filters: $filters, search: $search,
            orderBy: $orderBy, orderMode: $orderMode) {
        edges { node { name user_email } }
        pageInfo { endCursor hasNextPage hasPreviousPage globalCount } } }"""


@pytest.fixture(scope="module")
def server() -> InProcess:
    """A platform with users Ann to Eve besides the administrator."""
    found = InProcess()
    for name in ("Ann", "Bob", "Cid", "Dörte", "Eve"):
        found.add_user(f"{name.lower()}@example.org", name=name, firstname=name[0])
    return found


def names(server: InProcess, **arguments: Any) -> list[str]:
    answer = server(USERS, **arguments)["users"]
    return [edge["node"]["name"] for edge in answer["edges"]]


def where(key: str, *values: Any, operator: str = "eq", mode: str = "or") -> dict[str, Any]:
    entry = {"key": [key], "values": list(values), "operator": operator, "mode": mode}
    return {"mode": "and", "filters": [entry], "filterGroups": []}


class TestPages:
    def test_one_after_another(self, server: InProcess) -> None:
        found: list[str] = []
        cursor = None
        while True:
            page = server(USERS, first=4, after=cursor, orderBy="name", orderMode="asc")["users"]
            found += [edge["node"]["name"] for edge in page["edges"]]
            assert page["pageInfo"]["globalCount"] == 6
            assert page["pageInfo"]["hasPreviousPage"] is (cursor is not None)
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == ["admin", "Ann", "Bob", "Cid", "Dörte", "Eve"]

    def test_first_is_500_and_never_above_5000(self) -> None:
        crowded = InProcess()
        for number in range(5100):
            crowded.platform.store.add("Role", {"name": f"role {number}"})
        query = "query ($first: Int) { roles(first: $first) { edges { node { id } } } }"
        assert len(crowded(query)["roles"]["edges"]) == 500
        assert len(crowded(query, first=9999)["roles"]["edges"]) == 5000

    def test_an_empty_page(self, server: InProcess) -> None:
        page = server(USERS, filters=where("name", "nobody"))["users"]
        assert page["edges"] == []
        assert page["pageInfo"] == {
            "endCursor": "",
            "hasNextPage": False,
            "hasPreviousPage": False,
            "globalCount": 0,
        }


class TestOrder:
    def test_by_name_without_case(self, server: InProcess) -> None:
        assert names(server, orderBy="name", orderMode="desc")[0] == "Eve"
        assert names(server, orderBy="name", orderMode="asc")[0] == "admin"


class TestFilters:
    @pytest.mark.parametrize("email", ["ann@example.org", "ANN@example.org"])
    def test_an_email_is_found_without_case(self, server: InProcess, email: str) -> None:
        assert names(server, filters=where("user_email", email)) == ["Ann"]

    def test_accents_do_not_count(self, server: InProcess) -> None:
        assert names(server, filters=where("name", "dorte")) == ["Dörte"]

    @pytest.mark.parametrize(
        ("operator", "value", "expected"),
        [
            ("contains", "example", {"Ann", "Bob", "Cid", "Dörte", "Eve"}),
            ("starts_with", "bob", {"Bob"}),
            ("ends_with", "opencti.io", {"admin"}),
            ("not_eq", "admin@opencti.io", {"Ann", "Bob", "Cid", "Dörte", "Eve"}),
            ("wildcard", "*i*@example.org", {"Cid"}),
        ],
    )
    def test_operators(self, server: InProcess, operator: str, value: str, expected: set[str]) -> None:
        found = names(server, filters=where("user_email", value, operator=operator))
        assert set(found) == expected

    def test_nil(self, server: InProcess) -> None:
        assert set(names(server, filters=where("description", operator="not_nil"))) == {"admin"}

    def test_groups_of_filters(self, server: InProcess) -> None:
        either = where("name", "Ann") | {"mode": "or", "filterGroups": [where("name", "Bob")]}
        assert set(names(server, filters=either)) == {"Ann", "Bob"}

    def test_an_unknown_key_is_refused(self, server: InProcess) -> None:
        with pytest.raises(GraphQLErrors) as caught:
            names(server, filters=where("shoe_size", 44))
        assert caught.value.code == "UNSUPPORTED_ERROR"
        assert caught.value.data["keys"] == ["shoe_size"]

    def test_secrets_cannot_be_probed(self) -> None:
        with pytest.raises(GraphQLErrors):
            names(InProcess("6.9.22"), filters=where("api_token", "a", operator="starts_with"))

    def test_groups_by_filter_from_6_1_11_on(self) -> None:
        query = """query ($filters: FilterGroup) {
            groups(filters: $filters) { edges { node { name } } } }"""
        answer = InProcess("6.1.11")(query, filters=where("name", "connectors"))
        assert answer["groups"]["edges"] == [{"node": {"name": "Connectors"}}]
        with pytest.raises(GraphQLErrors, match="filters"):
            InProcess("6.1.10")(query, filters=where("name", "connectors"))


class TestSearch:
    @pytest.mark.parametrize("search", ["dor", "Dörte", "dorta"])
    def test_finds_what_only_resembles(self, server: InProcess, search: str) -> None:
        assert names(server, search=search) == ["Dörte"]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, roles, rules and policies on the Wazuh stand-in."""

from __future__ import annotations

from typing import Any

import pytest
from contract.in_process import InProcess
from sandbox.wazuh.versions import VERSIONS

POLICY = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}
ARABIC_100 = "%D9%A1%D9%A0%D9%A0"


@pytest.fixture
def server() -> InProcess:
    return InProcess()


def failure(server: InProcess, method: str, target: str, body: Any) -> int:
    """The code of the one item that failed, in an answer that is HTTP 200."""
    response = server.ask(method, target, body)
    assert (response.status, response.body["error"]) == (200, 1)
    return int(response.body["data"]["failed_items"][0]["error"]["code"])


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


def test_an_identical_policy_is_refused_under_any_name(server: InProcess) -> None:
    server.create("policies", name="one", policy=POLICY)
    body = {"name": "two", "policy": POLICY}
    assert failure(server, "POST", "/security/policies", body) == 4009


def test_identity_is_that_of_the_text(server: InProcess) -> None:
    server.create("policies", name="one", policy=POLICY)
    turned = {"effect": "allow", **{name: POLICY[name] for name in ("actions", "resources")}}
    server.create("policies", name="two", policy=turned)
    body = {"name": "three", "policy": POLICY | {"effect": "ALLOW"}}
    assert failure(server, "POST", "/security/policies", body) == 4009


def test_policies_are_lower_cased_but_for_the_value(server: InProcess) -> None:
    policy = {"actions": ["Agent:READ"], "resources": ["Agent:Group:Web"], "effect": "Deny"}
    answer = server.ask("POST", "/security/policies", {"name": "p", "policy": policy}).body
    assert answer["data"]["affected_items"][0]["policy"] == {
        "actions": ["agent:read"],
        "resources": ["agent:group:Web"],
        "effect": "deny",
    }


def test_a_taken_name_is_another_error_on_change(server: InProcess) -> None:
    server.create("policies", name="one", policy=POLICY)
    other = POLICY | {"resources": ["agent:id:002"]}
    id_ = server.create("policies", name="two", policy=other)
    target = f"/security/policies/{id_}"
    assert failure(server, "PUT", target, {"name": "one"}) == 4013
    assert failure(server, "PUT", target, {"policy": POLICY}) == 4013


def test_a_refused_change_changes_nothing(server: InProcess) -> None:
    id_ = server.create("policies", name="one", policy=POLICY)
    broken = POLICY | {"actions": ["nonsense"]}
    target = f"/security/policies/{id_}"
    assert failure(server, "PUT", target, {"name": "new", "policy": broken}) == 4006
    answer = server.ask("GET", f"/security/policies?policy_ids={id_}").body
    assert answer["data"]["affected_items"][0]["name"] == "one"


def test_a_fourth_key_is_refused_on_create_and_kept_on_change(server: InProcess) -> None:
    more = POLICY | {"more": 1}
    body = {"name": "p", "policy": more}
    assert failure(server, "POST", "/security/policies", body) == 4006
    id_ = server.create("policies", name="p", policy=POLICY)
    answer = server.ask("PUT", f"/security/policies/{id_}", {"policy": more}).body
    assert answer["data"]["affected_items"][0]["policy"] == more


@pytest.mark.parametrize(("version", "unique"), [("4.4.5", False), ("4.14.7", True)])
def test_bodies_of_rules_are_unique_since_4_6(version: str, unique: bool) -> None:
    server = InProcess(version)
    server.create("rules", name="one", rule={"FIND": {"a": "b"}})
    answer = server.ask("POST", "/security/rules", {"name": "two", "rule": {"FIND": {"a": "b"}}})
    assert (answer.body["error"] == 1) is unique


def test_rules_lose_their_nulls_and_nothing_else(server: InProcess) -> None:
    rule = {"MATCH": {"a": None, "b": {"c": None}, "d": [None]}}
    answer = server.ask("POST", "/security/rules", {"name": "rule", "rule": rule}).body
    stored = answer["data"]["affected_items"][0]["rule"]
    assert stored == {"MATCH": {"b": {}, "d": [None]}}


def test_reserved_objects_stay(server: InProcess) -> None:
    assert failure(server, "PUT", "/security/roles/1", {"name": "administrator"}) == 4008
    assert failure(server, "DELETE", "/security/roles?role_ids=50", None) == 4008
    assert failure(server, "DELETE", "/security/users?user_ids=1", None) == 5004
    assert failure(server, "PUT", "/security/roles/50", {"name": "x"}) == 4002


@pytest.mark.parametrize("version", list(VERSIONS))
@pytest.mark.parametrize(
    ("collection", "body", "code"),
    [
        ("roles", {}, 4002),
        ("rules", {"rule": {"FIND": {"a": "b"}}}, 4022),
        ("policies", {"policy": POLICY}, 4007),
    ],
)
def test_a_change_finds_no_id_in_digits_of_another_script(
    version: str, collection: str, body: dict[str, Any], code: int
) -> None:
    server = InProcess(version)
    assert server.create(collection, name="old", **body) == 100
    answer = server.ask("PUT", f"/security/{collection}/{ARABIC_100}", {"name": "new"}).body
    [failed] = answer["data"]["failed_items"]
    assert (failed["error"]["code"], failed["id"]) == (code, [100])


def test_deleting_all_spares_the_reserved_ones_silently(server: InProcess) -> None:
    server.create("roles", name="mine")
    answer = server.ask("DELETE", "/security/roles?role_ids=all").body
    assert (answer["error"], answer["data"]["total_affected_items"]) == (0, 1)
    assert answer["data"]["failed_items"] == []


def test_ids_of_links_go_with_the_object(server: InProcess) -> None:
    role = server.create("roles", name="role")
    policy = server.create("policies", name="policy", policy=POLICY)
    server.ask("POST", f"/security/roles/{role}/policies?policy_ids={policy}")
    server.ask("DELETE", f"/security/policies?policy_ids={policy}")
    answer = server.ask("GET", f"/security/roles?role_ids={role}").body
    assert answer["data"]["affected_items"][0]["policies"] == []


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


def test_version_4_4_knows_no_q() -> None:
    assert InProcess("4.4.5").ask("GET", "/security/roles?q=id=1").status == 400


@pytest.mark.parametrize(("sort", "wrong"), [("foo,foo", "foo"), (",", "")])
def test_wrong_sort_fields_are_told_once(server: InProcess, sort: str, wrong: str) -> None:
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

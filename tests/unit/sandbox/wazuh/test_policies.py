# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies: their identity, what is refused, what is kept."""

from __future__ import annotations

from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import POLICY, failure


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

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused for itself, whatever the server has, and what is only warned of."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import (
    body_problems,
    policy_problems,
    rule_problems,
    rule_warnings,
)

FIND = {"FIND": {"backend_roles": "sales"}}
MATCH = {"MATCH": {"user_name": "alice"}}


class TestRules:
    """What the server makes of rules is in FACTS, rule matching."""

    @pytest.mark.parametrize(
        "rule",
        [
            FIND,
            {"FIND": {"groups": ["a", "b"], "r'^dep.*$'": "r'^sales$$'"}},
            {"AND": [FIND, {"NOT": MATCH}, {"OR": [MATCH, {"NOT": [FIND]}]}]},
            {"OR": {**FIND, **MATCH}},
            {"AND": FIND},
            {**FIND, **MATCH},
            {"MATCH": {"AND": [], "FNID": {}}},
        ],
        ids=str,
    )
    def test_good_ones(self, rule: dict[str, Any]) -> None:
        assert rule_problems("sales", rule) == []
        assert rule_warnings("sales", rule) == []

    @pytest.mark.parametrize(
        ("rule", "said"),
        [
            ({}, "rule is empty or no mapping"),
            ([FIND], "rule is empty or no mapping"),
            ({"AND": []}, "rule.AND is empty, so that everybody would match"),
            ({"OR": []}, "rule.OR is empty, so that nobody would match"),
            ({"NOT": []}, "rule.NOT is empty, so that nobody would match"),
            ({"AND": {}}, "rule.AND is empty, so that everybody would match"),
            ({"AND": "sales"}, "rule.AND is empty or no mapping"),
            ({"AND": [FIND, "sales"]}, "rule.AND is empty or no mapping"),
            ({"AND": [FIND, {}]}, "rule.AND is empty or no mapping"),
            ({"OR": [FIND, {"NOT": [{"AND": []}]}]}, "rule.OR.NOT.AND is empty, so that everybody would match"),
            ({"NOT": {**FIND, **MATCH}}, "rule.NOT holds one mapping of 2 operators, so that everybody would match"),
            ({"AND": {**FIND, **MATCH}}, "rule.AND holds one mapping of 2 operators, so that nobody would match"),
            ({"FNID": {}}, "'FNID' in rule is no operator, and the server passes over it. Did you mean FIND?"),
            ({"AND": [{"FNID": {}}]}, "'FNID' in rule.AND is no operator, and the server passes over it. Did you mean"),
        ],
        ids=str,
    )
    def test_expressions_that_match_whom_they_should_not(self, rule: Any, said: str) -> None:
        found = rule_problems("sales", rule)
        assert len(found) == 1
        assert found[0].startswith(f"rule sales: {said}")

    @pytest.mark.parametrize(
        ("expression", "said"),
        [
            (
                "r'^admin$",
                "r'^admin$ lacks its closing quote, and the server cuts its last two characters: write r'^admin$'",
            ),
            (
                "r'^admin",
                "r'^admin lacks its closing quote, and the server cuts its last two characters: write r'^admin$'",
            ),
            ("r'", "r' lacks its closing quote, and the server cuts its last two characters: write r'$'"),
            (
                "r'^admin'",
                "the server cuts the last character of r'^admin': write r'^admin$' for values that begin so, or",
            ),
            ("r'('", "the server cuts the last character of r'('"),
            ("r'(a$'", "r'(a$' is no valid regular expression, the server would take it literally"),
        ],
    )
    @pytest.mark.parametrize("place", ["value", "key", "list"])
    def test_regular_expressions_that_the_server_cuts(self, expression: str, said: str, place: str) -> None:
        clauses: dict[str, dict[str, Any]] = {
            "value": {"user_name": expression},
            "key": {expression: "x"},
            "list": {"groups": ["x", expression]},
        }
        rule = {"AND": [{"FIND": clauses[place]}]}
        found = rule_problems("sales", rule)
        assert len(found) == 1
        assert found[0].startswith(f"rule sales: {said}")
        assert rule_warnings("sales", rule) == []

    def test_what_matches_more_than_it_seems_to_is_warned_of(self) -> None:
        assert rule_warnings("sales", {"FIND": {"user_name": "r'^admin$'"}}) == [
            "rule sales: r'^admin$' matches every value that begins so, since the server cuts the $: "
            "write r'^admin$$' for exactly these values"
        ]


READ = {"actions": ["agent:read"], "resources": ["agent:id:001"], "effect": "allow"}


class TestPolicies:
    """What a write is checked against is looser than what processing takes (FACTS, normalisation)."""

    @pytest.mark.parametrize(
        "resource",
        [
            "*:*:*",
            "agent:id:*",
            "agent:group:Customer-X",
            "file:path:/etc/a-b_c.d",
            "node:name:*",
            "role:id:7",
            "user:id:*",
            "agent:id:001&role:id:7",
            "list:file:*&user:id:7",
        ],
    )
    def test_good_resources(self, resource: str) -> None:
        assert policy_problems("sales", {**READ, "resources": [resource]}) == []

    @pytest.mark.parametrize(
        ("resource", "problem"),
        [
            ("agent", "is malformed"),
            ("agent:id", "is malformed"),
            ("agent:id:", "is malformed"),
            ("agent:id:a b", "is malformed"),
            ("agent:id:süd", "is malformed"),
            ("my-type:id:1", "is malformed"),
            ("agent:id:001&", "is malformed"),
            ("*:*:*&agent:id:1", "has a wildcard before its value"),
            ("a:b:1&c:d:2&e:f:3", "combines more than two"),
            ("role:*:*", "has a wildcard before its value"),
            ("*:id:7", "has a wildcard before its value"),
            ("role:id:sales", "needs a number or * as its value: every list of role objects"),
            ("agent:id:001&user:id:alice", "needs a number or * as its value: every list of user objects"),
            ("policy:id:-1", "needs a number"),
            ("rule:id:1.5", "needs a number"),
        ],
    )
    def test_resources_that_would_be_refused_or_choke_the_server(self, resource: str, problem: str) -> None:
        found = policy_problems("sales", {**READ, "resources": ["agent:id:1", resource]})
        assert len(found) == 1
        assert found[0].startswith(f"policy sales: resource {resource!r} {problem}")

    @pytest.mark.parametrize("action", ["agent", "agent:", ":read", "agent:read:more", "agent:read1", "a b:c", ""])
    def test_malformed_actions(self, action: str) -> None:
        assert policy_problems("sales", {**READ, "actions": [action]}) == [
            f"policy sales: action {action!r} is malformed: write it like agent:read"
        ]

    @pytest.mark.parametrize("action", ["agent:read", "security:create_user", "active-response:command"])
    def test_good_actions(self, action: str) -> None:
        assert policy_problems("sales", {**READ, "actions": [action]}) == []

    @pytest.mark.parametrize("effect", ["maybe", "", "Allow"])
    def test_any_other_effect_would_act_as_deny(self, effect: str) -> None:
        (problem,) = policy_problems("sales", {**READ, "effect": effect})
        assert "is unknown, and the server would take it for deny: write allow or deny" in problem

    @pytest.mark.parametrize("key", ["actions", "resources"])
    def test_empty_lists(self, key: str) -> None:
        assert policy_problems("sales", {**READ, key: []}) == [
            f"policy sales: {key} is empty: name at least one, or remove the policy"
        ]

    def test_all_is_told(self) -> None:
        assert len(policy_problems("sales", {"actions": ["x"], "resources": ["y", "z"], "effect": "no"})) == 4


@pytest.mark.parametrize(
    ("plural", "body", "number"),
    [
        ("policies", {**READ, "actions": []}, 1),
        ("rules", {}, 1),
        ("roles", {}, 0),
        ("users", {}, 0),
        ("rules", FIND, 0),
    ],
)
def test_only_policies_and_rules_have_bodies(plural: str, body: dict[str, Any], number: int) -> None:
    assert len(body_problems(plural, "sales", body)) == number

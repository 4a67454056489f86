# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused for itself, whatever the server has, and what is only warned of."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._body_refusals import rule_problems, rule_warnings

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
        told = rule_problems("sales", rule)
        assert len(told) == 1
        assert told[0].startswith(f"rule sales: {said}")

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
        told = rule_problems("sales", rule)
        assert len(told) == 1
        assert told[0].startswith(f"rule sales: {said}")
        assert rule_warnings("sales", rule) == []

    def test_what_matches_more_than_it_seems_to_is_warned_of(self) -> None:
        assert rule_warnings("sales", {"FIND": {"user_name": "r'^admin$'"}}) == [
            "rule sales: r'^admin$' matches every value that begins so, since the server cuts the $: "
            "write r'^admin$$' for exactly these values"
        ]

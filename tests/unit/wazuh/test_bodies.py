# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies and rules say: as the server stores them (FACTS, normalisation), and when two mean the same."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import (
    normal_actions,
    normal_resource,
    normal_resources,
    normal_rule,
    other_wording,
    rule_meaning,
    surviving_resources,
    text,
)
from hypothesis import given
from hypothesis import strategies as st
from sandbox.wazuh.permissions import effective_permissions
from sandbox.wazuh.rule_matching import rule_matches

ALICE, MAIL = {"MATCH": {"name": "alice"}}, {"FIND": {"mail": "x"}}
RESOURCES = [
    "agent:id:001",
    "agent:id:*",
    "agent:group:web",
    "agent:group:*",
    "role:id:7",
    "*:*:*",
    "agent:id:001&role:id:7",
    "agent:id:*&role:id:7",
    "agent:id:*&role:id:*",
]


class TestText:
    """Bodies are unique as the text that is stored (FACTS, uniqueness)."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"actions": ["a:b", "c:d"]}, {"actions": ["c:d", "a:b"]}),
            ({"actions": ["a:b"]}, {"actions": ["a:b", "a:b"]}),
            ({"MATCH": {"a": "1", "b": "2"}}, {"MATCH": {"b": "2", "a": "1"}}),
        ],
    )
    def test_another_order_or_an_item_twice_is_another_text(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        assert text(one) == text(copy.deepcopy(one))
        assert text(one) != text(other)


class TestNormal:
    def test_actions_become_lower_case_and_nothing_else(self) -> None:
        assert normal_actions(["Security:READ", " agent:read", "agent:read", "agent:read"]) == [
            "security:read",
            " agent:read",
            "agent:read",
            "agent:read",
        ]

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ("AGENT:Group:Customer-X", "agent:group:Customer-X"),
            ("Agent:ID:001", "agent:id:001"),
            ("Role:ID:A&User:ID:B", "role:id:A&user:id:B"),
            ("A:B:C:D", "a:b:c:D"),
            ("*:*:*", "*:*:*"),
            ("Agent", "Agent"),
            ("", ""),
            ("A:B:C&", "a:b:C&"),
        ],
    )
    def test_of_a_resource_all_but_the_value_of_each_piece(self, given: str, stored: str) -> None:
        assert normal_resource(given) == stored
        assert normal_resources([given, given]) == [stored, stored]

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ({"MATCH": {"name": "alice", "mail": None}}, {"MATCH": {"name": "alice"}}),
            ({"MATCH": {"address": {"town": None}}}, {"MATCH": {"address": {}}}),
            ({"FIND": None}, {}),
            ({"AND": [{"FIND": {"mail": None}}]}, {"AND": [{"FIND": {"mail": None}}]}),
            ({"FIND": {"groups": [None, "a"]}}, {"FIND": {"groups": [None, "a"]}}),
            ({"FIND": {"flag": False, "text": "", "number": 0}}, {"FIND": {"flag": False, "text": "", "number": 0}}),
        ],
    )
    def test_of_a_rule_nulls_go_but_for_those_within_a_list(self, given: Any, stored: Any) -> None:
        assert normal_rule(given) == stored

    def test_a_rule_is_not_written_into(self) -> None:
        given = {"MATCH": {"mail": None}}
        normal_rule(given)
        assert given == {"MATCH": {"mail": None}}


class TestSurvivingResources:
    """What of one policy's list the processing of the server leaves (FACTS, permissions)."""

    @pytest.mark.parametrize(
        ("resources", "left"),
        [
            (["agent:id:001", "agent:id:002"], {"agent:id:001", "agent:id:002"}),
            (["agent:id:001", "agent:id:001"], {"agent:id:001"}),
            (["agent:id:001", "agent:id:*"], {"agent:id:*"}),
            (["agent:id:*", "agent:id:001"], {"agent:id:*", "agent:id:001"}),
            (["rule:idx:7", "rule:id:*"], {"rule:id:*"}),
            (["agent:group:web", "role:id:*"], {"role:id:*"}),
            (["agent:group:*", "agent:id:*"], {"agent:id:*"}),
            (["agent:id:001", "*:*:*"], {"agent:id:001", "*:*:*"}),
            (["agent:group:web", "*:*:*"], {"*:*:*"}),
            (["*:*:7", "agent:id:001", "*"], {"agent:id:001", "*"}),
            (["agent:id:001&role:id:7", "agent:id:*"], {"agent:id:001&role:id:7", "agent:id:*"}),
            (["agent:id:001&role:id:7", "agent:id:*&role:id:7"], {"agent:id:*&role:id:7"}),
            (["agent:id:001&role:id:7", "user:id:*&policy:id:*"], {"user:id:*&policy:id:*"}),
            (["agent:id:001&role:id:7", "agent:id:*&role:id:8"], {"agent:id:001&role:id:7", "agent:id:*&role:id:8"}),
            (["a:b:*&c:d:*&e:f:*", "a:b:*&c:d:*"], {"a:b:*&c:d:*&e:f:*", "a:b:*&c:d:*"}),
            (["agent:group:web", "agent:id:001&role:id:*"], {"agent:group:web", "agent:id:001&role:id:*"}),
            ([], set()),
        ],
        ids=str,
    )
    def test_of_a_list(self, resources: list[str], left: set[str]) -> None:
        assert surviving_resources(resources) == left

    @given(resources=st.lists(st.sampled_from(RESOURCES), min_size=1))
    def test_it_is_what_the_processed_policy_has(self, resources: list[str]) -> None:
        policy = {"actions": ["x:y"], "resources": resources, "effect": "allow"}
        assert surviving_resources(resources) == set(effective_permissions([policy])["x:y"])


class TestRuleMeaning:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"MATCH": {"a": "1", "b": "2"}}, {"MATCH": {"b": "2", "a": "1"}}),
            ({"AND": [ALICE, MAIL]}, {"AND": [MAIL, ALICE]}),
            ({**ALICE, **MAIL}, {**MAIL, **ALICE}),
            ({"FIND": {"groups": ["a", "b"]}}, {"FIND": {"groups": ["b", "a"]}}),
            ({"FIND": {"groups": ["a", 1, None]}}, {"FIND": {"groups": [None, 1, "a"]}}),
            ({"MATCH": {"name": "alice", "mail": None}}, ALICE),
            ({"NOT": {"MATCH": {"a": "1", "b": "2"}}}, {"NOT": {"MATCH": {"b": "2", "a": "1"}}}),
        ],
        ids=str,
    )
    def test_is_the_same(self, one: Any, other: Any) -> None:
        assert rule_meaning(one) == rule_meaning(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"AND": [ALICE, MAIL]}, {"OR": [ALICE, MAIL]}),
            ({"MATCH": {"a": "1"}}, {"MATCH$": {"a": "1"}}),
            ({"FIND": {"a": "1"}}, {"FIND": {"a": 1}}),
            ({"FIND": {"groups": ["a"]}}, {"FIND": {"groups": ["a", "a"]}}),
            ({"FIND": {"groups": ["a"]}}, {"FIND": {"groups": "a"}}),
            ({"NOT": ALICE, **MAIL}, {**MAIL, "NOT": ALICE}),
            ({"AND": [{"NOT": ALICE, **MAIL}]}, {"AND": [{**MAIL, "NOT": ALICE}]}),
        ],
        ids=str,
    )
    def test_is_another(self, one: Any, other: Any) -> None:
        assert rule_meaning(one) != rule_meaning(other)

    def test_beside_a_not_the_order_decides(self) -> None:
        """A NOT ends the evaluation of its object either way (FACTS, rule matching)."""
        context = {"name": "alice", "mail": "x"}
        assert rule_matches({**MAIL, "NOT": ALICE}, context) != rule_matches({"NOT": ALICE, **MAIL}, context)

    def test_a_null_within_a_list_of_a_rule_is_a_difference(self) -> None:
        """Without its null, FIND would match everybody."""
        stored = {"AND": [{"FIND": {"mail": None}}], "NOT": {"MATCH": {"name": "alice"}}}
        assert rule_meaning(stored) != rule_meaning({"AND": [{"FIND": {}}], "NOT": {"MATCH": {"name": "alice"}}})


class TestOtherWording:
    """A place to stand while two objects exchange their bodies."""

    @pytest.mark.parametrize("context", [{"name": "alice"}, {"name": "bob"}, {"mail": "x"}, {}])
    @pytest.mark.parametrize("rule", [ALICE, {"NOT": ALICE}, {"OR": [ALICE, MAIL]}, {"NOT": ALICE, **MAIL}], ids=str)
    def test_of_a_rule_matches_the_same(self, rule: dict[str, Any], context: dict[str, str]) -> None:
        other = other_wording("rules", rule)
        assert text(other) != text(rule)
        assert rule_matches(other, context) == rule_matches(rule, context)

    @pytest.mark.parametrize("effect", ["allow", "deny"])
    def test_of_a_policy_grants_the_same(self, effect: str) -> None:
        policy = {"actions": ["a:b", "c:d"], "resources": ["agent:id:001", "agent:id:*"], "effect": effect}
        other = other_wording("policies", policy)
        assert text(other) != text(policy)
        assert effective_permissions([other]) == effective_permissions([policy])

    def test_of_a_policy_without_actions_is_another_text_too(self) -> None:
        """It is never sent: an empty list is refused before."""
        policy: dict[str, Any] = {"actions": [], "resources": [], "effect": "allow"}
        assert text(other_wording("policies", policy)) != text(policy)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule language of run_as logins, its edges included, as the Wazuh server reads it."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.wazuh.rule_matching import (
    GUARDED,
    UNGUARDED,
    ContextTooDeepError,
    LinkedRule,
    RuleDialect,
    RuleEvaluationError,
    granted_roles,
    rule_matches,
)

CONTEXT: dict[str, Any] = {
    "name": "ada",
    "teams": ["soc", "noc"],
    "level": 3,
    "active": True,
    "nothing": None,
    "none_of": [],
    "claims": {"name": "countess", "site": {"city": "London", "floors": [{"desk": "d7"}]}},
}

YES = {"MATCH": {"name": "ada"}}
NO = {"MATCH": {"name": "bob"}}


@pytest.mark.parametrize("dialect", [GUARDED, UNGUARDED], ids=["guarded", "unguarded"])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param({"MATCH": {"name": "ada", "level": 3}}, True, id="all keys"),
        pytest.param({"MATCH": {"name": "ada", "level": 4}}, False, id="one key differs"),
        pytest.param({"MATCH": {"name": "Ada"}}, False, id="case matters"),
        pytest.param({"MATCH": {"level": "3"}}, False, id="types matter"),
        pytest.param({"MATCH": {"level": 3.0, "active": 1}}, True, id="numbers by value"),
        pytest.param({"MATCH": {"city": "London"}}, False, id="MATCH stays on top"),
        pytest.param({"MATCH": {"claims": {"site": {"city": "London"}}}}, True, id="whole path"),
        pytest.param({"FIND": {"city": "London"}}, True, id="FIND goes down"),
        pytest.param({"FIND": {"desk": "d7"}}, True, id="FIND goes into lists"),
        pytest.param({"FIND": {"name": "ada", "city": "London"}}, False, id="FIND on one level"),
        pytest.param({"FIND": "noc"}, True, id="FIND a bare value"),
        pytest.param({"MATCH": {"teams": "soc"}}, True, id="text in list"),
        pytest.param({"MATCH": {"teams": ["noc"]}}, True, id="subset"),
        pytest.param({"MATCH": {"teams": ["noc", "x"]}}, False, id="no subset"),
        pytest.param({"MATCH$": {"teams": ["noc"]}}, False, id="$ wants the whole list"),
        pytest.param({"MATCH$": {"teams": ["noc", "soc"]}}, True, id="$ in any order"),
        pytest.param({"MATCH$": {"claims": {"name": "countess"}}}, True, id="$ not for objects"),
        pytest.param({"MATCH": {"name": ["ada"]}}, False, id="list against text"),
        pytest.param({"MATCH": {"none_of": []}}, True, id="empty list equals"),
        pytest.param({"MATCH": {"teams": []}}, False, id="empty list is no subset"),
        pytest.param({"MATCH": {}}, True, id="empty MATCH is everyone"),
        pytest.param({"FIND$": {}}, True, id="empty FIND is everyone"),
        pytest.param({}, False, id="empty rule is no one"),
        pytest.param({"name": "ada"}, False, id="no function"),
        pytest.param({"match": {"name": "ada"}}, False, id="functions have their case"),
        pytest.param({"MATCH": {"nothing": {"name": "ada"}}}, True, id="null is the context"),
    ],
)
def test_functions(dialect: RuleDialect, rule: Any, expected: bool) -> None:
    assert rule_matches(rule, CONTEXT, dialect=dialect) is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param({"AND": [YES, YES]}, True, id="AND all"),
        pytest.param({"AND": [YES, NO]}, False, id="AND not all"),
        pytest.param({"AND": []}, True, id="empty AND"),
        pytest.param({"AND": {"MATCH": {"name": "ada"}, "FIND": {"desk": "d7"}}}, False, id="AND2"),
        pytest.param({"OR": [NO, YES]}, True, id="OR one"),
        pytest.param({"OR": []}, False, id="empty OR"),
        pytest.param({"NOT": [YES, NO]}, True, id="NOT some"),
        pytest.param({"NOT": [YES, YES]}, False, id="NOT all"),
        pytest.param({"NOT": []}, False, id="empty NOT"),
        pytest.param({"NOT": NO}, True, id="NOT an object"),
        pytest.param({"NOT": "text"}, True, id="NOT of a text"),
        pytest.param({**NO, "FIND": {"desk": "d7"}}, True, id="two functions are an OR"),
        pytest.param({"OR": [NO], **YES}, True, id="a false OR does not end it"),
        pytest.param({"NOT": [YES], **YES}, False, id="a false NOT does"),
        pytest.param({"XOR": [YES], **YES}, True, id="unknown operators are passed over"),
    ],
)
def test_operators(rule: Any, expected: bool) -> None:
    assert rule_matches(rule, CONTEXT) is expected


@pytest.mark.parametrize("dialect", [GUARDED, UNGUARDED], ids=["guarded", "unguarded"])
@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        pytest.param({"name": "r'^a.*$'"}, True, id="value"),
        pytest.param({"r'^na.*$'": "ada"}, True, id="key"),
        pytest.param({"name": "r'^adXX'"}, False, id="too long even when cut"),
        pytest.param({"name": "r'^adX'"}, True, id="the last character is cut"),
        pytest.param({"name": "r'x'"}, True, id="one character: nothing is left"),
        pytest.param({"name": "r'^ad$'"}, True, id="a single end anchor is cut"),
        pytest.param({"name": "r'^ad$$'"}, False, id="a double one holds"),
        pytest.param({"name": "r'da$'"}, False, id="from the start"),
        pytest.param({"name": "r'[a-'"}, False, id="invalid is literal"),
        pytest.param({"teams": ["r'.*$'", "absent"]}, True, id="two hits for two items"),
        pytest.param({"r'.*$'": "ada"}, True, id="one key hits"),
        pytest.param({"r'^(name|nothing)$'": "r'^a.*$'"}, None, id="null under an expression"),
        pytest.param({"level": "r'3$'"}, None, id="an expression on a number"),
    ],
)
def test_expressions(dialect: RuleDialect, clause: Any, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(RuleEvaluationError):
            rule_matches({"MATCH": clause}, CONTEXT, dialect=dialect)
    else:
        assert rule_matches({"MATCH": clause}, CONTEXT, dialect=dialect) is expected


def test_a_key_that_hits_twice_counts_twice() -> None:
    assert not rule_matches({"MATCH": {"r'^k.*$'": "v"}}, {"k1": "v", "k2": "v"})


def test_an_expression_that_takes_too_long_is_no_match() -> None:
    slow = {"MATCH": {"name": "r'(a|a|aa)+c$$'"}}
    dialect = RuleDialect(find_levels=8, regex_seconds=0.001, survives_recursion=True)
    assert not rule_matches(slow, {"name": "a" * 60}, dialect=dialect)


@pytest.mark.parametrize("unordered", [[{"a": 1}, {"b": 1}], ["a", 1], [None, "a"]], ids=["objects", "mixed", "null"])
def test_a_list_that_cannot_be_sorted_breaks_the_login(unordered: list[Any]) -> None:
    with pytest.raises(RuleEvaluationError):
        rule_matches({"FIND": {"name": "bob"}}, {"list": unordered})


def test_a_match_before_the_unsortable_list_is_fine() -> None:
    assert rule_matches({"FIND": {"name": "ada"}}, {"list": [{}, {}], "name": "ada"})


@pytest.mark.parametrize("rule", [{"AND": ["text"]}, {"AND": 5}, {"NOT": 5}, {"OR": [1]}, "text"])
def test_rules_that_break_the_login(rule: Any) -> None:
    with pytest.raises(RuleEvaluationError):
        rule_matches(rule, CONTEXT)


def nested(levels: int) -> dict[str, Any]:
    context: dict[str, Any] = {"leaf": "x"}
    for _level in range(levels):
        context = {"in": context}
    return context


class TestDepth:
    def test_find_reaches_the_eighth_object(self) -> None:
        assert rule_matches({"FIND": {"leaf": "x"}}, nested(7))

    @pytest.mark.parametrize("rule", [{"FIND": {"gone": 1}}, {"NOT": {"FIND": {"gone": 1}}}])
    def test_and_gives_up_below(self, rule: Any) -> None:
        with pytest.raises(ContextTooDeepError):
            rule_matches(rule, nested(8))

    def test_match_is_not_bound_by_it(self) -> None:
        assert rule_matches({"MATCH": nested(20)}, nested(20))

    def test_the_oldest_version_has_no_bound(self) -> None:
        assert rule_matches({"FIND": {"leaf": "x"}}, nested(40), dialect=UNGUARDED)

    def test_beyond_the_stack(self) -> None:
        with pytest.raises(ContextTooDeepError):
            rule_matches({"MATCH": nested(5000)}, nested(5000), dialect=GUARDED)
        with pytest.raises(RuleEvaluationError):
            rule_matches({"MATCH": nested(5000)}, nested(5000), dialect=UNGUARDED)


class TestGrantedRoles:
    def test_one_matching_rule_is_enough(self) -> None:
        roles = [(100, [LinkedRule(100, NO), LinkedRule(101, YES)]), (101, [LinkedRule(100, NO)])]
        assert granted_roles(roles, CONTEXT, user_id=100) == [100]

    def test_roles_without_rules_are_never_granted(self) -> None:
        assert granted_roles([(100, [])], CONTEXT, user_id=2) == []

    def test_default_rules_count_for_the_dashboard_account_alone(self) -> None:
        roles = [(1, [LinkedRule(99, YES)]), (2, [LinkedRule(100, YES)])]
        assert granted_roles(roles, CONTEXT, user_id=2) == [1, 2]
        assert granted_roles(roles, CONTEXT, user_id=1) == [2]

    def test_a_role_that_is_too_deep_is_passed_over_with_all_its_rules(self) -> None:
        deep = LinkedRule(100, {"FIND": {"gone": 1}})
        simple = LinkedRule(101, {"MATCH": {}})
        roles = [(100, [deep, simple]), (101, [simple, deep])]
        assert granted_roles(roles, nested(9), user_id=100) == [101]

    def test_a_rule_that_breaks_ends_the_login(self) -> None:
        roles = [(100, [LinkedRule(100, YES)]), (101, [LinkedRule(101, {"AND": 5})])]
        with pytest.raises(RuleEvaluationError):
            granted_roles(roles, CONTEXT, user_id=100)

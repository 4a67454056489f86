# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Effective permissions and access decisions, as the Wazuh server makes them."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sandbox.wazuh.permissions import (
    Access,
    MalformedKeyError,
    RbacMode,
    UnusableResourceError,
    effective_permissions,
)

READ = "security:read"


def policy(effect: str, *resources: str, actions: Collection[str] = (READ,)) -> dict[str, object]:
    return {"actions": list(actions), "resources": list(resources), "effect": effect}


def entries(*policies: dict[str, object]) -> list[tuple[str, str]]:
    """The map of ``security:read`` as pairs, because its order matters."""
    return list(effective_permissions(policies)[READ].items())


class Stock:
    """A server with three roles, two rules, and agents 001 and 002 in group "web"."""

    def ids(self, resource_type: str) -> Collection[str]:
        return {
            "role:id": ["1", "2", "3"],
            "rule:id": ["1", "2"],
            "agent:id": ["000", "001", "002"],
        }.get(resource_type, [])

    def agents_of_group(self, group: str) -> Collection[str]:
        return ["001", "002"] if group == "web" else []


def access(mode: RbacMode, *policies: dict[str, object]) -> Access:
    return Access(effective_permissions(policies), mode, Stock())


class TestEffectivePermissions:
    def test_no_policies_no_permissions(self) -> None:
        assert effective_permissions([]) == {}

    def test_the_last_policy_wins(self) -> None:
        assert entries(policy("deny", "role:id:1"), policy("allow", "role:id:1")) == [("role:id:1", "allow")]

    def test_a_wildcard_wipes_what_came_before_it(self) -> None:
        assert entries(policy("deny", "role:id:1", "role:id:2"), policy("allow", "role:id:*")) == [
            ("role:id:*", "allow")
        ]

    def test_what_comes_after_a_wildcard_stays_beside_it(self) -> None:
        assert entries(policy("allow", "role:id:*"), policy("deny", "role:id:2")) == [
            ("role:id:*", "allow"),
            ("role:id:2", "deny"),
        ]

    def test_a_repeated_resource_moves_to_the_end(self) -> None:
        assert entries(policy("allow", "role:id:1", "role:id:2", "role:id:1")) == [
            ("role:id:2", "allow"),
            ("role:id:1", "allow"),
        ]

    def test_a_wildcard_wipes_by_text_prefix(self) -> None:
        assert entries(policy("allow", "rule:idx:7", "rule:file:7", "rule:id:*")) == [
            ("rule:file:7", "allow"),
            ("rule:id:*", "allow"),
        ]

    def test_any_wildcard_wipes_agent_groups(self) -> None:
        assert entries(policy("allow", "agent:group:web", "agent:id:001", "role:id:*")) == [
            ("agent:id:001", "allow"),
            ("role:id:*", "allow"),
        ]

    def test_a_star_alone_is_the_resource_of_everything(self) -> None:
        assert entries(policy("allow", "role:id:1", "*")) == [
            ("role:id:1", "allow"),
            ("*:*:*", "allow"),
        ]

    def test_actions_do_not_touch_each_other(self) -> None:
        both = policy("allow", "role:id:1", actions=["security:read", "security:update"])
        assert effective_permissions([both, policy("deny", "role:id:*")]) == {
            "security:read": {"role:id:*": "deny"},
            "security:update": {"role:id:1": "allow"},
        }

    def test_an_action_without_resources_is_there_and_empty(self) -> None:
        assert effective_permissions([policy("allow")]) == {READ: {}}

    def test_any_word_is_kept_as_effect(self) -> None:
        assert entries(policy("maybe", "role:id:1")) == [("role:id:1", "maybe")]

    def test_a_combination_wipes_by_position_whatever_the_type(self) -> None:
        assert entries(policy("allow", "agent:id:001&group:id:web", "agent:id:001", "role:id:*&user:id:*")) == [
            ("agent:id:001", "allow"),
            ("role:id:*&user:id:*", "allow"),
        ]

    def test_a_combination_needs_every_position_to_give_way(self) -> None:
        kept = "agent:id:001&group:id:web"
        assert entries(policy("deny", kept), policy("allow", "agent:id:*&group:id:db")) == [
            (kept, "deny"),
            ("agent:id:*&group:id:db", "allow"),
        ]

    @pytest.mark.parametrize("resource", ["role:*:*", "my-type:id:1", "role:id:é", "role:id", "", "role:id:1\x00"])
    def test_one_unusable_resource_spoils_all(self, resource: str) -> None:
        with pytest.raises(UnusableResourceError) as caught:
            effective_permissions([policy("allow", "role:id:1"), policy("allow", resource)])
        assert not caught.value.too_many_pieces

    def test_three_pieces_are_too_many(self) -> None:
        with pytest.raises(UnusableResourceError) as caught:
            effective_permissions([policy("allow", "role:id:1&user:id:1&rule:id:1")])
        assert caught.value.too_many_pieces

    @pytest.mark.parametrize("resource", ["role:id:1\n", "*:weird:é", "a:id:1&b:id:1é"])
    def test_what_slips_through_the_check(self, resource: str) -> None:
        assert entries(policy("allow", resource)) == [(resource, "allow")]


class TestWhiteMode:
    def test_nothing_is_allowed_without_an_entry(self) -> None:
        nobody = access("white")
        assert nobody.reachable(READ, "role:id") == set()
        assert nobody.judge(READ, "role:id", ["1"]).refused
        assert not nobody.may("security:create")

    def test_part_of_a_request_may_pass(self) -> None:
        verdict = access("white", policy("allow", "role:id:1")).judge(READ, "role:id", ["2", "1", "9"])
        assert (verdict.allowed, verdict.denied) == (["1"], {"2", "9"})
        assert not verdict.refused

    def test_a_wildcard_covers_what_exists_and_what_is_asked_for(self) -> None:
        reader = access("white", policy("allow", "role:id:*"))
        assert reader.reachable(READ, "role:id") == {"1", "2", "3"}
        assert reader.judge(READ, "role:id", ["9"]).allowed == ["9"]

    def test_a_deny_after_a_wildcard_takes_one_out(self) -> None:
        reader = access("white", policy("allow", "role:id:*"), policy("deny", "role:id:2"))
        assert reader.reachable(READ, "role:id") == {"1", "3"}

    def test_ids_are_text_and_need_not_exist(self) -> None:
        assert access("white", policy("allow", "role:id:9", "role:id:x")).reachable(READ, "role:id") == {"9", "x"}

    def test_other_types_and_combinations_say_nothing(self) -> None:
        reader = access("white", policy("allow", "user:id:*", "role:id:*&user:id:*"))
        assert reader.reachable(READ, "role:id") == set()

    def test_an_unknown_effect_takes_away(self) -> None:
        reader = access("white", policy("allow", "role:id:*"), policy("maybe", "role:id:2"))
        assert reader.reachable(READ, "role:id") == {"1", "3"}

    def test_nothing_asked_for_is_no_refusal(self) -> None:
        assert not access("white").judge(READ, "role:id", []).refused

    def test_actions_on_no_object(self) -> None:
        create = ["security:create"]
        assert access("white", policy("allow", "*:*:*", actions=create)).may("security:create")
        assert not access("white", policy("allow", "role:id:*", actions=create)).may("security:create")

    def test_a_nonsense_value_allows_an_action_on_no_object(self) -> None:
        create = ["security:create"]
        assert access("white", policy("allow", "*:*:x", actions=create)).may("security:create")

    def test_groups_stand_for_their_agents(self) -> None:
        reader = access("white", policy("allow", "agent:group:web"), policy("deny", "agent:id:002"))
        assert reader.reachable(READ, "agent:id") == {"001"}
        assert reader.judge(READ, "agent:id", ["000", "001"]).denied == {"000"}

    def test_a_key_of_other_than_three_parts_breaks_the_decision(self) -> None:
        with pytest.raises(MalformedKeyError):
            access("white", policy("allow", "*x")).reachable(READ, "role:id")


class TestBlackMode:
    def test_everything_is_allowed_without_an_entry(self) -> None:
        anybody = access("black")
        assert anybody.reachable(READ, "role:id") == {"1", "2", "3"}
        assert anybody.judge(READ, "role:id", ["9"]).allowed == ["9"]
        assert anybody.may("security:create")

    def test_an_entry_of_allow_restricts_nothing(self) -> None:
        assert access("black", policy("allow", "role:id:1")).reachable(READ, "role:id") == {
            "1",
            "2",
            "3",
        }

    def test_only_denials_restrict(self) -> None:
        reader = access("black", policy("deny", "role:id:2"))
        assert reader.reachable(READ, "role:id") == {"1", "3"}
        assert reader.judge(READ, "role:id", ["2"]).refused

    def test_denying_everything_denies_what_is_asked_for_too(self) -> None:
        reader = access("black", policy("deny", "role:id:*"), policy("allow", "role:id:3"))
        assert reader.reachable(READ, "role:id") == {"3"}
        assert reader.judge(READ, "role:id", ["9", "3"]).denied == {"9"}

    def test_actions_on_no_object_are_denied_by_their_wildcard_alone(self) -> None:
        create = ["security:create"]
        assert access("black", policy("deny", "role:id:*", actions=create)).may("security:create")
        assert not access("black", policy("deny", "*", actions=create)).may("security:create")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""On the way from one tree to another nobody may do what neither of them allows (white mode)."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call, Steps
from ansible_collections.secops.iam.plugins.module_utils._wazuh._target import target_of
from hypothesis import assume, given
from hypothesis import strategies as st
from sandbox.wazuh.permissions import effective_permissions

Objects = dict[str, Any]
Tree = dict[str, Objects]

# Texts never meet, or the server's rule that each is stored once would force an order of its own.
POLICIES = {
    "read": {"actions": ["agent:read"], "effect": "allow"},
    "delete": {"actions": ["agent:delete"], "effect": "allow"},
    "no_read": {"actions": ["agent:read"], "effect": "deny"},
    "no_delete": {"actions": ["agent:delete"], "effect": "deny"},
}
RESOURCES = ["agent:id:001", "agent:id:*"]
AGENTS = ["agent:id:001", "agent:id:002"]
# Who both allows and denies in one role can be linked with one request, and that takes a moment with half of it.
ROLES = {"giver": ["read", "delete"], "helper": ["read", "delete"], "taker": ["no_read", "no_delete"]}
USERS = ["ann", "bob"]


def policy(effect: str, *resources: str, action: str = "agent:read") -> Objects:
    return {"actions": [action], "resources": list(resources), "effect": effect}


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A tree of policies, roles and users, all linked in any order."""
    policies = {
        name: {**POLICIES[name], "resources": [draw(st.sampled_from(RESOURCES))]}
        for name in draw(st.lists(st.sampled_from(list(POLICIES)), unique=True))
    }
    roles = {}
    for name in draw(st.lists(st.sampled_from(list(ROLES)), unique=True)):
        linked = [policy for policy in ROLES[name] if policy in policies]
        roles[name] = {"policies": draw(st.permutations(linked)) if draw(st.booleans()) else linked[:1], "rules": []}
    users = {
        name: {
            "allow_run_as": False,
            "roles": draw(st.lists(st.sampled_from(list(roles)), unique=True)) if roles else [],
        }
        for name in draw(st.lists(st.sampled_from(USERS), unique=True))
    }
    return {"policies": policies, "rules": {}, "roles": roles, "users": users}


def calls(current: Tree, wanted: Tree) -> list[tuple[str, Call]]:
    """The plan from one whole tree to another."""
    ids = {kind: {name: 100 + at for at, name in enumerate(objects)} for kind, objects in current.items()}
    there = Snapshot(current, ids)
    desired = Desired(
        present=wanted,
        purge=list(wanted),
        passwords=dict.fromkeys(wanted["users"], "secret"),
    )
    return [(step.sentence, step.call) for step in Steps(there, target_of(there, desired)).in_order()]


def carry_out(tree: Tree, call: Call) -> None:
    """What the server does with one write."""
    objects = tree[call.plural]
    if call.verb == "create":
        empty = {"policies": [], "rules": []} if call.plural == "roles" else {"allow_run_as": False, "roles": []}
        objects[call.names[0]] = call.body or empty
    elif call.verb == "update":
        old = objects.pop(call.names[0])
        objects[call.new_name] = call.body or old
        replace_links(tree, call.plural, {call.names[0]: call.new_name})
    elif call.verb == "delete":
        for name in call.names:
            del objects[name]
        replace_links(tree, call.plural, dict.fromkeys(call.names, ""))
    elif call.verb == "link":
        link(objects[call.names[0]][call.items], call, set(tree[call.items]))
    else:
        assert call.verb == "unlink"
        unlink(objects[call.names[0]][call.items], call)


def link(linked: list[str], call: Call, known: set[str]) -> None:
    """Link what is known and not linked yet."""
    assert not set(call.linked) & set(linked)
    assert set(call.linked) <= known
    at = len(linked) if call.position is None else call.position
    linked[at:at] = call.linked


def unlink(linked: list[str], call: Call) -> None:
    """Unlink what is linked."""
    assert set(call.linked) <= set(linked)
    linked[:] = [name for name in linked if name not in call.linked]


def replace_links(tree: Tree, plural: str, names: dict[str, str]) -> None:
    """Give what is linked its new name, or take it out."""
    for owner in [*tree["roles"].values(), *tree["users"].values()]:
        if plural in owner:
            renamed = [names.get(name, name) for name in owner[plural]]
            owner[plural] = [name for name in renamed if name]


def rights(tree: Tree) -> dict[str, set[tuple[str, str]]]:
    """What each user may do to which agent."""
    found = {}
    for name, user in tree["users"].items():
        linked = [policy for role in user["roles"] for policy in tree["roles"][role]["policies"]]
        effects = effective_permissions([tree["policies"][policy] for policy in linked])
        found[name] = {
            (action, agent)
            for action, by_resource in effects.items()
            for agent in AGENTS
            if by_resource.get(agent, by_resource.get("agent:id:*")) == "allow"
        }
    return found


def check_way(current: Tree, wanted: Tree) -> list[str]:
    """Go the way and compare rights after each step; return its sentences."""
    ends = [rights(current), rights(wanted)]
    here = copy.deepcopy(current)
    sentences = []
    for sentence, call in calls(copy.deepcopy(current), copy.deepcopy(wanted)):
        carry_out(here, call)
        sentences.append(sentence)
        for user, may in rights(here).items():
            assert may <= set.union(*(end.get(user, set()) for end in ends)), (sentences, user)
    assert {name: role["policies"] for name, role in here["roles"].items()} == {
        name: role["policies"] for name, role in wanted["roles"].items()
    }
    assert here["users"] == wanted["users"]
    assert here["policies"] == wanted["policies"]
    return sentences


def reorders_restrictions(current: Tree, wanted: Tree) -> bool:
    """Whether a role keeps restrictions in another order: they cannot be moved, so for a moment it has none."""
    for name, role in current["roles"].items():
        there = role["policies"]
        then = wanted["roles"].get(name, {"policies": []})["policies"]
        kept = [policy for policy in there if policy in then and wanted["policies"][policy]["effect"] == "deny"]
        if kept != [policy for policy in then if policy in kept]:
            return True
    return False


@given(current=trees(), wanted=trees())
def test_between_any_two_trees(current: Tree, wanted: Tree) -> None:
    assume(not reorders_restrictions(current, wanted))
    check_way(current, wanted)


def one_user(policies: Objects, roles: dict[str, list[str]], linked: list[str]) -> Tree:
    return {
        "policies": policies,
        "rules": {},
        "roles": {name: {"policies": list(names), "rules": []} for name, names in roles.items()},
        "users": {"ann": {"allow_run_as": False, "roles": linked}},
    }


def test_a_restriction_that_is_renamed_stays_in_force() -> None:
    every, one = policy("allow", "agent:id:*"), policy("deny", "agent:id:001")
    current = one_user({"all": every, "not_one": one}, {"role": ["all", "not_one"]}, ["role"])
    wanted = one_user({"all": every, "none_of_one": one}, {"role": ["all", "none_of_one"]}, ["role"])
    assert check_way(current, wanted) == ["rename policy not_one to none_of_one"]


def test_a_new_restriction_comes_before_what_it_restricts() -> None:
    one, every, no_one = policy("allow", "agent:id:002"), policy("allow", "agent:id:*"), policy("deny", "agent:id:001")
    current = one_user({"some": one}, {"role": ["some"]}, ["role"])
    wanted = one_user({"some": every, "not_one": no_one}, {"role": ["some", "not_one"]}, ["role"])
    assert check_way(current, wanted) == [
        "create policy not_one",
        "link policy not_one to role role",
        "change policy some: resources",
    ]


def test_of_several_links_the_restricting_come_first() -> None:
    policies = {
        "some": policy("allow", "agent:id:002", action="agent:delete"),
        "all": policy("allow", "agent:id:*"),
        "not_one": policy("deny", "agent:id:001"),
    }
    current = one_user(policies, {"role": ["some"]}, ["role"])
    wanted = one_user(policies, {"role": ["all", "some", "not_one"]}, ["role"])
    assert check_way(current, wanted) == [
        "link policy not_one to role role",
        "link policy all to role role at position 0",
    ]


def test_who_loses_all_roles_loses_them_before_one_of_them_loses_a_restriction() -> None:
    policies = {"all": policy("allow", "agent:id:*"), "not_one": policy("deny", "agent:id:001")}
    roles = {"giver": ["all"], "taker": ["not_one"]}
    current = one_user(policies, roles, ["giver", "taker"])
    wanted = one_user(policies, {**roles, "taker": []}, [])
    assert check_way(current, wanted) == [
        "unlink roles giver, taker from user ann",
        "unlink policy not_one from role taker",
    ]


def test_a_right_goes_before_the_restriction_that_goes_with_it() -> None:
    policies = {
        "all": policy("allow", "agent:id:*"),
        "some": policy("allow", "agent:id:002", action="agent:delete"),
        "not_one": policy("deny", "agent:id:001"),
    }
    roles = {"giver": ["all"], "taker": ["not_one"], "helper": ["some", "not_one"]}
    current = one_user(policies, roles, ["giver", "taker", "helper"])
    wanted = one_user(policies, {**roles, "helper": ["some"]}, ["helper"])
    assert check_way(current, wanted) == [
        "unlink role giver from user ann",
        "unlink policy not_one from role helper",
        "unlink role taker from user ann",
    ]


def test_a_restriction_that_moves_is_never_missing() -> None:
    policies = {"all": policy("allow", "agent:id:*"), "not_one": policy("deny", "agent:id:001")}
    current = one_user(policies, {"a": ["not_one"], "b": ["all"], "c": []}, ["b", "a", "c"])
    wanted = one_user(policies, {"a": [], "b": ["all"], "c": ["not_one"]}, ["b", "a", "c"])
    assert check_way(current, wanted) == ["link policy not_one to role c", "unlink policy not_one from role a"]


def test_people_get_the_role_that_restricts_before_the_one_that_grants() -> None:
    policies = {"all": policy("allow", "agent:id:*"), "not_one": policy("deny", "agent:id:001")}
    roles = {"a_grants": ["all"], "b_denies": ["not_one"]}
    linked, unlinked = one_user(policies, roles, []), one_user(policies, roles, [])
    for tree in (linked, unlinked):
        tree["rules"] = {"everybody": {"FIND": {"name": "."}}}
    for role in linked["roles"].values():
        role["rules"] = ["everybody"]
    assert [sentence for sentence, _call in calls(unlinked, linked)] == [
        "link rule everybody to role b_denies",
        "link rule everybody to role a_grants",
    ]
    assert [sentence for sentence, _call in calls(linked, unlinked)] == [
        "unlink rule everybody from role a_grants",
        "unlink rule everybody from role b_denies",
    ]

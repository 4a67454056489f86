# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random RBAC trees in the shape that wazuh_rbac takes: few names and few bodies, so that they clash."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sandbox.wazuh.permissions import effective_permissions

Tree = dict[str, Any]

ACTIONS = ["agent:read", "agent:delete", "security:read"]
RESOURCES = ["agent:id:001", "agent:id:*", "agent:group:web", "role:id:*"]
RULES = [
    {"FIND": {"dept": "sales"}},
    {"MATCH": {"dept": "sales", "site": None}},
    {"AND": [{"FIND": {"a": "b"}}, {"NOT": {"FIND": {"c": "r'^d$$'"}}}]},
    {"OR": [{"MATCH$": {"groups": ["x", "y"]}}]},
]
PASSWORD = "Prop-Test-Passw0rd"
KINDS = ("policies", "rules", "roles", "users")
DEFAULT_POLICY, DEFAULT_ROLE = "agents_all_agents", "readonly"


def names(prefix: str, most: int) -> st.SearchStrategy[list[str]]:
    """Some of the names prefix1, prefix2 …, in any order."""
    return st.lists(st.sampled_from([f"{prefix}{n}" for n in range(1, most + 1)]), unique=True)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A whole tree of up to 30 custom objects and a configuration."""
    bodies = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "actions": st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2, unique=True),
                    "resources": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=3, unique=True),
                    "effect": st.sampled_from(["allow", "deny"]),
                }
            ),
            max_size=9,
            unique_by=lambda body: (tuple(body["actions"]), tuple(body["resources"]), body["effect"]),
        )
    )
    policy_names = draw(st.permutations([f"policy{n}" for n in range(1, 10)]))[: len(bodies)]
    rules = draw(st.lists(st.sampled_from(RULES), max_size=4, unique_by=str))
    rule_names = draw(st.permutations([f"rule{n}" for n in range(1, 5)]))[: len(rules)]
    roles, users = draw(names("role", 8)), draw(names("user", 8))
    linkable = st.lists(st.sampled_from([*policy_names, DEFAULT_POLICY]), max_size=5, unique=True)
    rule_links = st.lists(st.sampled_from(rule_names), max_size=3, unique=True) if rules else st.just([])
    role_links = st.lists(st.sampled_from([*roles, DEFAULT_ROLE]), max_size=5, unique=True)
    return {
        "policies": [{"name": name, **body} for name, body in zip(policy_names, bodies, strict=True)],
        "rules": [{"name": name, "rule": rule} for name, rule in zip(rule_names, rules, strict=True)],
        "roles": [{"name": name, "policies": draw(linkable), "rules": draw(rule_links)} for name in roles],
        "users": [
            {"name": name, "allow_run_as": draw(st.booleans()), "roles": draw(role_links), "password": PASSWORD}
            for name in users
        ],
        "config": {
            "rbac_mode": draw(st.sampled_from(["white", "white", "black"])),
            "auth_token_exp_timeout": draw(st.sampled_from([900, 1800])),
        },
    }


def normal(tree: Tree) -> Tree:
    """A tree as the server shows it: by name, without secrets, nulls and the order that means nothing."""
    found: Tree = {"config": tree["config"]}
    for kind in KINDS:
        own = [item for item in tree[kind] if not item.get("reserved")]
        found[kind] = {item["name"]: _normal_object(kind, item) for item in own}
    return found


def _normal_object(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    if kind == "policies":
        return effective_permissions([item])
    hidden = ("name", "password", "id", "reserved")
    shown = {key: _without_nulls(value) for key, value in item.items() if key not in hidden}
    if kind == "roles":
        shown["rules"] = sorted(shown["rules"])
    return shown


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value

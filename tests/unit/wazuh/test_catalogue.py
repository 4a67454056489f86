# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the catalogue says of a policy: nothing else tells of a misspelled action or resource (FACTS, catalogue)."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._catalogue import catalogue_problems

CATALOGUE = {
    "agent:read": ["agent:id", "agent:group"],
    "security:read": ["role:id", "user:id"],
    "manager:restart": ["*:*"],
}
SWITCH = " (validate_catalogue: false switches this check off)"


def problems(actions: list[str], resources: list[str]) -> list[str]:
    policy = {"actions": actions, "resources": resources, "effect": "allow"}
    return catalogue_problems("sales", policy, CATALOGUE)


@pytest.mark.parametrize(
    ("actions", "resources"),
    [
        (["agent:read"], ["agent:id:001", "agent:group:web"]),
        (["agent:read", "security:read"], ["agent:id:*"]),
        (["manager:restart"], ["*:*:*"]),
        (["security:read"], ["role:id:7&user:id:*"]),
    ],
)
def test_what_it_knows_is_no_problem(actions: list[str], resources: list[str]) -> None:
    assert problems(actions, resources) == []


@pytest.mark.parametrize(("action", "hint"), [("agent:raed", " Did you mean agent:read?"), ("xyzzy:plugh", "")])
def test_an_unknown_action(action: str, hint: str) -> None:
    assert problems([action], ["agent:id:*"]) == [f"policy sales: the server knows no action {action}.{hint}{SWITCH}"]


@pytest.mark.parametrize(
    ("resource", "kind", "hint"),
    [
        ("agent:ip:001", "agent:ip", " Did you mean agent:id?"),
        ("agent:id:001&rolle:id:7", "rolle:id", " Did you mean role:id?"),
        ("node:name:*", "node:name", ""),
    ],
)
def test_an_unknown_type_of_resource(resource: str, kind: str, hint: str) -> None:
    assert problems(["agent:read"], [resource]) == [
        f"policy sales: the server knows no resource {kind} (in {resource}).{hint}{SWITCH}"
    ]


def test_all_are_told_and_the_way_out_once() -> None:
    found = problems(["a:b", "c:d"], ["agent:id:1", "x:y:1"])
    assert len(found) == 3
    assert [problem.endswith(SWITCH) for problem in found] == [False, False, True]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox decides as a real Wazuh server did: files of cases, replayed.

Every file of ``$WAZUH_CASES`` (default ``../shared/wazuh/cases`` beside the checkout) is used,
whatever its name; what a case is about shows in its fields. Rules are decided by the pure code, as
they were when the cases were made; permissions through the API, as then, too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from contract.in_process import InProcess
from contract.wazuh_exchange import Response
from sandbox.wazuh.rule_matching import ContextTooDeepError, RuleEvaluationError, rule_matches

_ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("WAZUH_CASES") or _ROOT.parent / "shared" / "wazuh" / "cases")
FILES = sorted(CASES.glob("*.json"))

ACCOUNT = ("ec_user", "Some.Pass-word-1")
BODIES = {
    "POST /security/rules": {"name": "probe", "rule": {"FIND": {"probe": "probe"}}},
    "PUT /security/roles/1": {"name": "probe"},
}

Case = dict[str, Any]


def decide_rule(case: Case) -> dict[str, Any]:
    """A case's answer: null where the login breaks, false where the role is passed over."""
    try:
        return {"match": rule_matches(case["rule"], case["auth_context"])}
    except ContextTooDeepError:
        return {"match": False}
    except RuleEvaluationError:
        return {"match": None}


def decide_permissions(case: Case, version: str) -> dict[str, Any]:
    """A case's answers: set the account up, log in as it, look around."""
    server = InProcess(version)
    roles = [
        role["role_id"] if role.get("default_role") else _role(server, number, role["policies"])
        for number, role in enumerate(case["config"]["roles_in_order"])
    ]
    name, password = ACCOUNT
    user = _created(server, "users", {"username": name, "password": password})
    if roles:
        _ok(server.ask("POST", f"/security/users/{user}/roles?role_ids={_joined(roles)}"))
    mode = {"rbac_mode": case["rbac_mode"], "auth_token_exp_timeout": 900}
    _ok(server.ask("PUT", "/security/config", mode))
    server.log_in(name, password)
    mine = server.ask("GET", "/security/users/me/policies")
    return {
        "me_policies_status": mine.status,
        "me_policies": mine.body["data"] if mine.status == 200 else mine.body,
        "probes": {label: _probe(server, label) for label in case["probes"]},
    }


def _role(server: InProcess, number: int, policies: list[Any]) -> int:
    role = _created(server, "roles", {"name": f"role{number}"})
    ids = [_policy(server, f"policy{number}.{index}", one) for index, one in enumerate(policies)]
    if ids:
        _ok(server.ask("POST", f"/security/roles/{role}/policies?policy_ids={_joined(ids)}"))
    return role


def _policy(server: InProcess, name: str, policy: Any) -> int:
    """The id of a policy with this body: a new one, unless a role before has brought it."""
    existing = server.ask("GET", "/security/policies?limit=100000").body["data"]["affected_items"]
    for item in existing:
        if item["policy"] == policy:
            return int(item["id"])
    return _created(server, "policies", {"name": name, "policy": policy})


def _created(server: InProcess, kind: str, body: Any) -> int:
    return int(_ok(server.ask("POST", f"/security/{kind}", body))["affected_items"][0]["id"])


def _ok(response: Response) -> Any:
    assert response.status == 200, response.raw
    assert response.body["error"] == 0, response.raw
    return response.body.get("data")


def _joined(ids: list[int]) -> str:
    return ",".join(map(str, ids))


def _probe(server: InProcess, label: str) -> Any:
    """Do what a probe's label says, and give the outcome in the words of its kind."""
    request = label.partition(" -> ")[0].partition(" (")[0]
    method, target = request.split(" ")
    response = server.ask(method, target, BODIES.get(request))
    if "ids=" in target:
        return _by_id(response)
    if response.status == 403:
        return "denied"
    if response.status != 200 or "data" not in response.body:
        return [response.status, response.body]
    if "visible" in label:
        return [item["id"] for item in response.body["data"]["affected_items"] if item["id"] <= 99]
    return "allowed"


def _by_id(response: Response) -> dict[str, Any]:
    """The outcome of a question for some ids."""
    if response.status != 200 or "data" not in response.body:
        return {"status": response.status, "visible": None, "failed": None}
    data = response.body["data"]
    return {
        "status": response.status,
        "visible": [item["id"] for item in data["affected_items"]],
        "failed": [[item["error"]["code"], item["id"]] for item in data["failed_items"]],
    }


def differences(case: Case, version: str) -> list[str]:
    """What the sandbox answers otherwise, a line each."""
    if "auth_context" in case:
        what = f"{json.dumps(case['rule'])} on {json.dumps(case['auth_context'])}"
        answers = decide_rule(case)
    else:
        what = f"{case['name']} ({case['rbac_mode']})"
        answers = decide_permissions(case, version)
    # As text, because the order of keys is part of the answer.
    return [
        f"{what}: {name} is {json.dumps(answer)} instead of {json.dumps(case[name])}"
        for name, answer in answers.items()
        if json.dumps(answer) != json.dumps(case[name])
    ]


def check_file(file: Path) -> tuple[int, list[list[str]]]:
    """How many cases of a file pass, and for each of the others what differs."""
    recorded = json.loads(file.read_text(encoding="utf-8"))
    found = [differences(case, recorded["server"]) for case in recorded["cases"]]
    failed = [lines for lines in found if lines]
    return len(found) - len(failed), failed


@pytest.mark.skipif(not FILES, reason="no recorded cases: set WAZUH_CASES to their folder")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_cases(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    passed, failed = check_file(file)
    with capsys.disabled():
        print(f"\n{file.name}: {passed} passed, {len(failed)} failed")
    assert not failed, "\n".join(line for lines in failed for line in lines)


def without_roles(mode: str, **answers: Any) -> Case:
    """A case of a user that has no roles: it may log in, and has no permissions of its own."""
    policies = {"me_policies_status": 200, "me_policies": {"rbac_mode": mode}}
    return {"name": "no_roles", "rbac_mode": mode, "config": {"roles_in_order": []}, **policies, "probes": answers}


def test_a_user_may_have_no_roles(tmp_path: Path) -> None:
    denied = {
        "GET /security/users -> visible default ids": [],
        "GET /security/roles?role_ids=1,2,3": {"status": 403, "visible": None, "failed": None},
        "PUT /security/roles/1 (security:update role:id:1)": "denied",
    }
    allowed = {
        "GET /security/users -> visible default ids": [1, 2],
        "GET /security/config (security:read_config *:*:*)": "allowed",
    }
    cases = [without_roles("white", **denied), without_roles("black", **allowed), without_roles("white", **allowed)]
    file = tmp_path / "no_roles.json"
    file.write_text(json.dumps({"server": "4.14.7", "cases": cases}))
    passed, failed = check_file(file)
    assert passed == 2
    assert [line.partition(": probes is ")[0] for lines in failed for line in lines] == ["no_roles (white)"]

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox decides as a real Wazuh server did: files of cases, replayed.

Every file of ``$WAZUH_CASES`` (default ``../shared/wazuh/cases`` beside the checkout) is used,
whatever its name; what a case is about shows in its fields.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sandbox.wazuh.permissions import UnusableResourceError, effective_permissions
from sandbox.wazuh.rule_matching import (
    ContextTooDeepError,
    RuleEvaluationError,
    rule_matches,
)

_ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("WAZUH_CASES") or _ROOT.parent / "shared" / "wazuh" / "cases")
FILES = sorted(CASES.glob("*.json"))

Case = dict[str, Any]


def replay_rule_matching(case: Case) -> Any:
    """``match`` of a case: null where the login broke, false where the role was passed over."""
    try:
        return rule_matches(case["rule"], case["auth_context"])
    except ContextTooDeepError:
        return False
    except RuleEvaluationError:
        return None


def replay_effective_permissions(case: Case) -> Any:
    """``me_policies`` of a case, or its error code."""
    policies = [p for role in case["config"]["roles_in_order"] for p in role["policies"]]
    # As stored: in lower case, but for the value part (no case here has one with capitals).
    policies = json.loads(json.dumps(policies).lower())
    try:
        return {**effective_permissions(policies), "rbac_mode": case["rbac_mode"]}
    except UnusableResourceError:
        return 4500


def check(case: Case) -> str | None:
    """What differs, or None."""
    if "auth_context" in case:
        expected, answer = case["match"], replay_rule_matching(case)
        what = f"{json.dumps(case['rule'])} on {json.dumps(case['auth_context'])}"
    else:
        if any("policies" not in role for role in case["config"]["roles_in_order"]):
            return None
        expected = case["me_policies"]
        if case["me_policies_status"] != 200:
            expected = expected["error"]
        answer = replay_effective_permissions(case)
        what = f"{case['name']} ({case['rbac_mode']})"
    # As text, because the order of keys is part of the answer.
    if json.dumps(answer) == json.dumps(expected):
        return None
    return f"{what}: expected {json.dumps(expected)}, got {json.dumps(answer)}"


@pytest.mark.skipif(not FILES, reason="no recorded cases: set WAZUH_CASES to their folder")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_cases(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases: list[Case] = json.loads(file.read_text(encoding="utf-8"))["cases"]
    differences = [difference for difference in map(check, cases) if difference]
    with capsys.disabled():
        print(f"\n{file.name}: {len(cases) - len(differences)} passed, {len(differences)} failed")
    assert not differences, "\n".join(differences)

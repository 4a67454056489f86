# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with these options desires, or is told of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as modules
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._refusals import desired_problems
from unit.described import InvalidOptionsError, validated

DESIRED_BY = {
    "wazuh_rbac": modules.tree,
    "wazuh_rbac_config": modules.config,
    "wazuh_rbac_link": modules.link,
    "wazuh_rbac_policy": modules.policy,
    "wazuh_rbac_role": modules.role,
    "wazuh_rbac_rule": modules.rule,
    "wazuh_rbac_user": modules.user,
}
PASSWORD = "Sales-Member-1"


def desired(module: str, **given: Any) -> Desired:
    made = DESIRED_BY[module](validated(module, given))
    assert desired_problems(made) == []
    return made


def refusal(module: str, **given: Any) -> str:
    """What the user is told; fails when the options are good."""
    try:
        problems = desired_problems(DESIRED_BY[module](validated(module, given)))
    except (InvalidOptionsError, Refused) as error:
        return str(error)
    assert problems
    return "\n".join(problems)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server's catalogue of actions says of a policy. Pure."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.module_utils._errors import nearest
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY, Desired, Snapshot


def is_sure_to_be_needed(current: Snapshot, desired: Desired) -> bool:
    """Whether a policy is to be written that is not there, or not as it is stated; asked before planning.

    A plan that writes one for another reason names the catalogue among what it lacks.
    """
    if not desired.validate_catalogue:
        return False
    there = current.of(POLICY.plural)
    for name, stated in desired.present.get(POLICY.plural, {}).items():
        now = there.get(desired.final_name(POLICY.plural, name), there.get(name, {}))
        if POLICY.merged(now, stated) != now:
            return True
    return False


def catalogue_problems(name: str, policy: Body, catalogue: dict[str, list[str]]) -> list[str]:
    """Actions and resources that this server does not know, with the nearest that it knows.

    :param catalogue: what C(GET /security/actions) tells: C({action: [resource types, "*:*" for none]}).
    """
    types = {kind for kinds in catalogue.values() for kind in kinds}
    problems = [
        f"policy {name}: the server knows no action {action}.{nearest(action, catalogue)}"
        for action in policy["actions"]
        if action not in catalogue
    ]
    for resource in policy["resources"]:
        for piece in resource.split("&"):
            kind = piece.rpartition(":")[0]
            if kind not in types:
                problems.append(
                    f"policy {name}: the server knows no resource {kind} (in {resource}).{nearest(kind, types)}"
                )
    if problems:
        problems[-1] += " (validate_catalogue: false switches this check off)"
    return problems

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows for a user from its groups: what takes effect, and what to warn of. Pure."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.module_utils._opencti import _model as model
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import BYPASS, Group, Snapshot

MOST = 100  # the confidence of who may do everything


def groups_of(user: Snapshot) -> list[Group]:
    """The groups that a user has or is to have."""
    ids = user.links.get("groups", {}).values()
    return [group for group in user.groups if group.id in ids]


def capabilities_of(user: Snapshot) -> set[str]:
    """All that its groups' roles let a user do."""
    return {capability for group in groups_of(user) for capability in group.capabilities}


def may_use_token(user: Snapshot) -> bool:
    """Whether one of the user's roles lets it use a token (from 7.260224.0; before that everybody may)."""
    return any(model.TOKEN_CAPABILITY in name or name == BYPASS for name in capabilities_of(user))


def warnings(current: Snapshot, desired: Desired, target: Snapshot) -> list[str]:
    """What is as it is desired, and yet not as one might think."""
    found = _of_confidence(desired, target) + _of_token(current, desired, target)
    if _lacks_organization(target):
        found.append(
            f"{desired.label}: the platform has a main organisation, and users without any organisation cannot use it: "
            "give organizations, or make it a service_account"
        )
    if current.external and desired.links:
        found.append(
            f"{desired.label} is external: if that means single sign-on, its next login may set groups and "
            "organizations again as the identity provider says"
        )
    return found


def _of_token(current: Snapshot, desired: Desired, target: Snapshot) -> list[str]:
    if desired.token is None or desired.token.state == "absent":
        return []
    if current.named_tokens and not may_use_token(target):
        return [
            f"{desired.label}: its token will be treated as anonymous, since none of its roles has the capability "
            f"{model.TOKEN_CAPABILITY}: add it to a role of one of its groups"
        ]
    if current.own and not current.named_tokens:
        return [
            f"{desired.label}: its token is not returned: it is api_token itself, which Ansible hides in results by a "
            "mask"
        ]
    return []


def _lacks_organization(target: Snapshot) -> bool:
    """Whether the platform keeps the user out for want of an organisation (FACTS, users: who needs none)."""
    if not target.settings.get("platform_organization") or target.fields.get("service_account"):
        return False
    if target.joined or target.links["organizations"]:
        return False
    exempt = {BYPASS} if target.version.has("only BYPASS needs no organisation") else {BYPASS, model.MANAGES_USERS}
    return not exempt & capabilities_of(target)


def _of_confidence(desired: Desired, target: Snapshot) -> list[str]:
    """Where another confidence takes effect than the user was given."""
    maximum, own = target.fields["max_confidence"], target.fields["confidence_overrides"]
    if BYPASS in capabilities_of(target):
        if all(most in (model.NO_MAXIMUM, MOST) for most in (maximum, *own.values())):
            return []
        return [
            f"{desired.label}: {MOST} takes effect in the place of its own confidence, since one of its roles has the "
            f"capability {BYPASS}"
        ]
    if maximum == model.NO_MAXIMUM:
        return []
    if target.effective not in (None, maximum):
        return [
            f"{desired.label}: max_confidence is {maximum}, but the server says that {target.effective} takes effect"
        ]
    return [
        f"{desired.label}: max_confidence is {maximum}, but for {entity_type} {most} takes effect, which one of its "
        "groups gives; confidence_overrides of the user's own would count instead"
        for entity_type, most in group_overrides(target).items()
        if entity_type not in own and most != maximum
    ]


def group_overrides(user: Snapshot) -> dict[str, int]:
    """The highest maximum that a user's groups give for each type, sorted; before 6.0.0 they count for nothing."""
    if not user.version.has("group overrides"):
        return {}
    highest: dict[str, int] = {}
    for group in groups_of(user):
        for entity_type, most in group.overrides.items():
            highest[entity_type] = max(most, highest.get(entity_type, 0))
    return dict(sorted(highest.items()))

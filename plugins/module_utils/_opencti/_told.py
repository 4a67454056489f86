# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows for a user from its groups: what takes effect, and what to warn of. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    BYPASS,
    MANAGES_USERS,
    TOKEN_CAPABILITY,
    Body,
    Wish,
    confidence,
    living,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import Seen, Target

MOST = 100  # the confidence of who may do everything


def effective_confidence(seen: Seen, target: Target) -> int | None:
    """The maximum that takes effect as the server computes it, where it was asked about the user as it is to be."""
    level = (seen.node or {}).get("effective_confidence_level")
    ids = [{option: set(links.values()) for option, links in each.links.items()} for each in (seen, target)]
    return level["max_confidence"] if level and seen.fields == target.fields and ids[0] == ids[1] else None


def may_use_token(seen: Seen, target: Target) -> bool:
    """Whether one of the user's roles lets it use a token (from 7.260224.0; before that everybody may)."""
    return any(TOKEN_CAPABILITY in name or name == BYPASS for name in _capabilities(seen, target))


def warnings(seen: Seen, wish: Wish, target: Target) -> list[str]:
    """What is as it is wished, and yet not as one might think."""
    found = list(_confidence(seen, wish, target))
    wants_token = wish.token is not None and wish.token.state != "absent"
    if wants_token and seen.version.has("named tokens") and not may_use_token(seen, target):
        found.append(
            f"{wish.label}: its token will be treated as anonymous, since none of its roles has the capability "
            f"{TOKEN_CAPABILITY}: add it to a role of one of its groups"
        )
    if wants_token and seen.own and not seen.version.has("named tokens"):
        found.append(
            f"{wish.label}: its token is not returned: it is api_token itself, which Ansible hides in results by a mask"
        )
    if _lacks_organization(seen, target):
        found.append(
            f"{wish.label}: the platform has a main organisation, and users without any organisation cannot use it: "
            "give organizations, or make it a service_account"
        )
    if seen.node and seen.node["external"] and wish.links:
        found.append(
            f"{wish.label} is external: if that means single sign-on, its next login may set groups and organizations "
            "again as the identity provider says"
        )
    return found


def other_tokens(seen: Seen, wish: Wish) -> list[str]:
    """Which tokens besides the wished one go on working, as a warning."""
    names = sorted({token["name"] for token in living(seen.tokens) if wish.token and token["name"] != wish.token.name})
    if not names:
        return []
    return [
        f"{wish.label}: its other tokens go on working: {', '.join(names)}. To end one, give its name as token_name, "
        "with token_state: absent"
    ]


def _lacks_organization(seen: Seen, target: Target) -> bool:
    """Whether the platform keeps the user out for want of an organisation (FACTS, users: who needs none)."""
    if not seen.settings.get("platform_organization") or target.fields.get("service_account"):
        return False
    exempt = {BYPASS} if seen.version.has("only BYPASS needs no organisation") else {BYPASS, MANAGES_USERS}
    there = (seen.node or {}).get("objectOrganization") or {}
    inferred = any(edge["node"]["is_inferred"] for edge in there.get("edges") or [])
    return not (inferred or target.links["organizations"] or exempt & _capabilities(seen, target))


def _confidence(seen: Seen, wish: Wish, target: Target) -> t.Iterator[str]:
    """Where another confidence takes effect than the user was given."""
    wished = target.fields.get("confidence") or {}
    maximum, own = wished.get("max_confidence"), wished.get("overrides") or {}
    if BYPASS in _capabilities(seen, target):
        if any(level not in (None, MOST) for level in (maximum, *own.values())):
            yield (
                f"{wish.label}: {MOST} takes effect in the place of its own confidence, since one of its roles has the "
                f"capability {BYPASS}"
            )
        return
    told = effective_confidence(seen, target)
    if maximum is not None and told not in (None, maximum):
        yield f"{wish.label}: max_confidence is {maximum}, but the server says that {told} takes effect"
        return
    if maximum is None or not seen.version.has("group overrides"):
        return
    highest: dict[str, int] = {}
    for group in _groups(seen, target):
        level = confidence(group["group_confidence_level"])
        for kind, most in (level or {"overrides": {}})["overrides"].items():
            highest[kind] = max(most, highest.get(kind, 0))
    for kind, most in sorted(highest.items()):
        if kind not in own and most != maximum:
            yield (
                f"{wish.label}: max_confidence is {maximum}, but for {kind} {most} takes effect, which one of its "
                "groups gives; confidence_overrides of the user's own would count instead"
            )


def _groups(seen: Seen, target: Target) -> list[Body]:
    return [group for group in seen.groups if group["id"] in target.links.get("groups", {}).values()]


def _capabilities(seen: Seen, target: Target) -> set[str]:
    return {
        capability["name"]
        for group in _groups(seen, target)
        for role in group["roles"]["edges"]
        for capability in role["node"]["capabilities"] or []
    }

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be had of what is desired, each with its cure: names that nothing has stand in _target. Pure."""

from __future__ import annotations

import re

from ansible_collections.secops.iam.plugins.module_utils._errors import nearest
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import TOKEN_DURATION, TOKEN_NAME, Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS, NO_MAXIMUM, USERS, Snapshot

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")  # of what is no such thing, the server does not name the option


def refusals(current: Snapshot, desired: Desired, fields: Body) -> list[str]:
    """All that is wrong with what is desired of an object that is to be there.

    :param fields: those of the target.
    """
    problems = desired.lacks(current.version)
    problems.append(_of_confidence(current, desired, fields))
    if desired.kind is GROUPS:
        problems.append(_of_markings(desired, fields))
    if desired.kind is USERS:
        problems.append(_of_status(current, fields["account_status"]))
        problems += _of_existing_user(current, desired) if current.exists else [_of_email(desired)]
        problems += _of_token(current, desired)
    return [problem for problem in problems if problem]


def of_absence(current: Snapshot, desired: Desired) -> str:
    """What forbids that the object goes, or ""."""
    if current.own:
        return f"{desired.label} is the user of api_token: remove it with another user's token"
    return ""


def of_identity(current: Snapshot, desired: Desired) -> str:
    """What forbids that the object is found as it is stated, or ""."""
    if desired.kind is USERS and not desired.email:
        return current.version.lack("service accounts", "service_account")
    return ""


def _of_confidence(current: Snapshot, desired: Desired, fields: Body) -> str:
    """Older servers have no level without a maximum; only a user may have no level at all."""
    stated = [option for option in ("max_confidence", "confidence_overrides") if option in desired.fields]
    if all(current.fields.get(option) == fields[option] for option in stated):
        return ""
    if fields["max_confidence"] != NO_MAXIMUM:
        return ""
    if desired.kind is USERS and not fields["confidence_overrides"]:
        return ""
    if "max_confidence" not in desired.fields:
        option, cure = "confidence_overrides without max_confidence", "give max_confidence, too"
    else:
        option, cure = "max_confidence", "write a number from 0 to 100"
        if desired.kind is USERS:
            cure += ", or confidence_overrides: {} besides"
    return current.version.lack("overrides alone", option, cure)


def _of_markings(desired: Desired, fields: Body) -> str:
    exact = "allowed_markings" in desired.links and not desired.append
    if not exact or not fields["auto_new_marking"]:
        return ""
    return (
        "auto_new_marking: markings that are made later would join by themselves and contradict the exact "
        "list in allowed_markings: write auto_new_marking: false, or append: true"
    )


def _of_status(current: Snapshot, status: str) -> str:
    """Besides its own, a server has the statuses of its configuration (FACTS, users)."""
    known = [each["status"] for each in current.settings.get("platform_user_statuses") or []]
    if not known or status in known or status == current.fields.get("account_status"):
        return ""
    return f"account_status: the server has no status {status!r}.{nearest(status, known)}"


def _of_email(desired: Desired) -> str:
    if not desired.email or EMAIL.fullmatch(desired.email):
        return ""
    return f"email: {desired.email!r} is no e-mail address: write one such as feed@connectors.example.com"


def _of_existing_user(current: Snapshot, desired: Desired) -> list[str]:
    """What the server refuses, and what would cost the task its own access."""
    problems = []
    fixed = current.external and current.version.has("external names are fixed")
    if fixed and desired.fields["name"] != current.fields["name"]:
        problems.append(
            f"name: {desired.label} is external (single sign-on, or the built-in administrator), and the server does "
            f"not let such a user's name be changed: write {current.fields['name']}"
        )
    if not current.own:
        return problems
    if desired.fields.get("account_status", "Active") != "Active":
        problems.append(f"account_status: {desired.label} is the user of api_token and must stay Active")
    if desired.token is not None and desired.token.state != "present":
        problems.append(
            f"token_state: {desired.label} is the user of api_token, and api_token itself would end in mid-task: "
            "use another user's token"
        )
    return problems


def _of_token(current: Snapshot, desired: Desired) -> list[str]:
    """What takes named tokens."""
    if desired.token is None or current.named_tokens:
        return []
    problems = []
    if desired.token.state == "absent":
        problems.append(
            f"token_state: up to OpenCTI 6.9 (this is {current.version.text}) every user has one token: it can be "
            "rotated, but not taken away; account_status: Inactive stops it"
        )
    if desired.token.name != TOKEN_NAME:
        problems.append(current.version.lack("named tokens", "token_name"))
    if desired.token.duration != TOKEN_DURATION:
        problems.append(current.version.lack("named tokens", "token_duration"))
    return problems

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current state to the target: the requests, as few as the API allows. Pure."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._engine import Plan, Step
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _tokens as tokens
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._effective import warnings
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import USERS, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._opencti._target import target_of


def plan_of(current: Snapshot, desired: Desired) -> Plan:
    """What leads from a snapshot to what is desired.

    :raises Refused: with everything that is wrong with what is desired.
    """
    tokens.check_lost(current, desired)
    target = target_of(current, desired)
    plan = Plan(current, target, _steps(current, desired, target))
    if desired.kind is USERS and target.exists:
        plan.warnings += warnings(current, desired, target) + tokens.other_tokens(current, desired, target)
    return plan


def _steps(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    if not target.exists:
        return _delete(current, desired)
    if current.exists:
        steps = _update(current, desired, target)
    elif desired.kind is USERS:
        steps = _create_user(current, desired, target)
    else:
        steps = _create(current, desired, target)
    return steps + tokens.token_steps(current, desired, target)


def _delete(current: Snapshot, desired: Desired) -> list[Step]:
    if not current.exists:
        return []
    call = documents.Call(documents.delete(desired.kind), {"id": current.id})
    return [Step(desired.key("delete"), f"delete {desired.label}", call)]


def _create(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request makes a group or a role and all its links."""
    write = documents.Write(desired.kind, desired.id)
    write.create(_creation(desired, target), current.version)
    for link, key in objects.pairs(desired.kind, target.links):
        write.add(link, key)
    return [Step(desired.key("create"), objects.creation(desired, target.links), write.call(creates=target))]


def _create_user(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request makes a user with its links, and its token where its id can be known beforehand."""
    groups, organizations = target.links["groups"], target.links["organizations"]
    surplus = {name: key for name, key in current.default_groups.items() if name not in groups}
    prevents = current.version.has("prevent default groups")
    fields = _creation(desired, target)
    fields.update(groups=list(groups.values()), objectOrganization=list(organizations.values()))
    if desired.email:
        fields["user_email"] = desired.email
    if desired.password is not None:
        fields["password"] = desired.password
    if prevents:
        fields["prevent_default_groups"] = bool(surplus)
    write = documents.Write(USERS, desired.id)
    write.create(fields, current.version)
    with_token = bool(desired.id) and tokens.adds_token(target)
    if with_token:
        write.token(tokens.as_input(desired))
    draws_password = desired.password is None and not target.fields.get("service_account")
    policy = current.settings if draws_password else None
    call = write.call(creates=target, token=with_token, password_policy=policy)
    steps = [Step(desired.key("create"), objects.creation(desired, target.links), call)]
    if surplus and not prevents:
        steps.append(_leave_groups(desired, surplus))
    return steps


def _leave_groups(desired: Desired, groups: objects.Ids) -> Step:
    """Up to 6.5.1 a new user is taken out of the default groups by an update of its own."""
    write = documents.Write(USERS, desired.id)
    for link, key in objects.pairs(USERS, {"groups": groups}):
        write.remove(link, key)
    sentence = f"take {desired.label} out of the default groups {', '.join(groups)}"
    return Step(desired.key("update"), sentence, write.call())


def _creation(desired: Desired, target: Snapshot) -> Body:
    """The fields of a new object that it does not have by itself, as the API takes them."""
    stated = objects.stated_of_new(desired.kind, target.fields)
    return {"name": target.name, **desired.kind.written(stated, target.fields)}


def _update(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request sets fields, adds links and removes links."""
    found = objects.difference(current, target)
    sentence = objects.change(desired, found)
    if not sentence:
        return []
    write = documents.Write(desired.kind, current.id)
    if found.fields:
        write.patch(desired.kind.written(found.fields, target.fields))
    for link, key in objects.pairs(desired.kind, found.added):
        write.add(link, key)
    for link, key in objects.pairs(desired.kind, found.removed):
        write.remove(link, key)
    return [Step(desired.key("update"), sentence, write.call())]

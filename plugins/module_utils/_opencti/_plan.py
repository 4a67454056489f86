# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the current state to the target: the requests, as few as the API allows. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Plan, Step
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired, key_of
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import Call, Write
from ansible_collections.secops.iam.plugins.module_utils._opencti._effective import warnings
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import USERS, Body, Link, Links, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._opencti._target import target_of
from ansible_collections.secops.iam.plugins.module_utils._opencti._tokens import (
    adds_token,
    as_input,
    check_lost,
    other_tokens,
    token_steps,
)


def plan_of(current: Snapshot, desired: Desired) -> Plan:
    """What leads from a snapshot to what is desired.

    :raises Refused: with everything that is wrong with what is desired.
    """
    check_lost(current, desired)
    target = target_of(current, desired)
    plan = Plan(current, target, _steps(current, desired, target))
    if desired.kind is USERS and target.exists:
        plan.warnings += warnings(current, desired, target) + other_tokens(current, desired, target)
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
    return steps + token_steps(current, desired, target)


def _delete(current: Snapshot, desired: Desired) -> list[Step]:
    if not current.exists:
        return []
    call = Call(documents.delete(desired.kind), {"id": current.id})
    return [Step(key_of(desired, "delete"), f"delete {desired.label}", call)]


def _create(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request makes a group or a role and all its links."""
    write = Write(desired.kind, desired.id)
    write.create(_creation(desired, target), current.version)
    for link, other in _pairs(desired, target.links):
        write.add(link, other)
    call = Call(write.document(), write.variables, creates=target)
    return [Step(key_of(desired, "create"), _creation_sentence(desired, target), call)]


def _create_user(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request makes a user with its links, and its token where its id can be known beforehand."""
    groups, organizations = target.links["groups"], target.links["organizations"]
    surplus = {name: key for name, key in current.default_groups.items() if name not in groups}
    prevents = current.version.has("prevent default groups")
    draws_password = desired.password is None and not target.fields.get("service_account")
    fields = _creation(desired, target)
    fields.update(groups=list(groups.values()), objectOrganization=list(organizations.values()))
    if desired.email:
        fields["user_email"] = desired.email
    if desired.password is not None:
        fields["password"] = desired.password
    if prevents:
        fields["prevent_default_groups"] = bool(surplus)
    write = Write(USERS, desired.id)
    write.create(fields, current.version)
    with_token = bool(desired.id) and adds_token(target)
    if with_token:
        write.token(as_input(desired))
    call = Call(
        write.document(),
        write.variables,
        creates=target,
        token=with_token,
        password_policy=current.settings if draws_password else None,
    )
    steps = [Step(key_of(desired, "create"), _creation_sentence(desired, target), call)]
    if surplus and not prevents:
        steps.append(_leave_groups(desired, surplus))
    return steps


def _leave_groups(desired: Desired, groups: dict[str, str]) -> Step:
    """Up to 6.5.1 a new user is taken out of the default groups by an update of its own."""
    write = Write(USERS, desired.id)
    for link, other in _pairs(desired, {"groups": groups}):
        write.remove(link, other)
    sentence = f"take {desired.label} out of the default groups {', '.join(groups)}"
    return Step(key_of(desired, "update"), sentence, Call(write.document(), write.variables))


def _creation(desired: Desired, target: Snapshot) -> Body:
    """The fields of a new object that it does not have by itself, as the API takes them."""
    stated = {"name": target.name}
    for field in desired.kind.fields:
        value = target.fields.get(field.option, field.new)
        if field.always or value != field.new:
            stated[field.option] = value
    return {"name": target.name, **desired.kind.written(stated)}


def _creation_sentence(desired: Desired, target: Snapshot) -> str:
    lists = " and ".join(_phrases("", target.links))
    return f"create {desired.label} with {lists}" if lists else f"create {desired.label}"


def _update(current: Snapshot, desired: Desired, target: Snapshot) -> list[Step]:
    """One request sets fields, adds links and removes links."""
    write = Write(desired.kind, current.id)
    fields = {option: value for option, value in target.fields.items() if value != current.fields.get(option)}
    coming = {option: _missing(linked, current.links[option]) for option, linked in target.links.items()}
    going = {option: _missing(linked, target.links[option]) for option, linked in current.links.items()}
    if fields:
        write.patch(desired.kind.written(fields))
    for link, other in _pairs(desired, coming):
        write.add(link, other)
    for link, other in _pairs(desired, going):
        write.remove(link, other)
    parts = [", ".join(fields), *_phrases("add ", coming), *_phrases("remove ", going)]
    given = [part for part in parts if part]
    if not given:
        return []
    sentence = f"change {desired.label}: {'; '.join(given)}"
    return [Step(key_of(desired, "update"), sentence, Call(write.document(), write.variables))]


def _phrases(verb: str, links: Links) -> list[str]:
    """Lists of links in words."""
    return [f"{verb}{option.replace('_', ' ')} {', '.join(linked)}" for option, linked in links.items() if linked]


def _missing(linked: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    """Those that are not among others, which may have them under another name."""
    return {name: key for name, key in linked.items() if key not in others.values()}


def _pairs(desired: Desired, links: Links) -> t.Iterator[tuple[Link, str]]:
    """Each link with the id of its other side."""
    for link in desired.kind.links:
        for key in links.get(link.option, {}).values():
            yield link, key

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target: the snapshot that has what is desired, with the fewest differences. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, join_problems, nearest
from ansible_collections.secops.iam.plugins.module_utils._opencti import _refusals as refusals
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    MARKINGS,
    NO_MAXIMUM,
    USERS,
    Body,
    Link,
    Links,
    Snapshot,
    confidence_level,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._tokens import target_tokens

STIX_MARKING = "marking-definition--"


def target_of(current: Snapshot, desired: Desired) -> Snapshot:
    """The object as it is desired; where nothing differs, C(current) itself.

    :raises Refused: with everything that is wrong with what is desired.
    """
    _refuse([refusals.of_identity(current, desired)])
    if not desired.present:
        _refuse([refusals.of_absence(current, desired)])
        return dataclasses.replace(current, exists=False, id="", name="", email=None, fields={}, links={}, tokens=())
    fields = _fields(current, desired)
    problems = refusals.refusals(current, desired, fields)
    links = _links(current, desired, problems)
    _refuse(problems)
    same = current.exists and fields == current.fields and links == current.links
    return dataclasses.replace(
        current,
        exists=True,
        name=current.name or desired.name,
        email=current.email or desired.email,
        fields=fields,
        links=links,
        effective=current.effective if same else None,  # only the server knows
        tokens=target_tokens(current, desired),
    )


def _refuse(problems: t.Sequence[str]) -> None:
    found = [problem for problem in problems if problem]
    if found:
        raise Refused(join_problems(found))


def _fields(current: Snapshot, desired: Desired) -> Body:
    """The fields that there are or that a new object has, with those that are stated."""
    fields = current.fields
    if not current.exists:
        fields = {field.option: field.new for field in desired.fields_on(current.version)}
    stated = {option: value for option, value in desired.fields.items() if option in fields}
    if desired.max_confidence is not None or desired.confidence_overrides is not None:
        stated["confidence"] = _confidence(fields["confidence"], desired)
    return desired.kind.merged(fields, stated)


def _confidence(level: Body | None, desired: Desired) -> Body | None:
    """A confidence level with the parts that are stated; the others stay as they are."""
    parts = level or {"max_confidence": None, "overrides": {}}
    maximum, overrides = desired.max_confidence, desired.confidence_overrides
    if maximum is None:
        maximum = parts["max_confidence"]
    if overrides is None:
        overrides = parts["overrides"]
    return confidence_level(None if maximum == NO_MAXIMUM else maximum, overrides)


def _links(current: Snapshot, desired: Desired, problems: list[str]) -> Links:
    """The links of the target. A new user keeps the groups that it gets by itself, unless a list is exact."""
    links: Links = {}
    for link in desired.kind.links:
        there = dict(current.links.get(link.option, {}))
        if desired.kind is USERS and link.option == "groups" and not current.exists:
            there = current.default_groups
        if link.option in desired.links:
            stated = _resolved(current, link, desired.links[link.option], problems)
            there = {**there, **stated} if desired.append else stated
        links[link.option] = there
    return links


def _resolved(current: Snapshot, link: Link, names: t.Sequence[str], problems: list[str]) -> dict[str, str]:
    """Names, in the server's spelling, with their ids. A name is found in any case: the server lower-cases them."""
    known = current.known[link.others]
    by_case = {name.lower(): name for name in known}
    found: dict[str, str] = {}
    for name in names:
        spelled = name if name in known else by_case.get(name.lower())
        if spelled is None:
            problems.append(f"{link.option}: the server has no {name}.{nearest(name, known)}")
        elif not known[spelled]:
            problems.append(
                f"{link.option}: the server has several that are called {spelled}: write the STIX id of one"
            )
        else:
            found[_as_linked(link, spelled, known)] = known[spelled]
    return found


def _as_linked(link: Link, name: str, known: dict[str, str]) -> str:
    """The name under which links show an object: markings can be stated by STIX id, but are shown by definition."""
    if link.others != MARKINGS:
        return name
    for other, key in known.items():
        if key == known[name] and not other.startswith(STIX_MARKING):
            return other
    return name

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target: the snapshot that has what is desired, with the fewest differences. Pure."""

from __future__ import annotations

import dataclasses

from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._errors import refuse
from ansible_collections.secops.iam.plugins.module_utils._opencti import _refusals as refusals
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import USERS, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._opencti._tokens import target_tokens


def target_of(current: Snapshot, desired: Desired) -> Snapshot:
    """The object as it is desired; where nothing differs, C(current) itself.

    :raises Refused: with everything that is wrong with what is desired.
    """
    refuse([refusals.of_identity(current, desired)])
    if not desired.present:
        refuse([refusals.of_absence(current, desired)])
        return dataclasses.replace(current, exists=False, id="", name="", email=None, fields={}, links={}, tokens=())
    fields = objects.target_fields(current, desired)
    problems = refusals.refusals(current, desired, fields)
    there = current.links
    if desired.kind is USERS and not current.exists:
        there = {"groups": current.default_groups}  # which it keeps, unless a list is exact
    links = objects.target_links(there, current.known, desired, "write the STIX id of one", problems)
    refuse(problems)
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

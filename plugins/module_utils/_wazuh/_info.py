# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on a server, in the shape that wazuh_rbac takes."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import PERMISSION_DENIED, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    CONFIG,
    HIDDEN,
    KINDS,
    RULE,
    Kind,
    Snapshot,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState

Options = t.Dict[str, t.Any]
CATALOGUES = ("actions", "resources")


def info(state: WazuhState, params: Options, check_mode: bool) -> Options:
    """The whole tree, with C(id) and C(reserved) of each object; more on request."""
    snapshot = state.snapshot(kind.plural for kind in KINDS)
    answer: Options = {}
    warnings = []
    answer[CONFIG] = _config(state)
    if answer[CONFIG] is None:
        warnings.append("This account may not read the configuration, so config is left out")
    for kind in KINDS:
        answer[kind.plural] = [_exported(snapshot, kind, name) for name in snapshot.of(kind.plural)]
    if _has_hidden_links(snapshot):
        warnings.append(
            "Some links lead to objects that this account may not see; they are shown as (id N). Export with an "
            "account that has security:read on everything"
        )
    if warnings:
        answer["warnings"] = warnings
    for catalogue in CATALOGUES:
        if catalogue in params["include"]:
            answer[catalogue] = state.api.request("GET", f"/security/{catalogue}", patient=False)["data"]
    if "own_policies" in params["include"]:
        answer["own_policies"] = state.api.own_policies()
    return answer


def _config(state: WazuhState) -> Body | None:
    """The configuration, unless the account may not read it: lists are just shorter then, but this is refused."""
    try:
        return state.snapshot([CONFIG]).config
    except ServerSaysNo as error:
        if PERMISSION_DENIED not in error.codes:
            raise
        return None


def _exported(snapshot: Snapshot, kind: Kind, name: str) -> Body:
    """An object as wazuh_rbac takes it: not with what else the server may have stored in a policy."""
    body = snapshot.of(kind.plural)[name]
    parts = {"rule": body} if kind is RULE else {key: body[key] for key in kind.options() if key in body}
    return {
        "name": name,
        **parts,
        "id": snapshot.ids[kind.plural][name],
        "reserved": snapshot.reserved(kind.plural, name),
    }


def _has_hidden_links(snapshot: Snapshot) -> bool:
    for kind in KINDS:
        for body in snapshot.of(kind.plural).values():
            for link in kind.links:
                if any(name.startswith(HIDDEN) for name in body[link.option]):
                    return True
    return False

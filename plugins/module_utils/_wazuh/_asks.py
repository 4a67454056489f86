# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that ask a server rather than change it: the export, and tokens."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Unsure
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import PERMISSION_DENIED, ServerSaysNo
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    HIDDEN,
    KINDS,
    POLICY,
    POLICY_KEYS,
    RULE,
    Body,
    Kind,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._server import WazuhState

Options = t.Dict[str, t.Any]


def info(state: WazuhState, params: Options, check_mode: bool) -> Options:
    """The whole tree in the shape that wazuh_rbac takes, with C(id) and C(reserved); more on request."""
    warnings = []
    snapshot = state.snapshot(kind.plural for kind in KINDS)
    answer: Options = {}
    try:
        answer["config"] = state.snapshot(["config"]).config
    except ServerSaysNo as error:  # lists are then just shorter; an account may still ask for its own policies
        if PERMISSION_DENIED not in error.codes:
            raise
        answer["config"] = None
        warnings.append("This account may not read the configuration, so config is left out")
    for kind in KINDS:
        answer[kind.plural] = [
            {
                "name": name,
                **_told(kind, body),
                "id": snapshot.ids[kind.plural][name],
                "reserved": snapshot.reserved(kind.plural, name),
            }
            for name, body in snapshot.of(kind.plural).items()
        ]
    linked = [
        name for kind in KINDS for body in snapshot.of(kind.plural).values() for key in kind.links for name in body[key]
    ]
    if any(name.startswith(HIDDEN) for name in linked):
        warnings.append(
            "Some links lead to objects that this account may not see; they are shown as (id N). Export with an "
            "account that has security:read on everything"
        )
    if warnings:
        answer["warnings"] = warnings
    if "actions" in params["include"]:
        answer["actions"] = state.api.request("GET", "/security/actions", patient=False)["data"]
    if "resources" in params["include"]:
        answer["resources"] = state.api.request("GET", "/security/resources", patient=False)["data"]
    if "own_policies" in params["include"]:
        answer["own_policies"] = state.api.own_policies()
    return answer


def _told(kind: Kind, body: Body) -> Body:
    """A body as wazuh_rbac takes it: not with what else the server may have stored in a policy."""
    if kind is RULE:
        return {"rule": body}
    return {key: body[key] for key in POLICY_KEYS if key in body} if kind is POLICY else body


def token(state: WazuhState, params: Options, check_mode: bool) -> Options:
    """Log in and return a token, or end all tokens of the user."""
    if params["state"] == "present":
        return {"token": state.api.new_token(params["auth_context"])}
    if not check_mode:
        _log_out(state)
    return {"changed": True}


def _log_out(state: WazuhState) -> None:
    """End all tokens of the user; once more when the answer is lost, since twice does no harm."""
    path = "/security/user/authenticate"
    try:
        state.api.request("DELETE", path, patient=False)
    except Unsure:
        state.api.request("DELETE", path, patient=False)
    state.api.use(None)

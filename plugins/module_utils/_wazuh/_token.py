# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens for somebody else's use: a login's, also with an authorization context, and their end."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Unsure
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState

Options = t.Dict[str, t.Any]


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

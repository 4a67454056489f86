# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Wazuh modules' common options, and their entries: what runs in either front."""

from __future__ import annotations

import os

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.secops.iam.plugins.module_utils._entry import Entries
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import (
    Memory,
    Options,
    connection_of,
    connection_options,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState

OPTIONS: Options = {
    **connection_options("WAZUH_API"),
    "api_url": {"type": "str", "default": "https://localhost:55000", "fallback": (env_fallback, ["WAZUH_API_URL"])},
    "api_username": {"type": "str", "fallback": (env_fallback, ["WAZUH_API_USERNAME"])},
    "api_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["WAZUH_API_PASSWORD"])},
    "api_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["WAZUH_API_TOKEN"])},
}


def credentials_of(params: Options) -> Credentials:
    """Who the task logs in as.

    :raises Refused: when the options do not say it.
    """
    username, password, token = (params[f"api_{key}"] for key in ("username", "password", "token"))
    username, token = username or None, token or None  # as an unset variable makes them
    if token is not None and _only_surrounds(token, username, password):
        token = None
    if token is None and (username is None or password is None):
        raise Refused(
            "give api_username and api_password, or api_token (from the environment: WAZUH_API_USERNAME and "
            "WAZUH_API_PASSWORD, or WAZUH_API_TOKEN)"
        )
    return Credentials(username or "", password if username else None, token)


def _only_surrounds(token: str, username: str | None, password: str | None) -> bool:
    """Whether a token stands in the environment, and the login in the task: what a task states goes first."""
    if username is None or password is None:
        return False
    around = [os.environ.get(f"WAZUH_API_{key}") for key in ("USERNAME", "PASSWORD", "TOKEN")]
    return token == around[2] and [username, password] != around[:2]


def _connect(params: Options, memory: Memory) -> WazuhState:
    """The server of a task, with the login and the failed logins that the tasks before it have left."""
    credentials = credentials_of(params)
    store = None if credentials.token else memory.store((params["api_url"], *credentials))
    failed_logins = FailedLogins(params["api_url"], memory.store)
    return WazuhState(WazuhApi(connection_of(params), credentials, store, failed_logins))


ENTRIES = Entries(OPTIONS, _connect, WazuhCycle, public=("api_username",))
reconciling = ENTRIES.reconciling
answering = ENTRIES.answering

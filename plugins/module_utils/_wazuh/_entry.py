# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Wazuh modules' common options, and their entries: what runs in either front."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, connection_of, connection_options
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import FailedLogins
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState

Options = t.Dict[str, t.Any]
OPTIONS: Options = {
    **connection_options("WAZUH_API"),
    "api_url": {"type": "str", "default": "https://localhost:55000", "fallback": (env_fallback, ["WAZUH_API_URL"])},
    "api_username": {"type": "str", "fallback": (env_fallback, ["WAZUH_API_USERNAME"])},
    "api_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["WAZUH_API_PASSWORD"])},
    "api_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["WAZUH_API_TOKEN"])},
}


def reconciling(desired_of: t.Callable[[Options], Desired], options: Options, **constraints: t.Any) -> Entry:
    """An entry for a module that holds to a desired state: C(desired_of) makes it of the module's options."""

    def run(params: Options, check_mode: bool, memory: Memory) -> Options:
        state = _state(params, memory)
        cycle = WazuhCycle(state, desired_of(params))
        try:
            return engine.run(cycle, check_mode)
        except engine.Failure:
            state.forget()  # what failed says that the state is not what we took it for
            raise
        finally:
            if state.login_changed:
                memory.forget()  # the next item logs in as its options say, and fails where these are out of date

    return Entry({**OPTIONS, **options}, constraints, run, public=("api_username",))


def answering(
    answer: t.Callable[[WazuhState, Options, bool], Options], options: Options, **constraints: t.Any
) -> Entry:
    """An entry for a module that asks or does one thing: C(answer) gets the server, the options and check mode."""

    def run(params: Options, check_mode: bool, memory: Memory) -> Options:
        state = _state(params, memory)
        state.forget()
        return {"changed": False, **answer(state, params, check_mode), "requests": state.api.http.tally.result()}

    return Entry({**OPTIONS, **options}, constraints, run, public=("api_username",))


def _state(params: Options, memory: Memory) -> WazuhState:
    """The server of this task; in a loop the one of the item before, with what it knows and its login."""
    credentials = credentials_of(params)
    identity = (params["api_url"], *credentials)

    def connect() -> WazuhState:
        store = None if credentials.token else memory.store(identity)
        failed_logins = FailedLogins(params["api_url"], memory.store)
        return WazuhState(WazuhApi(connection_of(params), credentials, store, failed_logins))

    state: WazuhState = memory.recall(tuple(sorted((key, params[key]) for key in OPTIONS)), connect)
    state.api.http.start_task()
    return state


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

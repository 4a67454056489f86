# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenCTI modules' common options, and a module's entry for both fronts."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._front import Entry, Memory, connection_of, connection_options
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._cycle import OpenctiCycle
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired

Options = t.Dict[str, t.Any]
OPTIONS: Options = {
    **connection_options("OPENCTI"),
    "api_url": {"type": "str", "required": True, "fallback": (env_fallback, ["OPENCTI_URL"])},
    "api_token": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, ["OPENCTI_TOKEN"])},
}


def reconciling(desired_of: t.Callable[[Options], Desired], options: Options, **constraints: t.Any) -> Entry:
    """An entry for a module that holds to a desired state, which C(desired_of) makes of the module's options."""

    def run(params: Options, check_mode: bool, memory: Memory) -> Options:
        desired = desired_of(params)
        return engine.run(OpenctiCycle(_api(params, memory), desired), check_mode)

    return Entry({**OPTIONS, **options}, constraints, run)


def answering(answer: t.Callable[[OpenctiApi, Options, bool], Options], options: Options) -> Entry:
    """An entry for a module that changes nothing."""

    def run(params: Options, check_mode: bool, memory: Memory) -> Options:
        api = _api(params, memory)
        return {"changed": False, **answer(api, params, check_mode), "requests": api.cost()}

    return Entry({**OPTIONS, **options}, {}, run)


def _api(params: Options, memory: Memory) -> OpenctiApi:
    """The server of this task; in a loop the one of the item before, whose version is known."""
    key = tuple(sorted((name, params[name]) for name in OPTIONS))
    api: OpenctiApi = memory.recall(key, lambda: OpenctiApi(connection_of(params), params["api_token"]))
    api.http.start_task()
    return api

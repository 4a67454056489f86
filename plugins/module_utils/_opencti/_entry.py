# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenCTI modules' common options, and their entries for both fronts."""

from __future__ import annotations

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils._entry import Entries
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._cycle import OpenctiCycle

OPTIONS: front.Options = {
    **front.connection_options("OPENCTI"),
    "api_url": {"type": "str", "required": True, "fallback": (env_fallback, ["OPENCTI_URL"])},
    "api_token": {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, ["OPENCTI_TOKEN"])},
}


def _connect(params: front.Options, memory: front.Memory) -> OpenctiApi:
    return OpenctiApi(front.connection_of(params), params["api_token"])


ENTRIES = Entries(OPTIONS, _connect, OpenctiCycle)
reconciling = ENTRIES.reconciling
answering = ENTRIES.answering

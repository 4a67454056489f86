# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the OpenCTI modules on a platform in this process: quick, and open to whatever happens between requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils._errors import Unsure
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from sandbox.opencti.testing import InProcess
from unit.described import entry, validated

Result = dict[str, Any]

OLD, MIDDLE, NEW = "5.12.29", "6.9.22", "7.260817.0"
FEED: dict[str, Any] = {"name": "[C] Feed", "email": "feed@example.org", "groups": ["Connectors"]}
SERVICE: dict[str, Any] = {"name": "[C] Service", "service_account": True, "groups": ["Connectors"]}
USER, GROUP, ROLE = "opencti_connector_user", "opencti_group", "opencti_role"
over_versions = pytest.mark.parametrize("version", [OLD, "6.4.11", MIDDLE, NEW])


class OneApi(front.Memory):
    """Hands a task the connection that the test holds."""

    def __init__(self, api: OpenctiApi) -> None:
        self._api = api

    def recall(self, key: Any, make: Any) -> Any:
        return self._api


class Tasks:
    """A fresh platform, and tasks on it.

    Args:
        version: of the platform.
    """

    def __init__(self, version: str) -> None:
        self.platform = InProcess(version)
        self.sent: list[str] = []

    def run(
        self,
        module: str,
        check_mode: bool = False,
        meanwhile: Callable[[], object] | None = None,
        lose: Callable[[int, str], bool] = lambda _number, _document: False,
        stop: Callable[[int, str], bool] = lambda _number, _document: False,
        token: str | None = None,
        **options: Any,
    ) -> Result:
        """The result of a task.

        Args:
            module: its name.
            check_mode: whether it only says what it would do.
            meanwhile: what somebody else does just before the first write.
            lose: whether an answer gets lost, by the number of the write (from 1) and its document.
            stop: whether a write itself gets lost, before it arrives.
            token: the caller's; the administrator's by default.
            options: of the module.
        """
        value = token or self.platform.platform.admin_token
        params = validated(module, {"api_url": "https://opencti.invalid", "api_token": value, **options})
        api = OpenctiApi(front.connection_of(params), value)
        events = [meanwhile] if meanwhile else []
        writes = 0

        def send(_method: str, _path: str, safe: bool, **kwargs: Any) -> Any:
            nonlocal writes
            document = kwargs["json"]["query"]
            self.sent.append(document)
            if safe:
                api.http.tally.reads += 1
            else:
                api.http.tally.writes += 1
                writes += 1
                if events:
                    events.pop()()
                if stop(writes, document):
                    raise Unsure("the answer was lost")
            answer = self.platform.post(kwargs["json"], token=value)
            if not safe and lose(writes, document):
                raise Unsure("the answer was lost")
            return answer

        api.http.send = send  # type: ignore[method-assign, assignment]
        try:
            return dict(front.outcome(entry(module), params, check_mode, OneApi(api)))
        finally:
            api.http.close()


def steps(result: Result) -> list[str]:
    """What was done, or would be."""
    return [step["step"] for step in result["steps"]]


def warnings(result: Result) -> str:
    """All warnings in one text."""
    return "\n".join(result.get("warnings", []))

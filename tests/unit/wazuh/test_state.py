# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How writes with many objects are sent: in as few requests as the server's limit of an address allows."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Kind
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call

LONGEST = 30_000  # what every server takes (FACTS, limits)


class Api:
    """A server with one role and many policies that notes what it is sent."""

    credentials = Credentials("wazuh", "wazuh", None)

    def __init__(self, first: int, number: int) -> None:
        self.ids = range(first, first + number)
        self.sent: list[dict[str, Any]] = []
        self.addresses: list[str] = []

    def accounts(self) -> set[str]:
        return {self.credentials.username}

    def names(self) -> tuple[str, ...]:
        return tuple(f"p{key}" for key in self.ids)

    def every(self, kind: Kind) -> list[dict[str, Any]]:
        if kind.name == "role":
            return [{"id": 100, "name": "sales", "policies": [], "rules": []}]
        return [{"id": key, "name": f"p{key}", "policy": {}} for key in self.ids]

    def request(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        whole = {**params, "wait_for_complete": "true"}
        url = requests.Request(method, f"https://wazuh.example.com:55000{path}", params=whole).prepare().path_url
        self.addresses.append(url)
        self.sent.append(params)
        return {"data": {"affected_items": []}}


def sent(api: Api, call: Call) -> list[dict[str, Any]]:
    """The queries of the requests that carry a call out."""
    state = WazuhState(api)  # type: ignore[arg-type]
    state.snapshot(["policies", "roles"])
    state.carry_out(call, {})
    return api.sent


def listed(params: dict[str, Any]) -> list[int]:
    return [int(key) for key in params["policy_ids"].split(",")]


@pytest.mark.parametrize(("first", "number", "requests_needed"), [(100, 899, 1), (10_000, 9_000, 3), (10**6, 9_000, 4)])
class TestManyIds:
    def test_deleted(self, first: int, number: int, requests_needed: int) -> None:
        api = Api(first, number)
        parts = sent(api, Call("delete", "policies", api.names()))
        assert [key for params in parts for key in listed(params)] == list(api.ids)
        assert max(map(len, api.addresses)) <= LONGEST
        assert len(parts) == requests_needed

    def test_linked_at_a_position(self, first: int, number: int, requests_needed: int) -> None:
        api = Api(first, number)
        parts = sent(api, Call("link", "roles", ("sales",), items="policies", linked=api.names(), position=7))
        assert [key for params in parts for key in listed(params)] == list(api.ids)
        assert max(map(len, api.addresses)) <= LONGEST
        assert len(parts) == requests_needed
        for params in parts:
            assert params["position"] == 7 + listed(params)[0] - first

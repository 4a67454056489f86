# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From any tree to any other: it arrives, twice changes nothing, check mode knew, and no request too many.

CASES=N changes the number of cases. Against a real server: WAZUH_API_URL and the like; its custom objects go!
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle
from ansible_collections.secops.iam.plugins.module_utils._wazuh._info import info
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState
from hypothesis import HealthCheck, Phase, given, settings
from sandbox.fixture import sandbox_process

from .wazuh_trees import KINDS, Tree, normal, trees

CASES = int(os.environ.get("CASES", "300"))


class Server:
    """One server: what tasks do to it, each with a new login, and what somebody who watches all the time sees."""

    def __init__(self, connection: Connection, username: str, password: str) -> None:
        self.connection = connection
        self.credentials = Credentials(username, password, None)
        self.watcher = WazuhApi(self.connection, self.credentials)
        self.exported: dict[str, Any] = {}

    def apply(self, tree: Tree, check_mode: bool = False) -> dict[str, Any]:
        """What wazuh_rbac with purge does."""
        params: dict[str, Any] = {"purge": list(KINDS), "passwords": None, "validate_catalogue": True, **tree}
        for kind in KINDS:
            params[kind] = [{"reserved": False, "update_password": "on_create", **item} for item in tree[kind]]
        api = WazuhApi(self.connection, self.credentials)
        cycle = WazuhCycle(WazuhState(api), desired.tree(params))
        try:
            return engine.run(cycle, check_mode)
        finally:
            api.http.close()

    def export(self) -> dict[str, Any]:
        """What wazuh_rbac_info tells."""
        self.exported = info(WazuhState(self.watcher), {"include": []}, check_mode=False)
        return self.exported


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if "WAZUH_API_URL" in os.environ:
        connection = Connection(os.environ["WAZUH_API_URL"], validate_certs=False)
        yield Server(connection, os.environ["WAZUH_API_USERNAME"], os.environ["WAZUH_API_PASSWORD"])
        return
    with sandbox_process("wazuh", "--requests-per-minute", "0", "--no-tls") as process:
        yield Server(Connection(process.url), "wazuh", "wazuh")


def sentences(result: dict[str, Any]) -> list[str]:
    return [step["step"] for step in result["steps"]]


# Each case goes on from the one before, so there is nothing to shrink.
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(tree=trees())
def test_from_any_tree_to_any_other(server: Server, tree: Tree) -> None:
    """The state before is the tree of the case before, with all the gaps that it left in the order of links."""
    before = server.exported or server.export()

    predicted = server.apply(tree, check_mode=True)
    assert predicted["requests"]["writes"] == 0
    assert normal(server.export()) == normal(before)

    result = server.apply(tree)
    assert normal(server.export()) == normal(tree)
    assert {step["status"] for step in result["steps"]} <= {"done"}
    assert sentences(result)[: len(sentences(predicted))] == sentences(predicted)
    # Only gaps, which the API does not show, may ask for more: a list of links that has to be made anew.
    more = sentences(result)[len(sentences(predicted)) :]
    assert all(sentence.startswith(("unlink", "link")) for sentence in more)
    assert predicted["diff"] == result["diff"]
    assert result["changed"] == predicted["changed"] == (normal(before) != normal(tree))

    again = server.apply(tree)
    assert again["changed"] is False
    assert again["steps"] == []
    assert again["requests"] == {"reads": 5, "writes": 0, "logins": 1, "waited": 0}

    most = most_writes(normal(before), normal(tree), result) + words_given_up(before, tree)
    assert result["requests"]["writes"] - len(more) <= most
    # Once the catalogue, and the version where rules exchange their texts; then what was touched, after each round.
    assert result["requests"]["reads"] <= 5 + 2 + 5 * (2 if more else 1)
    assert result["requests"]["logins"] <= 2 + ("config" in result["diff"]["after"])


def most_writes(before: Tree, after: Tree, result: dict[str, Any]) -> int:
    """The writes that the changes are worth, by the rules of the README."""
    writes = int(before["config"] != after["config"])
    for kind in KINDS:
        if set(before[kind]) - set(after[kind]):
            writes += most_deletes(kind, result)
        for name, item in after[kind].items():
            writes += most_writes_of(kind, before[kind].get(name), item)
    return writes + sum("worded differently" in sentence for sentence in sentences(result))


def most_deletes(kind: str, result: dict[str, Any]) -> int:
    """One request for all, or two: what denied goes after what granted where that is in use."""
    deletes = [sentence for sentence in sentences(result) if sentence.startswith(f"delete {kind[:4]}")]
    return min(len(deletes), 1 if kind == "users" else 2)


def most_writes_of(kind: str, old: dict[str, Any] | None, item: dict[str, Any]) -> int:
    """The writes of one object: for itself, for what a user may, and for its links."""
    writes = 0
    if old is None:
        writes += 1
    elif kind in ("policies", "rules"):
        writes += old != item
    linked = old or {}
    writes += bool(item.get("allow_run_as", False) != linked.get("allow_run_as", False))
    for key in ("policies", "rules", "roles"):
        if key in item:
            writes += _links(linked.get(key, []), item[key])
    return writes


def words_given_up(before: Tree, after: Tree) -> int:
    """Objects that mean what they should, in the very words that another is to have: the server stores these once."""
    given_up = 0
    for kind, keys in {"policies": ("actions", "resources", "effect"), "rules": ("rule",)}.items():
        there, wanted = words(before[kind], keys), words(after[kind], keys)
        for name in there.keys() & wanted.keys():
            others = [text for other, text in wanted.items() if other != name]
            given_up += others.count(there[name])
    return given_up


def words(items: list[dict[str, Any]], keys: tuple[str, ...]) -> dict[str, list[Any]]:
    """The body of each object, by name."""
    return {item["name"]: [item[key] for key in keys] for item in items}


def _links(old: list[str], new: list[str]) -> int:
    if old == new:
        return 0
    return 1 if new[: len(old)] == old or not new else 2

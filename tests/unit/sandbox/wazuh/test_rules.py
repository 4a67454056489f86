# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: their bodies."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess


@pytest.mark.parametrize(("version", "unique"), [("4.4.5", False), ("4.14.7", True)])
def test_bodies_of_rules_are_unique_since_4_6(version: str, unique: bool) -> None:
    server = InProcess(version)
    server.create("rules", name="one", rule={"FIND": {"a": "b"}})
    answer = server.ask("POST", "/security/rules", {"name": "two", "rule": {"FIND": {"a": "b"}}})
    assert (answer.body["error"] == 1) is unique


def test_rules_lose_their_nulls_and_nothing_else(server: InProcess) -> None:
    rule = {"MATCH": {"a": None, "b": {"c": None}, "d": [None]}}
    answer = server.ask("POST", "/security/rules", {"name": "rule", "rule": rule}).body
    stored = answer["data"]["affected_items"][0]["rule"]
    assert stored == {"MATCH": {"b": {}, "d": [None]}}

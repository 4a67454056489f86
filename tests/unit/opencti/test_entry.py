# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of the modules: their options, and that a loop keeps its connection."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from ansible_collections.secops.iam.plugins.module_utils._opencti import _entry as entry
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import ROLES
from unit.described import entry as entry_of
from unit.memory import LoopMemory

MODULES = ["opencti_connector_user", "opencti_group", "opencti_role", "opencti_info"]


def params(**more: Any) -> dict[str, Any]:
    given = {"api_url": "https://opencti.invalid", "api_token": "token", "timeout": 30, "rate_limit_wait": 0}
    return {**dict.fromkeys(entry.OPTIONS), "validate_certs": True, **given, **more}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_the_options_of_the_connection(name: str) -> None:
    options = entry_of(name).options
    assert {key: options[key] for key in entry.OPTIONS} == entry.OPTIONS
    assert options["api_token"]["no_log"] is True


def test_constraints_are_handed_on() -> None:
    made = entry.reconciling(lambda _params: Desired(ROLES, "Feed"), {}, required_together=[["a", "b"]])
    assert made.constraints == {"required_together": [["a", "b"]]}


def test_an_answer_is_no_change_and_tells_its_cost() -> None:
    answering = entry.answering(lambda _api, given, check_mode: {"given": given["more"], "check": check_mode}, {})
    result = answering.run(params(more=1), True, Memory())
    cost = {"reads": 0, "writes": 0, "waited": 0}
    assert result == {"changed": False, "given": 1, "check": True, "requests": cost}


def test_a_loop_keeps_its_connection_while_the_options_of_it_are_the_same() -> None:
    apis: list[Any] = []

    def noting(api: Any, _params: dict[str, Any], _check_mode: bool) -> dict[str, Any]:
        apis.append(api)
        return {}

    answering = entry.answering(noting, {})
    memory = LoopMemory()
    for more in ({}, {"name": "other"}, {"api_token": "another"}):
        answering.run(params(**more), False, memory)
    assert apis[0] is apis[1]
    assert apis[1] is not apis[2]


def test_what_cannot_be_meant_is_refused_before_there_is_a_connection() -> None:
    def refusing(_params: dict[str, Any]) -> Desired:
        raise Refused("name: it is blank")

    memory = LoopMemory()
    with pytest.raises(Refused, match="it is blank"):
        entry.reconciling(refusing, {}).run(params(), False, memory)
    assert memory.kept == {}

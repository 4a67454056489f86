# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of OpenCTI that get lost: what was done is found out, tokens are not made twice in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from sandbox.fixture import SandboxProcess, sandbox_process
from unit.described import entry, validated
from unit.opencti.tasks import Tasks, steps, warnings

OLD, MIDDLE, NEW = "5.12.29", "6.9.22", "7.260817.0"
FEED: dict[str, Any] = {"name": "[C] Feed", "email": "feed@example.org", "groups": ["Connectors"]}
SERVICE: dict[str, Any] = {"name": "[C] Feed", "service_account": True, "groups": ["Connectors"]}
USER, GROUP, ROLE = "opencti_connector_user", "opencti_group", "opencti_role"
over_versions = pytest.mark.parametrize("version", [OLD, MIDDLE, NEW])


def number(*lost: int) -> Callable[[int, str], bool]:
    return lambda write, _document: write in lost


def tokens_of(tasks: Tasks) -> list[str]:
    user = tasks.platform.platform.user_by_email("feed@example.org")
    assert user is not None
    return [token["id"] for token in user.get("api_tokens") or []]


@over_versions
@pytest.mark.parametrize(
    ("module", "options"),
    [
        (ROLE, {"name": "Feed", "capabilities": ["KNOWLEDGE"]}),
        (GROUP, {"name": "Feeds", "roles": ["Connector"], "allowed_markings": ["TLP:GREEN"]}),
    ],
    ids=["role", "group"],
)
def test_a_lost_answer_makes_no_difference_to_roles_and_groups(
    version: str, module: str, options: dict[str, Any]
) -> None:
    tasks = Tasks(version)
    made = tasks.run(module, lose=number(1), **options)
    assert [step["status"] for step in made["steps"]] == ["done"]
    assert made["requests"]["writes"] == 1
    assert tasks.run(module, **options)["changed"] is False
    gone = tasks.run(module, lose=number(1), name=options["name"], state="absent")
    assert (gone["changed"], gone["requests"]["writes"]) == (True, 1)


@pytest.mark.parametrize("version", [OLD, MIDDLE])
def test_the_one_token_is_told_though_the_answer_was_lost(version: str) -> None:
    tasks = Tasks(version)
    made = tasks.run(USER, lose=number(1), **FEED)
    assert made["token_known"] is True
    assert "warnings" not in made
    rotated = tasks.run(USER, lose=number(1), **FEED, token_state="rotated")
    assert rotated["token"] == tasks.run(USER, **FEED)["token"] != made["token"]
    assert (rotated["changed"], rotated["requests"]["writes"]) == (True, 1), "it is not rotated twice"


@pytest.mark.parametrize("version", [OLD, MIDDLE])
@pytest.mark.parametrize("lost", [(), (1,), (2,), (1, 2)])
@pytest.mark.parametrize("stopped", [(), (1,), (1, 2)])
def test_a_rotation_is_called_done_when_the_token_is_another(
    version: str, lost: tuple[int, ...], stopped: tuple[int, ...]
) -> None:
    tasks = Tasks(version)
    before = tasks.run(USER, **FEED)["token"]
    result = tasks.run(USER, lose=number(*lost), stop=number(*stopped), **FEED, token_state="rotated")
    after = tasks.run(USER, **FEED)["token"]
    assert result["changed"] is (after != before)
    assert bool(result.get("failed")) is (after == before)
    if result["changed"]:
        assert (result["token"], result["token_known"]) == (after, True)
        assert [step["status"] for step in result["steps"]] == ["done"]
    else:
        assert stopped == (1, 2)
        assert [step["status"] for step in result["steps"]] == ["failed"]


@pytest.mark.parametrize("options", [FEED, SERVICE | {"email": "feed@example.org"}], ids=["user", "service account"])
def test_a_named_token_whose_value_was_lost_is_told_to_be_unknown(options: dict[str, Any]) -> None:
    tasks = Tasks(NEW)
    made = tasks.run(USER, lose=number(1), **options)
    assert made["changed"] is True
    assert made["token_known"] is False
    assert "token" not in made
    assert "token_state: rotated replaces it" in warnings(made)
    assert len(tokens_of(tasks)) == 1
    assert tasks.run(USER, **options)["changed"] is False
    assert len(tokens_of(tasks)) == 1


def test_a_rotation_whose_answer_was_lost_ends_the_token_that_nobody_knows() -> None:
    tasks = Tasks(NEW)
    tasks.run(USER, **FEED)
    before = tokens_of(tasks)
    result = tasks.run(USER, lose=number(1), **FEED, token_state="rotated")
    assert result["token_known"] is True
    assert len(tokens_of(tasks)) == 1
    assert before[0] in result["revoked_tokens"]
    assert "add another token secops.iam to user [C] Feed, since the value of the first was lost" in steps(result)
    assert len(result["revoked_tokens"]) == 2
    assert tasks.platform("{ me { id } }", token=result["token"])["me"]["id"]


def test_an_old_token_ends_though_the_answer_to_that_was_lost() -> None:
    tasks = Tasks(NEW)
    tasks.run(USER, **FEED)
    result = tasks.run(USER, lose=number(2), **FEED, token_state="rotated")
    assert result["token_known"] is True
    assert len(tokens_of(tasks)) == 1
    assert {step["status"] for step in result["steps"]} == {"done"}


def test_no_old_token_ends_while_there_is_no_new_one() -> None:
    tasks = Tasks(NEW)
    tasks.run(USER, **FEED)
    before = tokens_of(tasks)
    result = tasks.run(
        USER, lose=lambda _write, document: "userAdminTokenAdd" in document, **FEED, token_state="rotated"
    )
    assert "the answer that held its new token was lost 2 times. No old token was ended" in result["msg"]
    assert result["changed"] is True
    assert [step["status"] for step in result["steps"]] == ["done", "unknown", "not tried", "not tried"]
    assert before[0] in tokens_of(tasks)
    assert len(tokens_of(tasks)) == 3
    assert "revoked_tokens" not in result
    after = tasks.run(USER, **FEED, token_state="rotated")
    assert len(tokens_of(tasks)) == 1
    assert set(after["revoked_tokens"]) >= set(before)


class Failing:
    """A server behind real HTTPS that fails as a script says."""

    def __init__(self, server: SandboxProcess) -> None:
        self.server = server

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        token = self.server.greeting[0].split()[-1]
        connection = {"api_url": self.server.url, "ca_path": str(self.server.ca_file), "api_token": token}
        return dict(front.outcome(entry(module), validated(module, connection | options), False, front.Memory()))


@pytest.fixture(params=[MIDDLE, NEW])
def failing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Failing]:
    gateway = {"status": 502, "body": "<html>Bad gateway</html>"}
    script = [
        {"contains": "SecopsIamLook", "fault": "drop", "nth": [1, 2]},
        {"contains": "userAdd(", "fault": "drop", "when": "after"},
        {"contains": "groupAdd(", "fault": "status", "when": "after", **gateway},
    ]
    file = tmp_path / "faults.yml"
    file.write_text(yaml.safe_dump(script))
    with sandbox_process("opencti", "--server-version", request.param, "--fault", str(file)) as server:
        yield Failing(server)


def test_over_real_connections(failing: Failing) -> None:
    group = failing.run(GROUP, name="Feeds", roles=["Connector"])
    assert [step["status"] for step in group["steps"]] == ["done"]
    assert group["requests"]["writes"] == 1
    user = failing.run(USER, **(FEED | {"groups": ["Feeds"]}))
    assert steps(user)[0] == "create user [C] Feed with groups Feeds"
    assert user["requests"]["writes"] == 1
    assert user["token_known"] == ("warnings" not in user)
    assert failing.run(USER, **(FEED | {"groups": ["Feeds"]}))["changed"] is False

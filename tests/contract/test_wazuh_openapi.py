# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox has the operations of the server's own description, and its answers fit it."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from contract.wazuh_description import DESCRIPTIONS, Description, description
from contract.wazuh_exchange import Exchange, Response
from contract.wazuh_replay import NO_RECORDINGS, TRANSCRIPTS, Replay, Report
from sandbox.wazuh.routes import Operation, operations
from sandbox.wazuh.versions import VERSIONS

NO_DESCRIPTION = f"no OpenAPI description in {DESCRIPTIONS.name}: set WAZUH_OPENAPI to its folder"
FILES = sorted(TRANSCRIPTS.glob("*.json"))


def described(version: str) -> Description:
    found = description(version)
    if found is None:
        pytest.skip(NO_DESCRIPTION)
    return found


@pytest.mark.parametrize("version", list(VERSIONS))
class TestOperations:
    def test_all_are_there_and_no_others(self, version: str) -> None:
        declared = {(method, path) for method, path, _rest in described(version).operations()}
        assert {(one.method, one.path) for one in operations(VERSIONS[version])} == declared

    def test_with_the_same_parameters(self, version: str) -> None:
        def ours(operation: Operation) -> dict[str, Any]:
            return {one.name: (one.place, one.required, _without_prose(one.schema)) for one in operation.parameters}

        spec = described(version)
        declared = {
            (method, path): {
                one["name"]: (one["in"], one.get("required", False), one["schema"])
                for one in spec.resolved(operation.get("parameters", []))
            }
            for method, path, operation in spec.operations()
        }
        found = {(one.method, one.path): ours(one) for one in operations(VERSIONS[version])}
        assert found == declared

    def test_with_the_same_bodies(self, version: str) -> None:
        spec = described(version)
        declared = {}
        for method, path, operation in spec.operations():
            body = spec.resolved(operation.get("requestBody", {}))
            schema = body.get("content", {}).get("application/json", {}).get("schema")
            declared[method, path] = _without_prose(schema)
        found = {(one.method, one.path): one.body for one in operations(VERSIONS[version])}
        assert found == declared


def _without_prose(schema: Any) -> Any:
    """A schema without what says nothing about a value: texts, and how a form would show it."""
    if isinstance(schema, list):
        return [_without_prose(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_prose(value)
        for name, value in schema.items()
        if name != "description" and (name, value) != ("format", "password")
    }


class Witness:
    """Holds answers against the description of their version.

    Args:
        version: of the server that is replayed.
    """

    def __init__(self, version: str) -> None:
        self._spec = described(version)
        self._paths = [
            (method, path, re.compile(re.sub(r"\{\w+\}", r"\\d+", path) + "/?"))
            for method, path, _rest in self._spec.operations()
        ]
        self.fitting = 0
        self.differences: list[str] = []

    def __call__(self, exchange: Exchange, response: Response) -> None:
        """Look at the answer to an exchange, if it is one of an operation."""
        for method, path, pattern in self._paths:
            if method == exchange["method"] and pattern.fullmatch(exchange["path"]):
                found = self._spec.differences(method, path, response)
                self.fitting += not found
                self.differences += [f"{method} {path} {response.status}: {one}" for one in found]


@pytest.mark.skipif(not FILES, reason=NO_RECORDINGS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_answers_fit_the_description(file: Path) -> None:
    recording = json.loads(file.read_text(encoding="utf-8"))
    witness = Witness(recording["server"].rsplit(" ", 1)[-1])
    asyncio.run(Replay(recording, 0, witness).run(Report(file.name)))
    assert witness.fitting
    assert not witness.differences


def test_a_wrong_answer_is_found() -> None:
    spec = described("4.14.7")
    body = {"data": {"affected_items": [{"id": "one", "name": "x"}]}, "message": "", "error": 0}
    headers = {"content-type": "application/json"}
    response = Response(200, headers, json.dumps(body).encode())
    assert any("'one'" in one for one in spec.differences("GET", "/security/roles", response))
    assert spec.differences("GET", "/security/roles", Response(204, {}, b""))
    html = Response(200, {"content-type": "text/html"}, b"<p>")
    assert spec.differences("GET", "/security/roles", html)

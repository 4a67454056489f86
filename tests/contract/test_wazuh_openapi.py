# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox against the Wazuh server's own description of its API.

Every ``VERSION.yaml`` in ``$WAZUH_OPENAPI`` (default ``../shared/wazuh/openapi`` beside the
checkout) of a version that the sandbox knows: the operations and their parameters are those of the
description, and every answer in the replay of the recordings is valid against it.
"""

from __future__ import annotations

import asyncio
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from contract.wazuh_replay import (
    NO_RECORDINGS,
    TRANSCRIPTS,
    Exchange,
    Replay,
    Report,
    Response,
)
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import OperationNotFound
from openapi_core.testing import MockRequest, MockResponse
from sandbox.wazuh.routes import operations
from sandbox.wazuh.schemas import Parameter
from sandbox.wazuh.versions import VERSIONS

_ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("WAZUH_OPENAPI") or _ROOT.parent / "shared" / "wazuh" / "openapi")
KNOWN = [version for version in VERSIONS if (FOLDER / f"{version}.yaml").exists()]
RECORDINGS = sorted(TRANSCRIPTS.glob("*.json"))

pytestmark = pytest.mark.skipif(
    not KNOWN, reason=f"no API descriptions in {FOLDER}: set WAZUH_OPENAPI to their folder"
)


@cache
def described(version: str) -> dict[str, Any]:
    """The description, cut down to what the sandbox has."""
    text = (FOLDER / f"{version}.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    paths = {
        path: methods
        for path, methods in document["paths"].items()
        if path == "/" or path.startswith("/security/")
    }
    return document | {"paths": paths}


def resolved(document: dict[str, Any], value: Any) -> Any:
    """A value with its references followed."""
    while isinstance(value, dict) and "$ref" in value:
        target: Any = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        value = target
    return value


def schema_of(document: dict[str, Any], schema: Any) -> Any:
    """A parameter's schema without prose."""
    schema = {
        name: value
        for name, value in resolved(document, schema).items()
        if name not in ("description", "example")
    }
    if "items" in schema:
        schema["items"] = schema_of(document, schema["items"])
    return schema


def parameters_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    found = [resolved(document, one) for one in operation.get("parameters", [])]
    return {
        f"{one['in']} {one['name']}": (
            one.get("required", False),
            schema_of(document, one["schema"]),
        )
        for one in found
    }


def ours(parameter: Parameter) -> tuple[str, Any]:
    schema = schema_of({}, parameter.schema)
    return f"{parameter.place} {parameter.name}", (parameter.required, schema)


@pytest.mark.parametrize("version", KNOWN)
def test_the_operations_are_those_of_the_description(version: str) -> None:
    document = described(version)
    wanted = {
        f"{method.upper()} {path}": parameters_of(document, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    found = {
        f"{one.method} {one.path}": dict(map(ours, one.parameters))
        for one in operations(VERSIONS[version])
    }
    assert found == wanted


# Where the description is wrong about the real server, as the recordings show:
UNNAMED_STATUSES = {307, 404, 415, 417, 500}
"""Statuses that it leaves out, for some operations or for all."""

NAMED_TYPES = {"application/problem+json; charset=utf-8": "application/json"}
"""Content types that it gives another name: those of problems."""

SERVER = "https://localhost:55000"

LARGE = 1_000_000
"""Answers with more bytes than this are lists like others, and slow to check."""


@pytest.mark.skipif(not RECORDINGS, reason=NO_RECORDINGS)
@pytest.mark.parametrize("version", KNOWN)
def test_answers_are_valid(version: str) -> None:
    document = OpenAPI.from_dict(described(version))
    mistakes: list[str] = []

    def check(exchange: Exchange, response: Response) -> None:
        mistake = mistake_in(document, exchange, response)
        if mistake:
            mistakes.append(f"{exchange['i']} {exchange['method']} {exchange['path']}: {mistake}")

    checked = 0
    for file in RECORDINGS:
        recording = json.loads(file.read_text(encoding="utf-8"))
        if recording["server"].endswith(f" {version}"):
            asyncio.run(Replay(recording, 0.0, check).run(Report(file.name)))
            checked += 1
    if not checked:
        pytest.skip(f"no recording of {version}")
    assert not mistakes, "\n".join(mistakes)


def mistake_in(document: OpenAPI, exchange: Exchange, response: Response) -> str | None:
    """What is wrong with an answer, or None."""
    content_type = response.headers.get("content-type", "")
    raw_token = (
        exchange["path"].startswith("/security/user/authenticate") and response.status == 200
    )
    if response.status in UNNAMED_STATUSES or len(response.raw) > LARGE:
        return None
    if content_type.startswith("text/plain"):
        # Tokens, and what the web server says before the API sees anything.
        return None if raw_token or response.status == 400 else "text"
    request = MockRequest(SERVER, exchange["method"].lower(), exchange["path"])
    answer = MockResponse(
        response.raw, response.status, content_type=NAMED_TYPES.get(content_type, content_type)
    )
    try:
        document.validate_response(request, answer)
    except OperationNotFound:
        return None if response.status == 405 else "no such operation"
    except OpenAPIError as error:
        return f"{response.status}: {error.__cause__ or error!r}"
    return None

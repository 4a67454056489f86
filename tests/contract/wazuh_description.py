# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's own OpenAPI description: what it declares, and answers held against it.

Found in ``$WAZUH_OPENAPI`` (default ``../shared/wazuh/openapi`` beside the checkout), a file for
each version. Where the description is known to be wrong about real servers stands in here, each
mistake with its reason; everything else that does not fit is a difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from contract.wazuh_exchange import Response
from openapi_schema_validator import OAS30ReadValidator
from referencing import Registry
from referencing.jsonschema import DRAFT4

_ROOT = Path(__file__).resolve().parents[2]
DESCRIPTIONS = Path(os.environ.get("WAZUH_OPENAPI") or _ROOT.parent / "shared" / "wazuh" / "openapi")

UNDECLARED_STATUS = {
    307: "a trailing slash is redirected away, which no operation mentions",
    403: "permissions can be lacking and clients locked out wherever a name is given",
    404: "unlinking from an object that does not exist",
    415: "wrong content types have this status since the server runs on connexion 3",
    308: "doubled slashes are redirected away in 4.4.5",
    417: "an Expect header is refused before any operation",
    500: "the server breaks; see there what it takes",
}
UNDECLARED_FOR_ABOUT = {
    400: "GET / refuses unknown parameters like any operation",
    401: "GET / wants a token like any operation",
    429: "GET / counts for the request limit like any operation",
}
DECLARED_AS = {
    "application/problem+json": "application/json",
    # raw=true of a run_as login, in 4.x; and what is no HTTP to the server is answered in words.
    "text/plain": None,
}
"""Content types that the description has under another name, or (None) nowhere."""

_NOT_COMPARED = frozenset({"description", "example", "examples", "title"})


class Description:
    """One version's description.

    Args:
        file: in YAML.
    """

    def __init__(self, file: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._content = yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506
        resource = DRAFT4.create_resource(self._content)
        registry: Registry[Any] = Registry()
        self._registry = registry.with_resource("urn:description", resource)
        self._validators: dict[str, Any] = {}

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Method, path and declaration of what is under /security, and of GET /."""
        for path, item in self._content["paths"].items():
            if path == "/" or path.startswith("/security"):
                for method in sorted({"get", "post", "put", "delete"} & item.keys()):
                    yield method.upper(), path, item[method]

    def resolved(self, node: Any) -> Any:
        """A part of the description with its references followed and its prose left out."""
        if isinstance(node, list):
            return [self.resolved(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self.resolved(self._at(node["$ref"]))
        return {
            name: self.resolved(value)
            for name, value in node.items()
            # A property may have such a name, too.
            if name not in _NOT_COMPARED or isinstance(value, dict)
        }

    def _at(self, reference: str) -> Any:
        node = self._content
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def differences(self, method: str, path: str, response: Response) -> list[str]:
        """Where an answer does not fit the operation it came from.

        Args:
            method, path: of the operation, with its parameters in braces.
            response: what was answered; a known mistake of the description is no difference.
        """
        steps = ["paths", path, method.lower(), "responses", str(response.status)]
        declared = self._at("/".join(_pointed(step) for step in steps[:-1]))
        if steps[-1] not in declared:
            about = UNDECLARED_FOR_ABOUT if path == "/" else {}
            known = UNDECLARED_STATUS | about
            return [] if response.status in known else [f"{response.status} is not declared"]
        base = "/".join(_pointed(step) for step in steps)
        if "$ref" in declared[steps[-1]]:
            base = declared[steps[-1]]["$ref"].removeprefix("#/")
        content = self._at(base).get("content", {})
        given = response.headers.get("content-type", "").partition(";")[0]
        mime = given if given in content else DECLARED_AS.get(given, given)
        if mime is None or method == "HEAD":
            return []
        if mime not in content:
            return [f"{given} is not declared for {response.status}"]
        errors = self._validator(f"{base}/content/{_pointed(mime)}/schema").iter_errors(response.body)
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]

    def _validator(self, pointer: str) -> Any:
        if pointer not in self._validators:
            reference = {"$ref": f"urn:description#/{quote(pointer)}"}
            self._validators[pointer] = OAS30ReadValidator(reference, registry=self._registry)
        return self._validators[pointer]


def _pointed(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


@cache
def description(version: str) -> Description | None:
    """The description of a version, None if there is none on this machine."""
    file = DESCRIPTIONS / f"{version}.yaml"
    return Description(file) if file.is_file() else None

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's own schemas and documents, as the contract tests read them.

``$OPENCTI_SCHEMAS`` names the folder of schemas (default ``../shared/opencti/schema`` beside the
checkout). Every ``*.graphql`` in it is used; its name without that ending is the release.
Documents that are known to be valid lie in the folder ``documents`` beside the schemas.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema, parse, validate
from sandbox.opencti.versions import version_key

_ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(os.environ.get("OPENCTI_SCHEMAS") or _ROOT.parent / "shared" / "opencti" / "schema")
DOCUMENTS = SCHEMAS.parent / "documents"
NO_SCHEMAS = "no OpenCTI schemas: set OPENCTI_SCHEMAS to their folder"


def release_files() -> list[Path]:
    """The schema files, oldest release first; empty where there are none."""
    return sorted(SCHEMAS.glob("*.graphql"), key=lambda file: version_key(file.stem))


@cache
def real_schema(file: Path) -> GraphQLSchema:
    """The schema of a file. They are large, so each is read once."""
    return build_schema(file.read_text(encoding="utf-8"), assume_valid=True, no_location=True)


def complaints(schema: GraphQLSchema, document: str) -> list[str]:
    """What a schema finds wrong in a document."""
    return [error.message for error in validate(schema, parse(document))]


def tell(what: str, checks: int, problems: list[str]) -> None:
    """Print the figures of one file; who calls this lets the text through to the terminal."""
    print(f"\n{what}: {checks - len(problems)} passed, {len(problems)} failed")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every GraphQL document that the modules can send is valid in the release that they send it to.

``opencti_documents`` lists them; that it lists all that is really sent is shown by the property tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version
from contract.opencti_documents import every_document
from contract.opencti_schemas import NO_SCHEMAS, complaints, real_schema, release_files, tell
from graphql import GraphQLSchema
from sandbox.opencti.schema import build_schema
from sandbox.opencti.versions import Release

FILES = release_files()
SANDBOX_ONLY = ["5.12.24", "6.0.0", "6.1.0", "6.2.8", "6.3.5", "6.5.2", "6.8.0", "6.9.0", "7.260224.0"]
"""Releases at which something changes, for which there may be no schema file."""


def check(schema: GraphQLSchema, release: str, capsys: pytest.CaptureFixture[str]) -> None:
    documents = dict(every_document(Version(release)))
    problems = [
        f"{name}: {complaint}" for name, document in documents.items() for complaint in complaints(schema, document)[:1]
    ]
    with capsys.disabled():
        tell(f"the modules' documents for {release}", len(documents), problems)
    assert documents
    assert not problems, "\n".join(problems)


@pytest.mark.skipif(not FILES, reason=NO_SCHEMAS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_in_the_real_schema(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(real_schema(file), file.stem, capsys)


@pytest.mark.parametrize("release", [*(file.stem for file in FILES), *SANDBOX_ONLY])
def test_in_the_sandbox(release: str, capsys: pytest.CaptureFixture[str]) -> None:
    check(build_schema(Release(release)).schema, release, capsys)


def test_all_documents_are_listed_by_what_a_version_has() -> None:
    old, new = (dict(every_document(Version(version))) for version in ("5.12.29", "7.260817.0"))
    assert set(old) - set(new) >= {"renew the token"}
    assert set(new) - set(old) >= {"add a token", "revoke a token", "create a user with a token"}
    assert len(set(new.values())) > 30

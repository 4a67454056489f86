# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every document that the modules may send to a release of OpenCTI, made by what makes them for the modules."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.secops.iam.plugins.module_utils._kinds import Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS, KINDS, USERS
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version


def every_document(version: Version) -> Iterator[tuple[str, str]]:
    """Name and text of each document that may be sent to a version; two links stand for any number of links."""
    yield "caller", documents.CALLER
    for plural in documents.NODES:
        yield f"page of {plural}", documents.following(plural)
    yield "page of users, with and without tokens", documents.following("users", documents.fields_of(USERS, version))
    yield (
        "page of users without tokens",
        documents.following("users", documents.fields_of(USERS, version, tokens=False)),
    )
    yield "page of groups with flags", documents.following("groups", documents.fields_of(GROUPS, version))
    for kind in KINDS:
        yield from _looks(kind, version)
        yield from _writes(kind, version)
        yield f"delete a {kind.name}", documents.delete(kind)
    if version.has("named tokens"):
        yield "add a token", documents.TOKEN_ADD
        yield "revoke a token", documents.TOKEN_REVOKE
    else:
        yield "renew the token", documents.TOKEN_RENEW


def _looks(kind: Kind, version: Version) -> Iterator[tuple[str, str]]:
    lists = sorted({link.others for link in kind.links})
    for known in (None, version):
        for some in ([], lists[:1], lists[1:], lists):
            yield (
                f"look for a {kind.name} with {some}, version {known and known.text}",
                documents.look(kind, some, known),
            )


def _writes(kind: Kind, version: Version) -> Iterator[tuple[str, str]]:
    plain, linked, change = documents.Write(kind), documents.Write(kind), documents.Write(kind)
    for write in (plain, linked):
        write.create({}, version)
    change.patch({})
    for link in [*kind.links, *kind.links]:
        change.add(link, "")
        change.remove(link, "")
        linked.add(link, "")
    yield f"create a {kind.name}", plain.document()
    yield f"change a {kind.name}", change.document()
    if kind is not USERS:  # the links of a new user are fields of the creation
        yield f"create a {kind.name} with links", linked.document()
    elif version.has("named tokens"):
        plain.token({})
        yield "create a user with a token", plain.document()

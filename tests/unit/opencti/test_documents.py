# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents as they are put together; that servers take them is the contract tests' business."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils._kinds import Kind
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS, KINDS, ROLES, USERS
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version


class TestFields:
    def test_what_only_some_versions_have_is_asked_when_the_version_is_known(self) -> None:
        assert "no_creators" not in documents.fields_of(GROUPS, None)
        assert "no_creators" not in documents.fields_of(GROUPS, Version("6.2.7"))
        assert documents.fields_of(GROUPS, Version("6.2.8")).endswith("no_creators restrict_delete")
        assert "user_service_account" in documents.fields_of(USERS, Version("6.8.0"))
        assert "api_token" not in documents.fields_of(USERS, None)

    def test_values_of_tokens_are_asked_on_request(self) -> None:
        assert documents.fields_of(USERS, Version("6.9.22")).endswith(" api_token")
        assert "api_token" not in documents.fields_of(USERS, Version("6.9.22"), tokens=False)
        assert "api_tokens { id" in documents.fields_of(USERS, Version("7.260817.0"), tokens=False)

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
    def test_all_of_the_table_is_asked(self, kind: Kind) -> None:
        asked = documents.fields_of(kind, Version("7.260817.0")).split()
        for name in [field.node for field in kind.fields] + [link.node for link in kind.links]:
            assert name in asked


class TestWrite:
    def test_parts_of_one_edit_stand_below_one_root(self) -> None:
        write = documents.Write(USERS, "u-1")
        groups, organizations = USERS.links
        write.patch({"name": "x"})
        write.add(groups, "g-1")
        write.add(groups, "g-2")
        write.remove(groups, "g-3")
        write.add(organizations, "o-1")
        write.remove(organizations, "o-2")
        document = write.document()
        assert document.count("userEdit(id: $id)") == 1
        assert "add1: relationAdd(input: $add1) { id }" in document
        assert "orgdelete0: organizationDelete(organizationId: $orgdelete0) { id }" in document
        assert write.variables == {
            "id": "u-1",
            "patch": [{"key": "name", "value": ["x"]}],
            "add0": {"relationship_type": "member-of", "toId": "g-1"},
            "add1": {"relationship_type": "member-of", "toId": "g-2"},
            "del0": "g-3",
            "type0": "member-of",
            "orgadd0": "o-1",
            "orgdelete0": "o-2",
        }
        assert all(f"${name}:" in document for name in write.variables)

    def test_a_creation_comes_before_its_links_and_its_token(self) -> None:
        write = documents.Write(ROLES, "r-1")
        write.add(ROLES.links[0], "c-1")
        write.create({"name": "x"}, Version("6.9.22"))
        assert write.document().index("roleAdd(") < write.document().index("roleEdit(")
        made = documents.Write(USERS, "u-1")
        made.token({"name": "n"})
        made.create({}, Version("7.260817.0"))
        assert made.document().index("userAdd(") < made.document().index("userAdminTokenAdd(")

    def test_a_creation_alone_needs_no_id(self) -> None:
        write = documents.Write(ROLES)
        write.create({"name": "x"}, Version("6.9.22"))
        assert "$id" not in write.document()
        assert write.variables == {"input": {"name": "x"}}

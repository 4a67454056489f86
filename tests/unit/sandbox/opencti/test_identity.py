# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standard ids follow from what identifies an object."""

from __future__ import annotations

import pytest
from sandbox.opencti import identity


class TestIdentity:
    @pytest.mark.parametrize(
        ("entity_type", "name", "expected"),
        [
            ("Capability", "TAXIIAPI", "capability--d258afde-7a8a-5917-8b4b-83119d3f8e52"),
            ("Group", "Connectors", "group--599fc7ab-02f4-50c1-94f9-4b68da122010"),
            ("Group", " CONNECTORS ", "group--599fc7ab-02f4-50c1-94f9-4b68da122010"),
            ("Role", "Connector", "role--b375ed46-a11c-56d5-a2d4-0c654f61eeee"),
        ],
    )
    def test_by_name(self, entity_type: str, name: str, expected: str) -> None:
        assert identity.standard_id(entity_type, {"name": name}) == expected

    def test_case_counts_in_an_email(self) -> None:
        lower = identity.standard_id("User", {"user_email": "a@example.org"})
        upper = identity.standard_id("User", {"user_email": "A@example.org"})
        assert lower != upper

    def test_tlp_markings_have_the_ids_of_stix(self) -> None:
        values = {"definition_type": "TLP", "definition": "TLP:RED"}
        expected = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
        assert identity.standard_id("Marking-Definition", values) == expected

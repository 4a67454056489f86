# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fresh platform holds, by release."""

from __future__ import annotations

import pytest
from sandbox.opencti import defaults
from sandbox.opencti.testing import InProcess
from sandbox.opencti.versions import Release
from unit.sandbox.opencti.documents import RELEASES


class TestFreshPlatform:
    @pytest.mark.parametrize(("release", "counts"), RELEASES.items())
    def test_capabilities(self, release: str, counts: tuple[int, int]) -> None:
        server = InProcess(release)
        answer = server("{ capabilities(first: 1000) { edges { node { name attribute_order } } } }")
        orders = [edge["node"]["attribute_order"] for edge in answer["capabilities"]["edges"]]
        assert len(orders) == counts[0]
        assert orders == sorted(orders)
        assert len(defaults.roles(Release(release))[-1].capabilities) == counts[1]

    def test_misnamed_capabilities_of_old_releases(self) -> None:
        old, new = (defaults.capabilities(Release(release)) for release in ("6.0.10", "6.2.18"))
        assert "KNOWLEDGE_KNUPDATE_KNOWLEDGE_KNUPDATE_KNORGARESTRICT" in old
        assert {"BYPASSREFERENCE", "TAXIIAPI_SETCSVMAPPERS"} <= old.keys() - new.keys()
        assert {"KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE", "CSVMAPPERS"} <= new.keys() - old.keys()

    def test_tokens_of_connectors_are_accepted_from_7_on(self) -> None:
        old, new = (defaults.roles(Release(release))[-1] for release in ("6.9.22", "7.260227.0"))
        assert set(new.capabilities) - set(old.capabilities) == {"APIACCESS_USETOKEN"}

    @pytest.mark.parametrize("release", RELEASES)
    def test_connectors_group(self, release: str) -> None:
        answer = InProcess(release)(
            """query ($id: String!) { group(id: $id) {
                name auto_new_marking default_assignation
                group_confidence_level { max_confidence overrides { entity_type } }
                roles { edges { node { name capabilities { name } } } }
                allowed_marking { definition } } }""",
            id="group--599fc7ab-02f4-50c1-94f9-4b68da122010",
        )
        group = answer["group"]
        assert (group["name"], group["auto_new_marking"]) == ("Connectors", True)
        assert group["default_assignation"] is False
        assert group["group_confidence_level"] == {"max_confidence": 100, "overrides": []}
        assert [edge["node"]["name"] for edge in group["roles"]["edges"]] == ["Connector"]
        names = {marking["definition"] for marking in group["allowed_marking"]}
        assert {"TLP:CLEAR", "TLP:AMBER+STRICT", "PAP:RED"} <= names

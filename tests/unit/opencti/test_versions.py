# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed when, and what is told of an option that came later."""

from __future__ import annotations

import re

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version


class TestVersion:
    def test_compares_numbers(self) -> None:
        assert Version("7.260817.0").has("named tokens")
        assert not Version("6.9.29").has("named tokens")
        assert Version("6.10.0").has("service accounts")

    @pytest.mark.parametrize("text", ["5.12.23", "5.9.6", "4.5.5"])
    def test_older_ones_are_refused(self, text: str) -> None:
        with pytest.raises(Refused, match=rf"OpenCTI {text}; this collection needs 5\.12\.24 or later"):
            Version(text)

    def test_says_what_it_has_not(self) -> None:
        lack = Version("6.7.3").lack("service accounts", "service_account")
        assert re.match(r"service_account: this server is OpenCTI 6\.7\.3.*6\.8\.0", lack)
        assert Version("6.8.0").lack("service accounts", "service_account") == ""

    def test_each_feature_begins_with_its_version(self) -> None:
        for feature, first in Version.since.items():
            assert Version(first).has(feature)

    def test_what_needs_no_feature_is_had_by_all(self) -> None:
        assert Version("5.12.24").has("")

    def test_a_cure_stands_in_the_place_of_leaving_out(self) -> None:
        assert Version("6.0.10").lack("overrides alone", "max_confidence", "write 50").endswith("6.1.0: write 50")

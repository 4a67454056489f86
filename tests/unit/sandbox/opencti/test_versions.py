# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases there are, and their order."""

from __future__ import annotations

import pytest
from sandbox.opencti.versions import Release, version_key


class TestReleases:
    def test_are_ordered_by_number(self) -> None:
        in_order = ["5.12.29", "6.0.10", "6.1.0", "6.1.13", "6.9.22", "7.260224.0", "7.260817.0"]
        assert sorted(set(in_order), key=version_key) == in_order

    @pytest.mark.parametrize("text", ["latest", "6", "6.x", ""])
    def test_a_release_is_a_number(self, text: str) -> None:
        with pytest.raises(ValueError, match="not an OpenCTI release"):
            Release(text)

    def test_the_oldest_is_5_12_24(self) -> None:
        with pytest.raises(ValueError, match=r"5\.12\.24 and later, not 5\.12\.23"):
            Release("5.12.23")

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A product's table of versions: what a server has, and what is told of what it has not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _versions as versions
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused


class Version(versions.Version):
    product = "Shelf"
    oldest = "2.9.0"
    since: ClassVar[Mapping[str, str]] = {"boxes": "2.10.1"}


@pytest.mark.parametrize(("text", "has"), [("2.9.0", False), ("2.10.0", False), ("2.10.1", True), ("3.0", True)])
def test_compares_numbers(text: str, has: bool) -> None:
    assert Version(text).has("boxes") is has
    assert Version(text).has("") is True


def test_one_that_is_too_old_is_refused() -> None:
    with pytest.raises(Refused, match=r"This server is Shelf 2\.8\.12; this collection needs 2\.9\.0 or later"):
        Version("2.8.12")


def test_says_what_it_has_not_and_what_to_do() -> None:
    assert Version("2.9.0").lack("boxes", "box") == (
        "box: this server is Shelf 2.9.0, which does not have that; it came with 2.10.1: leave box out"
    )
    assert Version("2.9.0").lack("boxes", "box", "write a bag").endswith("2.10.1: write a bag")
    assert Version("2.10.1").lack("boxes", "box") == Version("2.9.0").lack("", "box") == ""

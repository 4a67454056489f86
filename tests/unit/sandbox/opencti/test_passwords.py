# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password policy of the OpenCTI sandbox."""

from __future__ import annotations

import pytest
from sandbox.opencti.testing import GraphQLErrors, InProcess


@pytest.mark.parametrize(
    ("rule", "refused", "complaint", "accepted"),
    [
        ("min_length", "short", "size must be >= 8", "longer-one"),
        ("max_length", "far too long", "size must be <= 8", "short"),
        ("min_symbols", "abc", "number of symbols must be >= 8", "!!!!!!!!"),
        ("min_numbers", "abc", "number of digits must be >= 8", "12345678"),
        ("min_words", "one two", "number of words must be >= 8", "a b|c,d_e-f g h"),
        ("min_lowercase", "ABC", "number of lower chars must be >= 8", "abcdefgh"),
        ("min_uppercase", "abc", "number of upper chars must be >= 8", "ABCDEFGH"),
    ],
)
def test_rules(rule: str, refused: str, complaint: str, accepted: str) -> None:
    server = InProcess()
    server.platform.settings[f"password_policy_{rule}"] = 8
    with pytest.raises(GraphQLErrors) as caught:
        server.add_user("a@example.org", password=refused)
    assert caught.value.message == f"Invalid password: {complaint}"
    server.add_user("a@example.org", password=accepted)


def test_it_holds_for_a_change() -> None:
    server = InProcess()
    user = server.add_user("a@example.org")
    server.platform.settings["password_policy_min_length"] = 12
    with pytest.raises(GraphQLErrors, match="size must be >= 12"):
        server.patch("user", user, {"key": "password", "value": ["short"]})


def test_the_settings_show_it() -> None:
    answer = InProcess()("{ settings { password_policy_min_length platform_organization { id } } }")
    assert answer["settings"] == {
        "password_policy_min_length": 0,
        "platform_organization": None,
    }

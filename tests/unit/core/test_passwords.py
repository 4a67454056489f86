# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that are drawn: they satisfy the policy, and no two are the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._passwords import random_password

CLASSES = {"lowercase": r"[a-z]", "uppercase": r"[A-Z]", "numbers": r"[0-9]", "symbols": r"[^a-zA-Z0-9]"}


class TestRandomPassword:
    @pytest.mark.parametrize(
        "policy",
        [
            {},
            {"min_length": 0, "max_length": 0, "min_words": 0, "min_symbols": None},
            {"min_length": 64, "min_lowercase": 5, "min_uppercase": 5, "min_numbers": 5, "min_symbols": 5},
            {"min_words": 7, "min_length": 12},
            {"min_words": 20, "min_length": 8, "max_length": 40},
            {
                "min_length": 8,
                "max_length": 8,
                "min_lowercase": 2,
                "min_uppercase": 2,
                "min_numbers": 2,
                "min_symbols": 2,
            },
            {"min_length": 6, "max_length": 6},
        ],
    )
    def test_satisfies_the_policy(self, policy: dict[str, Any]) -> None:
        for _attempt in range(50):
            password = random_password(policy)
            assert (policy.get("min_length") or 0) <= len(password) <= (policy.get("max_length") or 100)
            assert len(re.split(r"[|, _-]", password)) >= (policy.get("min_words") or 0)
            for kind, pattern in CLASSES.items():
                assert len(re.findall(pattern, password)) >= (policy.get(f"min_{kind}") or 0)

    def test_is_another_each_time(self) -> None:
        assert len({random_password({}) for _attempt in range(50)}) == 50

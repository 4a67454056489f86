# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password policy of the settings, and how passwords and tokens are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.opencti import errors

_COSTS = {"n": 2**4, "r": 8, "p": 1}
"""Cheap: the sandbox hashes so that no password lies about, not against attackers."""

# rule, what is counted in a password, how the complaint calls it
_COUNTED = [
    ("min_symbols", r"[^a-zA-Z0-9]", "symbols"),
    ("min_numbers", r"[0-9]", "digits"),
    ("min_words", None, "words"),
    ("min_lowercase", r"[a-z]", "lower chars"),
    ("min_uppercase", r"[A-Z]", "upper chars"),
]


def check_policy(settings: Mapping[str, Any], password: str | None) -> None:
    """Refuse a password that the policy does not allow; a rule of 0 is off.

    Raises:
        PlatformError: it names every rule that is broken.
    """
    text = password or ""
    limits = {
        key.removeprefix("password_policy_"): value or 0
        for key, value in settings.items()
        if key.startswith("password_policy_")
    }
    broken = [] if text else ["required"]
    if len(text) < limits["min_length"]:
        broken.append(f"size must be >= {limits['min_length']}")
    if 0 < limits["max_length"] < len(text):
        broken.append(f"size must be <= {limits['max_length']}")
    for rule, pattern, called in _COUNTED:
        found = re.findall(pattern, text) if pattern else re.split(r"[|, _-]", text)
        if len(found) < limits[rule]:
            broken.append(f"number of {called} must be >= {limits[rule]}")
    if broken:
        raise errors.functional(f"Invalid password: {', '.join(broken)}")


def hashed(password: str) -> str:
    """How a password is kept: salt and hash."""
    salt = secrets.token_bytes(8)
    return salt.hex() + hashlib.scrypt(password.encode(), salt=salt, **_COSTS).hex()


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password that was kept; None is the password of nobody."""
    if not kept:
        return False
    salt = bytes.fromhex(kept[:16])
    found = hashlib.scrypt(password.encode(), salt=salt, **_COSTS).hex()
    return hmac.compare_digest(found, kept[16:])

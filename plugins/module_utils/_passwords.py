# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A password that nobody knows, for an account that never logs in with one; it satisfies a server's policy."""

from __future__ import annotations

import secrets
import string
import typing as t

LENGTH = 40  # where the policy does not say otherwise


def random_password(policy: t.Mapping[str, t.Any]) -> str:
    """Draw a password. That is for when an account is made, not for when that is planned.

    :param policy: C({min_length, max_length, min_symbols, min_numbers, min_words, min_lowercase, min_uppercase}); what
        is not there, 0 or None asks for nothing.
    """
    characters: list[str] = []
    for alphabet, least in (
        (string.ascii_lowercase, policy.get("min_lowercase")),
        (string.ascii_uppercase, policy.get("min_uppercase")),
        (string.digits, policy.get("min_numbers")),
        ("!#%*+=?@", policy.get("min_symbols")),
    ):
        characters += [secrets.choice(alphabet) for _index in range(least or 0)]
    words = max(policy.get("min_words") or 0, 1)
    length = max(policy.get("min_length") or 0, min(LENGTH, policy.get("max_length") or LENGTH))
    separators = words - 1
    missing = max(length - separators - len(characters), words - len(characters))
    characters += [secrets.choice(string.ascii_letters + string.digits) for _index in range(missing)]
    secrets.SystemRandom().shuffle(characters)
    # Words are counted between separators, of which every policy knows the hyphen.
    return "-".join("".join(characters[at::words]) for at in range(words))

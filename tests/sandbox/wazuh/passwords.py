# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password rule, and how passwords are kept."""

from __future__ import annotations

import hashlib
import hmac
import os
import re

from sandbox.wazuh.errors import Failure, ServerBreaksError
from sandbox.wazuh.versions import Version

# One lower and one upper case letter, a digit, and anything that is none of these (server,
# framework/wazuh/security). The dot meets no line break, so a password with one never passes.
_CLASSES = re.compile(r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{8,}$")


def check(password: str, version: Version) -> None:
    """Refuse an insecure password.

    Raises:
        Failure: 5009 (length, looked at first) or 5007 (kinds of characters).
    """
    shortest, longest = version.password_length
    if not shortest <= len(password) <= longest:
        raise Failure(5009)
    if not _CLASSES.match(password):
        raise Failure(5007)


def seal(password: str) -> str:
    """What is stored of a password. Quick on purpose: these accounts live in a test.

    Raises:
        ServerBreaksError: there is half a character in it (a lone surrogate).
    """
    salt = os.urandom(8).hex()
    try:
        return f"{salt}${_digest(salt, password)}"
    except UnicodeEncodeError as error:
        raise ServerBreaksError from error


def fits(password: str, sealed: str) -> bool:
    """Whether this is the stored password."""
    salt, _separator, digest = sealed.partition("$")
    return hmac.compare_digest(digest, _digest(salt, password))


def _digest(salt: str, password: str) -> str:
    return hashlib.sha256((salt + password).encode()).hexdigest()

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed when: the one table of the sandbox's behaviour by OpenCTI release.

Types, fields, arguments and who may use them are dated in ``schema.graphql``, built-in objects in
``defaults.py``; everything else that differs between releases is a line in ``_SWITCHES``.
"""

from __future__ import annotations

import re

DEFAULT_RELEASE = "7.260817.0"
OLDEST_RELEASE = "5.12.24"
"""It brought confidence levels and pages of ``Group.roles``, on which the schema here relies."""

# behaviour: (first release that has it, first release that has it no more)
_SWITCHES: dict[str, tuple[str | None, str | None]] = {
    # users
    "lowest group confidence counts": (None, "6.0.0"),
    "duplicate e-mail names the user": ("6.2.18", None),
    "default groups can be prevented": ("6.5.2", None),
    "language is checked": ("6.6.18", None),
    "service accounts": ("6.8.0", None),
    "external users keep name and e-mail": ("6.8.17", None),
    "deleting a missing user is functional": ("6.9.22", None),
    "relationDelete knows organizations": ("7.260817.0", None),
    # capabilities
    "capabilities in draft": ("6.9.0", None),
    # tokens, login, sessions
    "admin token cannot be renewed": ("6.4.11", "7.260224.0"),
    "tokens open sessions": (None, "6.6.0"),
    "only BYPASS needs no organization": ("6.9.0", None),
    "named tokens": ("7.260224.0", None),
    "login once a second": ("7.260428.0", None),
    # GraphQL and HTTP
    "requests may be batched": (None, "6.2.14"),
    "root fields are counted": ("6.1.0", None),
    "errors have extensions": ("6.2.14", None),
    "graphql is rate limited": ("7.260817.0", None),
}


def version_key(text: str) -> tuple[int, ...]:
    """Releases in order: ``6.9.22`` is before ``7.260224.0``.

    Raises:
        ValueError: the text is not a release number.
    """
    if not re.fullmatch(r"\d+(\.\d+){1,3}", text):
        raise ValueError(f"{text!r} is not an OpenCTI release such as {DEFAULT_RELEASE}")
    return tuple(int(part) for part in text.split("."))


class Release:
    """One OpenCTI release, and what it does.

    Args:
        text: its number.

    Raises:
        ValueError: not a release number, or one before the oldest that the sandbox knows.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.key = version_key(text)
        if self.key < version_key(OLDEST_RELEASE):
            raise ValueError(f"the sandbox knows OpenCTI {OLDEST_RELEASE} and later, not {text}")

    def within(self, since: str | None, until: str | None) -> bool:
        """True from the release ``since`` on and before the release ``until``."""
        if since is not None and self.key < version_key(since):
            return False
        return until is None or self.key < version_key(until)

    def does(self, behaviour: str) -> bool:
        """Whether this release has a behaviour of the table."""
        return self.within(*_SWITCHES[behaviour])

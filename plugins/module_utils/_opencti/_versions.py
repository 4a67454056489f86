# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in OpenCTI when: the one table of differences. Sources: docs/facts/opencti.md, the schemas."""

from __future__ import annotations

import dataclasses
import re

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused

OLDEST = "5.12.24"  # the first with confidence levels and with roles of a group as a connection
SINCE = {
    "group overrides": "6.0.0",  # they take effect beside a user's own level; before, the lowest group counts
    "overrides alone": "6.1.0",  # a confidence level with overrides and no maximum
    "creator flags": "6.2.8",  # no_creators, restrict_delete of groups
    "prevent default groups": "6.5.2",
    "service accounts": "6.8.0",
    "external names are fixed": "6.8.17",
    "only BYPASS needs no organisation": "6.9.0",  # before, who manages users needs none either
    "named tokens": "7.260224.0",  # several, hashed, shown once, in the place of one that can be read
}


@dataclasses.dataclass(frozen=True)
class Version:
    """A server's version, and what it can do."""

    text: str

    def __post_init__(self) -> None:
        if _parts(self.text) < _parts(OLDEST):
            raise Refused(f"This server is OpenCTI {self.text}; this collection needs {OLDEST} or later: update it")

    def has(self, feature: str) -> bool:
        """Whether this version has a feature of the table; each has the feature "" that no table needs to name."""
        return not feature or _parts(self.text) >= _parts(SINCE[feature])

    def lack(self, feature: str, option: str, cure: str = "") -> str:
        """What to tell of an option that needs a later version; "" where this one will do.

        :param cure: what to write; by default, to leave the option out.
        """
        if self.has(feature):
            return ""
        return (
            f"{option}: this server is OpenCTI {self.text}, which does not have that; it came with "
            f"{SINCE[feature]}: {cure or f'leave {option} out'}"
        )


def _parts(text: str) -> tuple[int, ...]:
    """Versions compare as numbers: 6.9.22, 7.260817.0."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])

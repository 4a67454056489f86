# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server's version can do, by a product's table of what came when."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import Refused


@dataclasses.dataclass(frozen=True)
class Version:
    """A server's version. Each product has a class of its own, with its name and its table.

    :cvar product: what messages call it.
    :cvar oldest: the first version that the collection knows.
    :cvar since: the version with which each feature came.
    """

    text: str

    product: t.ClassVar[str]
    oldest: t.ClassVar[str]
    since: t.ClassVar[t.Mapping[str, str]]

    def __post_init__(self) -> None:
        if _parts(self.text) < _parts(self.oldest):
            raise Refused(
                f"This server is {self.product} {self.text}; this collection needs {self.oldest} or later: update it"
            )

    def has(self, feature: str) -> bool:
        """Whether this version has a feature of the table; each has the feature "" that no table needs to name."""
        return not feature or _parts(self.text) >= _parts(self.since[feature])

    def lack(self, feature: str, option: str, cure: str = "") -> str:
        """What to tell of an option that needs a later version; "" where this one will do.

        :param cure: what to write; by default, to leave the option out.
        """
        if self.has(feature):
            return ""
        return (
            f"{option}: this server is {self.product} {self.text}, which does not have that; it came with "
            f"{self.since[feature]}: {cure or f'leave {option} out'}"
        )


def _parts(text: str) -> tuple[int, ...]:
    """Versions compare as numbers: 6.9.22, 7.260817.0."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])

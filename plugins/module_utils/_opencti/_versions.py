# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in OpenCTI when: the one table of differences. Sources: docs/facts/opencti.md, the schemas."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _versions as versions


class Version(versions.Version):
    """A version of OpenCTI."""

    product = "OpenCTI"
    oldest = "5.12.24"  # the first with confidence levels and with roles of a group as a connection
    since: t.ClassVar[t.Mapping[str, str]] = {
        "group overrides": "6.0.0",  # they take effect beside a user's own level; before, the lowest group counts
        "overrides alone": "6.1.0",  # a confidence level with overrides and no maximum
        "creator flags": "6.2.8",  # no_creators, restrict_delete of groups
        "prevent default groups": "6.5.2",
        "service accounts": "6.8.0",
        "external names are fixed": "6.8.17",
        "only BYPASS needs no organisation": "6.9.0",  # before, who manages users needs none either
        "named tokens": "7.260224.0",  # several, hashed, shown once, in the place of one that can be read
    }

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations of a version take."""

from __future__ import annotations

from contract.in_process import InProcess


def test_version_4_4_knows_no_q() -> None:
    assert InProcess("4.4.5").ask("GET", "/security/roles?q=id=1").status == 400

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that most tests begin with."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess


@pytest.fixture
def server() -> InProcess:
    """A fresh one, and its administrator."""
    return InProcess()

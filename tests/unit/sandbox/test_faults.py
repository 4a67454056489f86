# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of faults that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandbox.faults import read_script


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "a list of mappings"),
        ("[{fault: explode}]", "fault must be one of"),
        ("[{fault: delay, minutes: 1}]", "unknown minutes"),
        ("[{fault: drop, when: later}]", "when must be"),
    ],
)
def test_a_wrong_script_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "faults.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        read_script(file)

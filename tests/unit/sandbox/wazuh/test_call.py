# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids as text and as numbers."""

from __future__ import annotations

from typing import Any

import pytest
from contract.in_process import InProcess
from sandbox.wazuh.versions import VERSIONS
from unit.sandbox.wazuh.servers import POLICY

ARABIC_100 = "%D9%A1%D9%A0%D9%A0"


@pytest.mark.parametrize("version", list(VERSIONS))
@pytest.mark.parametrize(
    ("collection", "body", "code"),
    [
        ("roles", {}, 4002),
        ("rules", {"rule": {"FIND": {"a": "b"}}}, 4022),
        ("policies", {"policy": POLICY}, 4007),
    ],
)
def test_a_change_finds_no_id_in_digits_of_another_script(
    version: str, collection: str, body: dict[str, Any], code: int
) -> None:
    server = InProcess(version)
    assert server.create(collection, name="old", **body) == 100
    answer = server.ask("PUT", f"/security/{collection}/{ARABIC_100}", {"name": "new"}).body
    [failed] = answer["data"]["failed_items"]
    assert (failed["error"]["code"], failed["id"]) == (code, [100])

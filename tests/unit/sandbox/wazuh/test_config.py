# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The security configuration: what restores it."""

from __future__ import annotations

import pytest
from unit.sandbox.wazuh.servers import holds, with_user


@pytest.mark.parametrize("version", ["4.14.7", "5.0.0"])
@pytest.mark.parametrize("body", [[1], "x", 0, 1, True])
def test_the_configuration_is_not_restored_by_what_is_no_object(version: str, body: object) -> None:
    server, token = with_user(version)
    assert server.ask("DELETE", "/security/config", body).status == 500
    assert holds(server, token)


@pytest.mark.parametrize("body", [[], "", {}])
def test_it_is_by_what_is_empty(body: object) -> None:
    server, token = with_user()
    assert server.ask("DELETE", "/security/config", body).status == 200
    assert not holds(server, token)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One world for all tests; each finds a fresh server in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fault.world import World, world


@pytest.fixture(scope="session")
def _world() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(name="world")
def fresh_world(_world: World) -> World:
    """A fresh server with the defaults, without faults and limits."""
    _world.reset()
    return _world

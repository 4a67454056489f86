# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests lie as the sources do, and in the layer that they belong to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
over_layers = pytest.mark.parametrize("layer", ["unit", "processes"])

# What only a test of the layer `processes` needs.
OF_PROCESSES = {
    "multiprocessing",
    "pty",
    "sandbox.fixture",
    "sandbox.serve",
    "socket",
    "subprocess",
    "threading",
}


def name_of_test(source: Path) -> str:
    """What the file with the tests of a source is called: `_plan.py` and `plan.py` have `test_plan.py`."""
    return f"test_{source.stem.strip('_')}.py"


def imported(file: Path) -> Iterator[str]:
    """The names of all modules that a file may import."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            for name in node.names:
                yield f"{node.module}.{name.name}"


@over_layers
def test_those_of_the_sandbox_name_its_files(layer: str) -> None:
    files = sorted((TESTS / layer / "sandbox").rglob("test_*.py"))
    assert files
    strays = []
    for file in files:
        room = TESTS / file.parent.relative_to(TESTS / layer)
        if file.name not in {name_of_test(source) for source in room.glob("*.py")}:
            strays.append(str(file.relative_to(TESTS)))
    assert strays == []


def test_what_needs_a_process_or_a_socket_is_in_the_layer_for_it() -> None:
    strays = []
    for file in sorted((TESTS / "unit").rglob("*.py")):
        found = OF_PROCESSES & set(imported(file))
        if found:
            strays.append(f"{file.relative_to(TESTS)}: {', '.join(sorted(found))}")
    assert strays == []

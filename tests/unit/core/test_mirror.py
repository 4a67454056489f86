# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests lie as the sources do, and in the layer that they belong to.

The folders below a layer are its rooms. A product of `plugins/module_utils` has the room of its name, what all products
share is in `core`, and a folder of `tests`, such as `sandbox/wazuh`, has the room of its path.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
PLUGINS = TESTS.parent / "plugins"
LAYERS = ("unit", "processes")

# The folders of plugins that think; modules and actions hold no logic.
THINKING = ("module_utils", "plugin_utils", "filter")

# Tests in `core` that are about no file alone, but about all files of a kind.
COMPLETENESS = {"test_completeness.py", "test_facts.py", "test_mirror.py"}

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


def thinking_sources() -> list[Path]:
    """All files of plugins that may hold logic."""
    found: list[Path] = []
    for folder in THINKING:
        found += sorted((PLUGINS / folder).rglob("*.py"))
    return found


def room_of(source: Path) -> str:
    """The room for the tests of a file of plugins: `module_utils/_wazuh/_plan.py` has `wazuh`."""
    _kind, *folders = source.parent.relative_to(PLUGINS).parts
    return "/".join(folder.strip("_") for folder in folders) or "core"


def name_of_test(source: Path) -> str:
    """What the file with the tests of a source is called: `_plan.py` and `plan.py` have `test_plan.py`."""
    return f"test_{source.stem.strip('_')}.py"


def names_in(room: str) -> set[str]:
    """What files with tests in a room may be called."""
    if room == ".":
        return set()
    names = {name_of_test(source) for source in thinking_sources() if room_of(source) == room}
    names |= {name_of_test(source) for source in (TESTS / room).glob("*.py")}
    return names | COMPLETENESS if room == "core" else names


def names_a_source(file: Path, names: set[str]) -> bool:
    """Whether a file with tests is called as a source: `test_api.py`, or `test_api_login.py` that goes on with it."""
    if file.name in names:
        return True
    for name in names:
        first = file.with_name(name)
        if file.name.startswith(f"{first.stem}_") and first.exists():
            return True
    return False


def has_logic(source: Path) -> bool:
    """Whether any function or method does something: a body of a docstring does nothing."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(does_something, node.body)):
            return True
    return False


def does_something(statement: ast.stmt) -> bool:
    """Whether a statement is more than a docstring, an ellipsis or `pass`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return not isinstance(statement, ast.Pass)


def has_tests(file: Path) -> bool:
    """Whether there is such a file, with a test in it."""
    return file.exists() and "def test_" in file.read_text(encoding="utf-8")


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


@pytest.mark.parametrize("layer", LAYERS)
def test_each_file_of_tests_names_a_source(layer: str) -> None:
    files = sorted((TESTS / layer).rglob("test_*.py"))
    assert files
    strays = []
    for file in files:
        room = file.parent.relative_to(TESTS / layer).as_posix()
        if not names_a_source(file, names_in(room)):
            strays.append(str(file.relative_to(TESTS)))
    assert strays == []


def test_each_source_with_logic_has_a_file_of_tests() -> None:
    sources = [source for source in thinking_sources() if has_logic(source)]
    assert sources
    without = []
    for source in sources:
        wanted = [TESTS / layer / room_of(source) / name_of_test(source) for layer in LAYERS]
        if not any(map(has_tests, wanted)):
            without.append(str(source.relative_to(PLUGINS)))
    assert without == []


def test_what_needs_a_process_or_a_socket_is_in_the_layer_for_it() -> None:
    strays = []
    for file in sorted((TESTS / "unit").rglob("*.py")):
        found = OF_PROCESSES & set(imported(file))
        if found:
            strays.append(f"{file.relative_to(TESTS)}: {', '.join(sorted(found))}")
    assert strays == []

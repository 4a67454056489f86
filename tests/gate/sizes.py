# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much code there is in each room of the checkout.

    python -m gate.sizes

A line counts when it holds code: a blank line, a comment, a docstring and a module's documentation do not.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate.machine import ROOT

# Folders that are one room each, with all that is below them.
WHOLE = ("plugin_utils", "modules", "action", "filter", "doc_fragments")

# What Ansible reads as documentation.
DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
FRAGMENT = "ModuleDocFragment"

# Tokens that are no code.
LAYOUT = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


@dataclass(frozen=True)
class Size:
    """How much code a file has.

    :ivar lines: the lines of code.
    :ivar functions: functions and methods.
    """

    lines: int
    functions: int


def measure(source: str) -> Size:
    """Return the size of a file with this text."""
    tree = ast.parse(source)
    prose: set[int] = set()
    for node in _prose(tree):
        prose.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    filled = {number for number, line in enumerate(source.split("\n"), 1) if line.strip()}
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return Size(len(code & filled - prose), len(functions))


def _prose(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that are docstrings or documentation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and _is_prose(node):
            yield node
        elif isinstance(node, ast.ClassDef) and node.name == FRAGMENT:
            yield from (part for part in node.body if isinstance(part, ast.Assign) and _is_text(part.value))


def _is_prose(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return _is_text(statement.value)
    return isinstance(statement, ast.Assign) and not DOCUMENTATION.isdisjoint(_names(statement))


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _names(assignment: ast.Assign) -> set[str]:
    return {target.id for target in assignment.targets if isinstance(target, ast.Name)}


def rooms(root: Path) -> dict[str, list[Path]]:
    """Return the Python files of each room that there is, by the room's path."""
    plugins = root / "plugins"
    utils = plugins / "module_utils"
    found = {utils: sorted(utils.glob("*.py"))}
    folders = sorted(folder for folder in utils.glob("*") if folder.is_dir())
    folders += [plugins / name for name in WHOLE]
    folders.append(root / "tests" / "sandbox")
    for folder in folders:
        found[folder] = sorted(folder.rglob("*.py"))
    return {str(folder.relative_to(root)): files for folder, files in found.items() if files}


def table(root: Path) -> list[str]:
    """Return a line for each room: lines of code, files, functions, and its biggest file."""
    lines = [f"{'lines of code':32} {'lines':>6} {'files':>6} {'functions':>10}  biggest file"]
    for room, files in rooms(root).items():
        sizes = {file: measure(file.read_text(encoding="utf-8")) for file in files}
        biggest = max(files, key=lambda file: sizes[file].lines)
        code = sum(size.lines for size in sizes.values())
        functions = sum(size.functions for size in sizes.values())
        where = biggest.relative_to(root / room)
        lines.append(f"{room:32} {code:6} {len(files):6} {functions:10}  {where} {sizes[biggest].lines}")
    return lines


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(ROOT)) + "\n")

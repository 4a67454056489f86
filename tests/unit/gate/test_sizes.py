# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of code are counted as they are meant, room by room."""

from __future__ import annotations

from pathlib import Path

import pytest
from gate.sizes import Size, measure, rooms, table

MODULE = '''\
#!/usr/bin/python
# A comment
"""A docstring
of two lines.
"""

DOCUMENTATION = r"""
module: feed
"""
EXAMPLES = "- secops.iam.feed:"
RETURN = """
{}
"""

import os  # counts, whatever stands behind it

KIND = "feed"
"""What it is about."""


class Feed:
    """A docstring."""

    def name(self) -> str:
        """A docstring."""
        # A comment
        return os.path.join(
            "a",

            # A comment in the middle
            KIND,
        )


async def wait() -> None:
    """A docstring."""
'''
LINES_OF_MODULE = 9

FRAGMENT = '''\
class ModuleDocFragment:
    """A docstring."""

    DOCUMENTATION = r"""
options: {}
"""
    OTHER = r"""
options: {}
"""
    limit = 3
'''


def test_only_lines_with_code_count() -> None:
    assert measure(MODULE) == Size(LINES_OF_MODULE, 2)


def test_a_fragment_is_documentation_whatever_it_is_called() -> None:
    assert measure(FRAGMENT) == Size(2, 0)
    assert measure(FRAGMENT.replace("ModuleDocFragment", "Texts")) == Size(5, 0)


@pytest.mark.parametrize("quotes", ['"""', "f'''"])
def test_a_text_that_is_used_is_code_but_for_its_blank_lines(quotes: str) -> None:
    end = quotes.removeprefix("f")
    assert measure(f"QUERY = {quotes}\nquery {{1}}\n\n# me\n{end}\nprint(QUERY)\n") == Size(5, 0)


def test_an_empty_file_has_none() -> None:
    assert measure("") == Size(0, 0)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with some rooms; the line that each file has is its name."""
    for name in (
        "plugins/module_utils/_core.py",
        "plugins/module_utils/_feeds/_plan.py",
        "plugins/module_utils/_feeds/tables/_kinds.py",
        "plugins/modules/feed.py",
        "plugins/modules/feed.yml",
        "tests/sandbox/feeds/app.py",
        "tests/unit/test_feed.py",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import os\n")
    return tmp_path


def test_rooms_are_those_that_are_there(checkout: Path) -> None:
    found = {room: [file.name for file in files] for room, files in rooms(checkout).items()}
    assert found == {
        "plugins/module_utils": ["_core.py"],
        "plugins/module_utils/_feeds": ["_plan.py", "_kinds.py"],
        "plugins/modules": ["feed.py"],
        "tests/sandbox": ["app.py"],
    }


def test_the_table_has_a_line_for_each_room(checkout: Path) -> None:
    (checkout / "plugins/module_utils/_feeds/tables/_kinds.py").write_text(MODULE)
    lines = [line.split() for line in table(checkout)]
    biggest = ["tables/_kinds.py", str(LINES_OF_MODULE)]
    assert lines[0] == ["lines", "of", "code", "lines", "files", "functions", "biggest", "file"]
    assert lines[2] == ["plugins/module_utils/_feeds", str(LINES_OF_MODULE + 1), "2", "2", *biggest]
    assert lines[-1] == ["tests/sandbox", "1", "1", "0", "feeds/app.py", "1"]

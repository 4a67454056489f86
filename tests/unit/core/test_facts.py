# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands after FACTS in a comment is a heading on the page of facts of the product that the file is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRODUCTS = ("wazuh", "opencti")
FOLDERS = ("plugins", "tests")
SUFFIXES = {".py", ".md", ".yml", ".yaml", ".graphql"}
MADE_BY_TESTS = ROOT / "tests" / "output"
FEWEST_COMMENTS = 5
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)
LINE_BREAK = re.compile(r"\s*\n[\s#]*")
# The heading ends where its sentence or bracket does; what follows a colon is a part of what stands below it.
# Behind a slash it is the name of a file.
REFERENCE = re.compile(r"(?<![/\w])FACTS, ([^.:;)\"]+)")
MALFORMED = re.compile(r"\(FACTS(?!, \w)[^)]*")


class Reference(NamedTuple):
    """One mention of a heading, in lower case, and the file that it is in."""

    path: Path
    heading: str


def headings_of(page: str) -> list[str]:
    return [heading.strip().lower() for heading in HEADING.findall(page)]


def references_in(text: str) -> list[str]:
    return [heading.strip().lower() for heading in REFERENCE.findall(LINE_BREAK.sub(" ", text))]


def malformed_in(text: str) -> list[str]:
    return MALFORMED.findall(LINE_BREAK.sub(" ", text))


def products_of(path: Path) -> tuple[str, ...]:
    """The product whose room a file is in; all of them for what every product shares."""
    own = tuple(product for product in PRODUCTS if product in str(path.relative_to(ROOT)))
    return own or PRODUCTS


def commented_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and MADE_BY_TESTS not in path.parents:
                yield path


TEXTS = {path: path.read_text(encoding="utf-8") for path in commented_files() if path != Path(__file__).resolve()}
REFERENCES = [Reference(path, heading) for path, text in TEXTS.items() for heading in references_in(text)]
HEADINGS = {
    product: headings_of((ROOT / "docs" / "facts" / f"{product}.md").read_text(encoding="utf-8"))
    for product in PRODUCTS
}


def test_every_reference_is_a_heading() -> None:
    unknown = []
    for path, heading in REFERENCES:
        if not any(heading in HEADINGS[product] for product in products_of(path)):
            unknown.append(f"{path.relative_to(ROOT)}: {heading}")
    assert unknown == []


def test_no_reference_is_malformed() -> None:
    found = {str(path.relative_to(ROOT)): malformed_in(text) for path, text in TEXTS.items()}
    assert {path: mentions for path, mentions in found.items() if mentions} == {}


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_product_has_references(product: str) -> None:
    plugins = ROOT / "plugins"
    own = [path for path, _heading in REFERENCES if plugins in path.parents and products_of(path) == (product,)]
    assert len(own) >= FEWEST_COMMENTS


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_page_has_each_heading_once(product: str) -> None:
    assert len(HEADINGS[product]) > FEWEST_COMMENTS
    assert len(HEADINGS[product]) == len(set(HEADINGS[product]))


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("x = 1  # ids up to 99 (FACTS, Links)", ["links"]),
        ('"""Who may (FACTS, users: who needs none)."""', ["users"]),
        ('"""What it makes of rules is in FACTS, rule matching."""', ["rule matching"]),
        ("# (ids up to 99; FACTS, reserved\n    # resources) and (FACTS, tokens)", ["reserved resources", "tokens"]),
        ("FACTS alone, facts, (server: orm)", []),
    ],
)
def test_references_are_found(text: str, headings: list[str]) -> None:
    assert references_in(text) == headings


def test_what_is_no_reference_is_malformed() -> None:
    assert malformed_in("# (FACTS: links), (FACTS links) and (FACTS, links)") == ["(FACTS: links", "(FACTS links"]


@pytest.mark.parametrize(
    ("path", "products"),
    [
        ("plugins/module_utils/_wazuh_manager/_program.py", ("wazuh",)),
        ("tests/sandbox/opencti/defaults.py", ("opencti",)),
        ("plugins/module_utils/_http.py", PRODUCTS),
    ],
)
def test_the_product_follows_from_the_path(path: str, products: tuple[str, ...]) -> None:
    assert products_of(ROOT / path) == products

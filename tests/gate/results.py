# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of the gate's parts, as JUnit files in .cache/results.

pytest and ansible-test write theirs; the other parts record theirs by this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from xml.etree import ElementTree

from gate.machine import RESULTS


def record(part: str, checks: Mapping[str, bool]) -> None:
    """Write down the checks of `part`, by name, each with whether it passed."""
    suite = ElementTree.Element("testsuite", name=part)
    for name, passed in checks.items():
        case = ElementTree.SubElement(suite, "testcase", classname=part, name=name)
        if not passed:
            ElementTree.SubElement(case, "failure")
    RESULTS.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(RESULTS / f"{part}.xml")


def count() -> Counter[str]:
    """Return how many checks `passed`, `failed` and were `skipped`, over all parts.

    An integration target is one check, however many tasks it has: ansible-test writes a file for
    each target and a case for each task.
    """
    counts: Counter[str] = Counter()
    for path in RESULTS.rglob("*.xml"):
        outcomes = [_outcome(case) for case in ElementTree.parse(path).iter("testcase")]
        if path.parent.name.startswith("integration-"):
            outcomes = ["failed" if "failed" in outcomes else "passed"]
        counts.update(outcomes)
    return counts


def _outcome(case: ElementTree.Element) -> str:
    """Return what became of one JUnit test case."""
    tags = {child.tag for child in case}
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"

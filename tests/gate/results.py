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
    """Return how many checks `passed`, `failed` and were `skipped`, over all parts."""
    counts: Counter[str] = Counter()
    for path in RESULTS.rglob("*.xml"):
        for case in ElementTree.parse(path).iter("testcase"):
            outcomes = {child.tag for child in case}
            if outcomes & {"failure", "error"}:
                counts["failed"] += 1
            elif "skipped" in outcomes:
                counts["skipped"] += 1
            else:
                counts["passed"] += 1
    return counts

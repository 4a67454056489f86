# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the whole gate, fast parts first, stop at the first that fails, and count.

The last line counts the checks that were made; a part that had nothing to do counts as none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

from gate.machine import RESULTS, ROOT, say
from gate.results import count

PARTS = (
    "lint",
    "unit",
    "property",
    "fault",
    "secrets",
    "contract",
    "judge",
    "build",
    "sanity",
    "integration",
    "docs",
    "demo",
)


def main() -> int:
    """Run all parts; print each one's seconds and the sum of tests; return the exit status."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    lines = []
    failed = ""
    for part in PARTS:
        say(f"\n==== make {part}")
        begun = time.monotonic()
        status = subprocess.run(["make", "--no-print-directory", part], cwd=ROOT, check=False)
        lines.append(f"{part:12} {time.monotonic() - begun:6.1f} s")
        if status.returncode:
            failed = part
            break
    counts = count()
    if failed and not counts["failed"]:
        counts["failed"] = 1
    say("\n" + "\n".join(lines))
    if failed:
        say(f"\nstopped at {failed}: `make {failed}` runs that part alone")
    sys.stdout.write(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

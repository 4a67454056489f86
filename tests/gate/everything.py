# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the whole gate, two parts at a time, and count; nothing new begins after a failure.

The last line counts the checks that were made; a part that had nothing to do counts as none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from gate.machine import RESULTS, ROOT, say
from gate.results import count

# What finds most in the shortest time; then the longest first, so that none that begins late keeps everybody waiting.
PARTS = (
    "lint",
    "unit",
    "integration TARGETS=wazuh_.*",
    "property",
    "integration TARGETS=opencti_.*",
    "sanity",
    "fault",
    "judge",
    "secrets",
    "build docs",
    "contract",
    "processes",
    "demo",
)


class Gate:
    """What became of the parts so far.

    :ivar failed: the parts that failed.
    :ivar lines: a line with its seconds for each part that was run.
    """

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.lines: list[str] = []
        self._output = threading.Lock()

    def run(self, part: str) -> None:
        """Run a part, unless another has failed before; show what it said when it is over."""
        if self.failed:
            return
        begun = time.monotonic()
        done = subprocess.run(
            ["make", "--no-print-directory", *part.split()],
            cwd=ROOT,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        line = f"{part:32} {time.monotonic() - begun:6.1f} s"
        with self._output:
            if done.returncode:
                self.failed.append(part)
            self.lines.append(line)
            say(f"\n==== make {line}")
            sys.stderr.buffer.write(done.stdout)
            sys.stderr.flush()


def main() -> int:
    """Run all parts; print each one's seconds and the sum of tests; return the exit status."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    gate = Gate()
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        list(pool.map(gate.run, PARTS))
    counts = count()
    if gate.failed and not counts["failed"]:
        counts["failed"] = 1
    say("\n" + "\n".join(gate.lines))
    for part in gate.failed:
        say(f"\nfailed: `make {part}` runs that part alone")
    sys.stdout.write(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped\n")
    return 1 if gate.failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection's tarball into dist, and check what is in it.

`build_ignore` in galaxy.yml knows nothing of .gitignore, so every file of the tarball must be
one that Git would keep, or one of those that the build itself writes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile

from gate.machine import MAIN, ROOT, kept_files, say, tool_variables
from gate.results import record

DIST = ROOT / "dist"
WRITTEN_BY_BUILD = {"FILES.json", "MANIFEST.json"}
NEEDED = {
    "LICENSES/GPL-3.0-or-later.txt",
    "README.md",
    "docs/facts/opencti.md",  # comments in plugins refer to these
    "docs/facts/wazuh.md",
    "meta/runtime.yml",
    "requirements.txt",
}
# Kept by Git, but of no use to whoever installs the collection.
REPOSITORY_ONLY = (".ci/", ".github/", ".ansible-lint", ".gitignore", ".yamllint")


def main() -> int:
    """Build and check; return the exit status."""
    shutil.rmtree(DIST, ignore_errors=True)
    command = [str(MAIN / "ansible-galaxy"), "collection", "build", "--output-path", str(DIST)]
    built = subprocess.run(command, cwd=ROOT, env=tool_variables(), check=False)
    if built.returncode:
        return built.returncode
    [tarball] = DIST.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if not member.isdir()}
    wanted = {name for name in kept_files() if not name.startswith(REPOSITORY_ONLY)}
    stray = sorted(packed - wanted - WRITTEN_BY_BUILD)
    missing = sorted(NEEDED - packed)
    for name in stray:
        say(f"build: {name} is in the tarball and should not be: see build_ignore in galaxy.yml")
    for name in missing:
        say(f"build: {name} is not in the tarball and should be")
    record("build", {"only what belongs there": not stray, "all that is needed": not missing})
    if stray or missing:
        return 1
    say(f"build: {tarball.relative_to(ROOT)} holds {len(packed)} files, none of them stray")
    return 0


if __name__ == "__main__":
    sys.exit(main())

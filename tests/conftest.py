# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make `ansible_collections.secops.iam` and the packages below tests importable in any checkout.

Under ansible-test the collection already lies below ansible_collections and is left alone. In a checkout, what the
tests' libraries keep goes below .cache.
"""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("ansible_collections", "ansible_collections.secops", "ansible_collections.secops.iam")


def _import_checkout() -> None:
    """Put the three namespace packages into sys.modules, the last one with the checkout's path."""
    parent = None
    for name in PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = [str(ROOT)] if name == PACKAGES[-1] else []
        sys.modules[name] = package
        if parent is not None:
            setattr(parent, name.rpartition(".")[2], package)
        parent = package


def _keep_below_cache() -> None:
    """Set where Ansible and hypothesis, which are imported later, keep what they keep."""
    os.environ.setdefault("ANSIBLE_HOME", str(ROOT / ".cache" / "ansible"))
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".cache" / "hypothesis"))


if ROOT.parts[-3:] != tuple(PACKAGES[-1].split(".")):
    _import_checkout()
    _keep_below_cache()
if str(ROOT / "tests") not in sys.path:
    sys.path.insert(0, str(ROOT / "tests"))

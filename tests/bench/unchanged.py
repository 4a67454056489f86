# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a tree that is there already, in a process of its own; print its CPU seconds and peak memory in MB."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._cycle import WazuhCycle
from ansible_collections.secops.iam.plugins.module_utils._wazuh._state import WazuhState


def main(file: str) -> None:
    """Plan the tree of a JSON file, C({url, ca, tree})."""
    given = json.loads(Path(file).read_text(encoding="utf-8"))
    begun = time.process_time()
    params: dict[str, Any] = {"rules": None, "config": None, "purge": [], "passwords": None, "validate_catalogue": True}
    for kind, items in given["tree"].items():
        params[kind] = [{"reserved": False, "update_password": "on_create", **item} for item in items]
    state = WazuhState(WazuhApi(Connection(given["url"], ca_path=given["ca"]), Credentials("wazuh", "wazuh", None)))
    result = engine.run(WazuhCycle(state, desired.tree(params)), False)
    if result["changed"]:
        raise RuntimeError("something changed")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": time.process_time() - begun, "mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1])

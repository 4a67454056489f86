# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install a stand-in manager.

install_manager.py HOME PROGRAM VERSION BEHAVIOUR

The manager in the folder HOME gets PROGRAM, which behaves as the JSON object BEHAVIOUR says, and one that tells the
VERSION, unless that is empty.
"""

from __future__ import annotations

import os
import sys

home, program, version, behaviour = sys.argv[1:]


def write(name: str, text: str, mode: int = 0o644) -> None:
    """Write a file of the manager."""
    place = os.path.join(home, name)
    with open(place, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(place, mode)


for folder in ("bin", "framework/scripts", "framework/python/bin"):
    os.makedirs(os.path.join(home, folder))
with open(os.path.join(os.path.dirname(__file__), "manager_program.py"), encoding="utf-8") as stand_in:
    write(f"bin/{program}", f"#!{sys.executable}\n{stand_in.read()}", 0o755)
write("behaviour.json", behaviour)
if version:
    told = f"""#!/bin/sh
echo 'WAZUH_VERSION="v{version}"'
echo 'WAZUH_TYPE="server"'
"""
    write("bin/wazuh-control", told, 0o755)

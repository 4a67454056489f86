# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wazuh manager seen from its own host: which command line it has, which version it is, and running the one."""

from __future__ import annotations

import dataclasses
import json
import os
import re

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused
from ansible_collections.secops.iam.plugins.module_utils._terminal import converse
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Version
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager import _cli as cli

# The documented program takes a protected user's password only as an argument, which every account of the host can
# read while it runs. So its Python gets the arguments over the terminal and puts them where the program looks.
LAUNCHER = (
    "import json, os, runpy, sys; program = sys.argv[1]; sys.path[0] = os.path.dirname(program); "
    "sys.argv[:] = [program] + json.loads(input('arguments: ')); runpy.run_path(program, run_name='__main__')"
)


@dataclasses.dataclass(frozen=True)
class Manager:
    """What is installed: the folder, the program that is there, and the version where it could be read."""

    home: str
    program: cli.Program
    version: Version | None
    timeout: float

    @property
    def path(self) -> str:
        """The program as the manager has it."""
        return os.path.join(self.home, "bin", self.program.name)

    def call(self, call: cli.Call) -> tuple[str, bool]:
        """Make a call; return the program's output, secrets included, and whether it came to its end."""
        if not call.secret:
            return converse([self.path, *call.arguments], self.timeout, call.reply)
        return converse(
            [*self.launcher(), "-c", LAUNCHER, self.script()],
            self.timeout,
            lambda output: json.dumps(call.arguments) if output.endswith("arguments: ") else None,
        )

    def script(self) -> str:
        """The program's Python source: behind the manager's usual wrapper, or the program itself."""
        behind = os.path.join(self.home, "framework", "scripts", self.program.name + ".py")
        return behind if os.path.isfile(behind) else self.path

    def launcher(self) -> list[str]:
        """The Python that runs the program's source.

        :raises Refused: when it is not written in Python.
        """
        if self.script() != self.path:
            return [os.path.join(self.home, "framework", "python", "bin", "python3")]
        with open(self.path, "rb") as file:
            first = file.readline(200).decode("ascii", "replace")
        if first.startswith("#!") and "python" in first:
            return first[2:].split()
        raise Refused(
            f"users: {self.path} takes a user's password only as an argument, which every account of this host can "
            "read, and it is no Python program that could get it in another way: create the user through the API, "
            "with secops.iam.wazuh_rbac_user"
        )


def find_manager(home: str, timeout: float) -> Manager:
    """What is installed below a folder.

    :raises Refused: when that is no Wazuh manager with one of the programs; the text names the option.
    """
    if not os.path.isabs(home):
        raise Refused(f"wazuh_home: {home} is relative: write the whole path of the manager's folder")
    try:
        there = os.listdir(os.path.join(home, "bin"))
    except PermissionError:
        raise Refused(f"wazuh_home: {home} may not be read by this account: run the task with become: true") from None
    except OSError as error:
        raise Refused(
            f"wazuh_home: {home}/bin cannot be read here ({error.strerror}): run the task on the manager's host, and "
            "write the folder that Wazuh is installed in"
        ) from None
    version = _version(home, timeout)
    for program in cli.PROGRAMS:
        if program.name in there:
            return Manager(home, program, version, timeout)
    raise Refused(
        f"wazuh_home: {home}/bin holds neither rbac_control, which Wazuh managers have since 4.6.0, nor the documented "
        f"security_resources. This is {'Wazuh ' + dotted(version) if version else 'an unknown version'}; on agents "
        "and older managers use the API instead, with secops.iam.wazuh_rbac"
    )


def _version(home: str, timeout: float) -> Version | None:
    """The installed version, as wazuh-control tells it or VERSION.json has it."""
    try:
        output = converse([os.path.join(home, "bin", "wazuh-control"), "info"], timeout).text
    except IamError:
        output = ""
    found = re.search(r'^WAZUH_VERSION="?v?(\d+)\.(\d+)\.(\d+)', output, re.MULTILINE)
    if found is None:
        try:
            with open(os.path.join(home, "VERSION.json"), encoding="utf-8") as file:
                found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", str(json.load(file)["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return tuple(int(part) for part in found.groups()) if found else None


def dotted(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))

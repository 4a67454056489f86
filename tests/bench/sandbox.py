# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the Wazuh stand-in: ``python -m bench.sandbox``. Prints figures; nothing is asserted."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.fixture import SandboxProcess, sandbox_process

SECONDS = 3
CLIENTS = 2
POLICIES = 10_000


class Client:
    """One kept-alive HTTPS connection of someone who is logged in."""

    def __init__(self, server: SandboxProcess) -> None:
        address = urlsplit(server.url)
        context = ssl.create_default_context(cafile=server.ca_file)
        self._connection = http.client.HTTPSConnection(address.hostname or "", address.port, context=context)
        basic = base64.b64encode(b"wazuh:wazuh").decode()
        self._headers = {"Authorization": f"Basic {basic}"}
        token = self.ask("POST", "/security/user/authenticate?raw=true").decode()
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, target: str, body: object = None) -> bytes:
        """Send a request; the body of the answer."""
        raw = None if body is None else json.dumps(body)
        self._connection.request(method, target, raw, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(answer)
        return answer


def requests_per_second(server: SandboxProcess, target: str) -> float:
    """What two clients get answered, one request after the other each."""
    clients = [Client(server) for _time in range(CLIENTS)]
    end = time.monotonic() + SECONDS

    def work(client: Client) -> int:
        count = 0
        while time.monotonic() < end:
            client.ask("GET", target)
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(work, clients)) / SECONDS


def fill(client: Client) -> float:
    """Create many policies; how many a second."""
    began = time.monotonic()
    for number in range(POLICIES):
        policy = {
            "actions": ["agent:read"],
            "resources": [f"agent:id:{number}"],
            "effect": "allow",
        }
        client.ask("POST", "/security/policies", {"name": f"policy{number}", "policy": policy})
    return POLICIES / (time.monotonic() - began)


def megabytes(server: SandboxProcess) -> float:
    """The most memory that the server has used, as Linux counts it."""
    status = Path(f"/proc/{server.pid}/status")
    if not status.exists():
        return float("nan")
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> int:
    """Print what was measured, with the goals."""
    began = time.monotonic()
    with sandbox_process("wazuh", "--requests-per-minute", "0") as server:
        print(f"ready after {time.monotonic() - began:.2f} s (goal: 1.5 s)")
        for target in ("/security/config", "/security/roles?role_ids=1", "/security/users"):
            rate = requests_per_second(server, target)
            print(f"GET {target}: {rate:.0f} requests a second (goal: 300)")
        print(f"memory: {megabytes(server):.0f} MB (goal: below 150 MB)")
        client = Client(server)
        print(f"POST /security/policies: {fill(client):.0f} a second")
        began = time.monotonic()
        answer = json.loads(client.ask("GET", "/security/policies?limit=100000"))
        took = time.monotonic() - began
        count = len(answer["data"]["affected_items"])
        print(f"GET /security/policies: {count} listed in {took:.2f} s (goal: below 1 s)")
        print(f"memory with them: {megabytes(server):.0f} MB (goal: below 150 MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

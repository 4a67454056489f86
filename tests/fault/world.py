# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that can be made to fail, tasks that run against it, and a look at it by a way that never fails.

The server stands still in time: seconds pass only where a task waits. So whatever does not wait happens in one
second, which is the worst case for its tokens, and a minute's patience takes no time.
"""

from __future__ import annotations

import gc
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import requests
import yaml
from ansible_collections.secops.iam.plugins.module_utils import _front as front
from ansible_collections.secops.iam.plugins.module_utils import _http as http
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _api as api
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _failed_logins as failed_logins
from sandbox.clock import ManualClock
from sandbox.faults import Faults, read_script
from sandbox.product import Product, Receive, Scope, Send
from sandbox.serve import Listening, running
from sandbox.wazuh.app import App
from sandbox.wazuh.limits import RateLimit
from sandbox.wazuh.server import Server, Settings
from sandbox.wazuh.versions import VERSIONS
from unit import memory as memories
from unit.described import entry, validated

Result = dict[str, Any]
State = dict[str, Any]
PLURALS = ("policies", "rules", "roles", "users")
WRITES = ("POST", "PUT", "DELETE")
PASSWORDS = ("Fault-Test-Passw0rd1", "Fault-Test-Passw0rd2")


class LoopMemory(memories.LoopMemory):
    """Gives the connections back with what it forgets."""

    def forget(self) -> None:
        self.close()
        super().forget()

    def close(self) -> None:
        for state in self.kept.values():
            state.api.http.close()


class World:
    """One server, by the address at which it fails and by another at which it does not.

    Attributes:
        url: where the faults are.
        ca_file: what to trust there.
        plain_url: where they are not, and no TLS either.
        clock: the server's time and that of the tasks.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.clock = ManualClock()
        self._folder = folder
        self._log = io.StringIO()
        self._server: Server | None = None
        self._meddling: tuple[str, str, Callable[[], object]] | None = None
        self._faults = Faults(self, [], self._expire_tokens, self.clock)
        failing = stack.enter_context(_served(self._faults, Listening(request_log=self._log, clock=self.clock)))
        self.url, self.ca_file = failing.url, folder / "ca.pem"
        failing.write_authority(self.ca_file)
        self.plain_url = stack.enter_context(_served(self, Listening(tls=False, clock=self.clock))).url
        self.reset()

    def reset(self, version: str = "4.14.7", objects: bytes | None = None, **settings: Any) -> None:
        """Begin again with a fresh server and without faults.

        Args:
            version: whose behaviour.
            objects: what objects() told, if not only the defaults.
            settings: as in ``sandbox.wazuh.server.Settings``; without any there is no limit of any kind.
        """
        unlimited = {"requests_per_minute": 0, "login_attempts": 10**6}
        self.close()
        self._server = Server(Settings(VERSIONS[version], **(unlimited | settings)), self.clock)
        if objects is not None:
            self._server.store.database.deserialize(objects)
        self._app = App(self._server)
        self._faults.faults = []
        self._meddling = None
        self.log()

    def reset_limits(self) -> None:
        """Let the server take any number of requests from now on."""
        assert self._server is not None
        self._server.rate_limit = RateLimit(self.clock, 0)

    def objects(self) -> bytes:
        """All objects and links of the server."""
        assert self._server is not None
        return self._server.store.database.serialize()

    def close(self) -> None:
        """Let go of the server's database."""
        if self._server is not None:
            self._server.store.database.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What a request gets when nothing fails; before it, somebody else's doing."""
        if scope["type"] == "http" and scope["scheme"] == "https" and self._meddling:
            method, path, action = self._meddling
            if scope["method"] == method and fnmatchcase(scope["path"], path):
                self._meddling = None
                action()
        await self._app(scope, receive, send)

    def _expire_tokens(self) -> None:
        assert self._server is not None
        self._server.tokens.revoke_all()

    # -- tasks ----------------------------------------------------------------------------------------------------

    def run(self, module: str, memory: front.Memory | None = None, check_mode: bool = False, **options: Any) -> Result:
        """The result of a task with this module: as it is returned or, with ``failed``, failed."""
        connection = {"api_url": self.url, "ca_path": str(self.ca_file)}
        if "api_token" not in options:
            connection |= {"api_username": "wazuh", "api_password": "wazuh"}
        params = validated(module, connection | options)
        own = LoopMemory()
        try:
            return dict(front.outcome(entry(module), params, check_mode, memory or own))
        finally:
            own.close()

    # -- faults ---------------------------------------------------------------------------------------------------

    def fail(self, *script: dict[str, Any]) -> None:
        """From now on these faults happen, and no others; they count from the next request on."""
        file = self._folder / "faults.yml"
        file.write_text(yaml.safe_dump(list(script)))
        self._faults.faults = read_script(file)

    def meddle(self, method: str, path: str, action: Callable[[], object]) -> None:
        """Let something happen just before the next request of this kind is worked on.

        Args:
            method: of the request.
            path: of the request, as a shell pattern.
            action: what happens; the server of the failing address waits for it.
        """
        self._meddling = (method, path, action)

    def log(self) -> list[dict[str, Any]]:
        """The requests at the failing address since the last call."""
        lines = self._log.getvalue().splitlines()
        self._log.seek(0)
        self._log.truncate()
        return [json.loads(line) for line in lines]

    # -- the way round the faults -----------------------------------------------------------------------------------

    def ask(self, method: str, path: str, password: str = "wazuh", **kwargs: Any) -> Any:
        """A request of somebody else's, as it comes from no fault; its answer's JSON."""
        return self._send(method, path, headers=self._admin(password), **kwargs).json()

    def _admin(self, password: str) -> dict[str, str]:
        self.clock.advance(2)  # a token of the second of a write would be dead
        answer = self._send("POST", "/security/user/authenticate", auth=("wazuh", password)).json()
        return {"Authorization": f"Bearer {answer['data']['token']}"}

    def accepts(self, user: str, password: str) -> bool:
        """Whether somebody can log in so."""
        return bool(self._send("POST", "/security/user/authenticate", auth=(user, password)).status_code == 200)

    def takes(self, token: str) -> bool:
        """Whether a token is good."""
        headers = {"Authorization": f"Bearer {token}"}
        return bool(self._send("GET", "/security/users/me", headers=headers).status_code == 200)

    def _send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        answer = requests.request(method, self.plain_url + path, timeout=10, **kwargs)
        if answer.status_code in (403, 429) and answer.json().get("error") in (6000, 6001):
            self.clock.advance(301)  # until limit and lock-out are over
            answer = requests.request(method, self.plain_url + path, timeout=10, **kwargs)
        return answer

    def number(self, plural: str, name: str) -> int:
        """The id of an object."""
        found: int = self.objects_named(plural)[name]["id"]
        return found

    def objects_named(self, plural: str) -> dict[str, Any]:
        """What the server tells of the custom objects of a kind."""
        label = "username" if plural == "users" else "name"
        items = self.ask("GET", f"/security/{plural}?limit=1000")["data"]["affected_items"]
        return {item[label]: item for item in items if item["id"] > 99}

    def state(self, admin_password: str = "wazuh") -> State:
        """All that there is and that is not the server's own, names for ids, and which password each user has."""
        headers = self._admin(admin_password)
        lists = {
            plural: self._send("GET", f"/security/{plural}?limit=1000", headers=headers).json()["data"][
                "affected_items"
            ]
            for plural in PLURALS
        }
        names = {
            plural: {item["id"]: item["username" if plural == "users" else "name"] for item in items}
            for plural, items in lists.items()
        }
        found: State = {"config": self._send("GET", "/security/config", headers=headers).json()["data"]}
        for plural, items in lists.items():
            own = [item for item in items if item["id"] > 99]
            found[plural] = {names[plural][item["id"]]: _named(item, names) for item in own}
        for name, user in found["users"].items():
            user["password"] = next((word for word in PASSWORDS if self.accepts(name, word)), None)
        return found


@contextmanager
def world() -> Iterator[World]:
    """A world for as long as the ``with`` block lasts."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        made = World(Path(folder), stack)
        # Only the modules' own idea of time; the server's threads need theirs.
        time = SimpleNamespace(sleep=made.clock.advance, monotonic=made.clock.now)
        for module in (http, api, failed_logins):
            stack.enter_context(mock.patch.object(module, "time", time))
        stack.callback(made.close)
        stack.callback(gc.collect)  # requests closes connections that failed no sooner than that
        yield made


def _served(app: Any, listening: Listening) -> Any:
    return running(Product(app, expire_tokens=lambda: None), listening)


def _named(item: Mapping[str, Any], names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """An object without its numbers and without what its links show from their other side."""
    if "policy" in item or "rule" in item:
        return dict(item.get("policy") or item["rule"])
    if "username" in item:
        return {"allow_run_as": item["allow_run_as"], "roles": [names["roles"][link] for link in item["roles"]]}
    return {key: [names[key][link] for link in item[key]] for key in ("policies", "rules")}


def is_write(request: Mapping[str, Any]) -> bool:
    """Whether a request in the log is a write, done or not."""
    return request["method"] in WRITES and "authenticate" not in request["path"]


def statuses(result: Result) -> list[str]:
    """What became of each step."""
    return [step["status"] for step in result["steps"]]


def sentences(result: Result) -> list[str]:
    """What each step says."""
    return [step["step"] for step in result["steps"]]


def without_counts(result: Result) -> Result:
    """A result but for the number of requests that it took."""
    return {key: value for key, value in result.items() if key != "requests"}

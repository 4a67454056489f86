# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one server as the task knows it: read once, kept true by the answers to the writes."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import ServerSaysNo, WazuhApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._caller_rights import concerns
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import (
    BY_PLURAL,
    CONFIG,
    HIDDEN,
    KINDS,
    OWNERS,
    USER,
    Facts,
    Kind,
    Snapshot,
    Version,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._steps import Call

MOST_LISTED = 29_000  # characters of ids in one address: under 30 KB in all, which every server takes (FACTS, limits)


class ChangedAnother(IamError):
    """A write has hit an object that had taken the number of the one that was meant."""

    wrote = True


class WazuhState:
    """What is known of a server: its objects as it told them, by kind and id.

    Every answer to a write holds the object as it is stored now, so the knowledge stays true without another list.
    """

    def __init__(self, api: WazuhApi) -> None:
        self.api = api
        self.login_changed = False  # whether the task's own password is no longer the one that its options state
        self._items: dict[str, dict[int, Body]] = {}
        self._ids: dict[str, dict[str, int]] = {}
        self._settings: Body | None = None
        self._catalogue: dict[str, list[str]] | None = None
        self._version: Version | None = None
        self._callers: dict[str, Body] = {}  # a task may go on as another when its token has died
        self._accounts: set[str] = set()
        self._written = False  # whether a part of the present call is done

    # -- reading --------------------------------------------------------------------------------------------------

    def snapshot(self, kinds: t.Iterable[str], fresh: bool = False) -> Snapshot:
        """These kinds (plural, C("config") too) with names for ids; read where not known or C(fresh)."""
        wanted = set(kinds)
        read = [kind for kind in KINDS if kind.plural in wanted]
        for kind in read:
            if fresh or kind.plural not in self._items:
                self._read(kind)
        if CONFIG in wanted and (fresh or self._settings is None):
            self._settings = self.api.config()
        names = {kind.plural: self._names(kind) for kind in read}
        return Snapshot(
            objects={kind.plural: self._bodies(kind, names) for kind in read},
            ids={kind.plural: dict(self._ids[kind.plural]) for kind in read},
            config=dict(self._settings) if self._settings and CONFIG in wanted else None,
            facts=self.facts(),
        )

    def _read(self, kind: Kind) -> None:
        items = self.api.every(kind)
        self._items[kind.plural] = {item["id"]: item for item in items}
        self._ids[kind.plural] = {item[kind.label]: item["id"] for item in items}

    def _names(self, kind: Kind) -> dict[int, str]:
        return {key: item[kind.label] for key, item in self._items[kind.plural].items()}

    def _bodies(self, kind: Kind, names: dict[str, dict[int, str]]) -> dict[str, Body]:
        return {item[kind.label]: _as_body(item, kind, names) for item in self._items[kind.plural].values()}

    def facts(self) -> Facts:
        """What is known already of what a plan may turn on; asks nobody."""
        username = self.api.credentials.username
        self._accounts |= self.api.accounts()
        return Facts(
            username=username,
            accounts=frozenset(self._accounts),
            caller=self._callers.get(username),
            version=self._version,
            catalogue=self._catalogue,
        )

    def forget(self) -> None:
        """Know nothing of the objects any more: the next snapshot reads them."""
        self._items.clear()
        self._ids.clear()
        self._settings = None

    def start_task(self) -> None:
        """Count the requests of another task."""
        self.api.http.start_task()

    def cost(self) -> Body:
        """What the task has sent so far."""
        return self.api.http.tally.result()

    def catalogue(self) -> dict[str, list[str]]:
        """The server's actions with their types of resources, read once."""
        if self._catalogue is None:
            self._catalogue = self.api.catalogue()
        return self._catalogue

    def version(self) -> Version:
        """The server's version, read once."""
        if self._version is None:
            self._version = self.api.version()
        return self._version

    def caller(self) -> Body:
        """The account of the task with its roles, read once."""
        known_as = self.api.credentials.username
        if known_as not in self._callers:
            self._callers[known_as] = self.api.me()
        return self._callers[known_as]

    def name_account(self) -> None:
        """Find out who the task logs in with where only a token is known."""
        if not self.api.credentials.username:
            self._accounts.add(self.caller()["name"])

    # -- writing --------------------------------------------------------------------------------------------------

    def carry_out(self, call: Call, passwords: dict[str, str]) -> None:
        """Send one write and take its answer over.

        :param passwords: by user, for the calls that set one.
        """
        self._written = False
        self._callers = {known_as: caller for known_as, caller in self._callers.items() if not concerns(call, caller)}
        try:
            getattr(self, f"_{call.verb}")(call, passwords)
        except ServerSaysNo as error:
            error.wrote = error.wrote or self._written
            self._take(call, error.affected)
            raise
        if self._concerns_caller(call):
            self.api.use(None)  # the server has ended our token with this write (FACTS, tokens)

    def _create(self, call: Call, passwords: dict[str, str]) -> None:
        kind, name = BY_PLURAL[call.plural], call.names[0]
        body: Body = {kind.label: name}
        if kind.body:
            body[kind.body] = call.body
        if kind is USER:
            body["password"] = passwords[name]
        self._send(call, "POST", f"/security/{kind.plural}", json=body)

    def _update(self, call: Call, passwords: dict[str, str]) -> None:
        kind = BY_PLURAL[call.plural]
        body: Body = {"name": call.new_name}
        if kind.body:
            body[kind.body] = call.body
        path = f"/security/{kind.plural}/{self._id(call.plural, call.names[0])}"
        self._send(call, "PUT", path, json=body)

    def _delete(self, call: Call, passwords: dict[str, str]) -> None:
        kind = BY_PLURAL[call.plural]
        ids = sorted(self._id(call.plural, name) for name in call.names)
        for _begin, part in _parts(ids):
            self._send(call, "DELETE", f"/security/{kind.plural}", {kind.ids: _listed(part)})

    def _link(self, call: Call, passwords: dict[str, str]) -> None:
        self._change_links("POST", call, {} if call.position is None else {"position": call.position})

    def _unlink(self, call: Call, passwords: dict[str, str]) -> None:
        self._change_links("DELETE", call, {})

    def _change_links(self, method: str, call: Call, params: Body) -> None:
        path = f"/security/{call.plural}/{self._id(call.plural, call.names[0])}/{call.items}"
        ids = [self._id(call.items, name) for name in call.linked]
        for begin, part in _parts(ids):
            place = {"position": params["position"] + begin} if params else {}
            self._send(call, method, path, {BY_PLURAL[call.items].ids: _listed(part), **place})

    def _run_as(self, call: Call, passwords: dict[str, str]) -> None:
        path = f"/security/users/{self._id(call.plural, call.names[0])}/run_as"
        self._send(call, "PUT", path, {"allow_run_as": "true" if call.body else "false"})

    def _password(self, call: Call, passwords: dict[str, str]) -> None:
        name = call.names[0]
        path = f"/security/users/{self._id(call.plural, name)}"
        own = name == self.api.credentials.username
        if own:
            self.login_changed = True
            self.api.next_password = passwords[name]  # should the answer be lost, either may be the right one
        self._send(call, "PUT", path, json={"password": passwords[name]})
        if own:
            self.api.credentials = self.api.credentials._replace(password=passwords[name])
            self.api.next_password = None

    def _config(self, call: Call, passwords: dict[str, str]) -> None:
        self.api.request("PUT", "/security/config", json=call.body)
        self._settings = dict(call.body)  # as far as we know: the answer does not tell the values

    def _send(self, call: Call, *arguments: t.Any, **options: t.Any) -> None:
        answer = self.api.request(*arguments, **options)
        self._written = True
        self._take(call, answer["data"]["affected_items"])

    def _take(self, call: Call, items: t.Sequence[Body]) -> None:
        """Put the objects of an answer in the place of what was known of them.

        :raises IamError: when another object was changed than was meant: the server gives numbers out again.
        """
        if not items:
            return
        kind = BY_PLURAL[call.plural]
        others = [item[kind.label] for item in items if item[kind.label] not in (*call.names, call.new_name)]
        if call.verb == "delete":
            self._drop(call.plural, {item["id"] for item in items})
        else:
            for item in items:
                self._drop_name(call.plural, item["id"])
                self._items[call.plural][item["id"]] = item
                self._ids[call.plural][item[kind.label]] = item["id"]
        if others:
            raise ChangedAnother(
                f"{call.verb} {kind.name} {', '.join(call.names)}: somebody has just removed it, and the server has "
                f"given its number to {', '.join(others)}, which was hit instead: see what is left of it"
            )

    def _drop(self, plural: str, keys: set[int]) -> None:
        """Forget objects and the links to them: the server removes them along (FACTS, links)."""
        for key in keys:
            self._drop_name(plural, key)
            self._items[plural].pop(key, None)
        for owners in OWNERS:
            if plural in owners.options():
                for owner in self._items.get(owners.plural, {}).values():
                    owner[plural] = [linked for linked in owner[plural] if linked not in keys]

    def _drop_name(self, plural: str, key: int) -> None:
        known = self._items[plural].get(key, {}).get(BY_PLURAL[plural].label, "")
        if self._ids[plural].get(known) == key:
            del self._ids[plural][known]

    def _id(self, plural: str, name: str) -> int:
        if name.startswith(HIDDEN):
            return int(name[len(HIDDEN) : -1])
        if name not in self._ids[plural]:
            raise IamError(f"{BY_PLURAL[plural].name} {name} is no longer there: somebody else has just removed it")
        return self._ids[plural][name]

    def _concerns_caller(self, call: Call) -> bool:
        own = call.plural == USER.plural and self.api.credentials.username in call.names
        return call.verb == "config" or (own and call.verb != "create")


def _parts(ids: list[int]) -> t.Iterator[tuple[int, list[int]]]:
    """The ids in as few lists as addresses allow, each with the index of its first one."""
    most = MOST_LISTED // len(f"{max(ids)}%2C")  # what a comma is sent as
    for begin in range(0, len(ids), most):
        yield begin, ids[begin : begin + most]


def _listed(ids: t.Iterable[int]) -> str:
    return ",".join(str(key) for key in ids)


def _as_body(item: Body, kind: Kind, names: dict[str, dict[int, str]]) -> Body:
    """An object as the server lists it, in the shape of a snapshot."""
    if kind.body:
        return t.cast(Body, item[kind.body])
    body: Body = {field.option: item[field.option] for field in kind.fields}
    for link in kind.links:
        if link.others in names:
            linked = [names[link.others].get(number, f"{HIDDEN}{number})") for number in item[link.option]]
            body[link.option] = link.normal(linked)
    return body

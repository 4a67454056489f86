# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task about one object of an OpenCTI server: what the engine needs of this product."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import DONE, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti import _told as told
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import Answered, OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import USERS
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    Body,
    Wish,
    fields_of,
    links_of,
    living,
    shown,
    standard_id,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import (
    LATER_FIELDS,
    Call,
    Seen,
    Target,
    plan,
    target_of,
)

MOST_LOST = 2  # answers with a new token: after that, another try would only leave one more behind


class OpenctiTask:
    """A wish on its way to the server. See the engine's Movement."""

    def __init__(self, api: OpenctiApi, wish: Wish) -> None:
        self._api = api
        self._wish = wish
        self._seen: Seen | None = None
        self._planned: list[Step] = []
        self._touched: set[str] = set()
        self._notes: list[str] = []
        self._made: str | None = None  # the id of the token that this task has made
        self._before: int | None = None  # how many tokens there were, when the answer with a new one was lost
        self._renewed: str | None = None  # the value of the one token, when the answer to its renewal was lost
        self._token: Body = {}  # what is told of it once, and what else became of tokens

    def read(self, fresh: bool) -> Seen:
        if fresh or self._seen is None:
            self._seen = self._look()
        return self._seen

    def confirm(self) -> Seen:
        return self.read(fresh=False)

    def finish(self) -> None:
        """Nothing is left open."""

    def steps(self, snapshot: Seen) -> list[Step]:
        self._notice_renewal(snapshot)
        lost = self._lost_tokens(snapshot)
        if lost >= MOST_LOST:
            raise IamError(
                f"{self._wish.label}: the answer that held its new token was lost {lost} times. No old token was "
                f"ended. {lost} more are there now, and nobody knows their values: token_state: rotated replaces them"
            )
        self._planned = plan(snapshot, self._wish, target_of(snapshot, self._wish), self._made, lost)
        return self._planned

    def _notice_renewal(self, seen: Seen) -> None:
        """After a lost answer, another value than before says that the one token was renewed."""
        node = seen.node or {}
        if self._renewed and not self._made and node.get("api_token") not in (None, self._renewed):
            self._made = node["id"]
            self._token["token"] = node["api_token"]

    def _lost_tokens(self, seen: Seen) -> int:
        """How many tokens this task has made without learning their values."""
        if self._before is None or self._made or self._wish.token is None:
            return 0
        return len(seen.wished_tokens(self._wish)) - self._before

    def execute(self, step: Step) -> None:
        call: Call = step.call
        if call.token == "add" and self._made:
            return  # it came with the user, in one request
        seen, self._seen = self._seen, None  # what is not told by the answer has to be looked at again
        variables = call.variables
        if variables.get("id") == "" and seen is not None and seen.node is not None:
            variables = {**variables, "id": seen.node["id"]}
        try:
            data = self._api.write(call.document, variables)
        except Answered as error:
            self._keep_token(call, error.data)
            for other in self._planned:
                if other.call.token == "add" and self._made:  # it was in the same request, and that part was done
                    other.status = DONE
            raise
        except Unsure:
            if self._before is None and seen is not None and self._wish.token and "token" in variables:
                self._before = len(seen.wished_tokens(self._wish))
            if call.token == "renew" and seen is not None and seen.node is not None:
                self._renewed = seen.node["api_token"]
            raise
        self._keep_token(call, data)
        if call.creates and seen is not None:
            self._created(step, seen, data)

    def _keep_token(self, call: Call, data: Body) -> None:
        """What an answer tells about tokens; it may be the only time."""
        added = data.get("userAdminTokenAdd")
        if added:
            self._made = added["token_id"]
            self._token.update(token=added["plaintext_token"], expires_at=added["expires_at"])
        renewed = (data.get("userEdit") or {}).get("tokenRenew") if call.token == "renew" else None
        if renewed:
            self._made = renewed["id"]
            self._token["token"] = renewed["api_token"]
        if data.get("userAdminTokenRevoke"):
            self._token.setdefault("revoked_tokens", []).append(call.variables["old"])

    def _created(self, step: Step, seen: Seen, data: Body) -> None:
        """Take a new object from the answer that made it, or notice that the server has returned an old one.

        For a group, a role, or a service account's e-mail that somebody else has used since the look, the server
        returns what is there and says nothing (FACTS, users and groups).
        """
        kind, wish = self._wish.kind, self._wish
        node: Body = data[f"{kind.name}Add"]
        target = target_of(seen, wish)
        if target is None:
            return
        found, linked = fields_of(kind, node), links_of(kind, node)
        expected = {option: set(links) for option, links in target.links.items()} if kind is USERS else {}
        expected.setdefault("groups", set()).update(seen.defaults)
        other = any(found.get(key) != value for key, value in target.fields.items() if key != "description")
        other = other or any(set(links) - expected.get(option, set()) for option, links in linked.items())
        if other and wish.id:  # without an id that follows from its e-mail, it cannot be an old one
            step.sentence = f"find {wish.label} there already: somebody else has just made it"
            self._notes.append(
                f"{wish.label} was not there when this task looked, but when it wrote: somebody else has made it "
                "meanwhile. It is brought to what this task asks for"
            )
            return
        if not seen.version.has("named tokens"):
            self._made = node["id"]
        elif kind is USERS and self._made:
            added = {"id": self._made, "name": wish.token and wish.token.name, "expires_at": self._token["expires_at"]}
            node["api_tokens"] = [*(node["api_tokens"] or []), added]
        if kind is USERS or not any(target.links.values()):
            self._take(seen, node)
            self._seen = seen

    def before_after(self, snapshot: Seen) -> tuple[Body, Body]:
        target = target_of(snapshot, self._wish)
        now = shown(snapshot.fields, snapshot.links) if snapshot.node else None
        then = shown(target.fields, target.links) if target else None
        if now is not None and then is None:
            now = {key: value for key, value in now.items() if key not in LATER_FIELDS}  # only seen in some looks
        if then is not None and any(step.call.token for step in plan(snapshot, self._wish, target, self._made, 0)):
            gone = self._wish.token is not None and self._wish.token.state == "absent"
            then["token"] = "(none)" if gone else "(not shown, new)"
            if now is not None:
                now["token"] = "(not shown)" if self._has_token(snapshot) else "(none)"
        if now is not None and then is not None:
            # What was touched once stays in sight, so that a task that stops half-way shows what it has done.
            self._touched |= {key for key in then if now.get(key) != then[key]}
            now, then = ({key: side[key] for key in side if key in self._touched} for side in (now, then))
        name, plural = self._wish.name, self._wish.kind.plural
        return {plural: {name: now}} if now else {}, {plural: {name: then}} if then else {}

    def _has_token(self, seen: Seen) -> bool:
        return not seen.version.has("named tokens") or bool(living(seen.wished_tokens(self._wish)))

    def result(self, snapshot: Seen) -> Body:
        target = target_of(snapshot, self._wish)
        if target is None:
            return {}
        kind, wish = self._wish.kind, self._wish
        this = {"name": (snapshot.node or {}).get("name", wish.name), **shown(target.fields, target.links)}
        answer: Body = {kind.name: this}
        if kind is USERS:
            if wish.email or snapshot.node:
                this["email"] = snapshot.node["user_email"] if snapshot.node else wish.email
            answer.update(self._about_token(snapshot, target))
            level = told.effective_confidence(snapshot, target)
            if level is not None:
                answer["effective_max_confidence"] = level
        return answer

    def _about_token(self, seen: Seen, target: Target) -> Body:
        """C(token) where its value is known, C(token_known), and what will keep it from working."""
        wish = self._wish.token
        if wish is None:
            return {}
        said: Body = {"token_known": "token" in self._token, **self._token}
        if not seen.version.has("named tokens"):
            value = (seen.node or {}).get("api_token")
            going = wish.state == "rotated" and not self._made
            return said if value is None or going or seen.own else {"token": value, "token_known": True}
        if wish.state == "present":  # otherwise it is one that goes
            for token in living(seen.wished_tokens(self._wish))[:1]:
                said.setdefault("expires_at", token["expires_at"])
        said["token_usable"] = told.may_use_token(seen, target)
        return said

    def closing(self) -> Body:
        report: Body = {"requests": self._api.cost()}
        if self._token:
            report.update(self._token, token_known="token" in self._token)
        warnings = self._notes + self._warnings()
        may_be_there = self._seen is None or self._lost_tokens(self._seen)
        if self._before is not None and "token" not in self._token and may_be_there:
            warnings.append(
                f"{self._wish.label}: the answer that may have held its new token was lost. If the token is there now, "
                "nobody knows its value, and it is not made again: token_state: rotated replaces it"
            )
        if warnings:
            report["warnings"] = warnings
        return report

    def _warnings(self) -> list[str]:
        seen, wish = self._seen, self._wish
        if seen is None or wish.kind is not USERS:
            return []
        try:
            target = target_of(seen, wish)
        except Refused:
            return []
        if target is None:
            return []
        about_tokens = self._made or (wish.token and wish.token.state != "present")
        if about_tokens or any(step.call.token for step in plan(seen, wish, target, None, 0)):
            return told.warnings(seen, wish, target) + told.other_tokens(seen, wish)
        return told.warnings(seen, wish, target)

    # -- looking --------------------------------------------------------------------------------------------------

    def _look(self) -> Seen:
        """One request; two when the version was not known and parts count that only some versions have."""
        known = self._api.version
        data = self._ask()
        node = self._find(data)
        found = node is not None or bool(data.get("users", {}).get("edges"))
        if known is None and found and self._needs_version():
            data = self._ask()
            node = self._find(data)
        lists = {plural: self._api.every(plural, data[plural]) for plural in self._lists()}
        groups = lists.get("groups", [])
        seen = Seen(
            version=t.cast(t.Any, self._api.version),
            caller=data["me"]["id"],
            node=None,
            known={plural: _by_name(nodes) for plural, nodes in lists.items()},
            groups=groups,
            defaults=[group["name"] for group in groups if group.get("default_assignation")],
            settings=_settings(data.get("settings") or {}),
        )
        self._take(seen, node)
        return seen

    def _needs_version(self) -> bool:
        """Whether the wish is about what only some versions have: a user's token, a group's flags."""
        if self._wish.kind is USERS:
            return self._wish.present or not self._wish.email
        return bool({"no_creators", "restrict_delete"} & set(self._wish.fields))

    def _take(self, seen: Seen, node: Body | None) -> None:
        seen.node = node
        seen.fields = fields_of(self._wish.kind, node) if node else {}
        shared = [name for name, key in seen.known.get("markingDefinitions", {}).items() if not key]
        seen.links = links_of(self._wish.kind, node, shared) if node else {}

    def _lists(self) -> list[str]:
        """The lists whose names this wish needs; for users the groups always: their roles say who may use a token."""
        kind, wish = self._wish.kind, self._wish
        needed = {kind.links[option][1] for option in wish.links}
        return sorted(needed | ({"groups"} if kind is USERS and wish.present else set()))

    def _ask(self) -> Body:
        wish = self._wish
        variables: Body = {"id": wish.id or standard_id(USERS, wish.name)}
        if wish.kind is USERS:
            key, value = ("user_email", wish.email) if wish.email else ("name", wish.name)
            exact = {"key": [key], "values": [value], "operator": "eq", "mode": "or"}
            variables["filters"] = {"mode": "and", "filters": [exact], "filterGroups": []}
        return self._api.read(documents.look(wish.kind, self._lists(), self._api.version), variables)

    def _find(self, data: Body) -> Body | None:
        """The object that is meant, and no other: what an id or a filter finds is compared again."""
        wish, node = self._wish, t.cast("Body | None", data[self._wish.kind.name])
        if wish.kind is not USERS:
            if node is not None and node["name"].strip().lower() != wish.name.strip().lower():
                return None
            return node
        found = [edge["node"] for edge in data["users"]["edges"] or []]
        if wish.email:
            if node is not None and node["user_email"].lower() == wish.email.lower():
                return node
            same = [user for user in found if user["user_email"].lower() == wish.email.lower()]
        else:
            same = [user for user in found if user["name"] == wish.name and user.get("user_service_account")]
        if len(same) > 1:
            option, value = ("email", wish.email) if wish.email else ("name", wish.name)
            emails = ", ".join(sorted(user["user_email"] for user in same))
            cure = "remove the others" if wish.email else "say which by its e-mail, or remove the others"
            raise Refused(f"{option}: {len(same)} users have {value} ({emails}): {cure}")
        return same[0] if same else None


def _by_name(nodes: t.Sequence[Body]) -> dict[str, str]:
    """Internal ids by name; for markings also by STIX id. A name that several have has none."""
    ids: dict[str, str] = {}
    for node in nodes:
        name = node.get("name") or node["definition"]
        ids[name] = "" if ids.get(name, node["id"]) != node["id"] else node["id"]
        if "definition" in node:
            ids[node["standard_id"]] = node["id"]
    return ids


def _settings(settings: Body) -> Body:
    prefix = "password_policy_"
    return {key[len(prefix) :] if key.startswith(prefix) else key: value for key, value in settings.items()}

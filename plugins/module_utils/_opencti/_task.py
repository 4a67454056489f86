# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task about one object of an OpenCTI server: what the engine needs of this product."""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._engine import Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._opencti import _documents as documents
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import USERS
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    TOKEN_CAPABILITY,
    Body,
    Wish,
    fields_of,
    links_of,
    standard_id,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import (
    Call,
    Seen,
    Target,
    living_tokens,
    plan,
    target_of,
)


class OpenctiTask:
    """A wish on its way to the server. See the engine's Movement."""

    def __init__(self, api: OpenctiApi, wish: Wish) -> None:
        self._api = api
        self._wish = wish
        self._seen: Seen | None = None
        self._groups: list[Body] = []
        self._token: Body = {}
        self._rotated = False
        self._revoked: list[str] = []

    def read(self, fresh: bool) -> Seen:
        if fresh or self._seen is None:
            self._seen = self._look()
        return self._seen

    def confirm(self) -> Seen:
        return self.read(fresh=False)

    def finish(self) -> None:
        """Nothing is left open."""

    def steps(self, snapshot: Seen) -> list[Step]:
        return plan(snapshot, self._wish, target_of(snapshot, self._wish), self._rotated)

    def execute(self, step: Step) -> None:
        call: Call = step.call
        data = self._api.write(call.document, call.variables)
        kind = self._wish.kind
        if data.get("userAdminTokenRevoke"):
            self._revoked.append(call.variables["old"])
        if "userAdminTokenAdd" in data:
            told = data["userAdminTokenAdd"]
            self._token = {"token": told["plaintext_token"], "expires_at": told["expires_at"]}
            self._rotated = True
        edited = data.get(f"{kind.name}Edit")
        if isinstance(edited, dict) and edited.get("tokenRenew"):
            self._rotated = True
        if call.whole and self._seen is not None:
            self._rotated = True
            created = data["userAdd"]
            if "userAdminTokenAdd" in data:
                told = data["userAdminTokenAdd"]
                token = {
                    "id": told["token_id"],
                    "name": call.variables["token"]["name"],
                    "expires_at": told["expires_at"],
                }
                created["api_tokens"] = [*created["api_tokens"], token]
            self._take(self._seen, created)
        else:
            self._seen = None  # what runs at the same time in one request does not tell the end of it: look again

    def before_after(self, snapshot: Seen) -> tuple[Body, Body]:
        target = target_of(snapshot, self._wish)
        name = self._wish.name
        now = self._shown(snapshot.fields, snapshot.links) if snapshot.node else None
        then = self._shown(target.fields, target.links) if target else None
        steps = plan(snapshot, self._wish, target, self._rotated)
        if self._wish.token and any("token" in step.sentence.rpartition(self._wish.label)[2] for step in steps):
            then = {**(then or {}), "token": "(not shown, new)" if self._wish.token.state != "absent" else "(none)"}
            now = {**now, "token": "(not shown)"} if now else now
        if now == then:
            return {}, {}
        if now is not None and then is not None:
            touched = [key for key in then if now.get(key) != then[key]]
            now, then = ({key: side[key] for key in touched if key in side} for side in (now, then))
        plural = self._wish.kind.plural
        return {plural: {name: now}} if now else {}, {plural: {name: then}} if then else {}

    @staticmethod
    def _shown(fields: Body, links: dict[str, dict[str, str]]) -> Body:
        """An object in the shape that its module takes."""
        shown = {key: value for key, value in fields.items() if key != "confidence"}
        if "confidence" in fields:
            level = fields["confidence"] or {"max_confidence": None, "overrides": {}}
            shown["max_confidence"] = level["max_confidence"]
            shown["confidence_overrides"] = level["overrides"]
        return {**shown, **{option: sorted(linked) for option, linked in links.items()}}

    def result(self, snapshot: Seen) -> Body:
        target = target_of(snapshot, self._wish)
        if target is None:
            return {}
        kind, wish = self._wish.kind, self._wish
        shown = {"name": wish.name, **self._shown(target.fields, target.links)}
        answer: Body = {kind.name: shown}
        if kind is USERS:
            if wish.email or snapshot.node:
                shown["email"] = snapshot.node["user_email"] if snapshot.node else wish.email
            answer.update(self._about_token(snapshot, target))
            level = (snapshot.node or {}).get("effective_confidence_level")
            if level and snapshot.fields == target.fields:
                answer["effective_max_confidence"] = level["max_confidence"]
        return answer

    def _about_token(self, seen: Seen, target: Target) -> Body:
        """C(token) where its value is known, C(token_known), and what will keep it from working."""
        wish = self._wish.token
        if wish is None:
            return {}
        if not seen.version.has("named tokens"):
            value = (seen.node or {}).get("api_token")
            return {"token": value, "token_known": True} if value else {"token_known": False}
        said: Body = {"token_known": "token" in self._token, **self._token}
        for token in living_tokens(seen, wish.name)[:1]:
            said.setdefault("expires_at", token["expires_at"])
        if self._revoked:
            said["revoked_tokens"] = list(self._revoked)
        said["token_usable"] = wish.state != "absent" and self._may_use_token(target)
        return said

    def _may_use_token(self, target: Target) -> bool:
        """Whether one of the user's roles lets it use a token (from 7.260224.0; before that everybody may)."""
        return any(
            TOKEN_CAPABILITY in capability["name"] or capability["name"] == "BYPASS"
            for group in self._groups
            if group["id"] in target.links.get("groups", {}).values()
            for role in group["roles"]["edges"]
            for capability in role["node"]["capabilities"] or []
        )

    def closing(self) -> Body:
        report: Body = {"requests": self._api.http.tally.result()}
        warnings = self._warnings()
        if warnings:
            report["warnings"] = warnings
        return report

    def _warnings(self) -> list[str]:
        seen, wish = self._seen, self._wish
        if seen is None or wish.kind is not USERS or not wish.present:
            return []
        try:
            target = target_of(seen, wish)
        except Refused:
            return []
        warnings = []
        if target is None:
            return []
        token = self._about_token(seen, target)
        if wish.token and wish.token.state != "absent" and token.get("token_usable") is False:
            warnings.append(
                f"{wish.label}: its token will be treated as anonymous, since none of its roles has the capability "
                f"{TOKEN_CAPABILITY}: add it to a role of one of its groups"
            )
        wished = (target.fields.get("confidence") or {}).get("max_confidence")
        told = ((seen.node or {}).get("effective_confidence_level") or {}).get("max_confidence")
        if wished is not None and told is not None and told < wished and seen.fields == target.fields:
            warnings.append(
                f"{wish.label}: one of its groups caps its confidence: max_confidence is {wished}, but {told} takes "
                "effect"
            )
        if (
            seen.settings.get("platform_organization")
            and not target.links.get("organizations")
            and not target.fields.get("service_account")
        ):
            warnings.append(
                f"{wish.label}: the platform has a main organisation, and users without any organisation cannot use "
                "it: give organizations, or make it a service_account"
            )
        return warnings

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
        self._groups = lists.get("groups", [])
        seen = Seen(
            version=t.cast(t.Any, self._api.version),
            caller=data["me"]["id"],
            node=None,
            known={plural: _by_name(nodes) for plural, nodes in lists.items()},
            defaults=[group["name"] for group in self._groups if group.get("default_assignation")],
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
        seen.links = links_of(self._wish.kind, node) if node else {}

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
            if node is not None and node["name"].strip().casefold() != wish.name.strip().casefold():
                return None
            return node
        found = [edge["node"] for edge in data["users"]["edges"] or []] + ([node] if node else [])
        if wish.email:
            same = {user["id"]: user for user in found if user["user_email"].casefold() == wish.email.casefold()}
            said = f"the e-mail {wish.email}"
        else:
            same = {
                user["id"]: user
                for user in found
                if user["name"] == wish.name and user.get("user_service_account", True)
            }
            said = f"the name {wish.name}"
        if len(same) > 1:
            raise Refused(f"name: {len(same)} users have {said}: say which by its e-mail, or remove the others")
        return next(iter(same.values()), None)


def _by_name(nodes: t.Sequence[Body]) -> dict[str, str]:
    """Internal ids by name; for markings also by STIX id."""
    ids = {node.get("name") or node["definition"]: node["id"] for node in nodes}
    ids.update({node["standard_id"]: node["id"] for node in nodes if "definition" in node})
    return ids


def _settings(settings: Body) -> Body:
    prefix = "password_policy_"
    return {key[len(prefix) :] if key.startswith(prefix) else key: value for key, value in settings.items()}

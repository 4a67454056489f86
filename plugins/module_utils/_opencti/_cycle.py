# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task about one object of an OpenCTI server: what the engine needs of this product."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.module_utils import _objects as objects
from ansible_collections.secops.iam.plugins.module_utils._cycle import Looking
from ansible_collections.secops.iam.plugins.module_utils._engine import Outcome, Plan, Shown, Step
from ansible_collections.secops.iam.plugins.module_utils._errors import Unsure
from ansible_collections.secops.iam.plugins.module_utils._graphql import Answered
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body
from ansible_collections.secops.iam.plugins.module_utils._opencti import _tokens as tokens
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import Desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._documents import Call
from ansible_collections.secops.iam.plugins.module_utils._opencti._effective import may_use_token
from ansible_collections.secops.iam.plugins.module_utils._opencti._lookup import look, with_object
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import USERS, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._opencti._plan import plan_of
from ansible_collections.secops.iam.plugins.module_utils._passwords import random_password


class OpenctiCycle(Looking):
    """The engine's Product. It remembers the state as far as it is known, and what only answers tell of tokens."""

    current: Snapshot | None

    def __init__(self, api: OpenctiApi, desired: Desired) -> None:
        self._api = api
        self._desired = desired
        self._tokens = tokens.TokenAnswers(desired)

    def look_now(self) -> Snapshot:
        """The current state as the server tells it now, with what only answers have told."""
        return self._tokens.on(look(self._api, self._desired))

    def plan(self, current: Snapshot) -> Plan:
        """The way to the desired state."""
        return plan_of(current, self._desired)

    # -- writing --------------------------------------------------------------------------------------------------

    def apply(self, step: Step) -> Outcome | None:
        """Send the request of a step, unless an earlier one has done it."""
        if step.key == self._desired.key(tokens.ADD) and self._tokens.makes:
            return None  # it came with the user, in one request
        call: Call = step.call
        before, self.current = self.current, None  # what the answer does not tell has to be looked at again
        try:
            data = self._api.write(call.document, _variables(call, before))
        except Answered as error:
            error.did = self._tokens.note(call, error.data)
            raise
        except Unsure:
            self._tokens.note_lost(call, before)
            raise
        self._tokens.note(call, data)
        if call.creates is None or before is None:
            return None
        return self._take_created(call.creates, before, data[f"{self._desired.kind.name}Add"])

    def _take_created(self, target: Snapshot, before: Snapshot, node: Body) -> Outcome | None:
        """Take a new object from the answer that made it, or notice that the server has returned an old one.

        For a group, a role, or a service account's e-mail that somebody else has used since the look, the server
        returns what is there and does not tell so (FACTS, users and groups).
        """
        desired = self._desired
        made = with_object(before, desired, node)
        if desired.id and not _is_new(made, target):  # without an id that follows from its e-mail, it cannot be old
            return Outcome(
                f"find {desired.label} there already: somebody else has just made it",
                f"{desired.label} was not there when this task looked, but when it wrote: somebody else has made it "
                "meanwhile. It is brought to what this task asks for",
            )
        if desired.kind is USERS:
            self.current = self._tokens.note_created(made)
        elif not any(target.links.values()):  # links come after what the answer tells
            self.current = made
        return None

    # -- telling --------------------------------------------------------------------------------------------------

    def shown(self, state: Snapshot) -> Shown:
        """The object by its fields and links, and the token without its value."""
        token = tokens.shown_token(state, self._desired)
        return objects.shown(state, self._desired, {} if token is None else {"token": token})

    def result(self, plan: Plan) -> Body:
        """The object as it is to be; of a user also its token and what takes effect."""
        target: Snapshot = plan.target
        if not target.exists:
            return {}
        options = {"name": target.name, **objects.as_options(target.fields, target.links)}
        result: Body = {self._desired.kind.name: options}
        if self._desired.kind is not USERS:
            return result
        if target.email:
            options["email"] = target.email
        result.update(self._tokens.result(target))
        if self._desired.token is not None and target.named_tokens:
            result["token_usable"] = may_use_token(target)
        if target.effective is not None:
            result["effective_max_confidence"] = target.effective
        return result

    def report(self) -> Body:
        """The count of requests, what was told of tokens, and which token nobody may know."""
        warnings = self._tokens.warnings(self.current)
        return {"requests": self._api.cost(), **self._tokens.report(), "warnings": warnings}


def _variables(call: Call, current: Snapshot | None) -> Body:
    """The variables of a call with what is only known when it is carried out."""
    variables = dict(call.variables)
    if variables.get("id") == "" and current is not None:
        variables["id"] = current.id
    if call.password_policy is not None:
        variables["input"] = {**variables["input"], "password": random_password(call.password_policy)}
    return variables


def _is_new(made: Snapshot, target: Snapshot) -> bool:
    """Whether an answer tells of a new object: it has what was stated, and no links but those and the server's own."""
    for option, value in target.fields.items():
        if option != "description" and made.fields.get(option) != value:
            return False
    expected: objects.Links = {}
    if "groups" in target.links:  # only a user is made with its links; those of others come after the answer
        expected = {**target.links, "groups": {**target.links["groups"], **target.default_groups}}
    return all(set(linked) <= set(expected.get(option, {})) for option, linked in made.links.items())

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Wazuh server API: login and its tokens, paging, and its ways of saying no. What is sent, it sends as told."""

from __future__ import annotations

import base64
import re
import time
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection, HttpSession, header_token
from ansible_collections.secops.iam.plugins.module_utils._secrets import without
from ansible_collections.secops.iam.plugins.module_utils._store import Store
from ansible_collections.secops.iam.plugins.module_utils._wazuh._bodies import Body
from ansible_collections.secops.iam.plugins.module_utils._wazuh._failed_logins import (
    FailedLogins,
    minutes,
)
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import Kind, Version

PAGE = 100000  # the largest limit that the server takes
LOCKED_OUT = 6000
PERMISSION_DENIED = 4000
SAME_SECOND = 1.1  # a token of the second in which tokens were revoked is dead too (FACTS, tokens)
OLDEST = "4.4"
NOT_ACCEPTED = "the server does not accept this user name and password"


class ServerSaysNo(IamError):
    """An error answer.

    :ivar codes: the server's error numbers.
    :ivar affected: the objects that a write has changed all the same, as they are now (deleted ones: as they were).
    """

    def __init__(self, message: str, codes: t.Sequence[int] = (), affected: t.Sequence[Body] = ()) -> None:
        super().__init__(message)
        self.codes = tuple(codes)
        self.affected = affected
        self.wrote = bool(affected)


class Credentials(t.NamedTuple):
    """A user with its password, or a token that was made elsewhere, whose user is not known then, or both."""

    username: str
    password: str | None
    token: str | None


class WazuhApi:
    """One authenticated conversation with one server."""

    def __init__(
        self,
        connection: Connection,
        credentials: Credentials,
        store: Store | None = None,
        failed_logins: FailedLogins | None = None,
    ) -> None:
        self.http = HttpSession(connection)
        self.failed_logins = failed_logins or FailedLogins()
        self.credentials = credentials
        self._spare: Credentials | None = None
        if credentials.token is not None:
            # Whose it is, only the server can tell; the login is for when it has died.
            self.credentials = Credentials("", None, credentials.token)
            self._spare = credentials._replace(token=None) if credentials.password is not None else None
        self.next_password: str | None = None  # of the task's own user, while it is being changed
        self._store = store
        self._token = header_token(credentials.token) if credentials.token else store.load() if store else None
        self._sent: set[str] = set()  # secrets that an answer may repeat

    def accounts(self) -> set[str]:
        """The users that this conversation logs in with, or will if its token dies, as far as they are known."""
        return {who.username for who in (self.credentials, self._spare) if who is not None and who.username}

    # -- tokens ---------------------------------------------------------------------------------------------------

    def login(self) -> str:
        """Log in as the task's user, keep the token and return it.

        :raises ServerSaysNo: wrong credentials, a lock-out, or a server older than 4.4.
        :raises LoginsHeld: when one more failed login is too much of a risk.
        """
        user, password = self._account()
        if password is None:
            raise IamError(
                "The server does not accept api_token (it may have expired, or a change of rights has ended it): "
                "give a new one, or api_username and api_password so that the task can log in by itself"
            )
        response = self._log_in(user, password)
        if response.status_code == 401 and self.next_password is not None:
            response = self._log_in(user, self.next_password)
        self.use(self.token_of(response, f"login as {user}"))
        return t.cast(str, self._token)

    def _log_in(self, user: str, password: str, context: Body | None = None) -> t.Any:
        """The answer to a login as the task's user, unless the run knows already that it is in vain."""
        if self.next_password is None:
            self._refuse_known_wrong(user, password)
        response = self._authenticate(user, password, context)
        if response.status_code == 401:
            self.failed_logins.note_wrong(user, password)
        return response

    def _refuse_known_wrong(self, user: str, password: str) -> None:
        """Every failure counts for the lock-out: once is enough, in a long loop and in all tasks of a run."""
        left = self.failed_logins.known_wrong(user, password)
        if left is not None:
            raise ServerSaysNo(
                f"login as {user} failed: {NOT_ACCEPTED}. This run has tried it before, and tries it again in "
                f"{minutes(left)} at the earliest: failed logins lock out everybody behind this address"
            )

    def _account(self) -> tuple[str, str | None]:
        """Who can log in; from now on the task is theirs, whoever it had a token of."""
        if self._spare is not None:
            self.credentials, self._spare = self._spare, None
        return self.credentials.username, self.credentials.password

    def use(self, token: str | None) -> None:
        """Go on with this token; with None, the next request logs in anew."""
        self._token = token
        if self._store and token:
            self._store.save(token)

    def _authenticate(self, user: str, password: str, context: Body | None = None) -> t.Any:
        try:
            auth = (user.encode("latin-1"), password.encode("latin-1"))  # the server decodes it so
        except UnicodeEncodeError:
            raise Refused(
                f"user {user}: the server can only log in passwords out of Latin-1 characters: use another password"
            ) from None
        self._sent |= {base64.b64encode(b":".join(auth)).decode(), *({password} - {"", user})}
        path = "/security/user/authenticate" + ("" if context is None else "/run_as")
        body: Body = {} if context is None else {"json": context}
        name = self.failed_logins.reserve()
        try:
            response = self.http.send("POST", path, login=True, auth=auth, **body)
        except IamError:
            self.failed_logins.settle(name, failed=False)
            raise
        self.failed_logins.settle(name, failed=response.status_code == 401)
        return response

    def token_of(self, response: t.Any, what: str) -> str:
        """The token in the answer to a login."""
        if response.status_code == 401:
            raise ServerSaysNo(f"{what} failed: {NOT_ACCEPTED}")
        if response.status_code == 405:
            raise ServerSaysNo(f"{what} failed: this server is older than {OLDEST}, which this collection needs")
        return t.cast(str, self._checked(response, what)["data"]["token"])

    def login_run_as(self, context: Body) -> str:
        """A token with the roles that an authorization context gives to the task's user."""
        user, password = self._account()
        if password is None:
            raise Refused("auth_context: logging in with a context takes api_username and api_password, not api_token")
        return self.token_of(self._log_in(user, password, context), f"login as {user} with a context")

    def new_token(self, context: Body | None) -> str:
        """A token that the server takes: it is tried, since one of the second in which tokens were ended is dead too.

        :param context: an authorization context to log in with, if any.
        """
        for pause in (SAME_SECOND, 0.0):
            token = self.login() if context is None else self.login_run_as(context)
            headers = {"Authorization": f"Bearer {token}"}
            if not pause or self.http.send("GET", "/security/users/me", headers=headers).status_code != 401:
                break
            time.sleep(pause)
        return token

    def password_matches(self, user: str, password: str) -> bool:
        """Whether a login with this password works. A failure counts for the server's lock-out."""
        response = self._authenticate(user, password)
        if response.status_code == 401:
            return False
        self.token_of(response, f"login as {user}")
        return True

    # -- requests -------------------------------------------------------------------------------------------------

    def request(
        self, method: str, path: str, params: Body | None = None, json: t.Any = None, patient: bool = True
    ) -> t.Any:
        """One request with the token; its answer's JSON.

        A token that died on the way (a change of rights, a time-out) is replaced by a new login, once; a second time
        only after a second has passed, since a token of the second in which tokens were revoked is dead too.

        :param patient: ask the server to answer only when the work is done, however long it takes.
        :raises ServerSaysNo: on an error answer; for a 200 with C(error) 1 or 2 it names each item.
        :raises Unsure: when a write's answer was lost or says that the server gave up waiting.
        """
        query = dict(params or {})
        if patient:
            query["wait_for_complete"] = "true"
        kwargs: dict[str, t.Any] = {"params": query}
        if json is not None:
            kwargs["json"] = json
        if isinstance(json, dict) and json.get("password"):
            self._sent.add(json["password"])
        fresh = self._token is None
        response = None
        for pause in (0.0, 0.0, SAME_SECOND):
            if self._token is None:
                time.sleep(pause)
                self.login()
            self._sent.add(str(self._token))
            response = self.http.send(method, path, headers={"Authorization": f"Bearer {self._token}"}, **kwargs)
            if response.status_code != 401:
                break
            self._token = None
        what = f"{method} {path}"
        if response is not None and response.status_code == 401 and fresh:
            raise ServerSaysNo(f"{what}: the server does not accept the token that it has just handed out")
        return self._checked(response, what, write=method != "GET")

    def _checked(self, response: t.Any, what: str, write: bool = False) -> t.Any:
        """The JSON of a good answer; an exception that says what the server said for any other."""
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.status_code == 200 and isinstance(answer, dict) and "error" in answer:
            if answer["error"] == 0:
                return answer
            failure = _items_failed(what, answer, write)
            failure.args = (self._without_secrets(str(failure)),)
            raise failure
        if not isinstance(answer, dict) or "title" not in answer:
            answer = {
                "detail": f"this does not come from the Wazuh API: {_plain(self._without_secrets(response.text))}"
            }
        what += f": HTTP {response.status_code}: {answer.get('detail') or answer['title']}"
        if write and (response.status_code >= 500 or response.status_code == 200):
            raise Unsure(self._without_secrets(what))
        code = answer.get("error", 0)
        if code:
            what += f" (error {code})"
        if answer.get("remediation"):
            what += f". {answer['remediation']}"
        if code == LOCKED_OUT:
            what += f". That is, {self.failed_logins.note_locked_out().text()}"
        raise ServerSaysNo(self._without_secrets(what), [code])

    def _without_secrets(self, text: str) -> str:
        """A text of the server, or of a proxy before it, without what it repeats of our credentials.

        Passwords among a module's options are masked by the fronts as well, but not where they are quoted in JSON, and
        not the login made of them.
        """
        return without(text, self._sent)

    # -- what it is asked -----------------------------------------------------------------------------------------

    def every(self, kind: Kind) -> list[Body]:
        """All objects of a kind that the caller may see, in one request (more only above 100,000 objects)."""
        items: list[Body] = []
        while True:
            params = {"limit": PAGE, **({"offset": len(items)} if items else {})}
            page = self.request("GET", f"/security/{kind.plural}", params)["data"]
            items += page["affected_items"]
            if len(items) >= page["total_affected_items"] or not page["affected_items"]:
                return items

    def config(self) -> Body:
        """C({auth_token_exp_timeout, rbac_mode})."""
        return t.cast(Body, self.request("GET", "/security/config")["data"])

    def me(self) -> Body:
        """The caller: C({name, roles: {role: [{name, actions, resources, effect}]}}), with the roles of its token."""
        user = self.request("GET", "/security/users/me")["data"]["affected_items"][0]
        roles = {
            role["name"]: [{**policy["policy"], "name": policy["name"]} for policy in role["policies"]]
            for role in user["roles"]
        }
        return {"name": user["username"], "roles": roles}

    def own_policies(self) -> Body:
        """The caller's processed policies, C({action: {resource: effect}, rbac_mode}).

        With a new token where possible: an older one may be answered with older rights (FACTS, stale tokens).
        """
        if self.credentials.password is not None:
            self.use(None)
        return t.cast(Body, self.request("GET", "/security/users/me/policies", patient=False)["data"])

    def version(self) -> Version:
        """The server's version as numbers."""
        return tuple(int(part) for part in self.version_text().split("."))

    def version_text(self) -> str:
        """The server's version as it says it, without a leading v."""
        return str(self.request("GET", "/", patient=False)["data"]["api_version"]).lstrip("v")

    def catalogue(self) -> dict[str, list[str]]:
        """The actions that the server knows, each with its types of resources."""
        actions = self.request("GET", "/security/actions", patient=False)["data"]
        return {action: list(about["resources"]) for action, about in actions.items()}


def _plain(page: str) -> str:
    """The beginning of an answer that is no JSON, such as a proxy's page, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())[:200] or "it is empty"


def _items_failed(what: str, answer: Body, write: bool) -> ServerSaysNo:
    """An answer with HTTP 200 that says that some or all items failed (C(error) 1 or 2)."""
    told, codes = [], []
    for failed in answer["data"].get("failed_items", []):
        error = failed["error"]
        codes.append(error.get("code", 0))
        line = f"{', '.join(str(item) for item in failed['id'])}: {error['message']} (error {error.get('code')})"
        told.append(f"{line}. {error['remediation']}" if error.get("remediation") else line)
    message = f"{what}: {answer.get('message', 'failed')}. " + "; ".join(told)
    return ServerSaysNo(message, codes, answer["data"].get("affected_items", []) if write else [])

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request's way through the server: what is looked at, in which order, and what it costs.

For connexion 3 (4.14.7, 5.0.0): the access log reads the body; routing; rate limit; lock-out;
context size; credentials; description of the API; Expect; the handler; the access log writes.
connexion 2 (4.4.5) differs in what ``versions.Web`` says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import URL, Headers
from starlette.requests import Request
from starlette.routing import Match, Route

from sandbox.product import Receive, Scope, Send, set_user
from sandbox.wazuh import credentials
from sandbox.wazuh.access import NODE
from sandbox.wazuh.answer import (
    Answer,
    crashed_answer,
    json_answer,
    problem_answer,
    text_answer,
    unhandled_answer,
)
from sandbox.wazuh.call import Call, recursion_problem
from sandbox.wazuh.errors import (
    Failure,
    Problem,
    ServerBreaksError,
    UnhandledError,
    broken_problem,
    coded_problem,
    error_text,
    timeout_problem,
)
from sandbox.wazuh.limits import MAX_BODY_BYTES, MAX_TARGET_BYTES, nested_too_deep
from sandbox.wazuh.routes import Operation, operations
from sandbox.wazuh.server import Server
from sandbox.wazuh.tokens import Token
from sandbox.wazuh.validation import UNREAD, Validation

_LOGIN = ("/security/user/authenticate", "/security/user/authenticate/run_as")


@dataclass
class Incoming:
    """A request as it came, with what was found out about it.

    Attributes:
        request: path, query, headers.
        raw: the whole body.
        body: the parsed body; ``UNREAD`` if it is no JSON.
        authenticated: credentials were accepted.
    """

    request: Request
    raw: bytes
    body: Any = UNREAD
    authenticated: bool = False

    @property
    def path(self) -> str:
        path: str = self.request.scope["path"]
        return path

    @property
    def headers(self) -> Headers:
        return self.request.headers

    @property
    def client(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def is_login(self) -> bool:
        """Failed credentials count for the lock-out here."""
        return self.path in _LOGIN and self.request.method in ("GET", "POST")

    @property
    def pretty(self) -> bool:
        return self.request.query_params.get("pretty") == "true"


class App:
    """The server as an ASGI application.

    Args:
        server: its state.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._web = server.version.web
        self._validation = Validation(server.version)
        self._routes: list[tuple[Route, Operation]] = []
        for operation in operations(server.version):
            methods = [operation.method]
            route = Route(operation.path, endpoint=_never, methods=methods)
            if not self._web.head:
                route.methods = set(methods)
            self._routes.append((route, operation))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        incoming = Incoming(request, await request.body())
        answer = await self._answer(incoming)
        headers = {"server": "Wazuh", "content-type": answer.content_type} | answer.headers
        headers["content-length"] = str(len(answer.body))
        raw = [(name.encode(), value.encode()) for name, value in headers.items() if value]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        body = b"" if request.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, incoming: Incoming) -> Answer:
        scope = incoming.request.scope
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > MAX_TARGET_BYTES:
            return text_answer(400, "Invalid HTTP request received.")
        if self._web.picky and (refused := _no_http(incoming)):
            return text_answer(*refused)
        try:
            self._read_body(incoming)
        except RecursionError:
            return self._too_deep(incoming)
        except (ValueError, LookupError):
            # The body is no text. connexion 2 has an answer, connexion 3's access log has none.
            if self._web.logs_body:
                return crashed_answer()
            return unhandled_answer(*self._web.unhandled)
        try:
            answer = await self._routed(incoming)
        except Problem as problem:
            answer = self._problem(incoming, problem)
        except RecursionError:
            answer = self._too_deep(incoming)
        except (UnicodeDecodeError, LookupError, UnhandledError):
            answer = unhandled_answer(*self._web.unhandled)
        if self._web.logs_body and self._log_breaks(incoming):
            return crashed_answer()
        return answer

    def _too_deep(self, incoming: Incoming) -> Answer:
        if self._web.old_validation:
            return unhandled_answer(*self._web.unhandled)
        return self._problem(incoming, recursion_problem())

    def _problem(self, incoming: Incoming, problem: Problem) -> Answer:
        return problem_answer(problem, self._web.problem_type, pretty=incoming.pretty)

    # --- the access log ---

    def _read_body(self, incoming: Incoming) -> None:
        if not incoming.raw or self._overlong(incoming) or self._context_too_big(incoming):
            return
        content_type = incoming.headers.get("content-type")
        incoming.body = self._validation.read_body(incoming.raw, content_type)
        if nested_too_deep(incoming.body):
            raise RecursionError

    @staticmethod
    def _log_breaks(incoming: Incoming) -> bool:
        """Whether the access log stumbles over the body, or over the name in the credentials."""
        body = incoming.body
        if body is UNREAD or isinstance(body, dict):
            breaks = False
        else:
            breaks = not isinstance(body, str | list) or "password" in body
        return breaks or (not incoming.authenticated and credentials.unreadable(incoming.headers))

    # --- routing and limits ---

    async def _routed(self, incoming: Incoming) -> Answer:
        operation = self._admitted(incoming)
        if isinstance(operation, Answer):
            return operation
        if operation is None:
            self._check_expect(incoming)
            raise Problem(404, "Not Found", "404: Not Found")
        token = None if operation.login else self._token(incoming)
        username = self._log_in(incoming) if token is None else token.username
        incoming.authenticated = True
        set_user(incoming.request.scope, username)
        params = self._validated(incoming, operation)
        self._check_expect(incoming)
        body = self._readable_body(incoming, operation)
        if operation.login:
            self.server.lockout.note_success(incoming.client)
        call = Call(self.server, params, body, username, token)
        return await self._handled(incoming, operation, call)

    def _admitted(self, incoming: Incoming) -> Operation | Answer | None:
        """What the request is for, or where it is sent instead; None if there is nothing of that path."""
        if self._web.counts_everything:
            self._check_limits(incoming, everywhere=True)
        if self._overlong(incoming):
            text = f"Maximum request body size {MAX_BODY_BYTES} exceeded, actual body size {len(incoming.raw)}"
            raise Problem(413, "Request Entity Too Large", text)
        operation = self._find(incoming)
        if isinstance(operation, Answer):
            return operation
        if not self._web.counts_everything:
            self._check_limits(incoming, everywhere=False)
        if self._context_too_big(incoming):
            limit = self.server.version.context_bytes
            text = f"Auth context payload exceeds the maximum allowed size of {limit} bytes."
            raise Problem(413, "Request Entity Too Large", text, {"error": 413})
        return operation

    def _context_too_big(self, incoming: Incoming) -> bool:
        limit = self.server.version.context_bytes
        return limit is not None and incoming.path == _LOGIN[1] and len(incoming.raw) > limit

    def _readable_body(self, incoming: Incoming, operation: Operation) -> Any:
        """The body that the handler gets, None if it is of no use to it."""
        takes_body = operation.body is not None or operation.undescribed_body
        if takes_body and len(incoming.raw) > MAX_BODY_BYTES:
            raise _too_big(413, "Content size exceeded.", len(incoming.raw))
        needs_type = operation.body is not None and not operation.any_type
        if needs_type and not self._validation.is_json(incoming.headers.get("content-type")):
            raise coded_problem(406, "Not Acceptable", error_text(self.server.version, 6002))
        readable = isinstance(incoming.body, dict) or (operation.undescribed_body and incoming.body is not UNREAD)
        return incoming.body if readable else None

    def _overlong(self, incoming: Incoming) -> bool:
        """Whether a body is refused unread, whatever it is for."""
        return self._web.counts_everything and len(incoming.raw) >= MAX_BODY_BYTES

    def _find(self, incoming: Incoming) -> Operation | Answer | None:
        path = self._path(incoming)
        if "\n" in path:
            return None
        if not self._web.redirects_slash and len(path) > 1:
            path = path.removesuffix("/")
        scope = dict(incoming.request.scope, path=path)
        partial = False
        for route, operation in self._routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                params = child["path_params"]
                if self._web.raw_paths:
                    params = {name: unquote(text) for name, text in params.items()}
                incoming.request.scope["path_params"] = params
                return operation
            partial = partial or match is Match.PARTIAL
        if partial:
            raise Problem(405, "Method Not Allowed", "405: Method Not Allowed")
        return self._redirect(incoming)

    def _path(self, incoming: Incoming) -> str:
        """The path that is looked for."""
        if not self._web.raw_paths:
            return incoming.path
        raw: bytes = incoming.request.scope["raw_path"]
        return raw.decode("latin-1")

    def _redirect(self, incoming: Incoming) -> Answer | None:
        """To the same path with its slashes put right, if there is something."""
        path = self._path(incoming)
        if self._web.redirects_slash:
            path = path.rstrip("/") if path.endswith("/") else f"{path}/"
            if self._is_there(incoming, path):
                url = URL(scope=dict(incoming.request.scope, path=path))
                return Answer(307, "", b"", {"location": str(url)})
            return None
        merged = re.sub("/{2,}", "/", path)
        if merged == path or not self._is_there(incoming, merged.removesuffix("/") or "/"):
            return None
        query = incoming.request.url.query
        answer = text_answer(308, "308: Permanent Redirect")
        answer.headers["location"] = f"{merged}?{query}" if query else merged
        return answer

    def _is_there(self, incoming: Incoming, path: str) -> bool:
        scope = dict(incoming.request.scope, path=path)
        return any(route.matches(scope)[0] is not Match.NONE for route, _rest in self._routes)

    def _check_limits(self, incoming: Incoming, *, everywhere: bool) -> None:
        version = self.server.version
        if self.server.rate_limit.exceeded():
            raise coded_problem(429, "Too Many Requests", error_text(version, 6001))
        if (everywhere or incoming.is_login) and self.server.lockout.holds(incoming.client):
            raise coded_problem(403, "Permission Denied", error_text(version, 6000))
        if incoming.is_login:
            self.server.lockout.note_login(incoming.client)

    def _check_expect(self, incoming: Incoming) -> None:
        expected = incoming.headers.get("expect")
        if expected is None or not self._web.logs_body:
            return
        if expected.lower() != "100-continue":
            raise Problem(417, "Expectation failed", "Unknown Expect")
        if len(incoming.raw) > MAX_BODY_BYTES:
            raise _too_big(417, "Expectation failed", len(incoming.raw))

    # --- credentials ---

    def _log_in(self, incoming: Incoming) -> str:
        try:
            return credentials.name_of_password(incoming.headers, self.server.store)
        except credentials.RefusedError as refused:
            self.server.lockout.note_failure(incoming.client)
            raise Problem(401, "Unauthorized", "Invalid credentials") from refused

    def _token(self, incoming: Incoming) -> Token:
        try:
            return credentials.token_of(incoming.headers, self.server.tokens, tells_malformed=self._web.logs_body)
        except credentials.RefusedError as refused:
            raise Problem(401, "Unauthorized", str(refused)) from refused
        except Failure as failure:
            raise failure.as_problem(self.server.version, NODE) from failure

    # --- the description of the API ---

    def _validated(self, incoming: Incoming, operation: Operation) -> dict[str, Any]:
        if self._web.old_validation:
            self._check_body(incoming, operation)
        params = self._validation.parameters(
            operation.parameters, incoming.request.query_params, incoming.request.path_params
        )
        if not self._web.old_validation:
            self._check_body(incoming, operation)
        return params

    def _check_body(self, incoming: Incoming, operation: Operation) -> None:
        if operation.body is not None:
            content_type = incoming.headers.get("content-type")
            self._validation.body(operation.body, incoming.raw, incoming.body, content_type)

    # --- the work ---

    async def _handled(self, incoming: Incoming, operation: Operation, call: Call) -> Answer:
        version = self.server.version
        try:
            result = operation.handler(call)
        except Failure as failure:
            raise failure.as_problem(version, call.node) from failure
        except ServerBreaksError as error:
            raise broken_problem(version, call.node) from error
        patient = call.params.get("wait_for_complete", False)
        if not await self.server.worker.spend(call.objects, patient=patient):
            raise timeout_problem(version, call.node)
        if isinstance(result, dict):
            pretty = bool(call.params.get("pretty", False))
            result = json_answer(200, result, self._web.json_type, pretty=pretty)
        result.headers |= call.headers
        return result


def _too_big(status: int, title: str, size: int) -> Problem:
    text = f"Maximum content size limit ({MAX_BODY_BYTES}) exceeded ({size} bytes read)"
    return Problem(status, title, text)


async def _never(_request: Request) -> None:
    """Routes are only matched here, never run."""


def _no_http(incoming: Incoming) -> tuple[int, str] | None:
    """Status and words for what aiohttp does not let through."""
    if incoming.request.method not in HTTPMethod.__members__:
        return 400, "Bad status line 'Invalid method encountered'"
    expected = incoming.headers.get("expect") or "100-continue"
    return (417, f"Unknown Expect: {expected}") if expected.lower() != "100-continue" else None

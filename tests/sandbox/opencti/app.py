# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: one address, ``POST /graphql``, and what surrounds it.

Every GraphQL answer is a 200, errors included. Other statuses: 400 for a body that is no operation
(or, from 6.2.14, a list of them), 405 for GET, 429 for too many requests.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.opencti.calls import Request
from sandbox.opencti.execution import graphql_of
from sandbox.opencti.platform import Platform
from sandbox.opencti.sessions import COOKIE
from sandbox.product import set_user

DEFAULT_LIMIT = 10_000
"""Requests a second (app:rate_protection), in releases that limit /graphql."""


def create(platform: Platform, requests_per_second: int | None) -> Starlette:
    """The server of a platform.

    Args:
        platform: its state.
        requests_per_second: 0 for no limit; None for that of the release.
    """
    server = _Server(platform, requests_per_second)
    return Starlette(routes=[Route("/graphql", server.answer, methods=["POST"])])


class _Server:
    def __init__(self, platform: Platform, requests_per_second: int | None) -> None:
        self._platform = platform
        self._graphql = graphql_of(platform.release.text)
        limited = platform.release.does("graphql is rate limited")
        default = DEFAULT_LIMIT if limited else 0
        self._limit = default if requests_per_second is None else requests_per_second
        self._recent: deque[float] = deque()

    async def answer(self, http: HttpRequest) -> Response:
        if self._too_many():
            message = {"message": "Too many requests, please try again later."}
            return JSONResponse(message, 429, {"Retry-After": "1"})
        try:
            body = await http.json()
        except ValueError:
            return PlainTextResponse("Unexpected token in JSON", 400)
        request = self._identify(http)
        if isinstance(body, list) and not self._platform.release.does("requests may be batched"):
            return _bad_request("Operation batching disabled.")
        operations = body if isinstance(body, list) else [body]
        if not operations or not all(map(_is_operation, operations)):
            return _bad_request("GraphQL operations must contain a non-empty `query`.")
        answers = [self._operation(request, operation) for operation in operations]
        response = JSONResponse(answers if isinstance(body, list) else answers[0])
        for session in request.cookies:
            response.set_cookie(COOKIE, session, httponly=True)
        return response

    def _identify(self, http: HttpRequest) -> Request:
        session = http.cookies.get(COOKIE)
        caller = self._platform.caller(http.headers, session)
        request = Request(self._platform, caller, session)
        if caller is not None:
            set_user(http.scope, caller.user["user_email"])
            known = self._platform.sessions.user_of(session) is not None
            if not known and self._platform.release.does("tokens open sessions"):
                request.session = self._platform.sessions.open(caller.user)
                request.cookies.append(request.session)
        return request

    def _operation(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        variables = body.get("variables") or {}
        return self._graphql.run(request, body["query"], variables, body.get("operationName"))

    def _too_many(self) -> bool:
        if not self._limit:
            return False
        now = self._platform.now()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self._limit:
            return True
        self._recent.append(now)
        return False


def _is_operation(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("query"), str) and bool(body["query"])


def _bad_request(message: str) -> Response:
    error = {"message": message, "extensions": {"code": "BAD_REQUEST"}}
    return JSONResponse({"errors": [error]}, 400)

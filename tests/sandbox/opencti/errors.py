# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform's errors and the two shapes in which they travel.

Up to 6.2.12 an error is ``{message, name, data}``, later ``{message, name, extensions: {code,
data}}`` (server: apollo-errors, then Apollo's own). GraphQL's own errors always have extensions.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

_TECHNICAL, _BUSINESS = "TECHNICAL", "BUSINESS"


class PlatformError(Exception):
    """An error that a resolver raises on purpose.

    Args:
        code: such as ``FUNCTIONAL_ERROR``.
        message: as the server words it.
        status: the ``http_status`` in its data; the HTTP answer itself stays 200.
        genre: TECHNICAL or BUSINESS.
        data: more data.
    """

    def __init__(self, code: str, message: str, status: int, genre: str, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = {"http_status": status, "genre": genre, **data}


def auth_required() -> PlatformError:
    """Nobody is signed in."""
    message = "You must be logged in to do this."
    return PlatformError("AUTH_REQUIRED", message, 401, _TECHNICAL)


def auth_failure(message: str = "Bad login or password") -> PlatformError:
    """A login is refused."""
    return PlatformError("AUTH_FAILURE", message, 401, _TECHNICAL)


def forbidden(**data: Any) -> PlatformError:
    """The caller lacks a capability."""
    message = "You are not allowed to do this."
    return PlatformError("FORBIDDEN_ACCESS", message, 403, _TECHNICAL, **data)


def functional(message: str, **data: Any) -> PlatformError:
    """A rule of the platform is broken."""
    return PlatformError("FUNCTIONAL_ERROR", message, 400, _BUSINESS, **data)


def unsupported(message: str, **data: Any) -> PlatformError:
    """The platform cannot do that."""
    return PlatformError("UNSUPPORTED_ERROR", message, 500, _BUSINESS, **data)


def validation(message: str, field: str) -> PlatformError:
    """The value of a field is refused."""
    return PlatformError("VALIDATION_ERROR", message, 500, _BUSINESS, field=field)


def missing_reference(**data: Any) -> PlatformError:
    """What a relation points to does not exist."""
    message = "Element(s) not found"
    return PlatformError("MISSING_REFERENCE_ERROR", message, 404, _BUSINESS, **data)


def already_deleted(element_id: str) -> PlatformError:
    """What is to be deleted does not exist."""
    message = "Already deleted elements"
    return PlatformError("ALREADY_DELETED_ERROR", message, 400, _BUSINESS, id=element_id)


class UnexpectedError(Exception):
    """Where the real server trips over a null: it answers INTERNAL_SERVER_ERROR."""


def null_dereference(attribute: str) -> UnexpectedError:
    """What a read of a missing object's attribute gives."""
    return UnexpectedError(f"Cannot read properties of undefined (reading '{attribute}')")


def format_error(error: GraphQLError, in_extensions: bool, code: str | None = None) -> Any:
    """One entry of ``errors`` in an answer.

    Args:
        error: what graphql-core reports.
        in_extensions: whether the release puts code and data into extensions.
        code: of an error of GraphQL itself; None for an error of a resolver.
    """
    cause = error.original_error
    if isinstance(cause, PlatformError):
        if not in_extensions:
            return {"message": cause.message, "name": cause.code, "data": cause.data}
        extensions: dict[str, Any] = {"code": cause.code, "data": cause.data}
    else:
        extensions = {"code": code or "INTERNAL_SERVER_ERROR"}
    shaped = dict(error.formatted)
    if in_extensions:
        shaped["name"] = extensions["code"]
    return shaped | {"extensions": extensions}

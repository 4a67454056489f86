# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Authorization header: names and passwords, tokens, and what is wrong with them."""

from __future__ import annotations

import base64
import binascii

from starlette.datastructures import Headers

from sandbox.wazuh import passwords
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.permissions import UnusableResourceError
from sandbox.wazuh.store import Store
from sandbox.wazuh.tokens import InvalidTokenError, Token, Tokens

_NO_TOKEN = "No authorization token provided"
_UNKNOWN = passwords.seal("nobody has this password")


class RefusedError(Exception):
    """HTTP 401; the text says why."""


def _split(headers: Headers) -> tuple[str, str]:
    """Scheme, in lower case, and value of the header.

    Raises:
        RefusedError: there is none, or it has no value.
    """
    header = headers.get("authorization")
    if not header:
        raise RefusedError(_NO_TOKEN)
    parts = header.split(maxsplit=1)
    if len(parts) != 2:
        raise RefusedError("Invalid authorization header")
    return parts[0].lower(), parts[1]


def name_of_password(headers: Headers, store: Store) -> str:
    """The user whose name and password the header holds.

    Raises:
        RefusedError: it does not, or they are wrong.
    """
    scheme, value = _split(headers)
    if scheme != "basic":
        raise RefusedError(_NO_TOKEN)
    try:
        name, password = base64.b64decode(value).decode("latin1").split(":", 1)
    except ValueError as error:
        raise RefusedError("Invalid authorization header") from error
    sealed = store.password_of(name)
    if not passwords.fits(password, sealed or _UNKNOWN) or sealed is None:
        raise RefusedError("Invalid credentials")
    return name


def token_of(headers: Headers, tokens: Tokens, *, tells_malformed: bool) -> Token:
    """The token that the header holds.

    Args:
        headers: of the request.
        tokens: who knows them.
        tells_malformed: say so if the header has no value, rather than that there is no token.

    Raises:
        RefusedError: there is none, or it does not hold.
        Failure: 4500, a policy of its user cannot be evaluated.
    """
    try:
        scheme, value = _split(headers)
    except RefusedError:
        if tells_malformed:
            raise
        raise RefusedError(_NO_TOKEN) from None
    if scheme != "bearer":
        raise RefusedError(_NO_TOKEN)
    try:
        return tokens.read(value)
    except InvalidTokenError as error:
        raise RefusedError("Invalid token") from error
    except UnusableResourceError as error:
        hint = "The maximum length for permission combinations is two"
        raise Failure(4500, hint=hint if error.too_many_pieces else None) from error


def unreadable(headers: Headers) -> bool:
    """Whether the access log breaks on looking for a name in the header: one without a colon."""
    try:
        scheme, value = _split(headers)
        return scheme == "basic" and b":" not in base64.b64decode(value)
    except (RefusedError, binascii.Error):
        return False
    except ValueError:
        return True  # not even ASCII

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: handing them out, reading them, and what makes them worthless before they expire.

A write does not touch tokens; it notes for a user, for a role or for all run_as tokens that what
was issued until now is void (the blacklist). The verdict on a token is cached until a write says
so; in some versions that message reaches only one of two caches (``stale_tokens``).
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sandbox.clock import Clock
from sandbox.wazuh.config import Config
from sandbox.wazuh.permissions import PermissionMap, RbacMode, effective_permissions
from sandbox.wazuh.store import POLICY, ROLE, Store
from sandbox.wazuh.versions import Version

_ISSUER = "wazuh"
_AUDIENCE = "Wazuh API REST"
_ALGORITHM = "ES512"
_CACHES = 2  # authentication_pool_size of the server
_NO_HASH = object()


class InvalidTokenError(Exception):
    """The token is forged, expired, or was made worthless."""


@dataclass(frozen=True)
class Token:
    """A token that holds.

    Attributes:
        username: whose it is.
        roles: ids, in the order of evaluation.
        run_as: it comes from a run_as login.
        permissions: of its roles.
        mode: the RBAC mode at the time of the login.
    """

    username: str
    roles: tuple[int, ...]
    run_as: bool
    permissions: PermissionMap
    mode: RbacMode


@dataclass(frozen=True)
class _Ban:
    until: int
    forgotten: int


_CacheKey = tuple[str, tuple[int, ...], int, bool]
_Cache = dict[_CacheKey, PermissionMap | None]


class Tokens:
    """The token service of one server.

    Args:
        version: resolution of invalidation.
        store: users, roles and policies.
        config: life of tokens and mode.
        clock: the time.
        stale: let two caches compete, as the version's server does.
        seed: of the lottery between them, for repeatable tests.
    """

    def __init__(
        self,
        version: Version,
        store: Store,
        config: Config,
        clock: Clock,
        *,
        stale: bool = False,
        seed: int | None = None,
    ) -> None:
        self._version = version
        self._store = store
        self._config = config
        self._clock = clock
        self._key = ECKey.generate_key("P-521")
        self._verified: dict[str, Mapping[str, Any]] = {}
        self._users: dict[int, _Ban] = {}
        self._roles: dict[int, _Ban] = {}
        self._run_as: _Ban | None = None
        self._caches: list[_Cache] = [{} for _time in range(_CACHES if stale else 1)]
        self._cleared = False
        self._random = random.Random(seed)  # noqa: S311 - a lottery, not a secret

    def issue(self, username: str, roles: list[int], context: object = _NO_HASH) -> str:
        """Hand out a token.

        Args:
            username: whose.
            roles: ids of its roles.
            context: the authorization context, if this is a run_as login.
        """
        now = self._clock.now()
        run_as = context is not _NO_HASH
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "nbf": int(now),
            "exp": int(now) + self._config.timeout,
            "sub": username,
            "run_as": run_as,
            "rbac_roles": roles,
            "rbac_mode": self._config.mode,
        }
        if self._version.token_unit < 1:
            claims["nbf_ms"] = int(now * 1000)
        if run_as:
            text = json.dumps(context).encode()
            claims["hash_auth_context"] = hashlib.blake2b(text, digest_size=16).hexdigest()
        header = {"alg": _ALGORITHM, "typ": "JWT"}
        return jwt.encode(header, claims, self._key, algorithms=[_ALGORITHM])

    def read(self, text: str) -> Token:
        """Check a token.

        Raises:
            InvalidTokenError: it does not hold.
            UnusableResourceError: one of its policies cannot be evaluated.
        """
        claims = self._claims(text)
        roles = tuple(claims["rbac_roles"])
        run_as = bool(claims["run_as"])
        issued = claims.get("nbf_ms", claims["nbf"])
        permissions = self._verdict((claims["sub"], roles, issued, run_as))
        if permissions is None:
            raise InvalidTokenError
        return Token(claims["sub"], roles, run_as, permissions, cast(RbacMode, claims["rbac_mode"]))

    def _claims(self, text: str) -> Mapping[str, Any]:
        if text not in self._verified:
            try:
                token = jwt.decode(text, self._key, algorithms=[_ALGORITHM])
            except (JoseError, ValueError, TypeError) as error:
                raise InvalidTokenError from error
            self._verified[text] = token.claims
        claims = self._verified[text]
        if not claims["nbf"] <= self._clock.now() < claims["exp"]:
            raise InvalidTokenError
        return claims

    def _verdict(self, key: _CacheKey) -> PermissionMap | None:
        cache = self._random.choice(self._caches)
        if self._cleared:
            # Whichever process comes first takes the message for itself.
            cache.clear()
            self._cleared = False
        if key not in cache:
            cache[key] = self._examine(*key)
        return cache[key]

    def _examine(self, username: str, roles: tuple[int, ...], issued: int, run_as: bool) -> PermissionMap | None:
        user = self._store.find_user(username)
        if user is None:
            return None
        if not user["allow_run_as"] and set(user["roles"]) != set(roles):
            return None
        bans = [self._users.get(user["id"]), self._run_as if run_as else None]
        bans += map(self._roles.get, user["roles"])
        if self._version.bans_reach_all:
            bans += map(self._roles.get, roles)
        elif not user["roles"]:
            # The server looks once for each role that the user has, so not at all.
            bans = []
        if any(ban is not None and issued <= ban.until for ban in bans):
            return None
        return effective_permissions(self._policies(roles))

    def _policies(self, roles: tuple[int, ...]) -> list[Mapping[str, Any]]:
        found = self._store.get_many(ROLE, roles)
        ids = [id_ for role in roles if role in found for id_ in found[role]["policies"]]
        policies = self._store.get_many(POLICY, ids)
        return [policies[id_]["policy"] for id_ in ids]

    def ban_users(self, ids: Iterable[int]) -> None:
        """Void what these users hold."""
        ban = self._ban()
        self._users |= dict.fromkeys(ids, ban)

    def ban_roles(self, ids: Iterable[int]) -> None:
        """Void what users of these roles hold."""
        ban = self._ban()
        self._roles |= dict.fromkeys(ids, ban)

    def ban_run_as(self) -> None:
        """Void all tokens of run_as logins."""
        self._run_as = self._ban()

    def _ban(self) -> _Ban:
        """What to note; what was noted long ago is forgotten, and the caches hear of it."""
        now = self._moment(self._clock.now())
        self._users = {id_: ban for id_, ban in self._users.items() if now <= ban.forgotten}
        self._roles = {id_: ban for id_, ban in self._roles.items() if now <= ban.forgotten}
        if self._run_as is not None and now > self._run_as.forgotten:
            self._run_as = None
        self._cleared = True
        return _Ban(now, now + self._moment(self._config.timeout))

    def _moment(self, seconds: float) -> int:
        return int(seconds / self._version.token_unit)

    def revoke_all(self) -> None:
        """Make every token worthless at once: the server gets new keys."""
        self._key = ECKey.generate_key("P-521")
        self._verified.clear()
        self._users.clear()
        self._roles.clear()
        self._run_as = None

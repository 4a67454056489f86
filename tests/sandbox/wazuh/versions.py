# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the server versions: one table, read everywhere else by field name.

Defaults and catalogues of each version are in ``data/VERSION.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from sandbox.wazuh.rule_matching import GUARDED, UNGUARDED, RuleDialect


@dataclass(frozen=True)
class Web:
    """The web framework under the server: connexion 2 on aiohttp, or connexion 3 on starlette.

    Attributes:
        json_type, problem_type, text_type: content types of its answers.
        head: HEAD is answered wherever GET is.
        redirects_slash: a trailing slash is redirected away, or a missing one to it (else a path
            with one means the same as without, and doubled ones are redirected away).
        raw_paths: a path is looked for as it came, percent signs and all; otherwise decoded, and
            there is nothing at one with a line feed.
        counts_everything: rate limit, lock-out and the limit of bodies come before routing, so 405s
            count as well, and a locked-out client or a body too long is refused everywhere.
        old_validation: requests are held against the API description as connexion 2 does: the body
            first, an unreadable one counts as text; parameters without a value are not there, and
            those of an operation that has none are not looked at; error texts have other words
            and tell where a schema comes from.
        picky: methods and expectations that are not HTTP's are refused before anything else.
        logs_body: the access log reads the body and breaks on some (500).
        unhandled: content type and words where the server's code itself breaks outside its work.
    """

    json_type: str
    problem_type: str
    text_type: str
    head: bool
    redirects_slash: bool
    raw_paths: bool
    counts_everything: bool
    old_validation: bool
    picky: bool
    logs_body: bool
    unhandled: tuple[str, str]


CONNEXION_2 = Web(
    json_type="application/json; charset=utf-8",
    problem_type="application/problem+json; charset=utf-8",
    text_type="text/plain; charset=utf-8",
    head=False,
    redirects_slash=False,
    raw_paths=True,
    counts_everything=True,
    old_validation=True,
    picky=True,
    logs_body=False,
    unhandled=("application/problem+json; charset=utf-8", "Server got itself in trouble"),
)
CONNEXION_3 = Web(
    json_type="application/json",
    problem_type="application/problem+json; charset=utf-8",
    text_type="text/plain",
    head=True,
    redirects_slash=True,
    raw_paths=False,
    counts_everything=False,
    old_validation=False,
    picky=False,
    logs_body=True,
    unhandled=(
        "application/problem+json",
        (
            "The server encountered an internal error and was unable to complete your request. "
            "Either the server is overloaded or there is an error in the application."
        ),
    ),
)


@dataclass(frozen=True)
class Version:
    """One server version.

    Attributes:
        number: as the server reports it.
        revision, license_tag: what ``GET /`` adds.
        log: the log file that the remediation of error 1000 names.
        broken_names_log: error 1000 names the API's log as well.
        web: the framework under it.
        rules: limits of the rule language.
        login_by_get: GET /security/user/authenticate works (deprecated).
        has_q: lists take ``q`` and ``distinct``.
        selects_first: lists apply ``select`` before ``search``, so only what is selected is searched.
        unique_rules: two rules may not have the same body.
        ascii_names: names of users, roles, rules and policies are ASCII.
        password_length: shortest and longest password.
        empty_password: what PUT of the password "" does: ``sets`` it, claims that the user is
            ``unknown``, or is ``refused`` like any short one.
        guards_defaults: passwords of users up to 99 can be changed by such users only (5011).
        config_is_kept: PUT /security/config leaves what it does not name as it is; otherwise that
            goes back to its default.
        config_body_is_read: DELETE /security/config refuses a body with unknown fields.
        token_unit: resolution of token invalidation in seconds.
        bans_reach_all: a voided token is void also if its user has no roles, and if it has the
            voided role by a run_as rule only.
        counts_login_first: a login counts for the lock-out before its password is looked at, the
            time runs from the last one, and success takes the count back.
        guards_catalogue: the catalogues need security:read_config.
        stale_tokens: the token cache lives in two processes of which only one hears of a change.
        context_bytes: longest authorization context of a run_as login, None for no limit.
        messages: error messages that are not those of ``errors.py``, by code.
        resource_types: what GET /security/resources accepts as ``resource``.
    """

    number: str
    revision: int | str
    license_tag: str
    log: str
    broken_names_log: bool
    web: Web
    rules: RuleDialect
    login_by_get: bool
    has_q: bool
    selects_first: bool
    unique_rules: bool
    ascii_names: bool
    password_length: tuple[int, int]
    empty_password: Literal["sets", "unknown", "refused"]
    guards_defaults: bool
    config_is_kept: bool
    config_body_is_read: bool
    token_unit: float
    bans_reach_all: bool
    counts_login_first: bool
    guards_catalogue: bool
    stale_tokens: bool
    context_bytes: int | None
    messages: Mapping[int, str]
    resource_types: tuple[str, ...]

    @property
    def docs(self) -> str:
        """The version as documentation links name it."""
        return ".".join(self.number.split(".")[:2])


_TYPES_4 = (
    *("*:*", "agent:group", "agent:id", "group:id", "node:id", "decoder:file", "list:file"),
    *("rule:file", "policy:id", "role:id", "user:id"),
)
_TYPES_5 = tuple(name for name in _TYPES_4 if not name.endswith(":file"))

VERSIONS = {
    "4.4.5": Version(
        number="4.4.5",
        revision=40413,
        license_tag="v4.4.5",
        log="ossec.log",
        broken_names_log=True,
        web=CONNEXION_2,
        rules=UNGUARDED,
        login_by_get=True,
        has_q=False,
        selects_first=True,
        unique_rules=False,
        ascii_names=False,
        password_length=(8, 64),
        empty_password="unknown",
        guards_defaults=False,
        config_is_kept=False,
        config_body_is_read=False,
        token_unit=1,
        bans_reach_all=False,
        counts_login_first=False,
        guards_catalogue=False,
        stale_tokens=False,
        context_bytes=None,
        messages={1403: "Not a valid sort field "},
        resource_types=_TYPES_4,
    ),
    "4.14.7": Version(
        number="4.14.7",
        revision="rc1",
        license_tag="v4.14.7",
        log="ossec.log",
        broken_names_log=False,
        web=CONNEXION_3,
        rules=GUARDED,
        login_by_get=True,
        has_q=True,
        selects_first=False,
        unique_rules=True,
        ascii_names=True,
        password_length=(8, 64),
        empty_password="sets",
        guards_defaults=True,
        config_is_kept=True,
        config_body_is_read=True,
        token_unit=1,
        bans_reach_all=False,
        counts_login_first=False,
        guards_catalogue=False,
        stale_tokens=True,
        context_bytes=8192,
        messages={},
        resource_types=_TYPES_4,
    ),
    "5.0.0": Version(
        number="5.0.0",
        revision="beta5",
        license_tag="v5.0.0-beta5",
        log="wazuh-manager.log",
        broken_names_log=False,
        web=CONNEXION_3,
        rules=GUARDED,
        login_by_get=False,
        has_q=True,
        selects_first=False,
        unique_rules=True,
        ascii_names=True,
        password_length=(12, 64),
        empty_password="refused",
        guards_defaults=True,
        config_is_kept=True,
        config_body_is_read=True,
        token_unit=0.001,
        bans_reach_all=True,
        counts_login_first=True,
        guards_catalogue=True,
        stale_tokens=True,
        context_bytes=8192,
        messages={},
        resource_types=_TYPES_5,
    ),
}


@cache
def version_data(number: str) -> dict[str, Any]:
    """Defaults and catalogue of a version; not to be changed by the caller."""
    text = (Path(__file__).parent / "data" / f"{number}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return data

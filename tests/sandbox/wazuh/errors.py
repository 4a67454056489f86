# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's error codes with their texts, and the ways in which a request can fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.wazuh.versions import Version

# Clients match on these texts, so they are the server's. {docs}, {log} and {length} depend on the
# version; a pair is (message, remediation).
_DOCS = "https://documentation.wazuh.com/{docs}/user-manual/"
_RBAC_DOCS = _DOCS + "api/rbac/configuration.html"
_TEXTS: dict[int, str | tuple[str, str | None]] = {
    1000: (
        "Wazuh Internal Error",
        (
            "Please, check `WAZUH_HOME/logs/{log}`, `WAZUH_HOME/logs/cluster.log` and "
            "`WAZUH_HOME/logs/api.log` to get more information about the error"
        ),
    ),
    1018: "Body request is not a valid JSON",
    1403: ("Not a valid sort field", "Please, use only allowed sort fields"),
    1407: "Query does not match expected format",
    1724: ("Not a valid select field", "Please, use only allowed select fields"),
    3021: "Timeout executing API request",
    4000: (
        "Permission denied",
        "Please, make sure you have permissions to execute the current request. For more "
        "information on how to set up permissions, please visit " + _RBAC_DOCS,
    ),
    4001: "The body of the request is empty, you must specify what you want to modify",
    4002: (
        "The specified role does not exist",
        "Please, create the specified role with the endpoint POST /security/roles",
    ),
    4005: "The specified name or rule already exists",
    4006: (
        "The specified policy is invalid",
        (
            'The policy must be in JSON format and its keys must be "actions", "resources" and '
            '"effect". The actions and resources must be split by ":". Example: agent:id:001'
        ),
    ),
    4007: (
        "The specified policy does not exist",
        "Please, create the specified policy with the endpoint POST /security/policies",
    ),
    4008: "The specified resource is required for a correct Wazuh's functionality",
    4009: "The specified name or policy already exists",
    4010: (
        "The specified role-policy relation does not exist",
        (
            "Please, create the specified role-policy relation with the endpoint "
            "POST /security/roles/{{role_id}}/policies"
        ),
    ),
    4011: "The specified role-policy link already exist",
    4013: "The specified name already exists",
    4016: (
        "The specified user-role relation does not exist",
        ("Please, create the specified user-role relation with the endpoint POST /security/user/{{username}}/roles"),
    ),
    4017: "The specified user-role relation already exists",
    4019: (
        "Invalid resource specified",
        "Please, check the current RBAC resources, for more information please visit " + _RBAC_DOCS,
    ),
    4020: ("Invalid endpoint specified", "Valid endpoints are: "),
    4022: (
        "The specified security rule does not exist",
        "Please, create the specified security rule with the endpoint POST /security/rules",
    ),
    4023: "The specified role-rule relation already exist",
    4024: (
        "The specified role-rule relation does not exist",
        ("Please, create the specified role-rules relation with the endpoint POST /security/roles/{{role_id}}/rules"),
    ),
    4500: (
        "The specified resources are invalid",
        "Please, make sure permissions are properly defined, for more information on setting up "
        "permissions please visit " + _RBAC_DOCS,
    ),
    5000: (
        "The user could not be created",
        ("Please check that the user does not exist, to do this you can use the `GET /security/users` call"),
    ),
    5001: (
        "The user does not exist",
        "The user can be created with the endpoint POST /security/users",
    ),
    5004: (
        "The user could not be removed or updated",
        "Administrator users cannot be removed or updated",
    ),
    5007: (
        "Insecure user password provided",
        ("The password must contain at least one upper and lower case letter, a number and a symbol."),
    ),
    5008: (
        "The current user cannot be deleted",
        (
            "You can delete this user with the administrator user (wazuh) or any other user with "
            "the necessary permissions"
        ),
    ),
    5009: (
        "Insecure user password provided",
        "The password must contain a length between {shortest} and {longest} characters.",
    ),
    5011: (
        "Administrator users can only be modified by themselves",
        "Log in as administrator and try again",
    ),
    6000: (
        ("Limit of login attempts reached. The current IP has been blocked due to a high number of login attempts"),
        None,
    ),
    6001: (
        "Maximum number of requests per minute reached",
        "This limit can be changed in api.yaml file. More information here: "
        + _DOCS
        + "api/configuration.html#configuration-file",
    ),
    6002: "The body type is not the one specified in the content-type",
    6004: (
        "The current user does not have authentication enabled through authorization context",
        "You can enable it using the following endpoint: "
        + _DOCS
        + "api/reference.html#operation/api.controllers.security_controller.edit_run_as",
    ),
}

_API_LOG = "WAZUH_HOME/logs/api.log"
_INTERNAL = "Wazuh Internal Error"
_UNKNOWN_FAILURE = "Wazuh Internal Error. See log for more detail"


@dataclass(frozen=True)
class ErrorText:
    """Message and remediation of an error code in one version; equal ones are one error."""

    code: int
    message: str
    remediation: str | None = None

    def render(self) -> dict[str, Any]:
        """As an entry of ``failed_items`` shows it."""
        shown: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.remediation is not None:
            shown["remediation"] = self.remediation
        return shown


def error_text(version: Version, code: int, *, detail: str | None = None, hint: str | None = None) -> ErrorText:
    """Look an error code up.

    Args:
        version: the texts' version.
        code: the server's error code.
        detail: goes behind the message, after a colon.
        hint: goes behind the remediation, after a colon ("None: …" where there is none).
    """
    entry = _TEXTS[code]
    message, remediation = (entry, None) if isinstance(entry, str) else entry
    message = version.messages.get(code, message)
    if remediation is not None:
        shortest, longest = version.password_length
        remediation = remediation.format(docs=version.docs, log=version.log, shortest=shortest, longest=longest)
    if detail is not None:
        message = f"{message}: {detail}"
    if hint is not None:
        remediation = f"{remediation}: {hint}"
    return ErrorText(code, message, remediation)


@dataclass
class Problem(Exception):
    """A request that fails as a whole: an ``application/problem+json`` answer.

    Attributes:
        status: HTTP status.
        title, detail: of the answer; an empty detail is left out.
        extra: further members of the answer (``remediation``, ``dapi_errors``, ``error``, …).
    """

    status: int
    title: str
    detail: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def bad_request(detail: str) -> Problem:
    """What breaks the rules of the API description."""
    return Problem(400, "Bad Request", detail)


@dataclass
class Failure(Exception):
    """The work behind a request refuses: a code of the table, and the node that says so.

    Attributes:
        code: of the table.
        status, title: of the answer.
        detail, hint: see :func:`error_text`.
    """

    code: int
    status: int = 400
    title: str = "Bad Request"
    detail: str | None = None
    hint: str | None = None

    def as_problem(self, version: Version, node: str) -> Problem:
        """The answer, reported by a node."""
        text = error_text(version, self.code, detail=self.detail, hint=self.hint)
        return _by_node(coded_problem(self.status, self.title, text), node, text.message)


def not_found(code: int) -> Failure:
    """The object that a path names is not there."""
    return Failure(code, 404, "Resource Not Found")


def permission_denied(code: int, detail: str | None = None) -> Failure:
    """What the caller may not do."""
    return Failure(code, 403, "Permission Denied", detail)


class ServerBreaksError(Exception):
    """The real server's own code breaks on this request: 500 with error 1000."""


class UnhandledError(Exception):
    """The real server's own code breaks outside its work: 500 in the words of the web framework."""


def broken_problem(version: Version, node: str) -> Problem:
    """The answer to a request on which the server's code breaks."""
    text = error_text(version, 1000)
    log = _API_LOG if version.broken_names_log else None
    return _by_node(coded_problem(500, _INTERNAL, text), node, _UNKNOWN_FAILURE, log)


def timeout_problem(version: Version, node: str) -> Problem:
    """The answer to a request that takes longer than the server waits."""
    text = error_text(version, 3021)
    return _by_node(coded_problem(500, _INTERNAL, text), node, text.message, _API_LOG)


def coded_problem(status: int, title: str, text: ErrorText) -> Problem:
    """An answer with an error code that no node reports."""
    extra = {"remediation": text.remediation} if text.remediation is not None else {}
    return Problem(status, title, text.message, extra | {"error": text.code})


def _by_node(problem: Problem, node: str, reported: str, log: str | None = None) -> Problem:
    """A problem that a node reports."""
    told = {"error": reported} if log is None else {"error": reported, "logfile": log}
    problem.extra["dapi_errors"] = {node: told}
    # The code comes last on the wire.
    problem.extra["error"] = problem.extra.pop("error")
    return problem


def joined(names: Iterable[str]) -> str:
    """Names as the server lists them in its texts."""
    return ", ".join(names)

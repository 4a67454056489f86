# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both fronts share: an entry for each module, its common options, its memory, and the module front."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import env_fallback
from ansible.module_utils.common.yaml import HAS_YAML, yaml_dump
from ansible_collections.secops.iam.plugins.module_utils._engine import Failure
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Refused, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import HAS_REQUESTS, Connection
from ansible_collections.secops.iam.plugins.module_utils._secrets import OPTION
from ansible_collections.secops.iam.plugins.module_utils._store import Store

Options = t.Dict[str, t.Any]


class Memory:
    """What may be kept from one task to the next: in an ordinary module nothing."""

    def recall(self, key: t.Any, make: t.Callable[[], t.Any]) -> t.Any:
        """What was made for this key before, or what is made now."""
        return make()

    def forget(self) -> None:
        """Recall nothing of what was made: what happened says that it is not what it was taken for."""

    def store(self, identity: t.Any) -> Store | None:
        """A place to keep a text for this identity, such as a token for a login, or None."""
        return None


@dataclasses.dataclass(frozen=True)
class Entry:
    """A module as both fronts run it.

    :ivar options: the argument spec.
    :ivar constraints: C(required_if) and its like.
    :ivar run: takes the validated options, check mode, and the memory; returns a result.
    :ivar public: options whose value is shown even where a secret has the same one, such as the user wazuh's
        default password; masking it would mask the user's name everywhere.
    :ivar needs_requests: whether it speaks HTTP.
    """

    options: Options
    constraints: Options
    run: t.Callable[[Options, bool, Memory], Options]
    public: tuple[str, ...] = ()
    needs_requests: bool = True

    def shown_secrets(self, params: Options) -> set[str]:
        """Values that are not to be masked in results."""
        return {params[key] for key in self.public if isinstance(params.get(key), str)}


def connection_options(prefix: str) -> Options:
    """The options that every module has, with their environment variables."""
    return {
        "validate_certs": {
            "type": "bool",
            "default": True,
            "fallback": (env_fallback, [f"{prefix}_VALIDATE_CERTS"]),
        },
        "ca_path": {"type": "path", "fallback": (env_fallback, [f"{prefix}_CA_PATH"])},
        "client_cert": {"type": "path"},
        "client_key": {"type": "path", "no_log": False},
        "timeout": {"type": "int", "default": 30},
        "rate_limit_wait": {"type": "int", "default": 600},
    }


def connection_of(params: Options) -> Connection:
    """How the options say to reach the server.

    :raises Refused: when they cannot be meant so.
    """
    if _holds_login("api_url", params["api_url"]):
        raise Refused(
            "api_url: it holds a login (there is an @ in it), which would be shown: write only the address, and give "
            "the login by the options for it"
        )
    if params["timeout"] < 1:
        raise Refused(f"timeout: {params['timeout']} is too short: write 1 second or more")
    names = [field.name for field in dataclasses.fields(Connection)]
    return Connection(**{name: params[name] for name in names if name in params})


def _holds_login(name: str, value: t.Any) -> bool:
    """Whether an address has a user and a password in it; those of these servers have no other use for an @."""
    return name == "api_url" and "@" in str(value)


def masked(options: Options, params: Options) -> Options:
    """The parameters as C(-vvv) may show them: secret options by their name, not by their value."""
    return {name: _masked_value(options.get(name, {}), name, value) for name, value in params.items()}


def _masked_value(spec: Options, name: str, value: t.Any) -> t.Any:
    if value is None:
        return None
    if spec.get("no_log") or _holds_login(name, value):
        return OPTION
    if not value or "options" not in spec:
        return value
    if isinstance(value, list):
        return [_masked_item(spec["options"], item) for item in value]
    return _masked_item(spec["options"], value)


def _masked_item(options: Options, item: t.Any) -> t.Any:
    """A dictionary of suboptions; anything else in its place has not been validated yet, and may hold a secret."""
    return masked(options, item) if isinstance(item, dict) else OPTION


def outcome(entry: Entry, params: Options, check_mode: bool, memory: Memory) -> Options:
    """Run an entry; a failure becomes a result with C(failed) and C(msg)."""
    try:
        result = entry.run(params, check_mode, memory)
    except Failure as failure:
        result = {**failure.result, "failed": True, "msg": str(failure)}
    except IamError as error:
        # An Unsure that gets here is a write that may have been done.
        result = {"changed": isinstance(error, Unsure), "failed": True, "msg": str(error)}
    except BaseException:
        memory.forget()  # a task's time-out may come in the middle of anything
        raise
    if "diff" in result:
        result["diff"] = {side: _readable(state) for side, state in result["diff"].items()}
    return result


def _readable(state: Options) -> str:
    """A side of a diff as YAML; as JSON, which YAML includes, where the target has no YAML library."""
    if not state:
        return ""
    return str(yaml_dump(state, sort_keys=False)) if HAS_YAML else json.dumps(state, indent=2) + "\n"


class _Module(AnsibleModule):
    """An AnsibleModule that hides secret options by their names also where it refuses them for their type.

    It would show a list in the place of a password as text, in which the password is quoted and so not recognised; and
    it would hide a user's name in its own words where the password is the same.
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        AnsibleModule.__init__(self, argument_spec=entry.options, supports_check_mode=True, **entry.constraints)

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.NoReturn:
        self.no_log_values -= self._entry.shown_secrets(self.params)
        kwargs.setdefault("invocation", {"module_args": masked(self.argument_spec, self.params)})
        super().fail_json(msg=msg, **kwargs)
        raise AssertionError("fail_json() ends the process")


def run_module(entry: Entry) -> None:
    """The module front: what an ordinary module does, wherever Ansible runs it."""
    module = _Module(entry)
    if entry.needs_requests and not HAS_REQUESTS:
        module.fail_json(msg=missing_required_lib("requests"))
    module.no_log_values -= entry.shown_secrets(module.params)
    result = outcome(entry, module.params, module.check_mode, Memory())
    result["invocation"] = {"module_args": masked(entry.options, module.params)}
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET, PUT, DELETE /security/config: life of tokens and RBAC mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.wazuh.errors import UnhandledError
from sandbox.wazuh.permissions import RbacMode

if TYPE_CHECKING:
    from sandbox.wazuh.call import Call

_UPDATED = {"message": "Configuration was successfully updated", "error": 0}


@dataclass
class Config:
    """The security configuration in force.

    Attributes:
        timeout: life of a token in seconds.
        mode: the RBAC mode.
    """

    timeout: int = 900
    mode: RbacMode = "white"


def read(call: Call) -> dict[str, Any]:
    """GET /security/config."""
    call.rights.require("security:read_config")
    config = call.server.config
    return {
        "data": {"auth_token_exp_timeout": config.timeout, "rbac_mode": config.mode},
        "error": 0,
    }


def change(call: Call) -> dict[str, Any]:
    """PUT /security/config: whatever it says, every token is void afterwards."""
    wanted = call.fields("auth_token_exp_timeout", "rbac_mode")
    call.rights.require("security:update_config")
    config = call.server.config
    unnamed = config if call.server.version.config_is_kept else Config()
    config.timeout = wanted.get("auth_token_exp_timeout", unnamed.timeout)
    config.mode = wanted.get("rbac_mode", unnamed.mode)
    call.server.tokens.revoke_all()
    return _UPDATED


def restore(call: Call) -> dict[str, Any]:
    """DELETE /security/config: back to the defaults. A body means nothing, or breaks the server if it is no object."""
    if call.server.version.config_body_is_read:
        if not isinstance(call.body, dict) and call.body not in (None, [], ""):
            raise UnhandledError
        call.fields("auth_token_exp_timeout", "rbac_mode")
    call.rights.require("security:update_config")
    config, defaults = call.server.config, Config()
    config.timeout, config.mode = defaults.timeout, defaults.mode
    call.server.tokens.revoke_all()
    return _UPDATED

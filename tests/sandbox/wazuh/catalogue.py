# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /security/actions and /security/resources, and GET /.

The catalogue is data; the descriptions in it are short ones of our own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.wazuh.call import Call
from sandbox.wazuh.errors import Failure
from sandbox.wazuh.versions import version_data


def actions(call: Call) -> dict[str, Any]:
    """GET /security/actions: those that some endpoint needs, with these endpoints."""
    catalogue = version_data(call.server.version.number)["catalogue"]
    wanted = call.params.get("endpoint")
    _guard(call, "actions", wanted)
    endpoints: dict[str, list[str]] = catalogue["endpoints"]
    if wanted and wanted not in endpoints:
        raise Failure(4020, hint=str(list(endpoints)))
    found: dict[str, Any] = {}
    for endpoint, names in endpoints.items():
        if wanted and endpoint != wanted:
            continue
        for name in names:
            entry = catalogue["actions"][name]
            shown = found.setdefault(
                name,
                {"description": f"May do {name}", **entry, "related_endpoints": []},
            )
            shown["related_endpoints"].append(endpoint)
    return {"data": found, "error": 0}


def resources(call: Call) -> dict[str, Any]:
    """GET /security/resources: all types, or the one that is asked for."""
    names: list[str] = version_data(call.server.version.number)["catalogue"]["resources"]
    wanted = call.params.get("resource")
    _guard(call, "resources", wanted)
    if wanted and wanted not in names:
        raise Failure(4019)
    shown = {name: {"description": f"Named as {name}:…"} for name in names}
    return {"data": {wanted: shown[wanted]} if wanted else shown, "error": 0}


def _guard(call: Call, catalogue: str, wanted: str | None) -> None:
    """Some versions want a permission, until someone who has it was given the same answer.

    The server keeps answers for the life of its process, whoever asks.
    """
    if not call.server.version.guards_catalogue:
        return
    if (catalogue, wanted) not in call.server.catalogue_shown:
        call.rights.require("security:read_config")
        call.server.catalogue_shown.add((catalogue, wanted))


def about(call: Call) -> dict[str, Any]:
    """GET / says what this is."""
    version = call.server.version
    now = datetime.fromtimestamp(call.server.clock.now(), UTC)
    data = {
        "title": "Wazuh API REST",
        "api_version": version.number,
        "revision": version.revision,
        "license_name": "GPL 2.0",
        "license_url": f"https://github.com/wazuh/wazuh/blob/{version.license_tag}/LICENSE",
        "hostname": "wazuh-sandbox",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {"data": data, "error": 0}

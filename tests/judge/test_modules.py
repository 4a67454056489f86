# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenCTI's own client sees what our modules made, and our modules have nothing to change in what it made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._front import Memory, outcome
from judge.official_client import RELEASES, OfficialClient, judged_sandbox
from sandbox.opencti import identity
from unit.described import entry, validated

EMAIL = "feed@connectors.example.org"
MARKINGS = ["TLP:CLEAR", "TLP:GREEN"]


@dataclass
class Both:
    """Our modules and pycti on one sandbox."""

    release: str
    connection: dict[str, str]
    pycti: OfficialClient

    def task(self, module: str, **options: Any) -> dict[str, Any]:
        """What a task with this module gives; it must not fail."""
        result = outcome(entry(module), validated(module, self.connection | options), False, Memory())
        assert not result.get("failed"), result["msg"]
        return result

    def seen(self, kind: str, name: str, **more: Any) -> Any:
        """The object of that name as pycti reads it, or None."""
        key = next((found["id"] for found in self.pycti(kind, "list") if found["name"] == name), None)
        return key and self.pycti(kind, "read", id=key, **more)

    def unchanged(self, module: str, **options: Any) -> None:
        """The task finds everything as it should be."""
        result = self.task(module, **options)
        assert (result["changed"], result["steps"]) == (False, [])


@pytest.fixture(scope="module", params=RELEASES)
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    with judged_sandbox(request.param) as (server, token, client):
        connection = {"api_url": server.url, "api_token": token, "ca_path": str(server.ca_file)}
        yield Both(request.param, connection, client)


def names(found: list[dict[str, Any]]) -> set[str]:
    return {entry["name"] for entry in found}


ROLE: dict[str, Any] = {
    "name": "Feed role",
    "description": "Writes reports",
    "capabilities": ["KNOWLEDGE", "KNOWLEDGE_KNUPDATE", "CONNECTORAPI"],
}
GROUP: dict[str, Any] = {
    "name": "Feed group",
    "description": "May see what is green",
    "roles": ["Feed role"],
    "allowed_markings": MARKINGS,
    "max_confidence": 60,
    "confidence_overrides": {"Malware": 20},
}
USER: dict[str, Any] = {
    "name": "[C] Feed",
    "email": EMAIL,
    "groups": ["Feed group"],
    "max_confidence": 40,
    "confidence_overrides": {"Report": 10},
}
LEVEL = {"max_confidence": 40, "overrides": [{"entity_type": "Report", "max_confidence": 10}]}


def test_pycti_reads_what_the_modules_made_and_misses_what_they_removed(both: Both) -> None:
    both.task("opencti_role", **ROLE)
    both.task("opencti_group", **GROUP)
    made = both.task("opencti_connector_user", **USER)

    seen = both.seen("role", ROLE["name"])
    assert (seen["name"], seen["description"]) == (ROLE["name"], ROLE["description"])
    assert names(seen["capabilities"]) == set(ROLE["capabilities"])

    seen = both.seen("group", GROUP["name"])
    assert (seen["name"], seen["description"]) == (GROUP["name"], GROUP["description"])
    assert names(seen["roles"]) == set(GROUP["roles"])
    assert {marking["definition"] for marking in seen["allowed_marking"]} == set(MARKINGS)
    assert seen["group_confidence_level"] == {
        "max_confidence": 60,
        "overrides": [{"entity_type": "Malware", "max_confidence": 20}],
    }

    seen = both.seen("user", USER["name"])
    assert (seen["name"], seen["user_email"]) == (USER["name"], EMAIL)
    assert names(seen["groups"]) == set(USER["groups"])
    assert seen["user_confidence_level"] == LEVEL
    if both.release == "6.9.22":
        assert both.seen("user", USER["name"], include_token=True)["api_token"] == made["token"]
    else:
        assert names(both.seen("user", USER["name"], include_tokens=True)["api_tokens"]) == {"secops.iam"}

    made_of = {"role": ROLE, "group": GROUP, "connector_user": USER}
    for kind, options in made_of.items():
        both.unchanged(f"opencti_{kind}", **options)
    for kind, options in reversed(made_of.items()):
        identity_of = {key: options[key] for key in ("name", "email") if key in options}
        both.task(f"opencti_{kind}", state="absent", **identity_of)
    for kind, options in made_of.items():
        assert both.seen(kind.rpartition("_")[2], options["name"]) is None


def test_the_modules_leave_alone_what_pycti_made(both: Both) -> None:
    pycti = both.pycti
    role = pycti("role", "create", name=ROLE["name"], description=ROLE["description"])
    for capability in pycti("capability", "list"):
        if capability["name"] in ROLE["capabilities"]:
            pycti("role", "add_capability", id=role["id"], capability_id=capability["id"])

    levels = {"max_confidence": 60, "overrides": [{"entity_type": "Malware", "max_confidence": 20}]}
    group = pycti("group", "create", name=GROUP["name"], group_confidence_level=levels)
    pycti("group", "update_field", id=group["id"], input=[{"key": "description", "value": [GROUP["description"]]}])
    pycti("group", "add_role", id=group["id"], role_id=role["id"])
    for marking in MARKINGS:
        what = {"definition_type": "TLP", "definition": marking}
        marking_id = identity.standard_id("Marking-Definition", what)
        pycti("group", "add_allowed_marking", id=group["id"], marking_id=marking_id)

    user = pycti("user", "create", name=USER["name"], user_email=EMAIL, password="secret", user_confidence_level=LEVEL)
    pycti("user", "add_membership", id=user["id"], group_id=group["id"])
    default = identity.standard_id("Group", {"name": "Default"})
    pycti("user", "delete_membership", id=user["id"], group_id=default)
    if both.release != "6.9.22":
        pycti("user", "create_token", user_id=user["id"], token_name="secops.iam", token_duration="UNLIMITED")

    both.unchanged("opencti_role", **ROLE)
    both.unchanged("opencti_group", **GROUP)
    both.unchanged("opencti_connector_user", **USER)

    info = both.task("opencti_info")
    assert USER["name"] in names(info["users"])
    assert GROUP["name"] in names(info["groups"])
    assert ROLE["name"] in names(info["roles"])

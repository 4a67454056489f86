# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standard ids: uuid5 over the canonical JSON of what identifies an object (server: identifier)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from functools import lru_cache

ADMIN_ID = "88ec0c6a-13ce-5e39-b486-354fe4a7084f"
"""Internal id of the configured administrator, the same on every platform."""

_OPENCTI = uuid.UUID("b639ff3b-00eb-42ed-aa36-a8dd6f8fb4cf")
_OASIS = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_FIXED_MARKINGS = {
    "TLP:WHITE": "613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "TLP:CLEAR": "613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "TLP:GREEN": "34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "TLP:AMBER": "f88d31f6-486f-44da-b317-01333bde0b82",
    "TLP:AMBER+STRICT": "826578e1-40ad-459f-bc73-ede076f81f37",
    "TLP:RED": "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}


def new_id() -> str:
    """An internal id."""
    return str(uuid.uuid4())


def standard_id(entity_type: str, values: Mapping[str, object]) -> str:
    """The standard id of an object.

    Args:
        entity_type: such as ``Group``.
        values: the object's attributes; those that identify it are picked by type.
    """
    if entity_type == "User":
        return _uuid5("user", _OPENCTI, user_email=str(values["user_email"]).strip())
    if entity_type == "Marking-Definition":
        return _marking_id(str(values["definition_type"]), str(values["definition"]))
    name = str(values["name"]).lower().strip()
    if entity_type == "Organization":
        return _uuid5("identity", _OASIS, name=name, identity_class="organization")
    return _uuid5(entity_type.lower(), _OPENCTI, name=name)


def random_standard_id(entity_type: str) -> str:
    """For what no attribute identifies: relations and the settings."""
    return f"{entity_type.lower()}--{uuid.uuid4()}"


def _marking_id(definition_type: str, definition: str) -> str:
    if definition_type == "TLP" and definition in _FIXED_MARKINGS:
        return f"marking-definition--{_FIXED_MARKINGS[definition]}"
    return _uuid5("marking-definition", _OASIS, definition_type=definition_type, definition=definition)


@lru_cache(1024)
def _uuid5(prefix: str, namespace: uuid.UUID, **values: str) -> str:
    canonical = json.dumps(values, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f"{prefix}--{uuid.uuid5(namespace, canonical)}"

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as they describe themselves: documentation, examples, entry, and options as a task would give them."""

from __future__ import annotations

import copy
import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.plugin_docs import add_fragments
from ansible_collections.secops.iam.plugins.module_utils._front import Entry

COLLECTION = "secops.iam"
ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
EXPRESSION = re.compile(r"\{\{.*?\}\}")
# What an expression in an example may stand for, by type; as a password it satisfies every server.
PLAUSIBLE = {"int": 1, "float": 1.0, "bool": True, "list": [], "dict": {}, "str": "Plausible-Value-1"}


class InvalidOptionsError(Exception):
    """What a module says of options that do not fit its argument spec."""


class _Fragments:
    """Finds documentation fragments as Ansible's own loader does, without its search for collections."""

    def get(self, name: str) -> Any:
        folder, _dot, file = name.rpartition(".")
        if folder != COLLECTION:
            return None
        module = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.doc_fragments.{file}")
        return type(file, (module.ModuleDocFragment,), {"ansible_name": name})


def module(name: str) -> ModuleType:
    """The module file as Python sees it."""
    return importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{name}")


def entry(name: str) -> Entry:
    """What both fronts run."""
    found = module(name).ENTRY
    assert isinstance(found, Entry)
    return found


def documentation(name: str) -> dict[str, Any]:
    """The documentation with its fragments merged in."""
    found: dict[str, Any] = yaml.safe_load(module(name).DOCUMENTATION)
    add_fragments(found, str(ROOT / f"{name}.py"), _Fragments(), is_module=True)
    return found


def examples(name: str) -> list[dict[str, Any]]:
    """All tasks of the examples, those of other modules included."""
    tasks: list[dict[str, Any]] = yaml.safe_load(module(name).EXAMPLES)
    return tasks


def own_examples(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The tasks that are about this module: what each is called, and its options as written."""
    action = f"{COLLECTION}.{name}"
    return [(task["name"], task[action] or {}) for task in examples(name) if action in task]


def filled_in(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """An example's options with plausible values in the place of its expressions."""
    filled: dict[str, Any] = _filled(dict(given), {"options": entry(name).options})
    return filled


def _filled(value: Any, spec: Mapping[str, Any]) -> Any:
    kind = spec.get("type", "str")
    if isinstance(value, str) and EXPRESSION.fullmatch(value):
        choices = [] if kind == "list" else spec.get("choices", [])
        return choices[0] if choices else copy.copy(PLAUSIBLE.get(kind, PLAUSIBLE["str"]))
    if isinstance(value, str):
        return EXPRESSION.sub(str(PLAUSIBLE["str"]), value)
    if isinstance(value, list):
        each = {"type": spec.get("elements", "raw"), "options": spec.get("options", {})}
        return [_filled(item, each) for item in value]
    if isinstance(value, dict):
        return {key: _filled(inner, spec.get("options", {}).get(key, {})) for key, inner in value.items()}
    return value


def validated(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a task as the module gets them, where no environment variable stands in for one.

    Raises:
        InvalidOptionsError: with the messages that the user would see.
    """
    spec = entry(name)
    with mock.patch.dict(os.environ, clear=True):
        result = ArgumentSpecValidator(spec.options, **spec.constraints).validate(dict(given))
    if result.error_messages:
        raise InvalidOptionsError("; ".join(result.error_messages))
    options: dict[str, Any] = result.validated_parameters
    return options

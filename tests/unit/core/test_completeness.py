# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module is documented as it is, shown in examples that run, tested, and known to Ansible by its group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible.playbook.task import Task
from unit.described import (
    COLLECTION,
    EXPRESSION,
    MODULES,
    ROOT,
    documentation,
    entry,
    examples,
    filled_in,
    module,
    own_examples,
    validated,
)

Spec = dict[str, Any]

FEWEST_EXAMPLES = 3
MOST_CODE_LINES = 50
SECRET = re.compile(r"(^|_)(password|passwords|passphrase|secret|token)$")

RUNTIME = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
over_all_modules = pytest.mark.parametrize("name", MODULES)


def changed_by_validation(given: Any, taken: Any, where: str = "") -> Iterator[str]:
    """Where validation had to make another type of a value than the example wrote."""
    if isinstance(given, dict) and isinstance(taken, dict):
        for key in given:
            yield from changed_by_validation(given[key], taken[key], f"{where}.{key}")
    elif isinstance(given, list) and isinstance(taken, list) and len(given) == len(taken):
        for index, (one, other) in enumerate(zip(given, taken, strict=True)):
            yield from changed_by_validation(one, other, f"{where}[{index}]")
    elif type(given) is not type(taken) or given != taken:
        yield f"{where}: {given!r} is taken as {taken!r}"


def secrets(value: Any, options: Spec) -> Iterator[Any]:
    """What an example gives for options that are kept out of logs, at any depth."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        spec = options.get(key, {})
        if spec.get("no_log"):
            yield from inner.values() if isinstance(inner, dict) else [inner]
        for item in inner if isinstance(inner, list) else [inner]:
            yield from secrets(item, spec.get("options", {}))


def in_one_shape(options: Mapping[str, Any], inner: str) -> dict[str, Spec]:
    """Options as documentation (C(inner): suboptions) or an argument spec (options) has them, alike and bare."""
    return {
        name: {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": option.get("choices"),
            "options": in_one_shape(option.get(inner, {}), inner),
        }
        for name, option in options.items()
    }


def all_options(options: Mapping[str, Any]) -> Iterator[tuple[str, Spec]]:
    """Options and those below them."""
    for name, option in options.items():
        yield name, option
        yield from all_options(option.get("options", {}))


def test_there_are_modules() -> None:
    assert len(MODULES) > 8


@over_all_modules
class TestDocumentation:
    def test_options_are_those_of_the_spec(self, name: str) -> None:
        assert in_one_shape(documentation(name)["options"], "suboptions") == in_one_shape(
            entry(name).options, "options"
        )

    def test_every_option_is_described(self, name: str) -> None:
        def undescribed(options: Mapping[str, Any]) -> list[str]:
            mine = [key for key, option in options.items() if not option.get("description")]
            return mine + [key for option in options.values() for key in undescribed(option.get("suboptions", {}))]

        assert undescribed(documentation(name)["options"]) == []

    def test_environment_variables_are_named(self, name: str) -> None:
        options = documentation(name)["options"]
        for option, spec in entry(name).options.items():
            for variable in spec.get("fallback", (None, []))[1]:
                assert f"E({variable})" in " ".join(options[option]["description"])

    def test_says_what_it_can_be_relied_on_for(self, name: str) -> None:
        found = documentation(name)
        assert {"check_mode", "diff_mode", "idempotent", "async", "platform"} <= set(found["attributes"])
        assert found["module"] == name
        assert found["short_description"]
        assert found["seealso"]

    def test_tells_what_every_result_has(self, name: str) -> None:
        returned = yaml.safe_load(module(name).RETURN)
        assert all(value["description"] and value["returned"] and value["type"] for value in returned.values())
        if "api_url" in entry(name).options:
            assert "requests" in returned
        if documentation(name)["attributes"]["diff_mode"]["support"] == "full":
            assert {"diff", "steps"} <= set(returned)

    def test_a_module_is_documentation_and_a_spec(self, name: str) -> None:
        _documentation, _quotes, code = (ROOT / "plugins" / "modules" / f"{name}.py").read_text().rpartition('"""\n\n')
        assert len([line for line in code.splitlines() if line.strip()]) <= MOST_CODE_LINES


@over_all_modules
class TestExamples:
    def test_there_are_enough(self, name: str) -> None:
        assert len(own_examples(name)) >= FEWEST_EXAMPLES

    def test_they_are_tasks(self, name: str) -> None:
        for task in examples(name):
            actions = [key for key in task if "." in key]
            assert len(actions) == 1, f"{task['name']}: one action, by its full name"
            assert set(task) - set(actions) - set(Task.fattributes) == set(), task["name"]
            assert task["name"][0].isupper()

    def test_their_options_are_real_and_of_the_right_type(self, name: str) -> None:
        options = entry(name).options.items()
        environment = {option: "given" for option, spec in options if spec.get("required") and "fallback" in spec}
        for title, given in own_examples(name):
            filled = filled_in(name, given)
            taken = validated(name, environment | filled)
            assert list(changed_by_validation(filled, {key: taken[key] for key in filled}, title)) == []

    def test_the_first_is_complete(self, name: str) -> None:
        options = entry(name).options
        connection = {"api_url", "api_username", "api_password"} & set(options) or {"api_url", "api_token"}
        if "api_url" in options:
            assert connection <= set(own_examples(name)[0][1])

    def test_secrets_come_from_variables(self, name: str) -> None:
        for title, given in own_examples(name):
            for secret in secrets(given, entry(name).options):
                assert isinstance(secret, str), title
                assert EXPRESSION.fullmatch(secret), title


@over_all_modules
def test_secrets_are_not_logged(name: str) -> None:
    for option, spec in all_options(entry(name).options):
        if SECRET.search(option) and "choices" not in spec and "options" not in spec:  # those are looked at one by one
            assert spec.get("no_log") is True, option


@over_all_modules
def test_modules_with_a_connection_are_in_their_group_and_have_an_action(name: str) -> None:
    if "api_url" not in entry(name).options:
        assert all(name not in members for members in RUNTIME["action_groups"].values())
        return
    product = name.partition("_")[0]
    assert name in RUNTIME["action_groups"][product]
    assert documentation(name)["attributes"]["action_group"]["membership"] == [f"{COLLECTION}.{product}"]
    assert (ROOT / "plugins" / "action" / f"{name}.py").is_file()


def test_groups_and_actions_name_modules_that_are_there() -> None:
    named = {member for members in RUNTIME["action_groups"].values() for member in members}
    actions = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")}
    assert named | actions <= set(MODULES)


@over_all_modules
def test_has_a_unit_test(name: str) -> None:
    others = [path for path in (ROOT / "tests" / "unit").rglob("test_*.py") if path.name != "test_completeness.py"]
    assert any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in others)


@over_all_modules
def test_has_an_integration_target(name: str) -> None:
    assert (ROOT / "tests" / "integration" / "targets" / name / "tasks" / "main.yml").is_file()

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From any user, group or role to any other: it arrives, twice changes nothing, check mode knew, no request too many.

CASES=N changes the number of cases for each version. What was sent is held against the real schemas where those are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _engine as engine
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from ansible_collections.secops.iam.plugins.module_utils._opencti import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._opencti._cycle import OpenctiCycle
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version
from contract.opencti_schemas import complaints, real_schema, release_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox.fixture import sandbox_process
from unit.described import validated

CASES = int(os.environ.get("CASES", "25"))
VERSIONS = ["5.12.29", "6.4.11", "6.9.22", "7.260817.0"]
GROUPS = ["Connectors", "Default", "Feeds"]
ROLES = ["Connector", "Administrator"]
MARKINGS = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:RED"]
LISTS = ("groups", "roles", "allowed_markings", "capabilities")
CAPABILITIES = ["KNOWLEDGE", "KNOWLEDGE_KNUPDATE", "CONNECTORAPI", "SETTINGS_SETLABELS"]

levels = st.one_of(st.none(), st.just(-1), st.integers(0, 100))
overrides = st.one_of(st.none(), st.dictionaries(st.sampled_from(["Malware", "Report"]), st.integers(0, 100)))
flags = st.one_of(st.none(), st.booleans())
texts = st.one_of(st.none(), st.sampled_from(["", "what it is for", " outer blanks\n", "für Ölfirmen, ≥ 2"]))


def some(names: list[str]) -> st.SearchStrategy[list[str] | None]:
    return st.one_of(st.none(), st.lists(st.sampled_from(names), unique=True))


def given_options(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Options of a module; what is None is not given."""
    return st.fixed_dictionaries(fields).map(
        lambda all_: {key: value for key, value in all_.items() if value is not None}
    )


ROLE = given_options(name=st.just("Feed role"), description=texts, capabilities=some(CAPABILITIES), append=flags)
GROUP = given_options(
    name=st.just("Feed group"),
    description=texts,
    roles=some(ROLES),
    allowed_markings=some(MARKINGS),
    auto_new_marking=st.just(False),
    default_assignation=st.just(False),
    max_confidence=levels,
    confidence_overrides=overrides,
    append=flags,
)
USER = given_options(
    name=st.sampled_from(["[C] Feed", "[C] Feed of feeds"]),
    email=st.sampled_from(["feed@example.org", "FEED@example.org"]),
    groups=some(GROUPS),
    max_confidence=levels,
    confidence_overrides=overrides,
    account_status=st.sampled_from([None, "Active", "Inactive", "Locked"]),
    token_state=st.sampled_from([None, "present", "rotated"]),
    append=flags,
)
MODULES = {
    "opencti_role": (desired.role, ROLE),
    "opencti_group": (desired.group, GROUP),
    "opencti_connector_user": (desired.connector_user, USER),
}


class Server:
    """One server, asked as a task of ours asks it."""

    def __init__(self, connection: Connection, token: str, version: str) -> None:
        self.connection = connection
        self.token = token
        self.version = version
        self.sent: set[str] = set()

    def apply(
        self, module: str, options: dict[str, Any], check_mode: bool = False, known: bool = False
    ) -> dict[str, Any]:
        """What the module does; C(known): as in a loop, where the version is known from the item before."""
        connection = {"api_url": self.connection.api_url, "api_token": self.token}
        api = OpenctiApi(self.connection, self.token)
        api.version = Version(self.version) if known else None
        send = api.http.send

        def noting(*args: Any, **kwargs: Any) -> Any:
            self.sent.add(kwargs["json"]["query"])
            return send(*args, **kwargs)

        api.http.send = noting  # type: ignore[method-assign]
        try:
            stated = MODULES[module][0](validated(module, connection | options))
            return engine.run(OpenctiCycle(api, stated), check_mode)
        finally:
            api.http.close()


@pytest.fixture(scope="module", params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with sandbox_process("opencti", "--server-version", request.param, "--requests-per-second", "0") as process:
        connection = Connection(process.url, ca_path=str(process.ca_file))
        made = Server(connection, process.greeting[0].split()[-1], request.param)
        made.apply("opencti_group", {"name": "Feeds", "roles": ["Connector"], "max_confidence": 60})
        yield made


def sentences(result: dict[str, Any]) -> list[str]:
    return [step["step"] for step in result["steps"]]


def allowed(version: str, options: dict[str, Any]) -> dict[str, Any]:
    """The same without what a version refuses: overrides alone, and no maximum at all, before 6.1.0."""
    given = {"max_confidence", "confidence_overrides"} & set(options)
    if Version(version).has("overrides alone") or not given or options.get("max_confidence", -1) != -1:
        return options
    return {**options, "max_confidence": 50}


def check_reached(shown: dict[str, Any], before: dict[str, Any], options: dict[str, Any]) -> None:
    """The object is what the options say; C(before): what it was, for lists that are appended to."""
    for option, value in options.items():
        if option in LISTS:
            appended = bool(options.get("append"))
            check_list(set(shown[option]), set(value), set(before.get(option, [])), appended, there=bool(before))
        elif option not in ("append", "token_state"):
            assert shown[option] == normalised(option, value), option


def check_list(shown: set[str], given: set[str], before: set[str], appended: bool, there: bool) -> None:
    """A list holds what is given and, where that is appended, what it held; a new object's may have defaults, too."""
    assert shown >= given
    if not appended:
        assert shown == given
    elif there:
        assert shown == given | before


def normalised(option: str, value: Any) -> Any:
    """A value as the server keeps it."""
    if option == "email":
        return value.lower()
    if option == "description":
        return value.strip()
    return value


def check_walk(server: Server, module: str, options: dict[str, Any]) -> None:
    """Apply the options from whatever there is: as it was predicted, and so that nothing is left to do."""
    key = module.rpartition("_")[2]
    named = {"name": options["name"]}
    if key == "user":
        named["email"] = options["email"]
    settled = dict(options)
    if "token_state" in options:
        settled["token_state"] = "present"  # to rotate is a change each time
    before = server.apply(module, named, check_mode=True)
    there = not sentences(before) or not sentences(before)[0].startswith("create")
    predicted = server.apply(module, options, check_mode=True)
    result = server.apply(module, options)
    again = server.apply(module, settled)
    looped = server.apply(module, settled, known=True)

    check_predicted(predicted, result)
    check_reached(result[key], before[key] if there else {}, options)
    if there:
        assert result["requests"]["writes"] == len(sentences(result))
    else:
        check_requests_of_creation(result, key)

    for quiet in (again, looped):
        check_quiet(quiet)
        check_reached(quiet[key], result[key], options)
    assert again["requests"]["reads"] == (2 if key == "user" else 1)
    assert looped["requests"]["reads"] == 1


def check_predicted(predicted: dict[str, Any], result: dict[str, Any]) -> None:
    """Check mode wrote nothing and knew what was then done, whole."""
    assert predicted["requests"]["writes"] == 0
    assert sentences(predicted) == sentences(result)
    assert {step["status"] for step in result["steps"]} <= {"done"}
    assert predicted["diff"] == result["diff"]
    assert predicted["changed"] == result["changed"] == bool(result["steps"])


def check_requests_of_creation(result: dict[str, Any], key: str) -> None:
    """Default groups can be kept away from 6.5.2 on only; before, they are taken away afterwards."""
    late = any(sentence.startswith("take ") for sentence in sentences(result))
    linked = result[key].get("roles") or result[key].get("allowed_markings") or result[key].get("capabilities")
    assert result["requests"]["writes"] == 1 + late
    assert result["requests"]["reads"] == (2 if late or linked else 1)


def check_quiet(result: dict[str, Any]) -> None:
    """Nothing was done."""
    assert result["changed"] is False
    assert result["steps"] == []
    assert result["diff"] == {"before": {}, "after": {}}
    assert result["requests"]["writes"] == 0


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    case=st.sampled_from(sorted(MODULES)).flatmap(lambda name: st.tuples(st.just(name), MODULES[name][1])),
    gone=st.booleans(),
)
def test_from_any_object_to_any_other(server: Server, case: tuple[str, dict[str, Any]], gone: bool) -> None:
    """The object before is that of the case before, or none."""
    module, options = case
    if gone:
        email = {"email": options["email"]} if "email" in options else {}
        server.apply(module, {"name": options["name"], **email, "state": "absent"})
    check_walk(server, module, allowed(server.version, options))


def test_what_was_sent_is_valid_in_the_real_schema(server: Server) -> None:
    """Runs after the cases: what they have sent, with any number of links."""
    file = next((file for file in release_files() if file.stem == server.version), None)
    if file is None:
        pytest.skip(f"no schema of OpenCTI {server.version}: set OPENCTI_SCHEMAS to their folder")
    assert len(server.sent) > 8
    schema = real_schema(file)
    assert [complaint for document in sorted(server.sent) for complaint in complaints(schema, document)] == []

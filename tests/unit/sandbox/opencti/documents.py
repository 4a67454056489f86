# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that tests of several files send, and what is read out of the answers."""

from __future__ import annotations

from typing import Any

from sandbox.opencti import identity
from sandbox.opencti.testing import GraphQLErrors, InProcess

# Numbers of capabilities and of those of the Connector role, counted on real releases.
RELEASES = {
    "5.12.29": (26, 11),
    "6.0.10": (27, 11),
    "6.2.18": (38, 12),
    "6.4.11": (39, 13),
    "6.6.18": (41, 13),
    "6.8.17": (51, 16),
    "6.9.22": (51, 16),
    "7.260227.0": (55, 17),
    "7.260817.0": (56, 16),
}
MARKINGS = "{ markingDefinitions { edges { node { id } } } }"
LOGIN = """mutation ($email: String!, $password: String!) {
    token(input: {email: $email, password: $password}) }"""
NOT_ALLOWED = {"query": '{ user(id: "x") { id } }'}
GROUP = """query ($id: String!) { group(id: $id) {
    id standard_id name description default_assignation auto_new_marking default_hidden_types
    group_confidence_level { max_confidence overrides { entity_type max_confidence } }
    allowed_marking { definition } default_marking { entity_type values { definition } }
    roles { edges { node { name } } } members { edges { node { user_email } } } } }"""
USER = """query ($id: String!) { user(id: $id) {
    id standard_id user_email name external account_status account_lock_after_date language
    user_confidence_level { max_confidence overrides { entity_type max_confidence } }
    effective_confidence_level { max_confidence }
    groups { edges { node { name } } } objectOrganization { edges { node { name } } } } }"""
ROLE = "query ($id: String!) { role(id: $id) { id name description capabilities { name } } }"
ADD_ROLE = "mutation ($input: RoleAddInput!) { roleAdd(input: $input) { id name description } }"
MEMBERSHIP = """mutation ($id: ID!, $to: ID!) {{ userEdit(id: $id) {{
    {field}(organizationId: $to) {{ id }} }} }}"""


def code_of(server: InProcess, query: str, token: str | None, **variables: Any) -> str | None:
    """The code of the error that an operation ends with; None if it ends well."""
    try:
        server(query, token, **variables)
    except GraphQLErrors as error:
        return error.code
    return None


def read_group(server: InProcess, group: str) -> dict[str, Any]:
    """A group as GROUP reads it."""
    found: dict[str, Any] = server(GROUP, id=group)["group"]
    return found


def read_user(server: InProcess, user: str) -> dict[str, Any]:
    """A user as USER reads it."""
    found: dict[str, Any] = server(USER, id=user)["user"]
    return found


def groups_of(server: InProcess, user: str) -> set[str]:
    """The names of a user's groups."""
    return {edge["node"]["name"] for edge in read_user(server, user)["groups"]["edges"]}


def marking_id(definition: str) -> str:
    """The standard id of a marking, such as TLP:RED."""
    kind = definition.partition(":")[0]
    values = {"definition_type": kind, "definition": definition}
    return identity.standard_id("Marking-Definition", values)


def level(number: int | None, **overrides: int) -> dict[str, Any]:
    """A confidence level, overrides by type."""
    listed = [{"entity_type": k, "max_confidence": v} for k, v in overrides.items()]
    return {"max_confidence": number, "overrides": listed}

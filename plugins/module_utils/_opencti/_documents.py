# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every GraphQL document that is sent. Pure.

A root field of a mutation may stand once in a document (from 6.1.0), fields below it as often as one likes; root
fields run one after the other, fields below one root at the same time (FACTS, several mutations in one request).
"""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils import _graphql as graphql
from ansible_collections.secops.iam.plugins.module_utils._kinds import Body, Kind, Link
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import MARKINGS, USERS, Snapshot
from ansible_collections.secops.iam.plugins.module_utils._versions import Version

PAGE = 1000
CONFIDENCE = "{ max_confidence overrides { entity_type max_confidence } }"
USER = f"""
  id standard_id user_email name account_status external user_confidence_level {CONFIDENCE}
  effective_confidence_level {{ max_confidence }}
  groups {{ edges {{ node {{ id name }} }} }}
  objectOrganization {{ edges {{ node {{ id name is_inferred }} }} }}
"""
NODES = {
    "users": USER,
    "groups": f"""
  id standard_id name description default_assignation auto_new_marking group_confidence_level {CONFIDENCE}
  roles {{ edges {{ node {{ id name capabilities {{ name }} }} }} }}
  allowed_marking {{ id standard_id definition }}
""",
    "roles": "id standard_id name description capabilities { id name }",
    "capabilities": "id name description",
    MARKINGS: "id standard_id definition_type definition",
    "organizations": "id standard_id name",
}
# The rules for passwords come under the names that they have within a policy.
SETTINGS = """
  min_length: password_policy_min_length max_length: password_policy_max_length
  min_symbols: password_policy_min_symbols min_numbers: password_policy_min_numbers
  min_words: password_policy_min_words
  min_lowercase: password_policy_min_lowercase min_uppercase: password_policy_min_uppercase
  platform_organization { id } platform_user_statuses { status }
"""
VERSION_AND_CALLER = "about { version } me { id name capabilities { name } }"
NEW_TOKEN = "userAdminTokenAdd(userId: $id, input: $token) { token_id plaintext_token expires_at }"

CALLER = f"query SecopsIamCaller {{ {VERSION_AND_CALLER} }}"
# A new value in the place of a user's one token (up to 6.9); from 7.260224.0 on, one more named token, and its end.
TOKEN_RENEW = "mutation SecopsIamTokenRenew($id: ID!) { userEdit(id: $id) { tokenRenew { id api_token } } }"
TOKEN_ADD = f"mutation SecopsIamTokenAdd($id: ID!, $token: UserTokenAddInput!) {{ {NEW_TOKEN} }}"
TOKEN_REVOKE = "mutation SecopsIamTokenRevoke($id: ID!, $old: ID!) { userAdminTokenRevoke(userId: $id, id: $old) }"


def fields_of(kind: Kind, version: Version | None, tokens: bool = True) -> str:
    """What is asked of an object; what only some versions have is asked when the version is known.

    :param tokens: ask for a user's tokens, too: up to 6.9 that is the value itself.
    """
    parts = [NODES[kind.plural]]
    if version is not None:
        parts += [field.node for field in kind.fields if field.since and version.has(field.since)]
        if kind is USERS and version.has("named tokens"):
            parts.append("api_tokens { id name expires_at }")
        elif kind is USERS and tokens:
            parts.append("api_token")
    return " ".join(parts)


def page(plural: str, fields: str | None = None, more: str = "") -> str:
    """One page of a list, as a root field. C(more): arguments of it besides the length of a page."""
    return graphql.page(plural, f"first: {PAGE}{more}", fields or NODES[plural])


def look(kind: Kind, lists: t.Sequence[str], version: Version | None) -> str:
    """The caller, one object by its id (and users by an exact filter), and whole lists."""
    fields = fields_of(kind, version)
    parts = [VERSION_AND_CALLER, f"{kind.name}(id: $id) {{ {fields} }}", *(page(plural) for plural in lists)]
    variables = "$id: String!"
    if kind is USERS:
        parts.append(f"settings {{ {SETTINGS} }}")
        parts.append(page("users", fields, ", filters: $filters"))
        variables += ", $filters: FilterGroup"
    return f"query SecopsIamLook({variables}) {{ {' '.join(parts)} }}"


def following(plural: str, fields: str | None = None) -> str:
    """A page of a list; the capabilities, of which there are some dozens, come as one."""
    if plural == "capabilities":
        return f"query SecopsIamPage {{ {page(plural, fields)} }}"
    return f"query SecopsIamPage($after: ID) {{ {page(plural, fields, ', after: $after')} }}"


class Call(t.NamedTuple):
    """A mutation with its variables, as a step carries it out.

    :ivar variables: an C(id) of "" is that of the user that a step before has made.
    :ivar creates: the object that it makes: its answer is compared with that.
    :ivar token: whether it makes a token, named or in the place of the one before.
    :ivar password_policy: what a password has to satisfy that is drawn for the call; None where none is.
    """

    document: str
    variables: Body
    creates: Snapshot | None = None
    token: bool = False
    password_policy: Body | None = None


class Write(graphql.Mutation):
    """One mutation of one object, put together part by part.

    :ivar variables: C(input), C(id), C(patch), C(token), and one or two for each link.
    """

    def __init__(self, kind: Kind, key: str = "") -> None:
        super().__init__()
        self._kind = kind
        self._id = key
        self._create = ""
        self._edits: list[str] = []
        self._token = ""

    def create(self, fields: Body, version: Version) -> None:
        """Make the object; the answer tells it."""
        self.declare("input", f"{self._kind.name.capitalize()}AddInput!", fields)
        self._create = f"{self._kind.name}Add(input: $input) {{ {fields_of(self._kind, version)} }}"

    def patch(self, fields: Body) -> None:
        """Set fields, by the API's names."""
        self.declare("patch", "[EditInput]!", [{"key": name, "value": [value]} for name, value in fields.items()])
        self._edits.append("fieldPatch(input: $patch) { id }")

    def add(self, link: Link, other: str) -> None:
        """Link it to another object; organizations have a mutation of their own."""
        if link.api:
            value = {"relationship_type": link.api, "toId": other}
            self._edit("add", "InternalRelationshipAddInput!", value, "relationAdd(input: {})")
        else:
            self._edit("orgadd", "ID!", other, "organizationAdd(organizationId: {})")

    def remove(self, link: Link, other: str) -> None:
        """End a link."""
        if link.api:
            relation = self.numbered("type")
            self.declare(relation, "String!", link.api)
            self._edit("del", "StixRef!", other, f"relationDelete(toId: {{}}, relationship_type: ${relation})")
        else:
            self._edit("orgdelete", "ID!", other, "organizationDelete(organizationId: {})")

    def token(self, token: Body) -> None:
        """Give a user one more named token."""
        self.declare("token", "UserTokenAddInput!", token)
        self._token = NEW_TOKEN

    def document(self) -> str:
        """The mutation; the parts of the object's edit run at the same time, after its creation."""
        edit = f"{self._kind.name}Edit(id: $id) {{ {' '.join(self._edits)} }}" if self._edits else ""
        if edit or self._token:
            self.declare("id", "ID!", self._id)
        return self.text("SecopsIamWrite", [root for root in (self._create, edit, self._token) if root])

    def call(self, **more: t.Any) -> Call:
        """The mutation with its variables; C(more): see Call."""
        return Call(self.document(), self.variables, **more)

    def _edit(self, prefix: str, kind: str, value: t.Any, field: str) -> None:
        """One more edit, which stands under the name of its variable; C({}) in C(field) is the place of that."""
        name = self.numbered(prefix)
        self.declare(name, kind, value)
        self._edits.append(f"{name}: {field.format(f'${name}')} {{ id }}")


def delete(kind: Kind) -> str:
    """Remove one object."""
    return f"mutation SecopsIamDelete($id: ID!) {{ {kind.name}Edit(id: $id) {{ delete }} }}"

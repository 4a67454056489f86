# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every GraphQL document that is sent. Pure; C(every_document) lists them for the proof against the real schemas.

A root field of a mutation may stand once in a document (from 6.1.0), fields below it as often as one likes; root
fields run one after the other, fields below one root at the same time (FACTS, several mutations in one request).
"""

from __future__ import annotations

import typing as t

from ansible_collections.secops.iam.plugins.module_utils._opencti._model import (
    GROUPS,
    KINDS,
    MARKINGS,
    USERS,
    Body,
    Kind,
    Link,
    Snapshot,
)
from ansible_collections.secops.iam.plugins.module_utils._opencti._versions import Version

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
PASSWORD_POLICY = [
    "min_length",
    "max_length",
    *(f"min_{kind}" for kind in ("symbols", "numbers", "words", "lowercase", "uppercase")),
]
CALLER = "about { version } me { id name capabilities { name } }"
TOKEN_ADD = "userAdminTokenAdd(userId: $id, input: $token) { token_id plaintext_token expires_at }"


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


def page(plural: str, fields: str | None = None, after: str = "", filters: str = "") -> str:
    """One page of a list, as a root field."""
    arguments = f"first: {PAGE}{after}{filters}"
    nodes = f"edges {{ node {{ {fields or NODES[plural]} }} }}"
    return f"{plural}({arguments}) {{ pageInfo {{ endCursor hasNextPage }} {nodes} }}"


def look(kind: Kind, lists: t.Sequence[str], version: Version | None) -> str:
    """The caller, one object by its id (and users by an exact filter), and whole lists."""
    fields = fields_of(kind, version)
    parts = [CALLER, f"{kind.name}(id: $id) {{ {fields} }}", *(page(plural) for plural in lists)]
    variables = "$id: String!"
    if kind is USERS:
        policy = " ".join(f"password_policy_{rule}" for rule in PASSWORD_POLICY)
        parts.append(f"settings {{ {policy} platform_organization {{ id }} platform_user_statuses {{ status }} }}")
        parts.append(page("users", fields, filters=", filters: $filters"))
        variables += ", $filters: FilterGroup"
    return f"query SecopsIamLook({variables}) {{ {' '.join(parts)} }}"


def following(plural: str, fields: str | None = None) -> str:
    """A page of a list; the capabilities, of which there are some dozens, come as one."""
    if plural == "capabilities":
        return f"query SecopsIamPage {{ {page(plural, fields)} }}"
    return f"query SecopsIamPage($after: ID) {{ {page(plural, fields, after=', after: $after')} }}"


def caller() -> str:
    """The version and the caller."""
    return f"query SecopsIamCaller {{ {CALLER} }}"


class Write:
    """One mutation of one object, put together part by part: its document and its variables.

    :ivar variables: C(input), C(id), C(patch), C(token), and one or two for each link.
    """

    def __init__(self, kind: Kind, key: str = "") -> None:
        self.variables: Body = {}
        self._kind = kind
        self._id = key
        self._declared: list[str] = []
        self._create = ""
        self._edits: list[str] = []
        self._token = ""

    def create(self, fields: Body, version: Version) -> None:
        """Make the object; the answer tells it."""
        self._declare("input", f"{self._kind.title}AddInput!", fields)
        self._create = f"{self._kind.name}Add(input: $input) {{ {fields_of(self._kind, version)} }}"

    def patch(self, fields: Body) -> None:
        """Set fields, by the API's names."""
        self._declare("patch", "[EditInput]!", [{"key": name, "value": [value]} for name, value in fields.items()])
        self._edits.append("fieldPatch(input: $patch) { id }")

    def add(self, link: Link, other: str) -> None:
        """Link it to another object; organizations have a mutation of their own."""
        if not link.api:
            self._edit_organization("Add", other)
            return
        name = self._numbered("add")
        self._declare(name, "InternalRelationshipAddInput!", {"relationship_type": link.api, "toId": other})
        self._edits.append(f"{name}: relationAdd(input: ${name}) {{ id }}")

    def remove(self, link: Link, other: str) -> None:
        """End a link."""
        if not link.api:
            self._edit_organization("Delete", other)
            return
        name, relation = self._numbered("del"), self._numbered("type")
        self._declare(name, "StixRef!", other)
        self._declare(relation, "String!", link.api)
        self._edits.append(f"{name}: relationDelete(toId: ${name}, relationship_type: ${relation}) {{ id }}")

    def token(self, token: Body) -> None:
        """Give a user one more named token."""
        self._declare("token", "UserTokenAddInput!", token)
        self._token = TOKEN_ADD

    def document(self) -> str:
        """The mutation; the parts of the object's edit run at the same time, after its creation."""
        edit = f"{self._kind.name}Edit(id: $id) {{ {' '.join(self._edits)} }}" if self._edits else ""
        declared = list(self._declared)
        if edit or self._token:
            self.variables["id"] = self._id
            declared.append("$id: ID!")
        roots = [root for root in (self._create, edit, self._token) if root]
        return f"mutation SecopsIamWrite({', '.join(declared)}) {{ {' '.join(roots)} }}"

    def _declare(self, name: str, kind: str, value: t.Any) -> None:
        self.variables[name] = value
        self._declared.append(f"${name}: {kind}")

    def _numbered(self, prefix: str) -> str:
        return f"{prefix}{sum(name.startswith(prefix) for name in self.variables)}"

    def _edit_organization(self, verb: str, other: str) -> None:
        name = self._numbered(f"org{verb.lower()}")
        self._declare(name, "ID!", other)
        self._edits.append(f"{name}: organization{verb}(organizationId: ${name}) {{ id }}")


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


def delete(kind: Kind) -> str:
    """Remove one object."""
    return f"mutation SecopsIamDelete($id: ID!) {{ {kind.name}Edit(id: $id) {{ delete }} }}"


def token_renew() -> str:
    """Put a new value in the place of a user's one token (up to 6.9)."""
    return "mutation SecopsIamTokenRenew($id: ID!) { userEdit(id: $id) { tokenRenew { id api_token } } }"


def token_add() -> str:
    """Give a user one more named token (from 7.260224.0)."""
    return f"mutation SecopsIamTokenAdd($id: ID!, $token: UserTokenAddInput!) {{ {TOKEN_ADD} }}"


def token_revoke() -> str:
    """End a named token of a user (from 7.260224.0)."""
    return "mutation SecopsIamTokenRevoke($id: ID!, $old: ID!) { userAdminTokenRevoke(userId: $id, id: $old) }"


def every_document(version: Version) -> t.Iterator[tuple[str, str]]:
    """Name and text of each document that may be sent to a version; two links stand for any number of links."""
    yield "caller", caller()
    for plural in NODES:
        yield f"page of {plural}", following(plural)
    yield "page of users, with and without tokens", following("users", fields_of(USERS, version))
    yield "page of users without tokens", following("users", fields_of(USERS, version, tokens=False))
    yield "page of groups with flags", following("groups", fields_of(GROUPS, version))
    for kind in KINDS:
        yield from _looks(kind, version)
        yield from _writes(kind, version)
        yield f"delete a {kind.name}", delete(kind)
    if version.has("named tokens"):
        yield "add a token", token_add()
        yield "revoke a token", token_revoke()
    else:
        yield "renew the token", token_renew()


def _looks(kind: Kind, version: Version) -> t.Iterator[tuple[str, str]]:
    lists = sorted({link.others for link in kind.links})
    for known in (None, version):
        for some in ([], lists[:1], lists[1:], lists):
            yield f"look for a {kind.name} with {some}, version {known and known.text}", look(kind, some, known)


def _writes(kind: Kind, version: Version) -> t.Iterator[tuple[str, str]]:
    plain, linked, change = Write(kind), Write(kind), Write(kind)
    for write in (plain, linked):
        write.create({}, version)
    change.patch({})
    for link in [*kind.links, *kind.links]:
        change.add(link, "")
        change.remove(link, "")
        linked.add(link, "")
    yield f"create a {kind.name}", plain.document()
    yield f"change a {kind.name}", change.document()
    if kind is not USERS:  # the links of a new user are fields of the creation
        yield f"create a {kind.name} with links", linked.document()
    elif version.has("named tokens"):
        plain.token({})
        yield "create a user with a token", plain.document()

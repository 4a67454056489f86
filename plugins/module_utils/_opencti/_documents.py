# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every GraphQL document that is sent. Pure; C(every_document) lists them for the proof against the real schemas.

A root field of a mutation may stand once in a document (from 6.1.0), fields below it as often as one likes; root
fields run one after the other, fields below one root at the same time (FACTS, several mutations in one request).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.secops.iam.plugins.module_utils._opencti._version import Version

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
    "markingDefinitions": "id standard_id definition_type definition",
    "organizations": "id standard_id name",
}
PASSWORD_POLICY = [
    "min_length",
    "max_length",
    *(f"min_{kind}" for kind in ("symbols", "numbers", "words", "lowercase", "uppercase")),
]
CALLER = "about { version } me { id name capabilities { name } }"
TOKEN_ADD = "userAdminTokenAdd(userId: $id, input: $token) { token_id plaintext_token expires_at }"


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of object as the API names it.

    :ivar links: by option, the relationship that C(relationAdd) takes and the list that has its other side.
    """

    name: str
    plural: str
    links: dict[str, tuple[str, str]]

    @property
    def title(self) -> str:
        """The name as types have it."""
        return self.name.capitalize()


USERS = Kind("user", "users", {"groups": ("member-of", "groups"), "organizations": ("", "organizations")})
GROUPS = Kind(
    "group", "groups", {"roles": ("has-role", "roles"), "allowed_markings": ("accesses-to", "markingDefinitions")}
)
ROLES = Kind("role", "roles", {"capabilities": ("has-capability", "capabilities")})
KINDS = (USERS, GROUPS, ROLES)


def fields_of(kind: Kind, version: Version | None, tokens: bool = True) -> str:
    """What is asked of an object; what only some versions have is asked when the version is known.

    :param tokens: ask for a user's tokens, too: up to 6.9 that is the value itself.
    """
    fields = NODES[kind.plural]
    if version is None:
        return fields
    if kind is GROUPS and version.has("creator flags"):
        fields += " no_creators restrict_delete"
    if kind is USERS:
        if version.has("service accounts"):
            fields += " user_service_account"
        if version.has("named tokens"):
            fields += " api_tokens { id name expires_at }"
        elif tokens:
            fields += " api_token"
    return fields


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


@dataclasses.dataclass(frozen=True)
class Write:
    """What one request changes of one object.

    :ivar create: whether it is made.
    :ivar patch: whether fields are set.
    :ivar adds: how many links come; those to organizations have fields of their own.
    :ivar token: whether a new user gets a named token at once.
    """

    kind: Kind
    create: bool = False
    patch: bool = False
    adds: int = 0
    removes: int = 0
    organizations_added: int = 0
    organizations_removed: int = 0
    token: bool = False

    def document(self, version: Version) -> str:
        """The mutation. Variables: input, id, patch, addN, delN and typeN, orgaddN, orgdeleteN, token."""
        kind = self.kind
        variables, roots, edits = [], [], []
        if self.create:
            variables.append(f"$input: {kind.title}AddInput!")
            roots.append(f"{kind.name}Add(input: $input) {{ {fields_of(kind, version)} }}")
        if self.patch:
            variables.append("$patch: [EditInput]!")
            edits.append("fieldPatch(input: $patch) { id }")
        for number in range(self.adds):
            variables.append(f"$add{number}: InternalRelationshipAddInput!")
            edits.append(f"add{number}: relationAdd(input: $add{number}) {{ id }}")
        for number in range(self.removes):
            variables += [f"$del{number}: StixRef!", f"$type{number}: String!"]
            edits.append(f"del{number}: relationDelete(toId: $del{number}, relationship_type: $type{number}) {{ id }}")
        for verb, count in (("Add", self.organizations_added), ("Delete", self.organizations_removed)):
            for number in range(count):
                name = f"org{verb.lower()}{number}"
                variables.append(f"${name}: ID!")
                edits.append(f"{name}: organization{verb}(organizationId: ${name}) {{ id }}")
        if edits:
            roots.append(f"{kind.name}Edit(id: $id) {{ {' '.join(edits)} }}")
        if self.token:
            variables.append("$token: UserTokenAddInput!")
            roots.append(TOKEN_ADD)
        if edits or self.token:
            variables.append("$id: ID!")
        return f"mutation SecopsIamWrite({', '.join(variables)}) {{ {' '.join(roots)} }}"


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
    named = version.has("named tokens")
    yield "page of users, with and without tokens", following("users", fields_of(USERS, version))
    yield "page of users without tokens", following("users", fields_of(USERS, version, tokens=False))
    yield "page of groups with flags", following("groups", fields_of(GROUPS, version))
    for kind in KINDS:
        lists = sorted({source for _relation, source in kind.links.values()})
        for known in (None, version):
            for some in ([], lists[:1], lists[1:], lists):
                yield f"look for a {kind.name} with {some}, version {known and known.text}", look(kind, some, known)
        yield f"create a {kind.name}", Write(kind, create=True).document(version)
        if kind is USERS:
            if named:
                yield "create a user with a token", Write(kind, create=True, token=True).document(version)
            every = Write(kind, patch=True, adds=2, removes=2, organizations_added=2, organizations_removed=2)
            yield "change a user", every.document(version)
        else:
            yield f"create a {kind.name} with links", Write(kind, create=True, adds=2).document(version)
            yield f"change a {kind.name}", Write(kind, patch=True, adds=2, removes=2).document(version)
        yield f"delete a {kind.name}", delete(kind)
    if named:
        yield "add a token", token_add()
        yield "revoke a token", token_revoke()
    else:
        yield "renew the token", token_renew()

#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_rule
short_description: Manage a Wazuh RBAC rule
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A rule gives its roles to users who log in with an authorization context that it matches (C(run_as)), such as
    users of the Wazuh dashboard who come from a directory or an identity provider.
  - It counts only for logins by a user whose C(allow_run_as) is set. Such a login has the roles whose rules match, and
    none of the user's own.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
options:
  name:
    description:
      - Name of the rule, 1 to 64 characters out of C(A-Z a-z 0-9 _ - . %). It is compared case-sensitively, as the
        server does.
    type: str
    required: true
  rule:
    description:
      - The expression that an authorization context must match, out of C(FIND), C(MATCH), C(AND), C(OR) and C(NOT).
        Upper case is part of these words.
      - C(FIND) looks for its keys and values at every level of the context, C(MATCH) at the top level only. All keys
        of one C(FIND) or C(MATCH) must be there, on the same level.
      - A value that is a list must be contained in the context's list. With C(FIND$) and C(MATCH$) the two lists must
        hold the same. A single value is found in a list, too.
      - C(AND) and C(OR) take a list of such expressions, C(NOT) is true unless what it holds is true.
      - Keys and values may be regular expressions, written V(r'...$'). See the notes for what the server makes of them.
      - Required to create a rule. If omitted, the expression of an existing rule is left alone.
    type: dict
  new_name:
    description:
      - Rename the rule to this. When O(name) is not there but this is, the rule has been renamed already. When
        neither is there, the rule is created under the new name.
    type: str
  state:
    description:
      - V(present) creates the rule or changes it, V(absent) removes it, with its links to roles.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The server cuts the last character of a regular expression, before its closing quote. So end every one with C($).
    V(r'^sales-.*$') then matches all that begins with C(sales-), V(r'^sales$$') exactly C(sales), and V(r'^sales$') all
    that begins with C(sales), which the module warns of. Expressions that would lose another character, or that lack
    their closing quote, are refused.
  - A regular expression is matched from the beginning of a value. It must not meet a number in the context, because
    the server would then fail the login with HTTP 500.
  - Several operators in one mapping are an "or", because the first that matches decides. Write C(AND) for an "and".
  - C(MATCH) and C(FIND) with an empty mapping match everybody. C(AND), C(OR) and C(NOT) without anything in them are
    refused.
  - A context that holds a list of several mappings makes the login fail with HTTP 500 when a C(FIND) has to look
    through it. Write C(MATCH) for such contexts.
  - Keys with a null value are left out, since the server drops them, but for those within a list, which it keeps.
  - From Wazuh 4.6 on the server stores every expression once.
  - Rules with an id up to 99 are reserved. They cannot be changed, removed, or linked to other roles.
seealso:
  - module: secops.iam.wazuh_rbac_role
  - module: secops.iam.wazuh_rbac_link
  - module: secops.iam.wazuh_token
    description: Logs in with an authorization context, which shows what a rule does.
  - module: secops.iam.wazuh_rbac
"""

EXAMPLES = r"""
- name: Everybody whom the directory has in the group sales; say in wazuh_rbac_role which role they get
  secops.iam.wazuh_rbac_rule:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    name: sales_by_directory_group
    rule:
      FIND:
        backend_roles: sales

- name: Any group that begins with soc-, but not the contractors; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_rule:
    name: soc_staff
    rule:
      AND:
        - FIND:
            backend_roles: r'^soc-.*$'
        - NOT:
            FIND:
              backend_roles: soc-contractors

- name: Exactly this user, or exactly these two groups and no other
  secops.iam.wazuh_rbac_rule:
    name: duty_officers
    rule:
      OR:
        - MATCH:
            user_name: r'^duty$$'
        - MATCH$:
            backend_roles: [soc-lead, on-call]

- name: Remove a rule, also from the roles that have it
  secops.iam.wazuh_rbac_rule:
    name: sales_by_directory_group
    state: absent
"""

RETURN = r"""
rule:
  description: The rule as it is now, or in check mode as it would be.
  returned: success and O(state=present)
  type: dict
  contains:
    name:
      description: Name of the rule.
      type: str
    rule:
      description: Its expression.
      type: dict
  sample:
    name: sales_by_directory_group
    rule:
      FIND:
        backend_roles: sales
diff:
  description: What the task touches, before and after, as YAML. Both are empty when nothing changes.
  returned: success, and failure after something was written
  type: dict
  contains:
    before:
      description: As it was. Secrets are masked.
      type: str
    after:
      description: As it is now, or in check mode would be.
      type: str
steps:
  description: What was done, or in check mode would be done, in this order.
  returned: when the server was asked
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of the object that it writes, such as V(rule).
      type: str
    name:
      description: Name of the object.
      type: str
    verb:
      description: What it does to it, such as V(create).
      type: str
    step:
      description: What it does, in words.
      type: str
    status:
      description:
        - V(done), or V(planned) in check mode.
        - In a task that failed also V(failed), V(not tried), or V(unknown) where the server's answer was lost.
      type: str
  sample:
    - kind: rule
      name: sales_by_directory_group
      verb: create
      step: create rule sales_by_directory_group
      status: done
requests:
  description: What the task has sent.
  returned: when the server was asked
  type: dict
  contains:
    reads:
      description: Number of requests that read.
      type: int
    writes:
      description: Number of requests that write.
      type: int
    logins:
      description: Number of logins.
      type: int
    waited:
      description: Seconds spent waiting for the server's limit of requests.
      type: int
  sample:
    reads: 1
    writes: 1
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAME, STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import RULE

ENTRY = reconciling(
    desired.rule,
    {"name": NAME, **RULE.options(), "new_name": {"type": "str"}, "state": STATE},
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

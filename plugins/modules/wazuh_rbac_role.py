#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_role
short_description: Manage a Wazuh RBAC role with its policies and rules
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A role is an ordered list of policies. Users get it by their own list of roles, or by one of its rules when they
    log in with an authorization context.
  - Lists that are given are exact. What is not in them is unlinked, and they are brought into the given order, with
    the fewest requests.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.wazuh.links
  - secops.iam.connection
options:
  name:
    description:
      - Name of the role, 1 to 64 characters out of C(A-Z a-z 0-9 _ - . %). It is compared case-sensitively, as the
        server does.
    type: str
    required: true
  policies:
    description:
      - Names of the role's policies, all of them, in the order in which the server processes them. A later one
        overrides an earlier one where both are about the same.
      - V([]) means none. If omitted, the policies are left alone.
    type: list
    elements: str
  rules:
    description:
      - Names of the role's rules, all of them. They have no order, one that matches is enough.
      - V([]) means none. If omitted, the rules are left alone.
    type: list
    elements: str
  new_name:
    description:
      - Rename the role to this. When O(name) is not there but this is, the role has been renamed already. When
        neither is there, the role is created under the new name.
    type: str
  state:
    description:
      - V(present) creates the role or changes it, V(absent) removes it, also from the users that have it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The server cannot move a link. Another order of the same policies takes unlinking all and linking them anew, and
    between these two requests the role grants nothing (in white mode) or restricts nothing (in black mode). Policies
    that are added or go are linked and unlinked one by one where that is enough.
  - Roles with an id up to 99 are reserved. Their policies and name cannot be changed, nor can they be removed,
    but rules of your own can be linked to them.
  - Rules with an id up to 99 are reserved too. Their links cannot be changed.
seealso:
  - module: secops.iam.wazuh_rbac_link
    description: Adds or removes one policy or rule without stating the whole list.
  - module: secops.iam.wazuh_rbac_policy
  - module: secops.iam.wazuh_rbac_rule
  - module: secops.iam.wazuh_rbac_user
  - module: secops.iam.wazuh_rbac
"""

EXAMPLES = r"""
- name: The sales team sees the agents of customer X and nothing else
  secops.iam.wazuh_rbac_role:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    name: sales-team
    policies: [customer_x_agents]
    rules: []

- name: All agents but one group, so the denying policy comes last; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_role:
    name: support-team
    policies:
      - agents_read_agents
      - no_domain_controllers

- name: Give the built-in read-only role to everybody whom a rule of ours names, leaving its policies alone
  secops.iam.wazuh_rbac_role:
    name: readonly
    rules: [auditors_by_directory_group]

- name: Remove a role, also from its users
  secops.iam.wazuh_rbac_role:
    name: sales-team
    state: absent
"""

RETURN = r"""
role:
  description: The role as it is now, or in check mode as it would be.
  returned: success and O(state=present)
  type: dict
  contains:
    name:
      description: Name of the role.
      type: str
    policies:
      description: Names of its policies, in the order in which they are processed.
      returned: when O(policies) is given
      type: list
      elements: str
    rules:
      description: Names of its rules, sorted.
      returned: when O(rules) is given
      type: list
      elements: str
  sample:
    name: sales-team
    policies: [customer_x_agents]
    rules: []
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
      description: Kind of the object that it writes, such as V(role).
      type: str
    name:
      description: Name of the object.
      type: str
    verb:
      description: What it does to it, such as V(link policies).
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
    - kind: role
      name: sales-team
      verb: link policies
      step: link policy customer_x_agents to role sales-team
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
    reads: 3
    writes: 1
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAME, STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import ROLE

ENTRY = reconciling(
    desired.role,
    {"name": NAME, **ROLE.options(), "new_name": {"type": "str"}, "state": STATE},
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

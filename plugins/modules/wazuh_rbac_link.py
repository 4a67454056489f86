#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_link
short_description: Manage one link between Wazuh RBAC objects
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Links a policy or a rule to a role, or a role to a user, without stating the whole list.
  - Everything else that is linked stays, in its order.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.wazuh.links
  - secops.iam.connection
options:
  role:
    description:
      - Name of the role. With O(policy) or O(rule) that is linked to it, with O(user) it is linked to the user.
    type: str
    required: true
  policy:
    description:
      - Name of a policy, to link to the role.
    type: str
  rule:
    description:
      - Name of a rule, to link to the role.
    type: str
  user:
    description:
      - Name of a user, to link the role to.
    type: str
  position:
    description:
      - Place in the list, from V(0) for the first. A place behind the end means the end. A later policy or role
        overrides an earlier one where both are about the same.
      - If omitted, a new link comes last, and an existing one stays where it is.
      - A role's rules have no order, so it cannot be used with O(rule).
    type: int
  state:
    description:
      - V(present) links the two, V(absent) unlinks them. O(position) then makes no difference, but is still refused
        where V(present) would refuse it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The server ignores a position for what is linked already, and says that all went well. The module unlinks and links
    anew instead, where the place is not the wanted one, and reads the order back.
  - The module creates nothing of what it links. O(state=absent) has nothing to do where one of the two is not there.
  - The policies of reserved roles (ids up to 99), the roles of reserved users and the links of reserved rules
    cannot be changed. Reserved policies and roles can be linked to roles and users of yours.
seealso:
  - module: secops.iam.wazuh_rbac_role
    description: Takes the whole lists of a role's policies and rules.
  - module: secops.iam.wazuh_rbac_user
    description: Takes the whole list of a user's roles.
  - module: secops.iam.wazuh_rbac
"""

EXAMPLES = r"""
- name: Add a policy to a role, behind the others
  secops.iam.wazuh_rbac_link:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    role: sales-team
    policy: customer_x_agents

- name: Process it first, so that all others override it; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_link:
    role: sales-team
    policy: customer_x_agents
    position: 0

- name: Give a role to whom a rule matches
  secops.iam.wazuh_rbac_link:
    role: sales-team
    rule: sales_by_directory_group

- name: Give a role to several users
  secops.iam.wazuh_rbac_link:
    user: "{{ item }}"
    role: sales-team
  loop: [sales-member-1, sales-member-2]

- name: Take it from one of them
  secops.iam.wazuh_rbac_link:
    user: sales-member-2
    role: sales-team
    state: absent
"""

RETURN = r"""
role:
  description: The role with its policies or its rules, as they are now, or in check mode as they would be.
  returned: success, with O(policy) or O(rule), if the role is there
  type: dict
  contains:
    name:
      description: Name of the role.
      type: str
    policies:
      description: Names of its policies, in the order in which they are processed.
      returned: with O(policy)
      type: list
      elements: str
    rules:
      description: Names of its rules, sorted.
      returned: with O(rule)
      type: list
      elements: str
  sample:
    name: sales-team
    policies: [agents_read_agents, customer_x_agents]
user:
  description: The user with its roles, as they are now, or in check mode as they would be.
  returned: success, with O(user), if the user is there
  type: dict
  contains:
    name:
      description: Name of the user.
      type: str
    roles:
      description: Names of its roles, in the order in which they are processed.
      type: list
      elements: str
  sample:
    name: sales-member-1
    roles: [sales-team]
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
      description: Name of the object that has the list.
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
    reads: 2
    writes: 1
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._kinds import NAME, STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import reconciling

ENTRY = reconciling(
    desired.link,
    {
        "role": NAME,
        "policy": {"type": "str"},
        "rule": {"type": "str"},
        "user": {"type": "str"},
        "position": {"type": "int"},
        "state": STATE,
    },
    required_one_of=[("policy", "rule", "user")],
    mutually_exclusive=[("policy", "rule", "user")],
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

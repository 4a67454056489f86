#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_info
short_description: Gather all of a Wazuh server's RBAC
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Returns policies, rules, roles, users and the configuration, with names in the place of ids, as
    M(secops.iam.wazuh_rbac) takes them. There are no secrets in it.
  - On request it returns what the server knows of actions and resources, and what the caller itself may do.
extends_documentation_fragment:
  - secops.iam.attributes.info
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
options:
  include:
    description:
      - What to return besides the tree.
      - V(actions) and V(resources) are the server's catalogues of what policies can be about.
      - V(own_policies) is what the server makes of all policies of the caller. If there is a password, it logs in anew
        for that, because the server may answer older tokens with older rights.
    type: list
    elements: str
    choices: [actions, resources, own_policies]
    default: []
notes:
  - The server leaves out what an account may not read, without saying so. Export with an account that may read
    everything in C(security), such as one with the role V(administrator). Links to what it may not see are shown as
    C((id N\)), with a warning.
seealso:
  - module: secops.iam.wazuh_rbac
  - module: secops.iam.wazuh_token
"""

EXAMPLES = r"""
- name: Read who may do what
  secops.iam.wazuh_rbac_info:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
  register: rbac

- name: Keep it in Git
  ansible.builtin.copy:
    content: "{{ tree | to_nice_yaml(sort_keys=false) }}"
    dest: files/wazuh_rbac.yml
    mode: "0644"
  delegate_to: localhost
  vars:
    tree:
      config: "{{ rbac.config }}"
      policies: "{{ rbac.policies }}"
      rules: "{{ rbac.rules }}"
      roles: "{{ rbac.roles }}"
      users: "{{ rbac.users }}"

- name: Keep what is not reserved, to be brought to servers of other versions, too
  ansible.builtin.copy:
    content: "{{ tree | to_nice_yaml(sort_keys=false) }}"
    dest: files/wazuh_rbac_own.yml
    mode: "0644"
  delegate_to: localhost
  vars:
    tree:
      config: "{{ rbac.config }}"
      policies: "{{ rbac.policies | rejectattr('reserved') | list }}"
      rules: "{{ rbac.rules | rejectattr('reserved') | list }}"
      roles: "{{ rbac.roles | rejectattr('reserved') | list }}"
      users: "{{ rbac.users | rejectattr('reserved') | list }}"

- name: No more than three users may have the role administrator; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_info:
  register: rbac
  failed_when: rbac is failed or rbac.users | selectattr('roles', 'contains', 'administrator') | length > 3

- name: What can policies be about on this server?
  secops.iam.wazuh_rbac_info:
    include: [actions, resources]
  register: catalogue

- name: What may this member of the sales team do?
  secops.iam.wazuh_rbac_info:
    api_username: sales-member-1
    api_password: "{{ vault_sales_member_1_password }}"
    include: [own_policies]
  register: sales_member_1
"""

RETURN = r"""
policies:
  description: All policies that the caller may read, in the order of their ids.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the policy.
      type: str
    actions:
      description: Its actions.
      type: list
      elements: str
    resources:
      description: Its resources.
      type: list
      elements: str
    effect:
      description: Whether it allows or denies.
      type: str
    id:
      description: The server's number for it. Objects that are removed and made again get another one.
      type: int
    reserved:
      description: Whether it is reserved (ids up to 99).
      type: bool
  sample:
    - name: customer_x_agents
      actions: [agent:read]
      resources: [agent:id:001, agent:id:002]
      effect: allow
      id: 100
      reserved: false
rules:
  description: All rules that the caller may read, in the order of their ids.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the rule.
      type: str
    rule:
      description: Its expression.
      type: dict
    id:
      description: The server's number for it. Objects that are removed and made again get another one.
      type: int
    reserved:
      description: Whether it is reserved (ids up to 99).
      type: bool
  sample:
    - name: sales_by_directory_group
      rule:
        FIND:
          backend_roles: sales
      id: 100
      reserved: false
roles:
  description: All roles that the caller may read, in the order of their ids.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the role.
      type: str
    policies:
      description: Names of its policies, in the order in which they are processed.
      type: list
      elements: str
    rules:
      description: Names of its rules, sorted.
      type: list
      elements: str
    id:
      description: The server's number for it. Objects that are removed and made again get another one.
      type: int
    reserved:
      description: Whether it is reserved (ids up to 99).
      type: bool
  sample:
    - name: sales-team
      policies: [customer_x_agents]
      rules: [sales_by_directory_group]
      id: 100
      reserved: false
users:
  description: All users that the caller may read, in the order of their ids. There are no passwords in it.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the user.
      type: str
    allow_run_as:
      description: Whether it may log in with an authorization context.
      type: bool
    roles:
      description: Names of its roles, in the order in which they are processed.
      type: list
      elements: str
    id:
      description: The server's number for it. Objects that are removed and made again get another one.
      type: int
    reserved:
      description: Whether it is reserved (ids up to 99).
      type: bool
  sample:
    - name: sales-member-1
      allow_run_as: false
      roles: [sales-team]
      id: 100
      reserved: false
config:
  description: The configuration. It is null, with a warning, when the caller may not read it.
  returned: success
  type: dict
  contains:
    rbac_mode:
      description: V(white) denies what no policy allows, V(black) allows what no policy denies.
      type: str
    auth_token_exp_timeout:
      description: Seconds that a token is valid for.
      type: int
  sample:
    rbac_mode: white
    auth_token_exp_timeout: 900
actions:
  description: The actions that the server knows, each with its description, resources, and the endpoints that need it.
  returned: O(include) contains V(actions)
  type: dict
resources:
  description: The types of resources that the server knows, each with its description.
  returned: O(include) contains V(resources)
  type: dict
own_policies:
  description:
    - What the server makes of all policies of the caller. It holds the effect by action and resource, and the mode as
      C(rbac_mode).
    - The order counts, a later entry overrides an earlier one.
  returned: O(include) contains V(own_policies)
  type: dict
  sample:
    agent:read:
      agent:id:001: allow
      agent:id:002: allow
    rbac_mode: white

requests:
  description: What the task has sent.
  returned: success
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
    reads: 5
    writes: 0
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import answering
from ansible_collections.secops.iam.plugins.module_utils._wazuh._info import info

ENTRY = answering(
    info,
    {
        "include": {
            "type": "list",
            "elements": "str",
            "choices": ["actions", "resources", "own_policies"],
            "default": [],
        },
    },
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac
short_description: Manage all of a Wazuh server's RBAC at once
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Takes policies, rules, roles, users and the configuration together, compares them with what the server has, and
    makes the changes in an order that gives nobody more rights on the way than before or after, where that is possible.
  - It reads each kind of object once, however many there are. If nothing changes, nothing is written.
  - It takes what M(secops.iam.wazuh_rbac_info) returns. So a server can be exported, kept in Git and compared, or
    brought to another server. See the notes for servers of another version.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
attributes:
  idempotent:
    support: partial
    details:
      - With O(users[].update_password=always) the password is set each time, and a change reported.
options:
  policies:
    description:
      - Policies that are to be there. If omitted, policies are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the policy.
        type: str
        required: true
      actions:
        description:
          - Its actions. Required to create it, otherwise left alone if omitted.
        type: list
        elements: str
      resources:
        description:
          - Its resources. Required to create it, otherwise left alone if omitted.
        type: list
        elements: str
      effect:
        description:
          - V(allow) or V(deny). Required to create it, otherwise left alone if omitted.
          - Anything else, which the server takes for V(deny), is refused unless the policy has it already.
        type: str
      id:
        description:
          - The server's number for it, as M(secops.iam.wazuh_rbac_info) returns it. For information only, objects are
            found by their names.
        type: int
      reserved:
        description:
          - Whether it is reserved, as M(secops.iam.wazuh_rbac_info) returns it. Such a policy must be
            there already, and is never created.
        type: bool
        default: false
  rules:
    description:
      - Rules that are to be there. If omitted, rules are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the rule.
        type: str
        required: true
      rule:
        description:
          - Its expression, as in O(secops.iam.wazuh_rbac_rule#module:rule). Required to create it, otherwise left
            alone if omitted.
        type: dict
      id:
        description:
          - The server's number for it, as M(secops.iam.wazuh_rbac_info) returns it. For information only, objects are
            found by their names.
        type: int
      reserved:
        description:
          - Whether it is reserved, as M(secops.iam.wazuh_rbac_info) returns it. Such a rule must be
            there already, and is never created.
        type: bool
        default: false
  roles:
    description:
      - Roles that are to be there. If omitted, roles are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the role.
        type: str
        required: true
      policies:
        description:
          - Names of its policies, all of them, in the order in which the server processes them. A later one overrides
            an earlier one.
          - V([]) means none. If omitted, they are left alone.
        type: list
        elements: str
      rules:
        description:
          - Names of its rules, all of them.
          - V([]) means none. If omitted, they are left alone.
        type: list
        elements: str
      id:
        description:
          - The server's number for it, as M(secops.iam.wazuh_rbac_info) returns it. For information only, objects are
            found by their names.
        type: int
      reserved:
        description:
          - Whether it is reserved, as M(secops.iam.wazuh_rbac_info) returns it. Such a role must be
            there already, and is never created.
        type: bool
        default: false
  users:
    description:
      - Users that are to be there. If omitted, users are left alone.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the user.
        type: str
        required: true
      password:
        description:
          - Its password. Required to create it, here or in O(passwords). This one counts if both are given.
        type: str
      update_password:
        description:
          - What to do with the password when the user is already there.
          - V(on_create) leaves it alone, V(always) sets it, V(on_mismatch) logs in as the user to compare, and sets it
            where that fails. The notes of M(secops.iam.wazuh_rbac_user) say what the server's lock-out has to do with
            it.
        type: str
        choices: [on_create, always, on_mismatch]
        default: on_create
      allow_run_as:
        description:
          - Whether the user may log in with an authorization context. If omitted, it is left alone. New users may not.
        type: bool
      roles:
        description:
          - Names of its roles, all of them, in the order in which the server processes them. A later one overrides an
            earlier one.
          - V([]) means none. If omitted, they are left alone.
        type: list
        elements: str
      id:
        description:
          - The server's number for it, as M(secops.iam.wazuh_rbac_info) returns it. For information only, objects are
            found by their names.
        type: int
      reserved:
        description:
          - Whether it is reserved, as M(secops.iam.wazuh_rbac_info) returns it. Such a user must be
            there already, and is never created.
        type: bool
        default: false
  config:
    description:
      - Configuration of RBAC. If omitted, it is left alone. Each change ends the tokens of all users.
    type: dict
    suboptions:
      rbac_mode:
        description:
          - V(white) denies what no policy allows, V(black) allows what no policy denies. If omitted, it is left alone.
        type: str
        choices: [white, black]
      auth_token_exp_timeout:
        description:
          - Seconds that a token is valid for, at least 30. If omitted, it is left alone.
        type: int
  passwords:
    description:
      - Passwords by the names of users in O(users), for trees that are kept without secrets, such as an export.
    type: dict
  purge:
    description:
      - Kinds of objects that are to be complete. Those of them that are not listed are removed.
      - Reserved objects (ids up to 99) and the user that the task logs in with, or whose token it uses, are
        never removed.
      - A kind that is purged must be stated. V([]) for it removes all of its objects.
    type: list
    elements: str
    choices: [policies, rules, roles, users]
    default: []
  validate_catalogue:
    description:
      - Refuse actions and resources of O(policies) that the server itself does not know. The server would accept them,
        and they would have no effect.
    type: bool
    default: true
notes:
  - Names of links must be names of objects that are there or stated in the same task.
  - Everything is checked before anything is written, and the message lists all that is wrong. When a write fails
    nevertheless, RV(steps) tells what is done and what is not. Run the task again to finish.
  - The server has no transactions. While a role's policies are brought into another order, the role has none for a
    moment. In black mode a new user may do everything until it has its roles.
  - Reserved objects differ between versions of Wazuh. A tree that holds them is refused by a server that lacks
    one of them, or that has it with another body. An example of M(secops.iam.wazuh_rbac_info) leaves them out. What the
    rest of the tree links to must be there all the same, and its actions must be known. Rules that you have linked to
    reserved roles are then left out, too.
  - The single-object modules say more about each option and what the server makes of it.
seealso:
  - module: secops.iam.wazuh_rbac_info
  - module: secops.iam.wazuh_rbac_policy
  - module: secops.iam.wazuh_rbac_rule
  - module: secops.iam.wazuh_rbac_role
  - module: secops.iam.wazuh_rbac_user
  - module: secops.iam.wazuh_rbac_config
"""

EXAMPLES = r"""
- name: The sales team reads the agents of customer X
  secops.iam.wazuh_rbac:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    config:
      rbac_mode: white
    policies:
      - name: customer_x_agents
        actions: [agent:read]
        resources: [agent:id:001, agent:id:002, agent:id:003, agent:id:004]
        effect: allow
    rules:
      - name: sales_by_directory_group
        rule:
          FIND:
            backend_roles: sales
    roles:
      - name: sales-team
        policies: [customer_x_agents]
        rules: [sales_by_directory_group]
    users:
      - name: sales-member-1
        password: "{{ vault_sales_member_1_password }}"
        roles: [sales-team]

- name: Exactly the tree in Git, and passwords from the vault; connection from module_defaults or the environment
  secops.iam.wazuh_rbac:
    policies: "{{ tree.policies }}"
    rules: "{{ tree.rules }}"
    roles: "{{ tree.roles }}"
    users: "{{ tree.users }}"
    config: "{{ tree.config }}"
    passwords: "{{ vault_wazuh_passwords }}"
    purge: [policies, rules, roles, users]
  vars:
    tree: "{{ lookup('ansible.builtin.file', 'wazuh_rbac.yml') | from_yaml }}"

- name: What has been changed behind our back? The diff shows it, and nothing is written
  secops.iam.wazuh_rbac:
    policies: "{{ wazuh_policies }}"
    roles: "{{ wazuh_roles }}"
    purge: [policies, roles]
  check_mode: true
  diff: true
  register: drift

- name: Fail if anything was
  ansible.builtin.assert:
    that: drift is not changed
    fail_msg: "To be put right: {{ drift.steps | map(attribute='step') | join('; ') }}"

- name: Remove all roles of ours, and leave policies and users alone
  secops.iam.wazuh_rbac:
    roles: []
    purge: [roles]
"""

RETURN = r"""
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
      description: Name of the object. Where one request removes several, all names with commas between them.
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
    reads: 6
    writes: 1
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import TREE

ENTRY = reconciling(desired.tree, TREE)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

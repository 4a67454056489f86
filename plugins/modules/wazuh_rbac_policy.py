#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_policy
short_description: Manage a Wazuh RBAC policy
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A policy says which actions are allowed or denied on which resources. Roles hold policies, users hold roles.
  - The policy is compared as the server stores it. Upper case that the server would lower, and an order of
    O(actions) and O(resources) that does not change the meaning, are no change.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
options:
  name:
    description:
      - Name of the policy, 1 to 64 characters out of C(A-Z a-z 0-9 _ - . %). It is compared case-sensitively, as the
        server does.
    type: str
    required: true
  actions:
    description:
      - Actions that the policy is about, for example V(agent:read).
      - Required to create a policy. If omitted, the actions of an existing policy are left alone.
    type: list
    elements: str
  resources:
    description:
      - Resources that the actions are allowed or denied on, for example V(agent:id:001), V(agent:group:web),
        V(agent:id:*), or V(*:*:*) for actions that are about no resource.
      - V(&) joins two of them, for actions that are about both at once, for example V(role:id:100&user:id:101).
      - Required to create a policy. If omitted, the resources of an existing policy are left alone.
    type: list
    elements: str
  effect:
    description:
      - Whether the policy allows or denies.
      - Required to create a policy. If omitted, the effect of an existing policy is left alone.
    type: str
    choices: [allow, deny]
  new_name:
    description:
      - Rename the policy to this. When O(name) is not there but this is, the policy has been renamed already. When
        neither is there, the policy is created under the new name.
    type: str
  validate_catalogue:
    description:
      - Refuse actions and resources that the server itself does not know. The server would accept them, and they
        would have no effect.
    type: bool
    default: true
  state:
    description:
      - V(present) creates the policy or changes it, V(absent) removes it, with its links to roles.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The server stores every combination of O(actions), O(resources) and O(effect) once. Link the policy that has it to
    several roles, instead of making a second one.
  - Malformed resources, some of which the server would store and then refuse every request of the policy's users, are
    refused before anything is written.
  - Policies with an id up to 99 are reserved and cannot be changed or removed. They can be linked to roles.
seealso:
  - module: secops.iam.wazuh_rbac_role
  - module: secops.iam.wazuh_rbac_link
  - module: secops.iam.wazuh_rbac_info
    description: Lists the actions and resources that the server knows.
  - module: secops.iam.wazuh_rbac
"""

EXAMPLES = r"""
- name: The sales team may read the agents of customer X
  secops.iam.wazuh_rbac_policy:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    name: customer_x_agents
    actions: [agent:read]
    resources: [agent:id:001, agent:id:002, agent:id:003, agent:id:004]
    effect: allow

- name: Nobody who has this policy restarts the domain controllers; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_policy:
    name: no_restart_of_dc
    actions: [agent:restart, agent:reconnect]
    resources: ["agent:group:domain-controllers"]
    effect: deny

- name: Rename it, in all roles that have it
  secops.iam.wazuh_rbac_policy:
    name: customer_x_agents
    new_name: customer_x_agents_read

- name: Remove it, also from the roles that have it
  secops.iam.wazuh_rbac_policy:
    name: customer_x_agents_read
    state: absent
"""

RETURN = r"""
policy:
  description: The policy as it is now, or in check mode as it would be.
  returned: success and O(state=present)
  type: dict
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
  sample:
    name: customer_x_agents
    actions: [agent:read]
    resources: [agent:id:001, agent:id:002]
    effect: allow
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
      description: Kind of the object that it writes, such as V(policy).
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
    - kind: policy
      name: customer_x_agents
      verb: create
      step: create policy customer_x_agents
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
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY

ENTRY = reconciling(
    desired.policy,
    {
        "name": NAME,
        **POLICY.options(),
        "effect": {"type": "str", "choices": ["allow", "deny"]},
        "new_name": {"type": "str"},
        "validate_catalogue": {"type": "bool", "default": True},
        "state": STATE,
    },
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

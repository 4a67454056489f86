#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

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
  - secops.iam.wazuh
options:
  name:
    description:
      - Name of the policy. It is compared case-sensitively, as the server does.
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
      - Resources that the actions are allowed or denied on, for example V(agent:id:001), V(agent:group:web) or
        V(*:*:*).
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
      - Rename the policy to this. When O(name) is not there but this is, the policy has been renamed already.
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
seealso:
  - module: secops.iam.wazuh_rbac_role
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

- name: Rename it; with the connection from module_defaults or the environment
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
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _wishes as wishes
from ansible_collections.secops.iam.plugins.module_utils._wazuh._runs import STATE, fulfil

ENTRY = fulfil(
    wishes.policy,
    {
        "name": {"type": "str", "required": True},
        "actions": {"type": "list", "elements": "str"},
        "resources": {"type": "list", "elements": "str"},
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

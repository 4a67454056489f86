#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_token
short_description: Log in to the Wazuh server API, or end all tokens of a user
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Returns a token, for other tools and for tasks that are not to know the password.
  - With an authorization context it shows which rights the rules give to somebody.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
attributes:
  check_mode:
    details:
      - A login is no change, so it takes place in check mode, too. Tokens are not ended.
  diff_mode:
    support: N/A
    details:
      - A token is no state that could be compared.
  idempotent:
    support: partial
    details:
      - O(state=present) logs in each time, and never reports a change.
      - O(state=absent) ends the tokens each time, and always reports a change. The server does not tell whether there
        were any.
options:
  auth_context:
    description:
      - Log in with this authorization context (C(run_as)). O(api_username) must be allowed to.
      - The token then has the roles whose rules match the context, and none of the user's own. If no rule matches, it
        has no role.
      - V({}) means the user's own roles.
    type: dict
  state:
    description:
      - V(present) logs in and returns a token, which takes O(api_username) and O(api_password). The token is tried
        once. If the server has ended the user's tokens in the same second, it takes a second login.
      - V(absent) ends all tokens of the user, not just one.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Who has the token has the user's rights until it expires. Write C(no_log=true) on tasks that return one, and hand it
    on in a variable.
  - A token lives for 900 seconds, unless M(secops.iam.wazuh_rbac_config) says otherwise, and ends earlier when its
    user's rights change. Modules that log in by themselves need none.
seealso:
  - module: secops.iam.wazuh_rbac_rule
  - module: secops.iam.wazuh_rbac_user
  - module: secops.iam.wazuh_rbac_config
"""

EXAMPLES = r"""
- name: Log in
  secops.iam.wazuh_token:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
  register: login
  no_log: true

- name: Use the token where this collection has no module
  ansible.builtin.uri:
    url: https://wazuh.example.com:55000/agents?status=disconnected
    headers:
      Authorization: "Bearer {{ login.token }}"
  register: disconnected_agents

- name: Log in as the dashboard does for somebody of the sales team; connection from module_defaults or the environment
  secops.iam.wazuh_token:
    api_username: customer-dashboard
    api_password: "{{ vault_customer_dashboard_password }}"
    auth_context:
      user_name: alice
      backend_roles: [sales]
  register: alice
  no_log: true

- name: End all tokens of the user whose password has leaked
  secops.iam.wazuh_token:
    api_username: sales-member-1
    api_password: "{{ vault_sales_member_1_password }}"
    state: absent
"""

RETURN = r"""
token:
  description: The token, to be sent as C(Authorization) with the word C(Bearer) before it.
  returned: success and O(state=present)
  type: str

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
    reads: 1
    writes: 0
    logins: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._kinds import STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import answering
from ansible_collections.secops.iam.plugins.module_utils._wazuh._token import token

ENTRY = answering(
    token,
    {"auth_context": {"type": "dict"}, "state": STATE},
    required_if=[("state", "present", ("api_username", "api_password"))],
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

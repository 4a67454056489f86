#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_user
short_description: Manage a user of the Wazuh server API
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A user of the server API has a password, an ordered list of roles, and possibly the right to log in on behalf of
    others with an authorization context (C(run_as)).
  - These are not the users of the Wazuh dashboard, who are kept by the Wazuh indexer.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.wazuh.links
  - secops.iam.connection
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_password=always) the password is set each time, and a change reported.
options:
  name:
    description:
      - Name of the user, 4 to 64 characters out of C(A-Z a-z 0-9 _ - . %). It is compared case-sensitively, as the
        server does. The server cannot rename users.
    type: str
    required: true
  password:
    description:
      - The password, 8 to 64 characters (12 to 64 from Wazuh 5.0 on) with a lower-case letter, an upper-case letter, a
        digit and a character that is none of these.
      - Required to create a user.
    type: str
  update_password:
    description:
      - What to do with O(password) when the user is already there.
      - V(on_create) leaves the user's password alone.
      - V(always) sets it, which is a change each time and ends the user's tokens.
      - V(on_mismatch) logs in as the user to compare, and sets the password where that fails.
    type: str
    choices: [on_create, always, on_mismatch]
    default: on_create
  allow_run_as:
    description:
      - Whether the user may log in with an authorization context, and so with the roles whose rules match it.
      - If omitted, it is left alone. New users may not.
    type: bool
  roles:
    description:
      - Names of the user's roles, all of them, in the order in which the server processes them. A later one overrides
        an earlier one where both are about the same.
      - V([]) means none. If omitted, the roles are left alone.
    type: list
    elements: str
  state:
    description:
      - V(present) creates the user or changes it, V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The server tells nobody whether a password is the right one, except by a login. With O(update_password=on_mismatch)
    each wrong one counts for the server's lock-out, which hits everybody behind the same address after 50 failures in
    5 minutes. The module stops before that, and fails with the names of the users that it did not compare and with the
    time after which they can be compared. All tasks and hosts of a run count together, also in many forks, and so do
    logins of theirs that failed. Where it runs as an ordinary module (see the attribute C(action)) it knows of the
    failures of its own task only, and never of those of other runs. So compare many passwords in one task of
    M(secops.iam.wazuh_rbac).
  - The passwords of C(wazuh) and C(wazuh-wui), which are reserved, can only be changed by these two (from Wazuh
    4.6 on). Log in as one of them. Their roles cannot be changed, nor can they be removed.
  - Wazuh 4.6 to 4.14 would accept an empty password, and with it anybody. The module refuses it.
  - The user that the task logs in with cannot be removed, nor lose or reorder its roles. It may change its own
    password. The rest of the run then needs the new one.
  - The server cannot move a link. Another order of the same roles takes unlinking all and linking them anew, and
    between these two requests the user has no role.
seealso:
  - module: secops.iam.wazuh_rbac_role
  - module: secops.iam.wazuh_rbac_link
    description: Adds or removes one role without stating the whole list.
  - module: secops.iam.wazuh_rbac
"""

EXAMPLES = r"""
- name: A member of the sales team
  secops.iam.wazuh_rbac_user:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    name: sales-member-1
    password: "{{ vault_sales_member_1_password }}"
    roles: [sales-team]

- name: The password from the vault must be the one that works; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_user:
    name: sales-member-1
    password: "{{ vault_sales_member_1_password }}"
    update_password: on_mismatch

- name: The dashboard's own account, whose users get their roles by rules
  secops.iam.wazuh_rbac_user:
    name: customer-dashboard
    password: "{{ vault_customer_dashboard_password }}"
    allow_run_as: true
    roles: []

- name: Change the password of a built-in user, which only the built-in users may do
  secops.iam.wazuh_rbac_user:
    api_username: wazuh
    api_password: "{{ vault_wazuh_password }}"
    name: wazuh-wui
    password: "{{ vault_wazuh_wui_password }}"
    update_password: on_mismatch

- name: Remove a user
  secops.iam.wazuh_rbac_user:
    name: sales-member-1
    state: absent
"""

RETURN = r"""
user:
  description: The user as it is now, or in check mode as it would be. The password is never part of it.
  returned: success and O(state=present)
  type: dict
  contains:
    name:
      description: Name of the user.
      type: str
    allow_run_as:
      description: Whether it may log in with an authorization context.
      type: bool
    roles:
      description: Names of its roles, in the order in which they are processed.
      returned: when O(roles) is given
      type: list
      elements: str
  sample:
    name: sales-member-1
    allow_run_as: false
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
      description: Kind of the object that it writes, such as V(user).
      type: str
    name:
      description: Name of the object.
      type: str
    verb:
      description: What it does to it, such as V(set password).
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
    - kind: user
      name: sales-member-1
      verb: create
      step: create user sales-member-1
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
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import PASSWORD_OPTIONS, USER

ENTRY = reconciling(
    desired.user,
    {"name": NAME, **PASSWORD_OPTIONS, **USER.options(), "state": STATE},
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

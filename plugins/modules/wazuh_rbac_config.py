#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_rbac_config
short_description: Manage the RBAC mode and token lifetime of a Wazuh server
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - The mode decides what holds for everything that no policy mentions. The lifetime decides when users must log in
    again.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.wazuh
  - secops.iam.connection
options:
  rbac_mode:
    description:
      - V(white) denies what no policy allows, V(black) allows what no policy denies.
      - If omitted, it is left alone.
    type: str
    choices: [white, black]
  auth_token_exp_timeout:
    description:
      - Seconds that a token is valid for, at least 30.
      - If omitted, it is left alone.
    type: int
  state:
    description:
      - V(present) sets what is given, at least one of O(rbac_mode) and O(auth_token_exp_timeout).
      - V(absent) sets the defaults, V(white) and V(900), and ignores the other two options.
    type: str
    choices: [present, absent]
    default: present
notes:
  - Every change ends the tokens of all users, so everybody has to log in again. Nothing is written when nothing
    changes.
  - Both values are always written, with the current one for what is not given. The server would otherwise go back to
    the default of the missing one at its next start.
  - V(absent) writes the defaults, too. The server's own way to restore them restores what it was started with.
seealso:
  - module: secops.iam.wazuh_rbac
  - module: secops.iam.wazuh_rbac_info
"""

EXAMPLES = r"""
- name: Deny what no policy allows
  secops.iam.wazuh_rbac_config:
    api_url: https://wazuh.example.com:55000
    api_username: iam-admin
    api_password: "{{ vault_wazuh_password }}"
    rbac_mode: white

- name: Tokens of half an hour; connection from module_defaults or the environment
  secops.iam.wazuh_rbac_config:
    auth_token_exp_timeout: 1800

- name: Back to the defaults
  secops.iam.wazuh_rbac_config:
    state: absent

- name: Has anybody changed them behind our back? Fails if so, and changes nothing
  secops.iam.wazuh_rbac_config:
    state: absent
  check_mode: true
  register: drift
  failed_when: drift is failed or drift is changed
"""

RETURN = r"""
config:
  description: The configuration as it is now, or in check mode as it would be.
  returned: success
  type: dict
  contains:
    rbac_mode:
      description: The mode.
      type: str
    auth_token_exp_timeout:
      description: Seconds that a token is valid for.
      type: int
  sample:
    rbac_mode: white
    auth_token_exp_timeout: 900
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
      description: Kind of the object that it writes, such as V(config).
      type: str
    name:
      description: Names of the settings that change, with commas between them.
      type: str
    verb:
      description: What it does to it, such as V(update).
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
    - kind: config
      name: rbac_mode
      verb: update
      step: set rbac_mode to white
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
from ansible_collections.secops.iam.plugins.module_utils._kinds import STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh import _desired as desired
from ansible_collections.secops.iam.plugins.module_utils._wazuh._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import SETTINGS

ENTRY = reconciling(
    desired.config,
    {**{setting.option: setting.spec for setting in SETTINGS}, "state": STATE},
    required_if=[("state", "present", ("rbac_mode", "auth_token_exp_timeout"), True)],
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

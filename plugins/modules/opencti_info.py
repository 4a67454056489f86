#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: opencti_info
short_description: Gather who may do what in OpenCTI
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Returns users, groups and roles in the shape that the modules of this collection take, the capabilities, markings
    and organisations that the server has, and its version.
  - Before OpenCTI 6.1.13 it takes a token whose user may also read knowledge (C(KNOWLEDGE)).
extends_documentation_fragment:
  - secops.iam.attributes.info
  - secops.iam.attributes.in_process
  - secops.iam.opencti
  - secops.iam.connection
options:
  include_tokens:
    description:
      - Whether to return users' tokens, where the server can still tell them, that is up to OpenCTI 6.9. Put
        C(no_log=true) on the task then.
    type: bool
    default: false
seealso:
  - module: secops.iam.opencti_connector_user
"""

EXAMPLES = r"""
- name: Who is there?
  secops.iam.opencti_info:
    api_url: https://opencti.example.com
    api_token: "{{ vault_opencti_token }}"
  register: opencti

- name: Connectors that run with all the rights of an administrator
  ansible.builtin.debug:
    msg: "{{ opencti.users | selectattr('groups', 'contains', 'Administrators') | map(attribute='name') }}"

- name: With tokens, to move connectors to another host; connection from module_defaults or the environment
  secops.iam.opencti_info:
    include_tokens: true
  register: opencti
  no_log: true

- name: What is there, to be kept in a file
  secops.iam.opencti_info:
  register: opencti

- name: Bring the groups back to that
  secops.iam.opencti_group: "{{ item }}"
  loop: "{{ opencti.groups }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
version:
  description: The server's version.
  returned: success
  type: str
  sample: 6.9.22
users:
  description:
    - Users, as M(secops.iam.opencti_connector_user) takes them.
    - From OpenCTI 7.260224.0 on, C(token_name) is the token V(secops.iam) if there is such a one that has not expired,
      else the first other one; where there is none, C(token_state) is V(absent).
  returned: success
  type: list
  elements: dict
external_users:
  description: E-mails of the users that come from a single sign-on, and of the built-in administrator.
  returned: success
  type: list
  elements: str
tokens:
  description:
    - The users' tokens, each with the user's C(email). From OpenCTI 7.260224.0 on with C(name) and C(expires_at), which
      is null for never; up to 6.9 with its value as C(token), and only with O(include_tokens=true). That one is left
      out that the task itself uses, since Ansible hides O(api_token) in results.
  returned: success
  type: list
  elements: dict
groups:
  description:
    - Groups, as M(secops.iam.opencti_group) takes them. Those that later markings join by themselves have no
      C(allowed_markings), since an exact list would contradict that.
  returned: success
  type: list
  elements: dict
joined_markings:
  description: The markings of the groups that later markings join by themselves, by the name of the group.
  returned: success
  type: dict
  sample:
    Connectors: ["TLP:CLEAR", "TLP:GREEN"]
roles:
  description: Roles, as M(secops.iam.opencti_role) takes them.
  returned: success
  type: list
  elements: dict
capabilities:
  description: Names of the capabilities that roles can have.
  returned: success
  type: list
  elements: str
markings:
  description: Names of the markings; STIX ids of those whose name several markings of different types have.
  returned: success
  type: list
  elements: str
organizations:
  description: Names of the organisations.
  returned: success
  type: list
  elements: str
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
    waited:
      description: Seconds spent waiting for the server's limit of requests.
      type: int
  sample:
    reads: 1
    writes: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._opencti._entry import answering
from ansible_collections.secops.iam.plugins.module_utils._opencti._info import info

ENTRY = answering(info, {"include_tokens": {"type": "bool", "default": False, "no_log": False}})


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: opencti_role
short_description: Manage an OpenCTI role
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A role is a set of capabilities. Groups have roles, users have groups.
  - A role is found by its name, whatever its case, as the server finds it.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.opencti
  - secops.iam.connection
options:
  name:
    description:
      - Name of the role.
    type: str
    required: true
  description:
    description:
      - What the role is for. If omitted, it is left alone.
    type: str
  capabilities:
    description:
      - Names of the role's capabilities, such as V(CONNECTORAPI). M(secops.iam.opencti_info) lists those of a server.
        A capability implies the ones that its name begins with, so who has V(KNOWLEDGE_KNUPDATE) to write knowledge may
        also read it (V(KNOWLEDGE)).
      - The list is exact unless O(append=true). V([]) means none. If omitted, they are left alone.
    type: list
    elements: str
  append:
    description:
      - Leave alone what is linked already and not named in O(capabilities).
      - Otherwise the lists are exact.
    type: bool
    default: false
  state:
    description:
      - V(present) creates the role or changes it, V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: secops.iam.opencti_group
  - module: secops.iam.opencti_info
"""

EXAMPLES = r"""
- name: What a feed needs, and no more
  secops.iam.opencti_role:
    api_url: https://opencti.example.com
    api_token: "{{ vault_opencti_token }}"
    name: Feed
    description: Reads and writes knowledge, and registers as a connector
    capabilities: [CONNECTORAPI, KNOWLEDGE_KNUPDATE]

- name: From OpenCTI 7.260224.0 on, using a token is a capability of its own
  secops.iam.opencti_role:
    name: Feed
    capabilities: [APIACCESS_USETOKEN]
    append: true

- name: Remove the role
  secops.iam.opencti_role:
    name: Feed
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
    description:
      description: What it is for.
      type: str
    capabilities:
      description: Names of its capabilities, sorted.
      type: list
      elements: str
  sample:
    name: Feed
    description: Reads and writes knowledge, and registers as a connector
    capabilities: [CONNECTORAPI, KNOWLEDGE_KNUPDATE]
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
      description: Kind of the object that it is about.
      type: str
    name:
      description: Name of the object.
      type: str
    verb:
      description:
        - What it does, in fixed words, V(create), V(update), or V(delete).
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
      name: Feed
      verb: create
      step: create role Feed with capabilities CONNECTORAPI
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
    waited:
      description: Seconds spent waiting for the server's limit of requests.
      type: int
  sample:
    reads: 1
    writes: 1
    waited: 0
"""

from ansible_collections.secops.iam.plugins.module_utils._front import run_module
from ansible_collections.secops.iam.plugins.module_utils._objects import options_of
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import role
from ansible_collections.secops.iam.plugins.module_utils._opencti._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import ROLES

ENTRY = reconciling(role, options_of(ROLES))


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

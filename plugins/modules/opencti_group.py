#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: opencti_group
short_description: Manage an OpenCTI group
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - A group gives its users roles, markings that they may see, and a maximum confidence.
  - A group is found by its name, whatever its case, as the server finds it.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.opencti
  - secops.iam.connection
options:
  name:
    description:
      - Name of the group.
    type: str
    required: true
  description:
    description:
      - What the group is for. If omitted, it is left alone.
    type: str
  roles:
    description:
      - Names of the group's roles. The list is exact unless O(append=true). V([]) means none.
      - If omitted, they are left alone.
    type: list
    elements: str
  allowed_markings:
    description:
      - Markings that the group may see, such as V(TLP:AMBER), by name or by STIX id. Where markings of different types
        have one name, only the STIX id says which. The list is exact unless O(append=true).
      - If omitted, they are left alone. Before OpenCTI 6.1.13, naming them takes a token that may also read knowledge.
      - The server also shows what has a marking of the same kind that is lower in order. Only those are listed here
        that are given to the group.
    type: list
    elements: str
  auto_new_marking:
    description:
      - Whether the group may see all markings that are made later. That contradicts an exact list in
        O(allowed_markings), and is refused together with one.
      - If omitted, it is left alone; a new group may not.
    type: bool
  default_assignation:
    description:
      - Whether new users join the group by themselves. If omitted, it is left alone; a new group is no such group.
    type: bool
  max_confidence:
    description:
      - Highest confidence, from V(0) to V(100), that the group's users can give to what they write.
      - V(-1) means none, so that only O(confidence_overrides) count. From OpenCTI 6.1.0 on.
      - If omitted, it is left alone; a new group has V(100).
    type: int
  confidence_overrides:
    description:
      - Other maximums for single types of entities, as a mapping of the type to a number from V(0) to V(100). The
        mapping is exact, and an empty one means none.
      - If omitted, they are left alone.
    type: dict
  no_creators:
    description:
      - Whether the group's users are not noted as creators of what they write. From OpenCTI 6.2.8 on.
    type: bool
  restrict_delete:
    description:
      - Whether the group's users may only delete what they made. From OpenCTI 6.2.8 on.
    type: bool
  append:
    description:
      - Leave alone what is linked already and not named in O(roles) and O(allowed_markings).
      - Otherwise the lists are exact.
    type: bool
    default: false
  state:
    description:
      - V(present) creates the group or changes it, V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: secops.iam.opencti_role
  - module: secops.iam.opencti_connector_user
"""

EXAMPLES = r"""
- name: A group for feeds up to TLP:GREEN
  secops.iam.opencti_group:
    api_url: https://opencti.example.com
    api_token: "{{ vault_opencti_token }}"
    name: Feeds
    roles: [Connector]
    allowed_markings: ["TLP:CLEAR", "TLP:GREEN"]
    auto_new_marking: false
    max_confidence: 60

- name: One more marking, with the connection from module_defaults or the environment
  secops.iam.opencti_group:
    name: Feeds
    allowed_markings: ["TLP:AMBER"]
    append: true

- name: Remove the group
  secops.iam.opencti_group:
    name: Feeds
    state: absent
"""

RETURN = r"""
group:
  description: The group as it is now, or in check mode as it would be.
  returned: success and O(state=present)
  type: dict
  contains:
    name:
      description: Name of the group.
      type: str
    description:
      description: What it is for.
      type: str
    roles:
      description: Names of its roles, sorted.
      type: list
      elements: str
    allowed_markings:
      description: Names of the markings that are given to it, sorted.
      type: list
      elements: str
    auto_new_marking:
      description: Whether it may see all markings that are made later.
      type: bool
    default_assignation:
      description: Whether new users join it by themselves.
      type: bool
    max_confidence:
      description: Its maximum confidence, or V(-1) for none.
      type: int
    confidence_overrides:
      description: Its maximums by type of entity.
      type: dict
    no_creators:
      description: Whether its users are not noted as creators.
      returned: when the option is given, from OpenCTI 6.2.8 on
      type: bool
    restrict_delete:
      description: Whether its users may only delete what they made.
      returned: when the option is given, from OpenCTI 6.2.8 on
      type: bool
  sample:
    name: Feeds
    description: ""
    roles: [Connector]
    allowed_markings: ["TLP:CLEAR", "TLP:GREEN"]
    auto_new_marking: false
    default_assignation: false
    max_confidence: 60
    confidence_overrides: {}
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
    - kind: group
      name: Feeds
      verb: create
      step: create group Feeds with roles Connector
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
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import group
from ansible_collections.secops.iam.plugins.module_utils._opencti._entry import reconciling
from ansible_collections.secops.iam.plugins.module_utils._opencti._model import GROUPS

ENTRY = reconciling(group, options_of(GROUPS))


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

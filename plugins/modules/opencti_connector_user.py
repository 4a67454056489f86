#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: opencti_connector_user
short_description: Manage an OpenCTI user for a connector, and its token
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Every connector should run as a user of its own, with its own groups, its own maximum confidence and its own token,
    instead of as the administrator. This module makes that user, and returns its token.
  - A user is found by its e-mail, never by a search.
extends_documentation_fragment:
  - secops.iam.attributes
  - secops.iam.attributes.in_process
  - secops.iam.opencti
  - secops.iam.connection
options:
  name:
    description:
      - Name of the user. OpenCTI's convention for connectors is V([C] Name).
    type: str
    required: true
  email:
    description:
      - E-mail of the user, in any case. It is what identifies the user, and must be unique.
      - Required, except for a service account, which is then found by its name.
    type: str
  groups:
    description:
      - Names of the user's groups. The list is exact unless O(append=true), so groups that the server gives to new
        users by itself are taken away again. V([]) means none.
      - If omitted, the groups are left alone.
    type: list
    elements: str
  organizations:
    description:
      - Names of the organisations that the user belongs to, as exact as O(groups). Those that a rule of the server
        infers do not count.
      - If omitted, they are left alone. Before OpenCTI 6.1.13, naming them takes a token that may also read knowledge.
    type: list
    elements: str
  max_confidence:
    description:
      - Highest confidence, from V(0) to V(100), that the user can give to what it writes. It counts in the place of
        that of its groups, but for types of entities that a group has other maximums for, and not for a user that may
        do everything (C(BYPASS)), which has V(100). The module warns where another level takes effect.
      - V(-1) means none of its own, so that of its groups counts. A new user has none.
      - If omitted, it is left alone.
    type: int
  confidence_overrides:
    description:
      - Other maximums for single types of entities, as a mapping of the type to a number from V(0) to V(100). The
        mapping is exact, and an empty one means none.
      - If omitted, they are left alone. Before OpenCTI 6.1.0 they cannot be without a O(max_confidence).
    type: dict
  service_account:
    description:
      - Whether the user is a service account, which has no password and needs no organisation. From OpenCTI 6.8.0 on.
      - If omitted, it is left alone; a new user is none.
    type: bool
  account_status:
    description:
      - V(Inactive) keeps the user, but ends its sessions and stops its token. Every server also has V(Active),
        V(Locked) and V(Expired), and those that its configuration adds.
      - If omitted, it is left alone; a new user is V(Active).
    type: str
  password:
    description:
      - Password of a new user. It is set on creation only, since the server never tells whether a password is right.
        A service account has none.
      - If omitted, a new user gets a random password that nobody knows; connectors use tokens.
    type: str
  token_state:
    description:
      - V(present) makes sure that there is a token. V(rotated) makes a new one every time, and ends the old one once
        the new one is there.
      - V(absent) takes the token away. Up to OpenCTI 6.9 that is refused, since every user always has one.
    type: str
    choices: [present, rotated, absent]
    default: present
  token_name:
    description:
      - Name of the token. From OpenCTI 7.260224.0 on, users have any number of named tokens. The others are left alone;
        the module warns of those that go on working beside a new one, or beside one that it has ended.
      - An upgrade to that version names the token that a user has V(Legacy Token). O(token_state=absent) with that name
        ends it, once the connector uses another one.
    type: str
    default: secops.iam
  token_duration:
    description:
      - How long a new token lives. From OpenCTI 7.260224.0 on. A token that has expired counts as absent.
    type: str
    choices: [DAYS_30, DAYS_60, DAYS_90, DAYS_365, UNLIMITED]
    default: UNLIMITED
  append:
    description:
      - Leave alone what is linked already and not named in O(groups) and O(organizations).
      - Otherwise the lists are exact.
    type: bool
    default: false
  state:
    description:
      - V(present) creates the user or changes it, V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - The token is part of the result. Register it, and put C(no_log=true) on the task so that it is not shown.
  - Up to OpenCTI 6.9 the token can be read at any time, and is always returned. From 7.260224.0 on the server shows it
    once, when it is made. After that RV(token_known) is V(false), and only V(rotated) gives a value again.
  - A token whose value was lost, because an answer of the server was, is told in a warning and not made again.
  - From OpenCTI 7.260224.0 on, one of the user's roles needs the capability C(APIACCESS_USETOKEN). Without it, the
    server treats the token as anonymous; the module warns about that.
seealso:
  - module: secops.iam.opencti_group
  - module: secops.iam.opencti_role
"""

EXAMPLES = r"""
- name: The account of the MITRE connector
  secops.iam.opencti_connector_user:
    api_url: https://opencti.example.com
    api_token: "{{ vault_opencti_token }}"
    name: "[C] MITRE"
    email: mitre@connectors.example.com
    groups: [Connectors]
    max_confidence: 75
  register: mitre
  no_log: true

- name: Give the token to the connector, when it is known
  ansible.builtin.copy:
    content: |
      OPENCTI_TOKEN={{ mitre.token }}
    dest: /etc/opencti/mitre.env
    owner: root
    mode: "0600"
  when: mitre.token_known
  no_log: true

- name: A new token every quarter, with the connection from module_defaults or the environment
  secops.iam.opencti_connector_user:
    name: "[C] MITRE"
    email: mitre@connectors.example.com
    token_state: rotated
    token_duration: DAYS_365
  register: mitre
  no_log: true

- name: A service account without an e-mail, in one more group
  secops.iam.opencti_connector_user:
    name: "[C] Feed"
    service_account: true
    groups: [Feeds]
    append: true

- name: Remove the account
  secops.iam.opencti_connector_user:
    name: "[C] MITRE"
    email: mitre@connectors.example.com
    state: absent
"""

RETURN = r"""
user:
  description: The user as it is now, or in check mode as it would be.
  returned: success and O(state=present)
  type: dict
  contains:
    name:
      description: Name of the user.
      type: str
    email:
      description: E-mail of the user.
      type: str
    account_status:
      description: Status of the account.
      type: str
    service_account:
      description: Whether it is a service account.
      returned: from OpenCTI 6.8.0 on
      type: bool
    max_confidence:
      description: Its own maximum confidence, or V(-1) where it has that of its groups.
      type: int
    confidence_overrides:
      description: Its own maximums by type of entity.
      type: dict
    groups:
      description: Names of its groups, sorted.
      type: list
      elements: str
    organizations:
      description: Names of its organisations, sorted.
      type: list
      elements: str
  sample:
    name: "[C] MITRE"
    email: mitre@connectors.example.com
    account_status: Active
    max_confidence: 75
    confidence_overrides: {}
    groups: [Connectors]
    organizations: []
token:
  description: The token. It is also in the result of a task that fails after the token was made.
  returned: when RV(token_known)
  type: str
  sample: flgrn_octi_tkn_...
token_known:
  description:
    - Whether the value of the token is known. V(false) means that there is a token whose value cannot be read, that
      there is none (O(token_state=absent)), or none yet (check mode).
    - Up to OpenCTI 6.9 it is V(false) also for the user of O(api_token), since Ansible hides that in results.
  returned: success and O(state=present)
  type: bool
token_usable:
  description: Whether one of the user's roles lets it use a token.
  returned: success and O(state=present), from OpenCTI 7.260224.0 on
  type: bool
expires_at:
  description: When the token expires, or null for never.
  returned: when there is a token and it stays, from OpenCTI 7.260224.0 on
  type: str
revoked_tokens:
  description: Ids of the tokens that this task ended.
  returned: when there are any, from OpenCTI 7.260224.0 on
  type: list
  elements: str
effective_max_confidence:
  description: The maximum confidence that takes effect, as the server computes it.
  returned: when the server has computed it for the user as it is to be, so not in check mode where that would change
  type: int
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
        - What it does, in fixed words, V(create), V(update), V(delete), V(add token), V(add another token),
          V(revoke token), or V(rotate token).
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
      name: "[C] MITRE"
      verb: create
      step: "create user [C] MITRE with groups Connectors"
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
from ansible_collections.secops.iam.plugins.module_utils._opencti._desired import CONNECTOR_OPTIONS, connector_user
from ansible_collections.secops.iam.plugins.module_utils._opencti._entry import reconciling

ENTRY = reconciling(connector_user, CONNECTOR_OPTIONS)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: wazuh_security_resources
short_description: Use a Wazuh manager's own command line for its access rights
version_added: 0.1.0
author: secops.iam contributors (@secops-iam)
description:
  - Runs on the manager's own host and uses the program for access rights that it finds there. It needs no connection
    to the API, and so helps where nobody can log in any more.
  - Wazuh ships C(rbac_control) since 4.6.0. It can change the passwords of the default users, up to 4.14.5 only, and
    wipe the RBAC database.
  - The reference documentation describes C(security_resources), which besides that manages protected resources, those
    that the API can show but not change. No release of Wazuh ships it; where it is there, this module uses it.
  - What the program at hand cannot do is refused, with the way that is left, before anything is done.
extends_documentation_fragment:
  - secops.iam.attributes
attributes:
  check_mode:
    support: partial
    details:
      - Nothing is run but C(wazuh-control info). The programs cannot list what is there, so everything that is asked
        for counts as a change.
  diff_mode:
    support: partial
    details:
      - Shows what was written. What was there before is not known. Secrets are masked.
  idempotent:
    support: partial
    details:
      - The programs cannot list and cannot compare. What they say is there already, linked already, or gone already
        counts as unchanged; an object that is there is not compared with the task.
      - Setting a password, a factory reset, and an update are changes each time.
  platform:
    platforms: linux
options:
  wazuh_home:
    description:
      - The folder in which the manager is installed, as a whole path.
    type: path
    default: /var/ossec
  passwords:
    description:
      - New passwords of the default users, C(wazuh) and C(wazuh-wui). A user that is left out keeps its password.
      - They need 8 to 64 characters with an upper-case and a lower-case letter, a digit, and a character that is
        neither.
      - From Wazuh 4.14.6 on the server refuses this to its own program (error 5011). Then use
        M(secops.iam.wazuh_rbac_user), logged in as one of the two.
    type: dict
  factory_reset:
    description:
      - Remove every policy, rule, role, user and link that is not reserved, and give the default users their
        first passwords again. This is done first, before anything else that the task asks for.
      - It needs O(confirm).
    type: bool
  confirm:
    description:
      - Must be V(RESET) for O(factory_reset=true), so that nobody does it by mistake.
    type: str
  users:
    description:
      - Protected users. This and all below needs C(security_resources).
      - The program takes a new password only as an argument, which every account of the host could read. So where a
        password is given, the module starts the program's Python itself and hands the arguments over a terminal. That
        is refused where the program is not written in Python.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the object.
          - A user cannot be renamed; leave it out where O(users[].id) says which one is meant.
        type: str
      id:
        description:
          - Number of the object, 100 or more. With O(state=present) the object of this number is updated, with
            O(state=absent) it is removed.
          - The results of the task that added it show it as RV(added).
        type: int
      password:
        description:
          - The user's password.
        type: str
      allow_run_as:
        description:
          - Whether the user may log in with an authorization context. If omitted, the program is not told.
        type: bool
  roles:
    description:
      - Protected roles.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the role.
        type: str
      id:
        description:
          - Number of the role, 100 or more. With O(state=present) the role of this number is updated, with
            O(state=absent) it is removed.
        type: int
  policies:
    description:
      - Protected policies.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the policy.
        type: str
      id:
        description:
          - Number of the policy, 100 or more. With O(state=present) the policy of this number is updated, with
            O(state=absent) it is removed.
        type: int
      actions:
        description:
          - Actions that the policy is about, for example V(agent:read).
        type: list
        elements: str
      resources:
        description:
          - Resources that the actions are allowed or denied on, for example V(agent:id:001).
        type: list
        elements: str
      effect:
        description:
          - Whether the policy allows or denies.
        type: str
        choices: [allow, deny]
  rules:
    description:
      - Protected rules.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the rule.
        type: str
      id:
        description:
          - Number of the rule, 100 or more. With O(state=present) the rule of this number is updated, with
            O(state=absent) it is removed.
        type: int
      rule:
        description:
          - The expression that an authorization context is held against.
        type: dict
  links:
    description:
      - Links to make, or with O(state=absent) to take away. Each is a user with roles, a role with policies, or a role
        with rules, all by number, since the program knows no names here.
    type: list
    elements: dict
    suboptions:
      user:
        description:
          - Number of the user to link with O(links[].roles).
        type: int
      role:
        description:
          - Number of the role to link with O(links[].policies) or O(links[].rules).
        type: int
      roles:
        description:
          - Numbers of roles, in the order in which they are linked.
        type: list
        elements: int
      policies:
        description:
          - Numbers of policies, in the order in which they are linked.
        type: list
        elements: int
      rules:
        description:
          - Numbers of rules.
        type: list
        elements: int
  update:
    description:
      - Update an object without a number when the program says that its name is taken. The documented program then
        finds it by its name; one that wants its number needs the object's C(id) instead.
      - Without it, an object that is there is left as it is.
    type: bool
    default: false
  state:
    description:
      - V(present) adds or updates O(users), O(roles), O(policies) and O(rules), and makes O(links).
      - V(absent) takes O(links) away and removes the objects, of which only C(id) may be given.
    type: str
    choices: [present, absent]
    default: present
  timeout:
    description:
      - Seconds that one run of the program may take. It is ended then, and the task fails.
    type: int
    default: 120
notes:
  - The programs must be run as C(root), so run the task with C(become).
  - Every object, every list of links, and every password is one run of the program, so that each answer is about one
    thing. The task ends at the first that fails, and tells what was done, what failed and what was not tried.
  - Passwords are typed on a terminal of the program's own. They are in no argument list, no environment, no file and
    no result.
  - The exit status of the programs is not looked at; they end with C(0) also where they failed.
seealso:
  - module: secops.iam.wazuh_rbac
  - module: secops.iam.wazuh_rbac_user
"""

EXAMPLES = r"""
- name: Give the default users new passwords (Wazuh 4.6.0 to 4.14.5)
  secops.iam.wazuh_security_resources:
    passwords:
      wazuh: "{{ vault_wazuh_password }}"
      wazuh-wui: "{{ vault_wazuh_wui_password }}"
  become: true

- name: Do it from 4.14.6 on through the API, where each of the two can change the other's
  secops.iam.wazuh_rbac_user:
    api_username: wazuh-wui
    api_password: "{{ vault_wazuh_wui_password }}"
    name: wazuh
    password: "{{ vault_wazuh_password }}"
    update_password: on_mismatch

- name: Wipe the RBAC database
  secops.iam.wazuh_security_resources:
    factory_reset: true
    confirm: RESET
  become: true

- name: Add protected resources, where the documented program is there
  secops.iam.wazuh_security_resources:
    wazuh_home: /opt/wazuh
    users:
      - name: auditor
        password: "{{ vault_auditor_password }}"
    roles:
      - name: auditors
    policies:
      - name: read_agents
        actions: [agent:read]
        resources: ["agent:id:*"]
        effect: allow
  become: true
  register: protected

- name: Link the new user with its new role
  secops.iam.wazuh_security_resources:
    wazuh_home: /opt/wazuh
    links:
      - user: "{{ (protected.added | selectattr('name', 'eq', 'auditor') | first).id }}"
        roles: ["{{ (protected.added | selectattr('name', 'eq', 'auditors') | first).id }}"]
  become: true
  when: protected.added

- name: Remove a protected role by its number
  secops.iam.wazuh_security_resources:
    wazuh_home: /opt/wazuh
    roles:
      - id: 100
    state: absent
  become: true
"""

RETURN = r"""
steps:
  description: What was done, or in check mode would be, one run of the program each.
  returned: always, unless the task was refused
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of the object that it is about, such as V(role); V(database) for all of it.
      type: str
    name:
      description: Name of the object, or its number where that was given; several with commas between them.
      type: str
    verb:
      description: What it does to it, such as V(add).
      type: str
    step:
      description: What it is about.
      type: str
    status:
      description:
        - V(done), V(unchanged), V(failed), V(not tried), in check mode V(planned), or V(unknown) where the program was
          ended before it had answered.
      type: str
    answer:
      description: What the program said about it.
      type: str
  sample:
    - kind: role
      name: auditors
      verb: add
      step: add role auditors
      status: done
      answer: 100 - auditors
added:
  description: What the program says that it added, with the numbers that links, updates and removals need.
  returned: always, unless the task was refused
  type: list
  elements: dict
  contains:
    kind:
      description: V(users), V(roles), V(policies) or V(rules).
      type: str
    id:
      description: Its number.
      type: int
    name:
      description: Its name.
      type: str
  sample:
    - kind: roles
      id: 100
      name: auditors
program:
  description: The program that was used.
  returned: always, unless the task was refused
  type: str
  sample: /var/ossec/bin/rbac_control
version:
  description: The manager's version; null where it could not be read.
  returned: always, unless the task was refused
  type: str
  sample: 4.14.5
"""

from ansible_collections.secops.iam.plugins.module_utils._front import Entry, run_module
from ansible_collections.secops.iam.plugins.module_utils._kinds import STATE
from ansible_collections.secops.iam.plugins.module_utils._wazuh._model import POLICY, RULE
from ansible_collections.secops.iam.plugins.module_utils._wazuh_manager._entry import run

NAMED = {"name": {"type": "str"}, "id": {"type": "int"}}
NUMBERS = {"type": "list", "elements": "int"}
EFFECT = {"type": "str", "choices": ["allow", "deny"]}
LINK = {"user": {"type": "int"}, "role": {"type": "int"}, "roles": NUMBERS, "policies": NUMBERS, "rules": NUMBERS}


def listed(**fields: object) -> dict[str, object]:
    """An option that is a list of objects."""
    return {"type": "list", "elements": "dict", "options": fields}


ENTRY = Entry(
    {
        "wazuh_home": {"type": "path", "default": "/var/ossec"},
        "passwords": {"type": "dict", "no_log": True},
        "factory_reset": {"type": "bool"},
        "confirm": {"type": "str"},
        "users": listed(**NAMED, password={"type": "str", "no_log": True}, allow_run_as={"type": "bool"}),
        "roles": listed(**NAMED),
        "policies": listed(**{**NAMED, **POLICY.options(), "effect": EFFECT}),
        "rules": listed(**NAMED, **RULE.options()),
        "links": listed(**LINK),
        "update": {"type": "bool", "default": False},
        "state": STATE,
        "timeout": {"type": "int", "default": 120},
    },
    {
        "required_one_of": [["passwords", "factory_reset", "users", "roles", "policies", "rules", "links"]],
        "required_by": {"confirm": ["factory_reset"]},
    },
    run,
    needs_requests=False,
)


def main() -> None:
    """Run the module."""
    run_module(ENTRY)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module can be relied on for, said once. A module overrules single keys, such as C(support) or C(details)."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of modules that hold to a desired state; of those that only ask; of those with an action plugin."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Says what it would do, without doing it.
    support: full
    details:
      - Nothing but logins and reading requests is sent. RV(ignore:steps) and RV(ignore:diff) are those of the real run.
  diff_mode:
    description: Shows what it touches, before and after.
    support: full
    details:
      - As YAML, without what stays the same. Secrets are masked.
  idempotent:
    description: Run again with the same options, it changes nothing and reports no change.
    support: full
  async:
    description: Can run in the background, with C(async).
    support: full
  platform:
    description: The systems that it runs on.
    support: full
    platforms: posix
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Says what it would do, without doing it.
    support: full
    details:
      - It changes nothing, so check mode makes no difference.
  diff_mode:
    description: Shows what it touches, before and after.
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    description: Run again with the same options, it changes nothing and reports no change.
    support: full
  async:
    description: Can run in the background, with C(async).
    support: full
  platform:
    description: The systems that it runs on.
    support: full
    platforms: posix
"""

    IN_PROCESS = r"""
options: {}
attributes:
  action:
    description: An action plugin does the work on the controller, where that is possible.
    support: full
    details:
      - With C(connection=local), as on V(localhost), the module runs inside Ansible's own worker. All items of a loop
        then share a connection. With Wazuh they also share one login and one look at the server, and the tasks of a run
        share their login; with OpenCTI each item looks anew.
      - With any other connection, and with C(become), C(async) or C(environment), it runs as an ordinary module, with
        the same results.
"""

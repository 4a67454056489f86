# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules say that talk to the Wazuh server API."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection options, action group, and notes about tokens, limits and versions; what linking takes."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the Wazuh server API.
      - If not set, the environment variable E(WAZUH_API_URL) is used.
    type: str
    default: https://localhost:55000
  api_username:
    description:
      - User to log in with. Changes take one with the rights to make them, such as one with the role
        V(administrator).
      - If not set, the environment variable E(WAZUH_API_USERNAME) is used.
    type: str
  api_password:
    description:
      - Password of O(api_username).
      - If not set, the environment variable E(WAZUH_API_PASSWORD) is used.
    type: str
  api_token:
    description:
      - A token to use instead of a login, for example RV(secops.iam.wazuh_token#module:token).
      - It cannot be renewed. When the server ends it, the task logs in with O(api_username) and O(api_password) if
        they are given, and fails otherwise.
      - If not set, the environment variable E(WAZUH_API_TOKEN) is used, unless the task states O(api_username) and
        O(api_password).
    type: str
  validate_certs:
    description:
      - Whether to check the server's certificate. Without this check anybody in between can read the password.
      - If not set, the environment variable E(WAZUH_API_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File (or folder, as C(openssl rehash) prepares it) with the certificates of the authorities to trust, in PEM
        format. A server that still has the certificate that it made for itself is trusted by a copy of that one.
      - If not set, the environment variable E(WAZUH_API_CA_PATH) is used; if that is not set either, the authorities
        of the Python library certifi.
    type: path
attributes:
  action_group:
    description: Takes the options that C(module_defaults) states for its group.
    support: full
    membership: [secops.iam.wazuh]
notes:
  - Give the connection once for all modules, by C(module_defaults) for C(group/secops.iam.wazuh) or by the environment
    variables.
  - The server locks an address out for 5 minutes after 50 failed logins, everybody behind it and all users together. So
    what it has refused is not tried again in the run for 5 minutes, by no other host, item or retry, unless the run
    itself sets that password; after 45 failures in 5 minutes the run tries no login at all. Where a task runs as an
    ordinary module (see the attribute C(action)), it knows of its own failures only.
  - In a loop, what is known of the server serves the following items for a minute at most.
  - Policies, rules, roles and users with an id up to 99, which the server brings along, are reserved, as it calls them.
    It lets nobody remove them or change what they are made of.
  - The server ends tokens when rights change. The module then logs in again by itself and goes on.
  - What would take rights on the RBAC from the account that the task logs in with, be it for a moment, is refused
    before any write. The reserved users C(wazuh) and C(wazuh-wui) cannot lose theirs.
  - The server takes 300 requests a minute, from all its clients together. The module waits when it is told so, see
    O(rate_limit_wait).
  - Works with Wazuh 4.4 to 4.14 and 5.0.
"""

    LINKS = r"""
options: {}
notes:
  - What is linked must be there. In check mode an earlier task of the playbook has created nothing, so linking what it
    would create fails. M(secops.iam.wazuh_rbac) takes all of it in one task, and can say beforehand what it will do.
"""

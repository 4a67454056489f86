# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules say that talk to OpenCTI."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection options, action group, and notes about the token and versions."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the OpenCTI platform, without C(/graphql).
      - If not set, the environment variable E(OPENCTI_URL) is used.
    type: str
    required: true
  api_token:
    description:
      - Token of a user that may manage users, that is one with the capability C(SETTINGS_SETACCESSES).
      - If not set, the environment variable E(OPENCTI_TOKEN) is used.
    type: str
    required: true
  validate_certs:
    description:
      - Whether to check the server's certificate. Without this check anybody in between can read the tokens.
      - If not set, the environment variable E(OPENCTI_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File (or folder, as C(openssl rehash) prepares it) with the certificates of the authorities to trust, in PEM
        format.
      - If not set, the environment variable E(OPENCTI_CA_PATH) is used; if that is not set either, the authorities of
        the Python library certifi.
    type: path
attributes:
  action_group:
    description: Use C(group/secops.iam.opencti) in C(module_defaults) to give the connection once.
    support: full
    membership: [secops.iam.opencti]
notes:
  - Works with OpenCTI 5.12.24 and later, up to 7.
"""

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that are the same for every product."""

from __future__ import annotations


class ModuleDocFragment:
    """Client certificate, time-out, patience; what has environment variables is in the fragment of the product."""

    DOCUMENTATION = r"""
requirements:
  - requests >= 2.25 (on the machine that the module runs on)
options:
  client_cert:
    description:
      - File with a client certificate in PEM format, for a server or a proxy that asks for one. It may hold the
        private key, too.
    type: path
  client_key:
    description:
      - File with the private key of O(client_cert) in PEM format, without a passphrase, if it has a file of its own.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each answer of the server.
    type: int
    default: 30
  rate_limit_wait:
    description:
      - Seconds that the task may wait, all in all, while the server refuses requests because there were too many.
        After that it fails, and says what is done and what is left.
    type: int
    default: 600
"""

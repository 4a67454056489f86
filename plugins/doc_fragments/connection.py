# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options that are the same for every product."""

from __future__ import annotations


class ModuleDocFragment:
    """Client certificate and time-out; what has a product's environment variable is in the product's fragment."""

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
"""

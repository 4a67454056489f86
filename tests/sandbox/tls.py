# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate for 127.0.0.1 and localhost, made anew for each start."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import trustme


@dataclass(frozen=True)
class Tls:
    """A server certificate and the authority that signed it.

    Attributes:
        context: what the server listens with.
        authority: the certificate of the authority, PEM: what a client has to trust.
    """

    context: ssl.SSLContext
    authority: bytes


def make_tls() -> Tls:
    """Make an authority and a certificate signed by it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost", "::1").configure_cert(context)
    return Tls(context, authority.cert_pem.bytes())

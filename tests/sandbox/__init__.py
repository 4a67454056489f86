# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the servers that the collection talks to, faithful enough to be trusted.

A product is a package in here (``sandbox.wazuh``) that offers

* ``add_options(parser)``: its own command line options,
* ``create_app(options, clock)``: the server as a :class:`sandbox.product.Product`.

Everything else (command line, TLS, faults, request log) is shared.
"""

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front of all OpenCTI modules; meta/runtime.yml routes them here."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """See InProcessAction."""

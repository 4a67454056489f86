# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front of an OpenCTI module, and by a link of that name of each other one."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.plugin_utils._in_process import InProcessAction, entry_of


class ActionModule(InProcessAction):
    """See InProcessAction."""

    ENTRY = entry_of(__name__)

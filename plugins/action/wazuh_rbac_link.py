# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action front of wazuh_rbac_link."""

from __future__ import annotations

from ansible_collections.secops.iam.plugins.plugin_utils._in_process import action_of

ActionModule = action_of(__name__)

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure all that there is to measure: ``python -m bench``."""

from __future__ import annotations

import sys

from bench import opencti, sandbox, wazuh_modules

if __name__ == "__main__":
    sys.exit(sandbox.main() or wazuh_modules.main() or opencti.main())

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Makefile's targets do where it takes more than a line of shell.

These modules run before any environment exists, so they use the standard library only and
stay within Python 3.9.
"""

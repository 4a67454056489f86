# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the place of secrets: in options, in diffs, and in texts that repeat what was sent. Pure."""

from __future__ import annotations

import html
import json
import typing as t

OPTION = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # in the place of an option's value, as Ansible writes it
UNSHOWN = "(not shown)"  # in the place of a secret in a diff
UNSHOWN_SET = f"{UNSHOWN}, set"
UNSHOWN_NEW = "(not shown, new)"
ABSENT = "(none)"
IN_TEXT = "********"


def forms(secrets: t.Iterable[str]) -> list[str]:
    """Secrets in all the forms in which programs and servers write them, the longest first."""
    written: set[str] = set()
    for secret in secrets:
        escaped, readable = (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
        for form in (secret, escaped, readable, repr(secret)[1:-1]):
            written |= {form, *_in_markup(form)}
    return sorted(written - {""}, key=len, reverse=True)


def _in_markup(form: str) -> set[str]:
    """A text as pages show it, such as those of a proxy; their programs differ in what they make of quotes."""
    named, bare = html.escape(form), html.escape(form, quote=False)
    decimal = named.replace("&#x27;", "&#39;")
    return {named, bare, decimal, decimal.replace("&quot;", "&#34;")}


def without(text: str, secrets: t.Iterable[str], mask: str = IN_TEXT) -> str:
    """A text of a server or a program without the secrets that it repeats."""
    for form in forms(secrets):
        text = text.replace(form, mask)
    return text

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a GraphQL server, and of what stands before it."""

from __future__ import annotations

from typing import Any


class Answer:
    """What requests makes of an answer; a text is the body of one that is no JSON."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.status_code = status
        self._body = body

    def json(self) -> Any:
        if isinstance(self._body, str):
            raise ValueError(self._body)
        return self._body

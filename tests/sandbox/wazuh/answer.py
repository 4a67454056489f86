# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer on its way out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.wazuh.errors import Problem


@dataclass
class Answer:
    """Status, content type, body, further headers."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def text_answer(status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> Answer:
    """Plain text."""
    return Answer(status, content_type, text.encode())


def json_answer(status: int, value: Any, content_type: str, *, pretty: bool) -> Answer:
    """JSON, indented by three if it is to be pretty."""
    text = json.dumps(value, indent=3 if pretty else None)
    return Answer(status, content_type, text.encode())


def problem_answer(problem: Problem, content_type: str, *, pretty: bool) -> Answer:
    """A request that failed as a whole."""
    shown: dict[str, Any] = {"title": problem.title}
    # On one line, as the server's error handler puts it.
    detail = " ".join(problem.detail.replace("\n\n", ". ").replace("\n", "").split())
    if detail:
        shown["detail"] = detail
    return json_answer(problem.status, shown | problem.extra, content_type, pretty=pretty)


def unhandled_answer(content_type: str, detail: str) -> Answer:
    """What the web framework says where the server's own code has no answer."""
    shown = {
        "type": "about:blank",
        "title": "Internal Server Error",
        "detail": detail,
        "status": 500,
    }
    return Answer(500, content_type, json.dumps(shown, indent=2).encode())


def crashed_answer() -> Answer:
    """What is left to say where even that breaks."""
    return text_answer(500, "Internal Server Error")

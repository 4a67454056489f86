# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that are no JSON, or no object."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess

ROLES = "/security/roles"
OLD = "4.4.5"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"name":"c",}', "Expecting property name enclosed in double quotes: line 1 column 13 (char 12)"),
        (b'{"name":"c", \n }', "Expecting property name enclosed in double quotes: line 2 column 2 (char 15)"),
        (b"[1,]", "Expecting value: line 1 column 4 (char 3)"),
        (b'{"name"}', "Expecting ':' delimiter: line 1 column 8 (char 7)"),
    ],
)
def test_broken_json_is_reported_in_the_words_of_the_python_of_the_server(
    server: InProcess, body: bytes, detail: str
) -> None:
    response = server.ask("POST", ROLES, body)
    assert (response.status, response.body["detail"]) == (400, detail)


def test_version_4_4_reports_nothing_of_a_null_that_is_not_called_json() -> None:
    response = InProcess(OLD).ask("POST", ROLES, b"null", content_type="text/plain")
    assert response.status == 415
    assert response.body == {"title": "Invalid Content-type (text/plain), expected JSON data", "detail": "None"}

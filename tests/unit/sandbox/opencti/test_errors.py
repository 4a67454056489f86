# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two shapes in which errors travel."""

from __future__ import annotations

import pytest
from sandbox.opencti.testing import InProcess
from unit.sandbox.opencti.documents import NOT_ALLOWED


class TestErrorShape:
    @pytest.mark.parametrize("release", ["5.12.29", "6.2.12"])
    def test_up_to_6_2_12_code_and_data_lie_open(self, release: str) -> None:
        error = InProcess(release).post(NOT_ALLOWED, None).json()["errors"][0]
        assert set(error) == {"message", "name", "data"}
        assert error["name"] == "AUTH_REQUIRED"
        assert error["data"] == {"http_status": 401, "genre": "TECHNICAL"}

    @pytest.mark.parametrize("release", ["6.2.14", "7.260817.0"])
    def test_from_6_2_14_on_they_are_extensions(self, release: str) -> None:
        error = InProcess(release).post(NOT_ALLOWED, None).json()["errors"][0]
        assert error["name"] == "AUTH_REQUIRED"
        assert error["extensions"] == {
            "code": "AUTH_REQUIRED",
            "data": {"http_status": 401, "genre": "TECHNICAL"},
        }

    def test_errors_come_with_what_could_be_done(self) -> None:
        body = {"query": '{ about { version } group(id: "x") { id } }'}
        server = InProcess()
        token = server.user_who_may("KNOWLEDGE")[1]
        answer = server.post(body, token).json()
        assert answer["data"] == {"about": {"version": "7.260817.0"}, "group": None}
        assert len(answer["errors"]) == 1

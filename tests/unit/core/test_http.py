# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into a request: a token that no header can hold is refused, and never quoted."""

from __future__ import annotations

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _http as http
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused, Unreachable
from ansible_collections.secops.iam.plugins.module_utils._opencti._api import OpenctiApi
from ansible_collections.secops.iam.plugins.module_utils._wazuh._api import Credentials, WazuhApi

SECRET = "3f0c4c5e-6a0f-4f5e"
CONNECTION = http.Connection("https://iam.invalid")


@pytest.mark.parametrize("given", [SECRET, f"{SECRET}\n", f" {SECRET}\r\n"])
def test_outer_blanks_and_line_breaks_do_not_matter(given: str) -> None:
    assert http.header_token(given) == SECRET


@pytest.mark.parametrize("between", ["\n", "\r\n", " ", "\0", "é", "€", "\u2028"])
def test_what_no_header_can_hold_is_refused_without_being_quoted(between: str) -> None:
    given = f"{SECRET}{between}{SECRET}"
    for refuse in (
        http.header_token,
        lambda token: OpenctiApi(CONNECTION, token),
        lambda token: WazuhApi(CONNECTION, Credentials("", None, token)),
    ):
        with pytest.raises(Refused, match="api_token") as refused:
            refuse(given)
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize("given", ["", " \n"])
def test_an_empty_one_is_refused(given: str) -> None:
    with pytest.raises(Refused, match="api_token: it is empty"):
        http.header_token(given)


def test_a_header_that_cannot_be_is_not_quoted_either() -> None:
    session = http.HttpSession(CONNECTION)
    with pytest.raises(Unreachable) as told:
        session.send("GET", "/", headers={"Authorization": f"Bearer {SECRET}\n{SECRET}"})
    assert SECRET not in str(told.value)
    session.close()

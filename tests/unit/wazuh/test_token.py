# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What wazuh_token makes of a server's answers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils._errors import Refused
from ansible_collections.secops.iam.plugins.module_utils._front import Memory
from ansible_collections.secops.iam.plugins.module_utils._wazuh._token import token
from unit.described import InvalidOptionsError, entry, validated
from unit.wazuh.answers import LOGIN, Api, state


class TestToken:
    """Of wazuh_token."""

    def ask(self, api: Api, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        return token(state(api), validated("wazuh_token", {**LOGIN, **given}), check_mode)

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_login_is_no_change(self, check_mode: bool) -> None:
        assert self.ask(Api(), check_mode) == {"token": "a-token"}

    def test_with_a_context(self) -> None:
        assert self.ask(Api(), auth_context={"user_name": "alice"}) == {"token": "a-token-for-alice"}

    def test_an_empty_context_is_a_context(self) -> None:
        assert self.ask(Api(), auth_context={}) == {"token": "a-token-for-nobody-else"}

    def test_absent_ends_all_tokens_and_forgets_its_own(self) -> None:
        api = Api()
        assert self.ask(api, state="absent") == {"changed": True}
        assert api.asked == ["DELETE /security/user/authenticate", "use None"]

    def test_absent_in_check_mode_sends_nothing(self) -> None:
        api = Api()
        assert self.ask(api, check_mode=True, state="absent") == {"changed": True}
        assert api.asked == []

    def test_a_new_token_takes_a_password(self) -> None:
        with pytest.raises(InvalidOptionsError, match="all of the following are missing: api_username, api_password"):
            validated("wazuh_token", {"api_token": "an-older-token"})
        assert validated("wazuh_token", {"api_token": "an-older-token", "state": "absent"})["state"] == "absent"


@pytest.mark.parametrize("module", ["wazuh_rbac_info", "wazuh_token"])
def test_without_credentials_they_say_how_to_give_them(module: str) -> None:
    given = validated("wazuh_rbac_info", {}) if module == "wazuh_rbac_info" else validated(module, {"state": "absent"})
    with pytest.raises(Refused, match="give api_username and api_password, or api_token"):
        entry(module).run(given, False, Memory())

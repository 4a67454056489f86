# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Links as the real server handles them."""

from __future__ import annotations

import pytest
from contract.in_process import InProcess
from unit.sandbox.wazuh.servers import PASSWORD, link, policies, roles, with_objects


@pytest.fixture
def server() -> InProcess:
    return with_objects()


def test_linking_again_fails_without_a_position(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100,101")
    answer = link(server, "roles/100/policies?policy_ids=101")
    assert answer["error"] == 1
    assert answer["data"]["failed_items"][0]["error"]["code"] == 4011


def test_linking_again_at_a_position_says_yes_and_does_nothing(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100,101,102")
    answer = link(server, "roles/100/policies?policy_ids=102&position=0")
    assert (answer["error"], answer["data"]["total_affected_items"]) == (0, 1)
    assert policies(server) == [100, 101, 102]


def test_a_link_that_is_there_takes_up_a_position(server: InProcess) -> None:
    link(server, "roles/100/policies?policy_ids=100,101")
    link(server, "roles/100/policies?policy_ids=100,106&position=0")
    assert policies(server) == [100, 106, 101]


def test_all_with_nothing_linked_is_no_failure(server: InProcess) -> None:
    answer = server.ask("DELETE", "/security/roles/100/policies?policy_ids=all").body
    assert (answer["error"], answer["message"]) == (0, "No policy was unlinked from role 100")


def test_rules_have_no_order_and_no_position(server: InProcess) -> None:
    for number in range(3):
        server.create("rules", name=f"r{number}", rule={"FIND": {"n": number}})
    answer = link(server, "roles/100/rules?rule_ids=102,100,101")
    assert answer["data"]["affected_items"][0]["rules"] == [100, 101, 102]
    response = server.ask("POST", "/security/roles/100/rules?rule_ids=100&position=0")
    assert response.status == 400


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("roles/1/policies?policy_ids=100", 4008),
        ("roles/50/policies?policy_ids=100", 4008),
        ("users/1/roles?role_ids=100", 4008),
        ("roles/100/rules?rule_ids=1", 4008),
        ("roles/9999/policies?policy_ids=100", 4002),
        ("users/9999/roles?role_ids=100", 5001),
        ("roles/100/policies?policy_ids=9999", 4007),
        ("roles/100/rules?rule_ids=9999", 4022),
    ],
)
def test_what_cannot_be_linked(server: InProcess, target: str, code: int) -> None:
    answer = link(server, target)
    assert answer["error"] == 1
    assert answer["data"]["failed_items"][0]["error"]["code"] == code


def test_defaults_can_be_linked_to_custom_objects(server: InProcess) -> None:
    assert link(server, "roles/100/policies?policy_ids=1,2")["error"] == 0
    assert link(server, "users/100/roles?role_ids=1")["error"] == 0


def test_a_custom_rule_can_be_linked_to_a_default_role(server: InProcess) -> None:
    server.create("rules", name="rule", rule={"FIND": {"a": "b"}})
    assert link(server, "roles/1/rules?rule_ids=100")["error"] == 0


def test_unlinking_from_what_is_not_there_is_404(server: InProcess) -> None:
    response = server.ask("DELETE", "/security/roles/9999/policies?policy_ids=100")
    assert (response.status, response.body["error"]) == (404, 4002)


def test_all_breaks_the_server_when_roles_are_linked(server: InProcess) -> None:
    response = server.ask("POST", "/security/users/100/roles?role_ids=all")
    assert (response.status, response.body["error"]) == (500, 1000)


@pytest.mark.parametrize("target", ["roles/100/policies?policy_ids=101", "users/100/roles?role_ids=100"])
def test_a_position_that_the_database_cannot_hold_breaks_the_server(server: InProcess, target: str) -> None:
    response = server.ask("POST", f"/security/{target}&position={2**63}")
    assert (response.status, response.body["error"]) == (500, 1000)
    assert (policies(server), roles(server)) == ([], [])


def test_a_position_may_grow_too_great_on_the_way(server: InProcess) -> None:
    link(server, "users/100/roles?role_ids=1,100")
    server.log_in("user", PASSWORD)
    target = f"/security/roles/100/policies?policy_ids=100,101&position={2**63 - 1}"
    assert server.ask("POST", target).status == 500
    # One link was made, and nobody's token is void for it.
    assert policies(server) == [100]


class TestDigitsOfAnotherScript:
    """A role is looked up by the text of its id in some places, by its number in others."""

    ARABIC_100 = "%D9%A1%D9%A0%D9%A0"

    def test_policies_are_not_linked_to_such_a_role(self, server: InProcess) -> None:
        [failed] = link(server, f"roles/{self.ARABIC_100}/policies?policy_ids=100")["data"]["failed_items"]
        assert (failed["error"]["code"], failed["id"]) == (4002, [100])
        assert policies(server) == []

    def test_unlinking_policies_from_it_breaks_the_server(self, server: InProcess) -> None:
        link(server, "roles/100/policies?policy_ids=100")
        response = server.ask("DELETE", f"/security/roles/{self.ARABIC_100}/policies?policy_ids=100")
        assert (response.status, response.body["error"]) == (500, 1000)
        assert policies(server) == [100]

    def test_it_is_not_unlinked_from_a_user(self, server: InProcess) -> None:
        link(server, "users/100/roles?role_ids=100")
        answer = server.ask("DELETE", f"/security/users/100/roles?role_ids={self.ARABIC_100}").body
        [failed] = answer["data"]["failed_items"]
        assert (failed["error"]["code"], failed["id"]) == (4002, [100])
        assert roles(server) == [100]

    def test_a_policy_is_found(self, server: InProcess) -> None:
        link(server, f"roles/100/policies?policy_ids={self.ARABIC_100}")
        assert policies(server) == [100]

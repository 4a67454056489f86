# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""opencti_role, opencti_group, opencti_connector_user and opencti_info on a platform in this process."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from unit.opencti.tasks import Tasks, steps, warnings

OLD, MIDDLE, NEW = "5.12.29", "6.9.22", "7.260817.0"
EVERY = [OLD, "6.4.11", MIDDLE, NEW]
FEED: dict[str, Any] = {"name": "[C] Feed", "email": "feed@example.org", "groups": ["Connectors"]}
SERVICE: dict[str, Any] = {"name": "[C] Service", "service_account": True, "groups": ["Connectors"]}
USER, GROUP, ROLE = "opencti_connector_user", "opencti_group", "opencti_role"
over_versions = pytest.mark.parametrize("version", EVERY)


class TestIdentity:
    @over_versions
    def test_an_e_mail_in_other_case_is_found_by_the_filter(self, version: str) -> None:
        tasks = Tasks(version)
        user = tasks.platform.add_user("feed@example.org")
        tasks.platform.patch("user", user, {"key": "user_email", "value": ["Feed@Example.org"]})
        result = tasks.run(USER, **(FEED | {"name": "feed@example.org", "append": True}))
        assert steps(result)[0] == "change user feed@example.org: add groups Connectors"
        assert result["user"]["email"] == "Feed@Example.org"

    def test_two_with_one_e_mail_but_for_case_are_refused(self) -> None:
        tasks = Tasks(MIDDLE)
        for email in ("Feed@example.org", "FEED@example.org"):
            tasks.platform.add_user(email, name="one", user_service_account=True, password=None)
        result = tasks.run(USER, **FEED)
        assert "email: 2 users have feed@example.org (FEED@example.org, Feed@example.org)" in result["msg"]
        assert result["changed"] is False

    @pytest.mark.parametrize("version", [MIDDLE, NEW])
    def test_a_service_account_goes_by_its_name(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.platform.add_user("other@example.org", name=SERVICE["name"])
        made = tasks.run(USER, **SERVICE)
        again = tasks.run(USER, **SERVICE)
        assert made["token_known"] is True
        assert made["requests"]["writes"] == len(steps(made)) == (2 if version == NEW else 1)
        assert again["steps"] == []
        assert again["user"]["email"].startswith("automatic+")
        gone = tasks.run(USER, name=SERVICE["name"], service_account=True, state="absent")
        assert gone["changed"] is True
        assert tasks.run(USER, **(FEED | {"name": SERVICE["name"], "email": "other@example.org"}))["changed"] is True

    @pytest.mark.parametrize("email", ["", "  "])
    @pytest.mark.parametrize("options", [{}, {"state": "absent"}, {"service_account": True}])
    def test_an_e_mail_that_is_blank_is_not_taken_for_none(self, email: str, options: dict[str, Any]) -> None:
        tasks = Tasks(NEW)
        tasks.run(USER, **SERVICE)
        result = tasks.run(USER, **({"name": SERVICE["name"], "email": email} | options))
        assert "email: it is blank" in result["msg"]
        assert result["changed"] is False
        assert tasks.run(USER, **SERVICE)["steps"] == []

    def test_two_service_accounts_of_one_name_are_refused(self) -> None:
        tasks = Tasks(NEW)
        for email in ("a@example.org", "b@example.org"):
            tasks.platform.add_user(email, name=SERVICE["name"], user_service_account=True, password=None)
        assert "say which by its e-mail" in tasks.run(USER, **SERVICE)["msg"]

    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_where_there_are_no_service_accounts_nobody_goes_by_a_name(self, state: str) -> None:
        tasks = Tasks(OLD)
        tasks.platform.add_user("person@example.org", name="person")
        result = tasks.run(USER, name="person", service_account=True, state=state)
        assert "service_account: this server is OpenCTI 5.12.29" in result["msg"]
        assert tasks.platform.platform.user_by_email("person@example.org") is not None


class TestWhatExists:
    """The server returns an existing group or role, or a service account's e-mail, in the place of a new one."""

    @over_versions
    def test_a_group_that_came_meanwhile_is_not_called_created(self, version: str) -> None:
        tasks = Tasks(version)
        options: dict[str, Any] = {"name": "Feeds", "roles": ["Connector"], "max_confidence": 40}
        meanwhile = functools.partial(tasks.platform.add_group, "feeds")
        result = tasks.run(GROUP, meanwhile=meanwhile, **options)
        assert steps(result) == [
            "find group Feeds there already: somebody else has just made it",
            "change group Feeds: confidence",
        ]
        assert "somebody else has made it meanwhile" in warnings(result)
        assert result["group"]["max_confidence"] == 40
        assert tasks.run(GROUP, **options)["changed"] is False

    @over_versions
    def test_so_a_role(self, version: str) -> None:
        tasks = Tasks(version)
        meanwhile = functools.partial(tasks.platform.add_role, "Feed", "SETTINGS_SETLABELS")
        result = tasks.run(ROLE, meanwhile=meanwhile, name="Feed", capabilities=["KNOWLEDGE"])
        assert steps(result)[0].startswith("find role Feed")
        assert result["role"]["capabilities"] == ["KNOWLEDGE"]

    def test_so_a_service_account(self) -> None:
        tasks = Tasks(NEW)
        add = tasks.platform.add_user
        email = "feed@example.org"
        more = {"user_service_account": True, "password": None, "account_status": "Locked"}
        meanwhile = functools.partial(add, email, **more)
        result = tasks.run(USER, meanwhile=meanwhile, **(FEED | {"service_account": True, "account_status": "Active"}))
        assert steps(result)[0].startswith("find user [C] Feed")
        assert result["user"]["account_status"] == "Active"
        assert result["user"]["groups"] == ["Connectors"]

    @over_versions
    def test_a_user_that_came_meanwhile_is_told_by_the_server(self, version: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, meanwhile=lambda: tasks.platform.add_user("feed@example.org"), **FEED)
        assert "User already exists (FUNCTIONAL_ERROR)" in result["msg"]
        statuses = [step["status"] for step in result["steps"]]
        assert statuses[0] == "failed"
        if version == NEW:  # the token was added to the one who is there, and its value is not kept back
            assert result["changed"] is True
            assert result["token"].startswith("flgrn_octi_tkn_")
            assert "Done before this: 1 of 2 steps; not tried: 0." in result["msg"]
            assert statuses == ["failed", "done"]

    def test_a_service_account_without_an_e_mail_is_always_a_new_one(self) -> None:
        tasks = Tasks(NEW)
        options: dict[str, Any] = {"name": "[C] Feed", "service_account": True}
        meanwhile = functools.partial(tasks.platform.add_group, "Late", default_assignation=True)
        result = tasks.run(USER, meanwhile=meanwhile, **options)
        assert steps(result) == [
            "create user [C] Feed with groups Default",
            "add token secops.iam to user [C] Feed",
        ]
        assert tasks.run(USER, **options)["changed"] is False


class TestSpelling:
    """The server lower-cases names, and does no more to them: ß is not ss."""

    @over_versions
    def test_a_name_in_other_case_is_found(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(ROLE, name="Überwacher")
        assert tasks.run(GROUP, name="Feeds", roles=["ÜBERWACHER"])["group"]["roles"] == ["Überwacher"]

    @over_versions
    def test_another_name_is_another(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(ROLE, name="Straße")
        refused = tasks.run(GROUP, name="Feeds", roles=["Strasse"])
        assert "roles: the server has no Strasse. Did you mean Straße?" in refused["msg"]
        tasks.run(ROLE, name="Strasse")
        assert tasks.run(GROUP, name="Feeds", roles=["STRASSE"])["group"]["roles"] == ["Strasse"]
        assert tasks.run(GROUP, name="Feeds", roles=["straße"])["group"]["roles"] == ["Straße"]


class TestDescriptions:
    @over_versions
    @pytest.mark.parametrize("module", [GROUP, ROLE])
    def test_outer_blanks_are_left_away_as_the_server_does(self, version: str, module: str) -> None:
        tasks = Tasks(version)
        tasks.run(module, name="Feeds", description="other")
        result = tasks.run(module, name="Feeds", description=" for feeds\n")
        assert result["changed"] is True
        assert result[module.rpartition("_")[2]]["description"] == "for feeds"
        assert tasks.run(module, name="Feeds", description=" for feeds\n")["changed"] is False

    @over_versions
    def test_blanks_that_came_otherwise_make_no_difference(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.platform.add_group("Feeds", description=" for feeds ")
        assert tasks.run(GROUP, name="Feeds", description="for feeds")["changed"] is False


class TestUsers:
    @over_versions
    def test_default_groups(self, version: str) -> None:
        tasks = Tasks(version)
        exact = tasks.run(USER, **FEED)
        assert exact["user"]["groups"] == ["Connectors"]
        more = tasks.run(USER, **(FEED | {"email": "b@example.org", "append": True}))
        assert more["user"]["groups"] == ["Connectors", "Default"]
        none = tasks.run(USER, **(FEED | {"email": "c@example.org", "groups": []}))
        assert none["user"]["groups"] == []
        assert all(one["requests"]["writes"] == 1 for one in (more, exact)) or version in (OLD, "6.4.11")

    @over_versions
    def test_the_administrator_keeps_its_name_its_life_and_its_token(self, version: str) -> None:
        tasks = Tasks(version)
        admin: dict[str, Any] = {"name": "admin", "email": "admin@opencti.io"}
        assert (
            tasks.run(USER, **admin, token_name="Legacy Token" if version == NEW else "secops.iam")["changed"] is False
        )
        for refused in ({"state": "absent"}, {"account_status": "Inactive"}, {"token_state": "rotated"}):
            result = tasks.run(USER, **(admin | refused))
            assert "is the user of api_token" in result["msg"]
            assert result["requests"]["writes"] == 0
        if version in (MIDDLE, NEW):
            assert "external" in tasks.run(USER, **(admin | {"name": "root"}))["msg"]

    @pytest.mark.parametrize("level", [30, 90])
    def test_a_group_with_another_maximum_for_a_type_is_told(self, level: int) -> None:
        tasks = Tasks(MIDDLE)
        tasks.run(GROUP, name="Feeds", confidence_overrides={"Malware": level})
        result = tasks.run(USER, **(FEED | {"groups": ["Feeds"], "max_confidence": 70}))
        assert f"max_confidence is 70, but for Malware {level} takes effect" in warnings(result)
        assert result["effective_max_confidence"] == 70
        own = tasks.run(USER, **(FEED | {"groups": ["Feeds"], "confidence_overrides": {"Malware": "60"}}))
        assert "warnings" not in own

    @over_versions
    def test_types_of_overrides_are_text(self, version: str) -> None:
        tasks = Tasks(version)
        options = FEED | {"max_confidence": 70, "confidence_overrides": {1: 50, "Report": 60}}
        assert tasks.run(USER, **options)["user"]["confidence_overrides"] == {"1": 50, "Report": 60}
        assert tasks.run(USER, **options)["changed"] is False

    @over_versions
    def test_so_is_who_may_do_everything(self, version: str) -> None:
        tasks = Tasks(version)
        powerful = FEED | {"groups": ["Administrators"]}
        for check_mode in (True, False, True):
            result = tasks.run(USER, check_mode=check_mode, **powerful, max_confidence=50)
            assert "100 takes effect in the place of its own confidence" in warnings(result)
        assert result["effective_max_confidence"] == 100
        assert "warnings" not in tasks.run(USER, **powerful, max_confidence=-1)
        assert "warnings" not in tasks.run(USER, **powerful, max_confidence=100)

    def test_the_effective_confidence_of_groups(self) -> None:
        for version, level in ((OLD, 30), (MIDDLE, 80)):
            tasks = Tasks(version)
            tasks.run(GROUP, name="Low", max_confidence=30)
            tasks.run(GROUP, name="High", max_confidence=80)
            assert tasks.run(USER, **(FEED | {"groups": ["Low", "High"]}))["effective_max_confidence"] == level

    @over_versions
    def test_check_mode_tells_no_effective_confidence_of_groups_that_are_left(self, version: str) -> None:
        tasks = Tasks(version)
        tasks.run(GROUP, name="Low", max_confidence=30)
        tasks.run(USER, **FEED)
        other = FEED | {"groups": ["Low"]}
        assert "effective_max_confidence" not in tasks.run(USER, check_mode=True, **other)
        assert tasks.run(USER, **other)["effective_max_confidence"] == 30

    def test_who_needs_an_organization_is_told(self) -> None:
        tasks = Tasks(MIDDLE)
        place = tasks.platform.add_organization("SOC")
        tasks.platform.platform.settings["platform_organization"] = place
        assert "main organisation" in warnings(tasks.run(USER, **FEED))
        joined = tasks.run(USER, **(FEED | {"organizations": ["SOC"]}))
        assert "warnings" not in joined
        assert joined["user"]["organizations"] == ["SOC"]
        assert tasks.run(USER, **(FEED | {"organizations": []}))["user"]["organizations"] == []

    @pytest.mark.parametrize("version", [OLD, "6.8.17", "6.9.0", MIDDLE, NEW])
    def test_who_needs_none_is_not_told_so(self, version: str) -> None:
        """FACTS, users: up to 6.8 who manages users is exempt, from 6.9.0 on only who may do everything."""
        tasks = Tasks(version)
        place = tasks.platform.add_organization("SOC")
        tasks.platform.platform.settings["platform_organization"] = place
        tasks.platform.add_role("Manager", "SETTINGS_SETACCESSES", *["APIACCESS_USETOKEN"] * (version == NEW))
        tasks.run(GROUP, name="Managers", roles=["Manager"])
        for group in ("Administrators", "Managers", "Connectors"):
            result = tasks.run(USER, name=group, email=f"{group}@example.org", groups=[group])
            answer = tasks.platform.post({"query": "{ me { name } }"}, token=result["token"]).json()
            assert ("main organisation" in warnings(result)) == ("errors" in answer), group
        tasks.platform.infer_organization("connectors@example.org", "SOC")
        assert "warnings" not in tasks.run(USER, name="Connectors", email="connectors@example.org")

    @over_versions
    @pytest.mark.parametrize("email", ["feed", "feed@", "@example.org", "feed @example.org"])
    def test_a_new_one_needs_an_e_mail_that_is_one(self, version: str, email: str) -> None:
        tasks = Tasks(version)
        result = tasks.run(USER, **(FEED | {"email": email}))
        assert f"email: '{email}' is no e-mail address" in result["msg"]
        assert result["requests"]["writes"] == 0
        assert tasks.run(USER, **(FEED | {"email": email}), state="absent")["changed"] is False

    @over_versions
    def test_what_the_server_refuses_is_told_with_its_field(self, version: str) -> None:
        told = Tasks(version).run(USER, **(FEED | {"email": "a@b"}))["msg"]
        assert "The server answered: user_email: Must be at least 5 characters in length (VALIDATION_ERROR)" in told

    @over_versions
    def test_an_empty_password_is_not_taken_for_none(self, version: str) -> None:
        tasks = Tasks(version)
        assert "password: it is empty" in tasks.run(USER, **FEED, password="")["msg"]
        assert tasks.sent == []
        assert tasks.run(USER, **FEED, password="", state="absent")["changed"] is False

    def test_overrides_need_a_maximum_at_first(self) -> None:
        tasks = Tasks("6.0.10")
        overrides: dict[str, Any] = {"confidence_overrides": {"Report": 30}}
        result = tasks.run(USER, **FEED, **overrides)
        assert "confidence_overrides without max_confidence: this server is OpenCTI 6.0.10" in result["msg"]
        assert "give max_confidence, too" in result["msg"]
        tasks.run(USER, **FEED, **overrides, max_confidence=50)
        result = tasks.run(USER, **FEED, max_confidence=-1)
        assert "max_confidence: this server is OpenCTI 6.0.10" in result["msg"]
        assert "write a number from 0 to 100, or confidence_overrides: {} besides" in result["msg"]
        assert tasks.run(USER, **FEED, max_confidence=-1, confidence_overrides={})["user"]["max_confidence"] == -1
        result = tasks.run(GROUP, name="Connectors", max_confidence=-1)
        assert result["msg"].endswith("it came with 6.1.0: write a number from 0 to 100")

    @over_versions
    def test_organizations_that_follow_from_others_do_not_count(self, version: str) -> None:
        tasks = Tasks(version)
        for name in ("SOC", "Holding"):
            tasks.platform.add_organization(name)
        tasks.run(USER, **FEED, organizations=["SOC"])
        tasks.platform.infer_organization("feed@example.org", "Holding")
        same = tasks.run(USER, **FEED, organizations=["SOC"])
        assert same["steps"] == []
        assert same["user"]["organizations"] == ["SOC"]
        told = tasks.run("opencti_info")["users"]
        assert [user["organizations"] for user in told if user["email"] == "feed@example.org"] == [["SOC"]]
        both = tasks.run(USER, **FEED, organizations=["SOC", "Holding"])
        assert steps(both) == ["change user [C] Feed: add organizations Holding"]
        assert tasks.run(USER, **FEED, organizations=["SOC", "Holding"])["changed"] is False

    @over_versions
    def test_the_policy_of_passwords_is_satisfied(self, version: str) -> None:
        tasks = Tasks(version)
        rules = {
            "min_length": 30,
            "min_words": 4,
            "min_symbols": 6,
            "min_numbers": 6,
            "min_lowercase": 6,
            "min_uppercase": 6,
        }
        tasks.platform.platform.settings.update({f"password_policy_{rule}": least for rule, least in rules.items()})
        assert tasks.run(USER, **FEED)["changed"] is True
        result = tasks.run(USER, **(FEED | {"email": "b@example.org", "password": "short"}))
        assert "Invalid password: size must be >= 30" in result["msg"]
        assert "not found" not in result["msg"]
        assert "warnings" not in result
        assert (result["changed"], result["requests"]["writes"]) == (False, 1)

    def test_a_service_account_has_no_password(self) -> None:
        assert "password: a service account has none" in Tasks(NEW).run(USER, **SERVICE, password="any")["msg"]

    @over_versions
    def test_a_caller_without_the_capability_is_told_so(self, version: str) -> None:
        tasks = Tasks(version)
        _user, token = tasks.platform.user_who_may("KNOWLEDGE")
        for module, options in (
            (USER, FEED),
            (GROUP, {"name": "Feeds"}),
            (ROLE, {"name": "Feed"}),
            ("opencti_info", {}),
        ):
            assert "the token's user needs SETTINGS_SETACCESSES" in tasks.run(module, token=token, **options)["msg"]

    @pytest.mark.parametrize("version", [OLD, "6.0.10"])
    def test_a_caller_without_knowledge_is_told_where_it_takes_that(self, version: str) -> None:
        tasks = Tasks(version)
        _user, token = tasks.platform.user_who_may("SETTINGS_SETACCESSES")
        for module, plural, options in (
            (USER, "organizations", FEED | {"organizations": ["SOC"]}),
            (GROUP, "markingDefinitions", {"name": "Feeds", "allowed_markings": ["TLP:RED"]}),
            ("opencti_info", "markingDefinitions", {}),
        ):
            told = f"before OpenCTI 6.1.13 also KNOWLEDGE to read {plural}"
            assert told in tasks.run(module, token=token, **options)["msg"]
        assert tasks.run(GROUP, token=token, name="Feeds", roles=["Connector"])["changed"] is True


class TestCost:
    @over_versions
    def test_is_told_without_logins_of_which_there_are_none(self, version: str) -> None:
        tasks = Tasks(version)
        for module, options in ((USER, FEED), (GROUP, {"name": "Feeds"}), ("opencti_info", {})):
            assert set(tasks.run(module, **options)["requests"]) == {"reads", "writes", "waited"}

# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are found in a text in every form in which servers and programs repeat them."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from ansible_collections.secops.iam.plugins.module_utils._secrets import IN_TEXT, forms, without

SECRETS = [
    'Say "so"-1',
    "Back\\slash-1",
    "Größe-1",
    "Tab\there-1",
    "it's-1",
    "both'\"-1",
    "plain-Secret-1",
    "€-1",
    "R&D<1>-x",
]


@pytest.mark.parametrize("secret", SECRETS)
class TestForms:
    @pytest.mark.parametrize(
        "written",
        [
            pytest.param(str, id="as it is"),
            pytest.param(json.dumps, id="JSON in ASCII"),
            pytest.param(lambda secret: json.dumps(secret, ensure_ascii=False), id="JSON with other letters"),
            pytest.param(repr, id="Python's"),
            pytest.param(lambda secret: json.dumps({"password": secret}), id="in a JSON object"),
            pytest.param(lambda secret: str({"password": secret, "name": "x"}), id="in a printed dictionary"),
            pytest.param(html.escape, id="in a page"),
            pytest.param(lambda secret: html.escape(secret, quote=False), id="in a page with bare quotes"),
            pytest.param(lambda secret: html.escape(secret).replace("&#x27;", "&#39;"), id="in a page, decimal"),
            pytest.param(lambda secret: html.escape(json.dumps({"password": secret})), id="in a page, as JSON"),
        ],
    )
    def test_nothing_is_left_of_it(self, secret: str, written: Callable[[str], str]) -> None:
        text = f"before {written(secret)} after"
        cleaned = without(text, [secret])
        assert IN_TEXT in cleaned
        assert cleaned.startswith("before ")
        assert cleaned.endswith(" after")
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
            assert form not in cleaned
        assert secret[:3] not in cleaned

    def test_the_longest_form_is_first(self, secret: str) -> None:
        lengths = [len(form) for form in forms([secret])]
        assert lengths == sorted(lengths, reverse=True)
        assert secret in forms([secret])


def test_the_forms_of_a_plain_secret_are_one() -> None:
    assert forms(["plain", "plain"]) == ["plain"]


def test_an_empty_secret_has_none() -> None:
    """It would be found between any two characters."""
    assert forms([""]) == []
    assert without("a text", [""]) == "a text"


def test_of_two_secrets_the_longer_goes_first() -> None:
    """Else the rest of it would be left in the text."""
    assert without("Sales-1-more and Sales-1", ["Sales-1", "Sales-1-more"]) == f"{IN_TEXT} and {IN_TEXT}"


def test_the_mask_may_be_another() -> None:
    assert without("it was Sales-1.", ["Sales-1"], "(not shown)") == "it was (not shown)."


def test_a_text_without_secrets_is_left_alone() -> None:
    assert without("HTTP 500: no", ["Sales-1"]) == "HTTP 500: no"
    assert without("HTTP 500: no", []) == "HTTP 500: no"

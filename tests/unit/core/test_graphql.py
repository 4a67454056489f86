# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GraphQL: answers and what is none, both shapes of errors, what was done all the same, pages, and mutations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.secops.iam.plugins.module_utils import _graphql as graphql
from ansible_collections.secops.iam.plugins.module_utils._errors import IamError, Unsure
from ansible_collections.secops.iam.plugins.module_utils._http import Connection
from unit.graphql_answers import Answer


class Shelf(graphql.GraphqlClient):
    """A product that knows one piece of advice, and whose labels hide whether their box was made."""

    unsure_codes = frozenset({"JAMMED"})

    def advice(self, code: str, roots: Sequence[str]) -> str:
        return f"oil {', '.join(roots)}" if code == "RUSTY" else ""

    def judged(self, document: str, errors: list[graphql.Error]) -> tuple[list[graphql.Error], bool]:
        return errors[:1], any(error.root == "label" for error in errors)


def shelf(*answers: Answer) -> tuple[Shelf, list[dict[str, Any]]]:
    """A client that gets these answers, and what it sends."""
    client = Shelf(Connection("https://shelf.invalid/"), {"X-Key": "key"})
    left = list(answers)
    sent: list[dict[str, Any]] = []

    def send(method: str, path: str, **kwargs: Any) -> Any:
        sent.append({"to": f"{method} {path}", **kwargs})
        return left.pop(0)

    client.http.send = send  # type: ignore[method-assign]
    return client, sent


def failing(code: str, data: Any = None, path: Sequence[Any] = ("box",)) -> Answer:
    return Answer({"data": data, "errors": [{"message": "No", "extensions": {"code": code}, "path": list(path)}]})


class TestErrors:
    @pytest.mark.parametrize(
        ("told", "text", "code"),
        [
            ({"message": "No", "name": "FULL", "data": {"reason": "r"}}, "No (FULL): r", "FULL"),
            ({"message": "No", "extensions": {"code": "FULL", "data": {"field": "f"}}}, "f: No (FULL)", "FULL"),
            ({"message": "No", "name": "GraphQLError", "extensions": {"code": "FULL"}}, "No (FULL)", "FULL"),
            ({"message": "No", "name": "GraphQLError"}, "No", ""),
            ({"message": None, "extensions": None, "data": "text"}, "error", ""),
        ],
    )
    def test_have_a_text_and_a_code_in_both_shapes(self, told: dict[str, Any], text: str, code: str) -> None:
        error = graphql.error_of(told)
        assert (error.text, error.code, error.root) == (text, code, "")

    def test_know_the_root_that_they_are_about(self) -> None:
        assert graphql.error_of({"message": "No", "path": ["box", 0, "label"]}).root == "box"


class TestRead:
    def test_data_is_returned_and_a_query_may_be_repeated(self) -> None:
        client, sent = shelf(Answer({"data": {"box": 1}}))
        assert client.read("query", {"id": "1"}) == {"box": 1}
        body = {"query": "query", "variables": {"id": "1"}}
        assert sent == [{"to": "POST /graphql", "safe": True, "headers": {"X-Key": "key"}, "json": body}]

    def test_an_error_is_told_with_advice_and_nothing_was_done(self) -> None:
        client, _sent = shelf(failing("RUSTY", {"box": {"id": 1}}))
        with pytest.raises(graphql.Answered, match=r"^The server answered: No \(RUSTY\): oil box$") as raised:
            client.read("query")
        assert (raised.value.codes, raised.value.data, raised.value.wrote) == (["RUSTY"], {}, False)

    def test_an_error_without_a_path_is_about_all_that_was_not_answered(self) -> None:
        client, _sent = shelf(failing("RUSTY", {"box": 1, "lid": None, "key": None}, path=[]))
        with pytest.raises(graphql.Answered, match=r"oil lid, key$"):
            client.read("query")

    def test_the_same_error_is_told_once(self) -> None:
        error = {"message": "No", "path": ["box"]}
        client, _sent = shelf(Answer({"errors": [error, error]}))
        with pytest.raises(graphql.Answered, match=r"^The server answered: No$"):
            client.read("query")

    @pytest.mark.parametrize("answer", [Answer("<html>"), Answer("<html>", 502), Answer([]), Answer({"box": 1})])
    def test_what_is_no_answer_is_told(self, answer: Answer) -> None:
        client, _sent = shelf(answer)
        with pytest.raises(IamError, match=r"https://shelf\.invalid/graphql: HTTP .*no GraphQL answer") as raised:
            client.read("query")
        assert not isinstance(raised.value, Unsure)


class TestWrite:
    def test_a_part_that_was_done_is_told(self) -> None:
        client, _sent = shelf(failing("JAMMED", {"box": {"id": 1}, "lid": None}))
        with pytest.raises(graphql.Answered, match=r"^The server did part of this, and answered: No") as raised:
            client.write("mutation", {})
        assert raised.value.wrote is True
        assert raised.value.data == {"box": {"id": 1}, "lid": None}

    @pytest.mark.parametrize("data", [None, {}, {"box": None}, {"box": {"lid": None}}])
    def test_nothing_but_null_is_no_part(self, data: Any) -> None:
        client, _sent = shelf(failing("FULL", data))
        with pytest.raises(graphql.Answered, match=r"^The server answered: No") as raised:
            client.write("mutation", {})
        assert raised.value.wrote is False

    @pytest.mark.parametrize(
        "answer", [failing("JAMMED"), failing("FULL", path=["label"]), Answer("<html>", 200), Answer("<html>", 502)]
    )
    def test_what_may_have_been_done_is_not_known(self, answer: Answer) -> None:
        client, sent = shelf(answer)
        with pytest.raises(Unsure):
            client.write("mutation", {})
        assert sent[0]["safe"] is False

    def test_what_was_turned_away_was_not_done(self) -> None:
        client, _sent = shelf(Answer("<html>", 404))
        with pytest.raises(IamError, match="HTTP 404") as raised:
            client.write("mutation", {})
        assert not isinstance(raised.value, Unsure)

    def test_a_product_says_which_errors_are_worth_telling(self) -> None:
        errors = [{"message": text, "path": ["box"]} for text in ("first", "second")]
        client, _sent = shelf(Answer({"errors": errors}))
        with pytest.raises(graphql.Answered, match=r"^The server answered: first$"):
            client.write("mutation", {})


class TestLists:
    def page(self, names: Sequence[str], cursor: str | None = None) -> dict[str, Any]:
        edges = [{"node": {"name": name}} for name in names]
        return {"edges": edges, "pageInfo": {"endCursor": cursor, "hasNextPage": cursor is not None}}

    def test_all_pages_are_read_after_the_first(self) -> None:
        client, sent = shelf(
            Answer({"data": {"boxes": self.page(["b"], "2")}}), Answer({"data": {"boxes": self.page(["c"])}})
        )
        found = client.every("boxes", "query", self.page(["a"], "1"))
        assert [node["name"] for node in found] == ["a", "b", "c"]
        assert [request["json"]["variables"] for request in sent] == [{"after": "1"}, {"after": "2"}]

    def test_the_first_is_read_where_it_was_not(self) -> None:
        client, sent = shelf(Answer({"data": {"boxes": self.page(["a"])}}))
        assert client.every("boxes", "query") == [{"name": "a"}]
        assert len(sent) == 1

    def test_nodes_come_in_both_shapes(self) -> None:
        assert graphql.nodes_of({"edges": [{"node": {"name": "a"}}]}) == [{"name": "a"}]
        assert graphql.nodes_of([{"name": "a"}]) == [{"name": "a"}]
        assert graphql.nodes_of({"edges": None}) == graphql.nodes_of(None) == []

    def test_a_page_is_asked_for_with_what_leads_to_the_next(self) -> None:
        text = graphql.page("boxes", "first: 2", "id name")
        assert text == "boxes(first: 2) { pageInfo { endCursor hasNextPage } edges { node { id name } } }"


class TestClient:
    def test_its_cost_is_that_of_the_task(self) -> None:
        client, _sent = shelf()
        client.http.tally.count("reads")
        assert client.cost() == {"reads": 1, "writes": 0, "waited": 0}
        client.start_task()
        client.forget()
        assert client.cost() == {"reads": 0, "writes": 0, "waited": 0}


class TestMutation:
    def test_is_put_together_part_by_part(self) -> None:
        mutation = graphql.Mutation()
        for value in ("a", "b"):
            mutation.declare(mutation.numbered("box"), "ID!", value)
        mutation.declare("id", "ID!", "1")
        assert mutation.variables == {"box0": "a", "box1": "b", "id": "1"}
        expected = "mutation Name($box0: ID!, $box1: ID!, $id: ID!) { one two }"
        assert mutation.text("Name", ["one", "two"]) == expected

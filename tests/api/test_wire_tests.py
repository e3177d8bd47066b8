"""The answers on tests."""

import json
from typing import Any

import pytest

from crawler.api.messages import Reply
from crawler.api.wire_tests import read_test, read_tests_page
from crawler.errors import MalformedError, TransientError

ASK = "GET /x"


def reply(content: Any) -> Reply:
    return Reply(200, {}, json.dumps(content).encode())


def row(**attributes: Any) -> dict[str, Any]:
    return {"id": "t1", "type": "test", "attributes": {"title": "x", **attributes}}


def test_a_test_comes_with_its_rows_of_examples() -> None:
    """Named or not, the rows belong to it, in the server's order."""
    rows = [{"id": str(n), "type": "example", "attributes": {"data": [n, "a"]}} for n in (2, 1)]
    found = read_test(reply({"data": row(params=["n", "letter"]), "included": rows}), ASK, "t1")
    assert [each.attributes for each in found.resource.included] == [
        {"data": [2, "a"]},
        {"data": [1, "a"]},
    ]
    assert found.has_examples


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"has-examples": True}, True),
        ({"hasExamples": "true"}, True),
        ({"params": ["a"]}, True),
        ({"params": []}, False),
        ({"params": None, "has_examples": False}, False),
        ({"params": "x"}, False),
        ({}, False),
    ],
)
def test_rows_of_examples_are_expected_where_parameters_are(
    attributes: dict[str, Any], expected: bool
) -> None:
    """By the flag, or by the names of the columns."""
    assert read_test(reply({"data": row(**attributes)}), ASK, "t1").has_examples is expected


@pytest.mark.parametrize(
    ("attributes", "relations", "suite"),
    [
        ({"suite-id": "s1"}, {}, "s1"),
        ({"suiteId": 5}, {"suite": {"data": {"id": "other"}}}, "5"),
        ({"suite_id": None}, {"suite": {"data": {"id": "s1", "type": "suite"}}}, "s1"),
        ({}, {"Suite": {"data": "s1"}}, "s1"),
        ({}, {"suite": {}}, None),
        ({}, {"suite": {"data": None}}, None),
    ],
)
def test_the_suite_is_an_attribute_or_a_relationship(
    attributes: dict[str, Any], relations: dict[str, Any], suite: str | None
) -> None:
    """In the listing the relationship can be empty; then the attribute counts."""
    data = {**row(**attributes), "relationships": relations}
    found = read_tests_page(reply({"data": [data]}), ASK, 1).records[0]
    assert found.suite == suite
    assert found.resource.relationships == {}


@pytest.mark.parametrize("place", ["attributes", "relationships"])
def test_a_whole_number_in_a_test_that_would_lose_digits_is_refused(place: str) -> None:
    """At any depth; a large number that is none is kept as it is."""
    text = '{"data": [{"id": "t1", "type": "test", "attributes": {"title": "T"}, "%s": %s}]}'
    large = '{"title": "T", "a": [{"b": [1, %s]}]}'
    with pytest.raises(MalformedError, match="more than 64 bits"):
        read_tests_page(Reply(200, {}, (text % (place, large % 2**64)).encode()), "GET", 1)
    page = read_tests_page(Reply(200, {}, (text % (place, large % "1e300")).encode()), "GET", 1)
    assert getattr(page.records[0].resource, place)["a"] == [{"b": [1, 1e300]}]


def test_children_and_tests_of_a_test_are_plain_attributes() -> None:
    """Only a suite has a structure; a test loses nothing."""
    found = read_test(reply({"data": row(children=["a"], tests=[])}), ASK, "t1")
    assert found.resource.attributes == {"title": "x", "children": ["a"], "tests": []}


def test_what_a_page_includes_goes_to_the_rows_that_name_it() -> None:
    """Each row keeps its own labels, also where two name the same one."""
    rows = [
        {**row(), "id": name, "relationships": {"labels": {"data": [{"id": "l", "type": "label"}]}}}
        for name in ("t1", "t2")
    ]
    label = {"id": "l", "type": "label", "attributes": {"title": "Severity"}}
    page = read_tests_page(reply({"data": rows, "included": [label]}), ASK, 1)
    assert [[each.id for each in found.resource.included] for found in page.records] == [
        ["l"],
        ["l"],
    ]


def test_another_tests_answer_is_worth_another_try() -> None:
    """The document must be about the test that was asked for."""
    with pytest.raises(TransientError, match="not about test t2"):
        read_test(reply({"data": row()}), ASK, "t2")

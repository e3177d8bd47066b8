"""Runs and results in the columns of the page, without a browser."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from support.documents import HEAD, case, documents, suite
from support.reports import RAN, packed_in

from crawler.report.page import page
from crawler.snapshot.document import Document, Section


def data_of(document: Document) -> dict[str, Any]:
    """All that is packed in the page."""
    return packed_in("".join(page(document)))


def ran(*results: dict[str, Any], runs: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """What the page knows after two tests had these results."""
    nodes = [suite(0, "s"), case(1, "one", title="One"), case(1, "two", title="Two")]
    sections = (Section("runs", runs), Section("testruns", results))
    return data_of(Document(HEAD, nodes, (), sections))


def last(data: dict[str, Any]) -> list[str]:
    """How each item ended last."""
    facet = data["index"]["facets"]["results"]
    return [facet["words"][number] if number >= 0 else "" for number in facet["of"]]


@given(documents())
@settings(deadline=None, max_examples=50)
def test_all_that_stands_beside_the_tree_is_in_the_page(document: Document) -> None:
    """Every run, every result, and every item of every other list."""
    data = data_of(document)
    lists = {section.name: list(section.items) for section in document.sections}
    runs, results = (lists.pop(name, []) for name in ("runs", "testruns"))
    found = [data["index"]["runs"]["ids"], *(data[f"section-{name}"] for name in lists)]
    assert len(found[0]) >= len(runs)
    assert [len(each) for each in found[1:]] == [len(each) for each in lists.values()]
    assert data["index"]["results"] == len(results)
    assert data["index"]["lists"] == {name: len(items) for name, items in lists.items()}
    if results:
        blocks = [data[f"result-{n}"] for n in range(len(data["result-columns"]["starts"]))]
        assert [each["id"] for block in blocks for each in block] == [
            each["id"] for each in results
        ]


def test_a_run_is_counted_by_the_results_that_are_here() -> None:
    """And by its own word where there are none."""
    assert data_of(RAN)["index"]["runs"]["counts"] == [
        [["pending", 1]],
        [["failed", 1], ["passed", 2], ["skipped", 1]],
        [["passed", 7]],
    ]
    alone = replace(RAN, sections=RAN.sections[:1])
    assert data_of(alone)["index"]["runs"]["counts"] == [[], [], [["passed", 7]]]


def test_the_last_result_of_a_test_is_that_of_the_newest_run() -> None:
    """The worst of it where a test ran more than once, and nothing that has not ended."""
    runs = (
        {"id": "new", "finished_at": "2024-02-02T00:00:00Z"},
        {"id": "old", "finished_at": "2024-02-01T00:00:00Z"},
        {"id": "open", "created_at": "2024-02-03T00:00:00Z"},
    )
    data = ran(
        {"id": 1, "run_id": "old", "status": "failed", "test": {"id": "one"}},
        {"id": 2, "run_id": "new", "status": "passed", "test": {"id": "one"}},
        {"id": 3, "run_id": "new", "status": "skipped", "test": {"id": "one"}},
        {"id": 4, "run_id": "open", "status": "pending", "test": {"id": "one"}},
        {"id": 5, "run_id": "old", "status": "failed", "test_id": "two"},
        runs=runs,
    )
    assert last(data) == ["", "skipped", "failed"]


def test_a_result_of_no_run_and_of_no_test_is_kept() -> None:
    """The run is made up, the title is the result's own."""
    data = ran({"id": 1, "run_id": "lost", "status": "odd", "title": "Gone", "test": {"id": "x"}})
    columns = data["result-columns"]
    assert data["index"]["runs"]["ids"] == ["lost"]
    assert (columns["run"], columns["test"]) == ([0], [-1])
    assert columns["facets"]["titles"] == {"words": ["Gone"], "of": [0]}
    assert last(data) == ["", "", ""]


def test_a_title_that_is_the_test_s_is_not_told_twice() -> None:
    """Most are, and there may be hundreds of thousands."""
    data = ran({"id": 1, "run_id": "r", "test": {"id": "one"}, "title": "One"})
    assert data["result-columns"]["facets"]["titles"] == {"words": [], "of": [-1]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1500, 1500), (1499.6, 1500), (0, 0), (-3, -1), ("12", -1), (True, -1), (1e300, -1)],
)
def test_what_is_no_time_is_unknown(value: Any, shown: int) -> None:
    """So that no page says that a test took a year."""
    assert ran({"id": 1, "run_id": "r", "run_time": value})["result-columns"]["times"] == [shown]


def test_of_a_message_the_first_line_with_words_is_at_hand() -> None:
    """All of it is among the fields."""
    data = ran({"id": 1, "run_id": "r", "message": f"\n  expected 1\n got 2{'x' * 400}"})
    assert data["result-columns"]["messages"] == ["expected 1"]
    assert data["result-0"][0]["message"].endswith("x")

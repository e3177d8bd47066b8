"""What v2 answers, in each spelling, becomes the same records."""

import json
from typing import Any

import pytest

from crawler.api.messages import Reply
from crawler.api.wire_flat import (
    read_branches_page,
    read_flat_suite,
    read_flat_test,
    read_flat_tests_page,
    read_forest_page,
)
from crawler.errors import TransientError

FIRST = (1, 100)
SNAKE = {"id": "bbbbbbbb", "title": "B", "parent_id": "aaaaaaaa", "test_count": 2}
CAMEL = {"id": "bbbbbbbb", "title": "B", "parentId": "aaaaaaaa", "testCount": 2}
MIXED = {"id": "@Sbbbbbbbb", "title": "B", "parentId": "@Saaaaaaaa", "test_count": 2}


def reply(data: Any, **more: Any) -> Reply:
    return Reply(200, body=json.dumps({"data": data, **more}).encode())


@pytest.mark.parametrize("child", [SNAKE, CAMEL, MIXED], ids=["snake", "camel", "mixed"])
def test_a_tree_is_read_parents_first_in_any_spelling(child: dict[str, Any]) -> None:
    """With the children of each, their parents and their own counts of tests."""
    tree = [{"id": "aaaaaaaa", "title": "A", "children": [child]}, {"id": "cccccccc", "title": "C"}]
    found = read_forest_page(reply(tree), "GET /", FIRST)
    assert [each.resource.id for each in found.records] == ["aaaaaaaa", "bbbbbbbb", "cccccccc"]
    assert [each.parent for each in found.records] == [None, "aaaaaaaa", None]
    assert all(each.parent_known for each in found.records)
    assert [each.test_count for each in found.records] == [None, 2, None]
    assert [[child.id for child in each.children] for each in found.answers] == [
        ["bbbbbbbb"],
        [],
        [],
    ]
    assert found.whole
    assert "children" not in found.records[0].resource.attributes


def test_a_child_that_names_no_parent_stands_in_the_suite_around_it() -> None:
    """A tree tells where its suites stand."""
    tree = [{"id": "aaaaaaaa", "title": "A", "children": [{"id": "bbbbbbbb", "title": "B"}]}]
    found = read_forest_page(reply(tree), "GET /", FIRST)
    assert found.records[1].parent == "aaaaaaaa"


def test_a_tree_may_be_deeper_than_the_stack_of_python() -> None:
    """Nothing about it is recursive here."""
    opened = "".join(f'{{"id": "s{n:07}", "title": "x", "children": [' for n in range(499))
    body = f'{{"data": [{opened}{{"id": "leaf0000", "title": "x"}}{"]}" * 499}]}}'
    found = read_forest_page(Reply(200, body=body.encode()), "GET /", FIRST)
    assert len(found.records) == 500


@pytest.mark.parametrize(
    "tree",
    [
        {"id": "a"},
        ["aaaaaaaa"],
        [{"id": "a", "type": "test", "title": "x"}],
        [{"title": "no ID"}],
        [{"id": "aaaaaaaa", "title": "A", "children": "none"}],
        [{"id": "aaaaaaaa", "title": "A", "children": [{"id": "bbbbbbbb"}]}],
        [{"id": "aaaaaaaa", "title": "A", "parent_id": {"x": 1}}],
    ],
)
def test_what_is_no_tree_is_not_taken_for_one(tree: Any) -> None:
    """Nothing that could stand for a suite is passed over in silence."""
    with pytest.raises(TransientError, match="not usable"):
        read_forest_page(reply(tree), "GET /", FIRST)


@pytest.mark.parametrize("suite", ["suite_id", "suiteId"])
def test_a_test_is_read_in_any_spelling(suite: str) -> None:
    """It never has rows that a request of its own would give."""
    row = {"id": "@Ttttttttt", "title": "T", suite: "@Saaaaaaaa", "position": 3, "params": ["a"]}
    (record,) = read_flat_tests_page(reply([row]), "GET /", FIRST).records
    assert (record.resource.id, record.suite, record.position) == ("tttttttt", "aaaaaaaa", 3.0)
    assert not record.has_examples
    assert read_flat_test(reply(row), "GET /", "tttttttt") == record


@pytest.mark.parametrize(
    ("rows", "meta", "pages", "total"),
    [
        (100, {"total": 250, "page": 1, "per_page": 100}, 3, 250),
        (30, {"total": 250, "page": 1, "perPage": 30}, 9, 250),
        (100, {"totalPages": 7, "hasMore": True}, 7, None),
        (100, {"total_pages": 7, "total": 650}, 7, 650),
        (40, {"has_more": False}, 1, None),
        (100, {"has_more": True}, None, None),
        (30, {"total": 250}, None, 250),  # it did not give as many as were asked for
        (40, {"total": 40}, 1, 40),
        (100, {"total": 10}, None, 10),  # it counts something else
        (0, {"total": 0, "per_page": 100}, 0, 0),
        (40, {"total": "many"}, None, None),
        (40, {}, None, None),
    ],
)
def test_the_meta_tells_the_pages_in_either_spelling(
    rows: int, meta: dict[str, Any], pages: int | None, total: int | None
) -> None:
    """Or nothing does; then the list is read until it brings nothing new."""
    tests = [{"id": f"t{number:07}", "title": "T"} for number in range(rows)]
    found = read_flat_tests_page(reply(tests, meta=meta), "GET /", FIRST)
    assert (found.pages, found.total) == (pages, total)


def test_an_answer_about_another_item_is_none() -> None:
    """A suite or a test that was not asked for, or a bare ID."""
    for found in ({"id": "bbbbbbbb", "title": "B"}, {"id": "aaaaaaaa"}):
        with pytest.raises(TransientError, match="not usable"):
            read_flat_suite(reply(found), "GET /", "aaaaaaaa")
        with pytest.raises(TransientError, match="not about test aaaaaaaa"):
            read_flat_test(reply(found), "GET /", "aaaaaaaa")


def test_a_single_suite_says_where_it_stands_only_if_it_does() -> None:
    """Nothing around it tells that."""
    silent = read_flat_suite(reply({"id": "aaaaaaaa", "title": "A"}), "GET /", "aaaaaaaa")
    assert not silent.record.parent_known
    root = {"id": "aaaaaaaa", "title": "A", "parent_id": None}
    assert read_flat_suite(reply(root), "GET /", "aaaaaaaa").record.parent_known


@pytest.mark.parametrize(
    "row",
    [
        "vouchers",
        {"id": "1", "title": "vouchers"},
        {"id": 1, "name": "vouchers"},
        {"id": "vouchers"},
        {"id": "1", "type": "branch", "attributes": {"title": "vouchers"}},
    ],
)
def test_a_branch_is_known_by_its_name(row: Any) -> None:
    """Whatever form the list has, which no source shows."""
    assert read_branches_page(reply([row]), "GET /", FIRST).records == ("vouchers",)


def test_what_names_no_branch_is_no_list_of_branches() -> None:
    """Then nobody can tell whether the one that is asked for is there."""
    for data in ({"title": "x"}, [{"id": 5}], [7]):
        with pytest.raises(TransientError, match="not usable"):
            read_branches_page(reply(data), "GET /", FIRST)

"""The answers on suites, in every form that the sources know."""

import json
from typing import Any

import pytest

from crawler.api.messages import Reply
from crawler.api.wire_skeleton import read_skeleton
from crawler.api.wire_suites import read_suite, read_suites_page
from crawler.errors import MalformedError, RefusedError, TransientError
from crawler.model import SkeletonSuite, SuiteAnswer

ASK = "GET /x"


def reply(content: Any, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(content).encode())


def suite(item_id: str = "s1", **attributes: Any) -> dict[str, Any]:
    return {"id": item_id, "type": "suite", "attributes": {"title": item_id, **attributes}}


def test_of(item_id: str, **attributes: Any) -> dict[str, Any]:
    return {"id": item_id, "type": "test", "attributes": {"title": item_id, **attributes}}


test_of.__test__ = False  # type: ignore[attr-defined]  # its name looks like a test's


def answer(
    data: dict[str, Any], included: list[Any] | None = None, asked: str = "s1"
) -> SuiteAnswer:
    return read_suite(reply({"data": data, "included": included or []}), ASK, asked)


def shape(found: SuiteAnswer) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The IDs of children and tests, and whether their attributes came along."""
    return (
        [(child.id, child.record is not None) for child in found.children],
        [(test.id, test.record is not None) for test in found.tests],
    )


def related(**relations: Any) -> dict[str, Any]:
    return {**suite(), "relationships": {name: {"data": data} for name, data in relations.items()}}


BARE_SUITE = {"id": "c1", "type": "suites"}
BARE_TEST = {"id": "t1", "type": "Tests"}


@pytest.mark.parametrize(
    ("data", "included", "children", "tests"),
    [
        (related(children=[BARE_SUITE]), [], [("c1", False)], []),
        (related(children=[BARE_SUITE]), [suite("c1")], [("c1", True)], []),
        (related(children=["c1"]), [suite("c1")], [("c1", True)], []),
        (related(children=[7]), [], [("7", False)], []),
        (related(children=[suite("c1")]), [], [("c1", True)], []),
        (related(children=suite("c1")), [], [("c1", True)], []),
        (suite(children=["c1", "c2"]), [], [("c1", False), ("c2", False)], []),
        (suite(children=[{"id": "c1", "title": "x"}]), [], [("c1", True)], []),
        (suite(children=[{"id": "c1"}]), [], [("c1", False)], []),
        (related(children=[BARE_SUITE, BARE_TEST]), [], [("c1", False)], [("t1", False)]),
        (related(children=["c1", "t1"]), [test_of("t1")], [("c1", False)], [("t1", True)]),
        (related(tests=[BARE_TEST]), [], [], [("t1", False)]),
        (related(tests=[BARE_TEST]), [test_of("t1")], [], [("t1", True)]),
        (related(tests=[test_of("t1")]), [], [], [("t1", True)]),
        (related(tests=["t1"]), [], [], [("t1", False)]),
        (suite(tests=["t1"]), [], [], [("t1", False)]),
        (suite(tests=[{"id": "t1", "title": "x"}]), [], [], [("t1", True)]),
        (suite(), [test_of("t1", **{"suite-id": "s1"})], [], [("t1", True)]),
        (suite(), [test_of("t1")], [], [("t1", True)]),
        (suite(), [test_of("t1", suite_id="other")], [], []),
        (suite(), [suite("c1", **{"parent-id": "s1"})], [("c1", True)], []),
        (suite(), [suite("c1")], [("c1", True)], []),
        (suite(), [suite("c1", parentId="other")], [], []),
        (suite(**{"parent-id": "p"}), [suite("p")], [], []),
        (related(children=[]), [suite("c1")], [], []),
        (related(children=[]), [suite("c1", **{"parent-id": "s1"})], [("c1", True)], []),
        (related(children=None, tests=None), [], [], []),
        ({**suite(), "relationships": {"children": {}, "tests": {"links": {}}}}, [], [], []),
        ({**suite(), "relationships": {"children": ["c1"]}}, [], [("c1", False)], []),
        ({**suite(), "relationships": None}, [], [], []),
        (suite(children=None, tests=None), [], [], []),
        (
            {**related(children=[BARE_SUITE, "c2"]), "attributes": {"children": ["c2", "c3"]}},
            [suite("c2"), suite("c4", **{"parent-id": "s1"})],
            [("c1", False), ("c2", True), ("c3", False), ("c4", True)],
            [],
        ),
        (
            {**related(tests=[BARE_TEST]), "attributes": {"tests": ["t1", {"id": "t2", "a": 1}]}},
            [test_of("t3")],
            [],
            [("t1", False), ("t2", True), ("t3", True)],
        ),
    ],
)  # fmt: skip
def test_children_and_tests_are_found_in_every_form(
    data: dict[str, Any], included: list[Any], children: list[Any], tests: list[Any]
) -> None:
    """Relationships, attributes and included resources add up, in the server's order, once each."""
    assert shape(answer(data, included)) == (children, tests)


def test_tests_of_a_child_that_came_along_stay_with_it() -> None:
    """A test that another included suite lists is not this suite's."""
    child = {**suite("c1"), "relationships": {"tests": {"data": [BARE_TEST]}}}
    assert shape(answer(related(children=[BARE_SUITE]), [child, test_of("t1")]))[1] == []


def test_two_places_that_speak_of_one_child_add_up() -> None:
    """The more detailed one wins, and nothing of the other is lost."""
    inline = {"id": "c1", "type": "suite", "attributes": {"title": "short", "only-here": 1}}
    full = suite("c1", position=4, code="x")
    (child,) = answer(related(children=[inline]), [full]).children
    assert child.record is not None
    assert child.record.resource.attributes == {
        "title": "c1", "position": 4, "code": "x", "only-here": 1,
    }  # fmt: skip
    assert child.record.position == 4


@pytest.mark.parametrize(
    ("attributes", "facts"),
    [
        ({"parent-id": None}, {"parent": None, "parent_known": True}),
        ({"parent_id": "p"}, {"parent": "p", "parent_known": True}),
        ({"parentId": 5}, {"parent": "5", "parent_known": True}),
        ({}, {"parent": None, "parent_known": False}),
        ({"is-root": True}, {"is_root": True}),
        ({"isRoot": "false"}, {"is_root": False}),
        ({"is_root": 1}, {"is_root": None}),
        ({"position": 3}, {"position": 3.0}),
        ({"position": "2.5"}, {"position": 2.5}),
        ({"position": True}, {"position": None}),
        ({"position": "first"}, {"position": None}),
        ({"position": [1]}, {"position": None}),
        ({"test-count": None}, {"test_count": 0}),
        ({"testCount": "4"}, {"test_count": 4}),
        ({"test_count": -1}, {"test_count": None}),
        ({"test_count": 1.5}, {"test_count": None}),
        ({}, {"test_count": None, "position": None, "is_root": None}),
    ],
)
def test_the_facts_are_read_in_every_spelling(
    attributes: dict[str, Any], facts: dict[str, Any]
) -> None:
    """Hyphens, underscores and capitals; numbers as numbers or text; garbage is unknown."""
    record = answer(suite(**attributes)).record
    assert {name: getattr(record, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("relation", "parent"),
    [({"data": {"id": "p", "type": "suite"}}, ("p", True)), ({"data": None}, (None, True)),
     ({}, (None, False)), (None, (None, False))],
)  # fmt: skip
def test_the_parent_may_be_a_relationship(relation: Any, parent: tuple[str | None, bool]) -> None:
    """Null says that there is none; an empty object says nothing."""
    record = answer({**suite(), "relationships": {"parent": relation}}).record
    assert (record.parent, record.parent_known) == parent


def test_everything_else_stays_exactly_as_sent() -> None:
    """Names, nulls and nested values; only structure, secrets and empty statements go."""
    attributes = {
        "title": "x", "sync": None, "run_time": 1, "toUrl": {"a": [1, {"api-key": "s", "b": None}]},
        "saved-in-branch?": False, "API_Key": "s", "children": ["c"], "tests": 3, "é": "\u2028",
    }  # fmt: skip
    relations = {
        "children": {"data": []}, "parent": {"data": {"id": "p"}}, "branch": {"data": None},
        "labels": {"data": [{"id": "l", "type": "label"}]}, "empty": {}, "none": None,
        "milestone": {"data": None, "links": {"self": "/m"}},
    }  # fmt: skip
    data = {
        "id": "s1", "type": "suites", "attributes": attributes, "relationships": relations,
        "links": {"self": "/s1"}, "title": "not an attribute",
    }  # fmt: skip
    resource = answer(data).record.resource
    assert resource.type == "suites"
    assert resource.attributes == {
        "title": "x", "sync": None, "run_time": 1, "toUrl": {"a": [1, {"b": None}]},
        "saved-in-branch?": False, "tests": 3, "é": "\u2028", "links": {"self": "/s1"},
    }  # fmt: skip
    assert resource.relationships == {
        "labels": {"data": [{"id": "l", "type": "label"}]},
        "milestone": {"data": None, "links": {"self": "/m"}},
    }


def test_further_resources_go_to_whom_names_them() -> None:
    """Through other resources too; those that nobody names belong to the suite itself."""
    labelled = {**test_of("t1"), "relationships": {"labels": {"data": ["l1"]}}}
    label = {
        "id": "l1", "type": "labels", "attributes": {"n": 1},
        "relationships": {"group": {"data": {"id": "g1", "type": "group"}}},
    }  # fmt: skip
    group = {"id": "g1", "type": "group", "attributes": {}}
    row = {"id": "e1", "type": "example", "attributes": {"test-id": "t1"}}
    user = {"id": "u1", "type": "user", "attributes": {}}
    nameless = {"type": "note", "attributes": {"text": "x"}}
    found = answer(related(tests=[labelled]), [user, group, label, row, nameless])
    assert [each.id for each in found.record.resource.included] == ["u1", ""]
    (test,) = found.tests
    assert test.record is not None
    assert [each.id for each in test.record.resource.included] == ["g1", "l1", "e1"]


@pytest.mark.parametrize(
    "content",
    [
        {"data": suite("other")},
        {"data": test_of("s1")},
        {"data": [suite()]},
        {"data": "s1"},
        {"data": {"id": "s1", "type": "suite"}},
        {"data": {"type": "suite", "attributes": {"a": 1}}},
        {"data": suite(), "included": [7]},
        {"data": suite(), "included": [{"id": True, "type": "test"}]},
        {"data": related(children=[True])},
        {"data": related(children=[["c1"]])},
        {"data": related(children=[None])},
        {"data": related(tests=[{"type": "test"}])},
        {"data": related(tests=["" ])},
        {"data": related(tests=5)},
        {"data": {**suite(), "attributes": []}},
        {"data": suite(**{"parent-id": [1]})},
        {},
    ],
)  # fmt: skip
def test_a_document_that_is_not_the_suite_asked_for_is_worth_another_try(content: Any) -> None:
    """Another suite's answer, a test's, a list, or broken IDs never become a record."""
    with pytest.raises(TransientError):
        read_suite(reply(content), ASK, "s1")


def test_a_value_nested_too_deep_is_refused() -> None:
    """A hundred levels are plenty; more is an error of this item and no crash."""
    deep: Any = "bottom"
    for _ in range(99):
        deep = [deep]
    answer(suite(value=deep))
    for _ in range(5):
        deep = {"a": deep}
    with pytest.raises(MalformedError, match="nested too deep"):
        answer(suite(value=deep))
    assert issubclass(MalformedError, RefusedError)


def test_a_page_of_suites_keeps_the_order_and_the_number_of_pages() -> None:
    """With an envelope or as a bare list."""
    rows = [suite("b"), suite("a")]
    page = read_suites_page(reply({"data": rows, "meta": {"total_pages": "9"}}), ASK, 4)
    assert [record.resource.id for record in page.records] == ["b", "a"]
    assert (page.page, page.pages) == (4, 9)
    assert read_suites_page(reply(rows), ASK, 1).pages is None
    assert read_suites_page(reply({"data": []}), ASK, 1).records == ()


@pytest.mark.parametrize(
    "rows", [[7], [None], [{"type": "suite"}], [{"id": "a", "type": "suite"}], ["a"],
             [test_of("t")], {"id": "a"}],
)  # fmt: skip
def test_a_page_with_a_broken_row_is_worth_another_try(rows: Any) -> None:
    """Rows without ID or attributes, or of another kind, are never skipped silently."""
    with pytest.raises(TransientError):
        read_suites_page(reply({"data": rows}), ASK, 1)


def test_the_skeleton_is_read_parents_first_at_any_depth() -> None:
    """Not recursive, so depth is no limit here; tests among the children are not suites."""
    tree: list[Any] = []
    for number in reversed(range(400)):
        tree = [{"id": f"s{number}", "testCount": number, "children": tree}]
    tree.append({"id": "last", "type": "suite", "Children": [{"id": "t", "type": "test"}]})
    found = read_skeleton(reply(tree), ASK)
    assert found is not None
    skeleton = tuple(found)
    assert len(found) == len(skeleton)
    assert skeleton[0] == SkeletonSuite("s0", None, 0)
    assert skeleton[399] == SkeletonSuite("s399", "s398", 399)
    assert skeleton[400:] == (SkeletonSuite("last", None),)


@pytest.mark.parametrize("content", [{}, {"data": 3}, [7.5], [{"title": "x"}], "x", None])
def test_a_skeleton_that_is_none_is_no_error(content: Any) -> None:
    """It is an extra witness; without it the crawl goes on."""
    assert read_skeleton(reply(content), ASK) is None
    assert read_skeleton(reply([], 404), ASK) is None

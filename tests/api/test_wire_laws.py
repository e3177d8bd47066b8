"""Laws of the reading, for documents broken at random."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.api.messages import Reply
from crawler.api.wire_projects import read_project, read_projects_page
from crawler.api.wire_skeleton import read_skeleton
from crawler.api.wire_suites import read_suite, read_suites_page
from crawler.api.wire_tests import read_test, read_tests_page
from crawler.errors import ServerError
from crawler.model import SuiteAnswer

ROW = {"id": "t1", "type": "tests", "attributes": {"title": "t", "suite-id": "s1", "params": ["a"]}}
CHILD = {
    "id": "s2",
    "type": "suites",
    "attributes": {"title": "c", "parent-id": "s1", "position": 1, "test-count": None},
    "relationships": {"tests": {"data": [{"id": "t9", "type": "test"}]}},
}
EXAMPLE = {
    "id": "e1",
    "type": "example",
    "attributes": {"data": [1, "b"]},
    "relationships": {"test": {"data": {"id": "t1", "type": "test"}}},
}
SUITE = {
    "data": {
        "id": "s1",
        "type": "suite",
        "attributes": {"title": "s", "is-root": True, "tests": ["t2", {"id": "t3", "a": 1}]},
        "relationships": {
            "children": {"data": [{"id": "s2", "type": "suites"}, "s3", 4]},
            "tests": {"data": [ROW]},
            "parent": {"data": None},
            "labels": {"data": [{"id": "l1", "type": "label"}]},
        },
        "links": {"self": "/s1"},
    },
    "included": [CHILD, ROW, EXAMPLE, {"id": "l1", "type": "labels", "attributes": {}}],
    "meta": {"total_pages": 3},
}
TREE = [{"id": "s1", "testCount": 1, "children": [{"id": "s2", "children": None}, {"id": "s3"}]}]
PROJECT = {"data": {"id": "p", "type": "project", "attributes": {"title": "P", "tests-count": 3}}}

READERS: list[tuple[Callable[[Reply], Any], Any]] = [
    (lambda reply: read_suite(reply, "GET", "s1"), SUITE),
    (lambda reply: read_suites_page(reply, "GET", 1), {**SUITE, "data": [SUITE["data"], CHILD]}),
    (lambda reply: read_test(reply, "GET", "t1"), {"data": ROW, "included": [EXAMPLE]}),
    (lambda reply: read_tests_page(reply, "GET", 1), {"data": [ROW], "included": [EXAMPLE]}),
    (lambda reply: read_skeleton(reply, "GET"), TREE),
    (lambda reply: read_project(reply, "GET", "p"), PROJECT),
    (lambda reply: read_projects_page(reply, "GET", 1), {"data": [PROJECT["data"]]}),
]

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False,
    allow_infinity=False) | st.sampled_from(["", "s1", "s2", "t1", "suite", "test", "1", "é"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "type", "data", "attributes", "relationships", "children", "tests", "parent-id",
             "suite-id", "position", "test-count", "included", "meta", "labels", "api_key", "x"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a document."""
    found = [path]
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*path, step))
    return found


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


@pytest.mark.parametrize("reader", range(len(READERS)))
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_mutated_document_gives_records_or_one_of_our_errors(
    reader: int, data: st.DataObject
) -> None:
    """Whatever value stands anywhere, no other exception ever comes out."""
    read, document = READERS[reader]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)))
        document = put(document, path, data.draw(JUNK))
    with suppress(ServerError):
        read(Reply(200, {}, json.dumps(document).encode()))


@pytest.mark.parametrize("reader", range(len(READERS)))
@given(body=st.binary(max_size=200), status=st.integers(100, 599))
@settings(max_examples=50, deadline=None)
def test_any_bytes_give_records_or_one_of_our_errors(reader: int, body: bytes, status: int) -> None:
    """Garbage with any status is an error of the server, never a crash."""
    with suppress(ServerError):
        READERS[reader][0](Reply(status, {}, body))


IDS = st.lists(st.sampled_from([f"i{n}" for n in range(12)]), unique=True, max_size=8)


def dressed(draw: st.DrawFn, item_id: str, kind: str, included: list[Any]) -> Any:
    """One member in one of the forms that the sources know."""
    full = {
        "id": item_id,
        "type": draw(st.sampled_from([kind, f"{kind}s"])),
        "attributes": {"a": 1},
    }
    form = draw(st.sampled_from(["text", "bare", "included", "inline"]))
    if form == "inline":
        return full
    if form == "included":
        included.append(full)
    return item_id if form == "text" else {"id": item_id, "type": full["type"]}


@st.composite
def suites_in_any_form(draw: st.DrawFn) -> tuple[Any, list[str], list[str]]:
    """A document, and the children and tests that it speaks of."""
    children, tests = draw(IDS), [f"t{each}" for each in draw(IDS)]
    included: list[Any] = []
    attributes: dict[str, Any] = {"title": "x"}
    relations: dict[str, Any] = {}
    for name, kind, ids in (("children", "suite", children), ("tests", "test", tests)):
        split = draw(st.integers(0, len(ids)))
        relations[name] = {"data": [dressed(draw, each, kind, included) for each in ids[:split]]}
        attributes[name] = [dressed(draw, each, kind, included) for each in ids[split:]]
    data = {"id": "s", "type": "suite", "attributes": attributes, "relationships": relations}
    return {"data": data, "included": draw(st.permutations(included))}, children, tests


@given(suites_in_any_form())
@settings(deadline=None)
def test_every_member_is_found_once_and_in_order(case: tuple[Any, list[str], list[str]]) -> None:
    """Forms may be mixed within one answer; nothing is lost, doubled or reordered."""
    document, children, tests = case
    answer: SuiteAnswer = read_suite(Reply(200, {}, json.dumps(document).encode()), "GET", "s")
    assert [each.id for each in answer.children] == children
    assert [each.id for each in answer.tests] == tests


@given(JUNK, st.sampled_from(["api-key", "api_key", "apiKey", "API KEY"]))
@settings(deadline=None)
def test_a_key_is_dropped_wherever_it_stands(value: Any, name: str) -> None:
    """Secrets that the API shows never reach a record, at any depth."""
    nested = {"deep": [{"er": {name: value, "kept": 1}}], name: value}
    data = {"id": "s1", "type": "suite", "attributes": nested}
    answer = read_suite(Reply(200, {}, json.dumps({"data": data}).encode()), "GET", "s1")
    assert answer.record.resource.attributes == {"deep": [{"er": {"kept": 1}}]}

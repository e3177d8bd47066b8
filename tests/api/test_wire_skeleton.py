"""The whole tree of suites in one answer: every form that it may have, read in parts."""

import json
from typing import Any

import pytest

from crawler.api.messages import Reply
from crawler.api.wire_skeleton import read_skeleton
from crawler.model import SkeletonSuite

ASK = "GET /api/p/suites/tree"
#: Levels that orjson takes, and the parser of Python does not.
DEEP = 500


def read(content: Any) -> list[SkeletonSuite] | None:
    """The suites of a tree that is sent as JSON, or as bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    found = read_skeleton(Reply(200, body=body), ASK)
    return None if found is None else list(found)


ROOT, CHILD, LAST = (
    SkeletonSuite("r", None, 2, "R"),
    SkeletonSuite("c", "r"),
    SkeletonSuite("l", "r"),
)


@pytest.mark.parametrize(
    "children",
    [
        [{"id": "c"}, {"id": "l"}],
        ["c", "l"],
        [{"id": "c"}, "l"],
        {"data": [{"id": "c", "type": "suite"}, {"id": "l"}]},
        [{"id": "c", "children": None}, {"id": "t", "type": "test"}, {"id": "l", "children": []}],
        [{"id": "c", "relationships": {}}, {"id": "l", "attributes": {"id": "l", "state": "x"}}],
    ],
)
def test_children_are_read_in_every_form(children: Any) -> None:
    """In the order of the server, tests left out, whatever else stands in the same list."""
    flat = {"id": "r", "title": "R", "testCount": 2, "children": children}
    assert read([flat]) == [ROOT, CHILD, LAST]
    enveloped = {"id": "r", "attributes": {"title": "R", "test-count": 2, "children": children}}
    assert read([enveloped]) == [ROOT, CHILD, LAST]


def test_a_single_child_needs_no_list() -> None:
    """As anywhere else in the answers."""
    tree = [{"id": "r", "title": "R", "testCount": 2, "children": {"data": {"id": "c"}}}]
    assert read(tree) == [ROOT, CHILD]


def test_depth_is_no_limit_that_other_answers_do_not_have() -> None:
    """A parser that gives up earlier is not the last word."""
    body = b'[{"id":"s","children":' * DEEP + b"[]" + b"}]" * DEEP
    found = read(body)
    assert found is not None
    assert len(found) == DEEP


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff[]",
        b'[{"id":"a","testCount":NaN}]',
        b'[{"id":"a","title":"\\ud800"}]',
        b'[{"id":"a","children":[7.5]}]',
        b'[{"id":"a","children":[null]}]',
        b'[{"id":"a","children":[{"title":"no ID"}]}]',
        b'{"id":"a"}',
        b'[{"id":"a"}',
    ],
)
def test_a_tree_that_is_broken_anywhere_is_none(body: bytes) -> None:
    """Half a witness could only mislead."""
    assert read(body) is None

"""The demo server's truth held against a document, by rules written down a second time."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawler.demo import DemoProject
from crawler.snapshot.document import Document, Node

#: What a suite does not say of itself where `listing_parents` is off.
UNSAID = ("is-root", "parent-id")
_ATTACHED = {"relationships", "included", "other_attributes"}
_OWN_NAMES = {"id", "suites", "tests", *_ATTACHED}


@dataclass(frozen=True)
class Expected:
    """An item of the truth at its place."""

    kind: str
    depth: int
    id: str
    attributes: Mapping[str, Any]
    linked: Mapping[str, list[dict[str, Any]]]


def expected(suites: list[dict[str, Any]], tests: Iterable[dict[str, Any]]) -> Iterator[Expected]:
    """The truth in document order: a suite, its suites with all below them, its tests."""
    stack: list[tuple[str, int, dict[str, Any]]] = [("test", 0, test) for test in tests][::-1]
    stack += [("suite", 0, suite) for suite in reversed(suites)]
    while stack:
        kind, depth, item = stack.pop()
        yield Expected(kind, depth, item["id"], item["attributes"], item["linked"])
        stack += [("test", depth + 1, test) for test in reversed(item.get("tests", ()))]
        stack += [("suite", depth + 1, suite) for suite in reversed(item.get("suites", ()))]


def assert_is_truth(
    document: Document, project: DemoProject, *, unsaid: tuple[str, ...] = ()
) -> None:
    """Every suite and test stands at its place and order, with all that the server holds of it."""
    truth = project.truth()
    orphans = truth["orphans"]
    wanted = list(expected(truth["suites"], ()))
    lost = list(expected(orphans["suites"], orphans["tests"]))
    _assert_same_places(document.nodes, wanted)
    _assert_same_places(document.orphans, lost)
    for node, item in zip((*document.nodes, *document.orphans), (*wanted, *lost), strict=True):
        left_out = unsaid if item.kind == "suite" else ()
        _assert_same_attributes(node, item, left_out)
        _assert_same_linked(node, item)
    assert document.head.suites == len(project.suites)
    assert document.head.tests == len(project.tests)
    assert project.api_key not in repr(document)


def _assert_same_places(nodes: Iterable[Node], items: list[Expected]) -> None:
    found = [(str(node.kind), node.depth, node.fields["id"]) for node in nodes]
    assert found == [(item.kind, item.depth, item.id) for item in items]


def _assert_same_attributes(node: Node, item: Expected, left_out: tuple[str, ...]) -> None:
    sent = {
        name: value
        for name, value in item.attributes.items()
        if value is not None and name not in left_out
    }
    others = node.fields.get("other_attributes", {})
    for name, value in sent.items():
        aside = others.get(name, _NOWHERE)
        is_own = snake(name) in _OWN_NAMES and not (snake(name) == "id" and value == item.id)
        place = _NOWHERE if is_own else node.fields.get(snake(name), _NOWHERE)
        kept = text(aside) == text(value) or text(place) == text(_sorted_if_set(name, value))
        assert kept, (item.id, name, value, place, aside)
    # And nothing but that is there.
    names = {snake(name) for name in sent} - _OWN_NAMES
    if not isinstance(sent.get("title", ""), str):
        names.discard("title")  # it gives way, as the README says
    assert set(node.fields) - _ATTACHED - {"id"} == names
    assert set(others) <= set(sent)


def _assert_same_linked(node: Node, item: Expected) -> None:
    linked = [each for resources in item.linked.values() for each in resources]
    plain = [{k: v for k, v in each.items() if v != {}} for each in linked]
    assert sorted(map(_unordered, node.fields.get("included", ()))) == sorted(
        {_unordered(each) for each in plain}
    )
    named = {snake(name) for name, members in item.linked.items() if members}
    assert set(node.fields.get("relationships", {})) in (named, named - {"examples"})


_NOWHERE = object()


def text(value: Any) -> str:
    """A value so that 1, 1.0 and true differ, and the order of names counts."""
    return "nowhere" if value is _NOWHERE else json.dumps(value)


def _unordered(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _sorted_if_set(name: str, value: Any) -> Any:
    if snake(name) not in {"tags", "labels"} or not isinstance(value, list):
        return value
    return sorted(value, key=lambda each: each if isinstance(each, str) else _unordered(each))


@cache
def snake(name: str) -> str:
    """`file-type`, `fileType` and `file_type` are one name in the snapshot."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z])([A-Z][a-z])", r"\1 \2", spaced)
    return re.sub(r"[-\s]+", "_", spaced).lower()

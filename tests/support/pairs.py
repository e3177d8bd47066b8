"""Pairs of documents that share some of their items, in every way that items can differ."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from crawler.snapshot.document import Document, Head, Node, NodeKind, Section
from support.documents import DAYS, GAPS, SELECTIONS, TEXTS, VALUES

NAMES: Final = st.sampled_from(("title", "position", "tags", "state", "description", "test_count"))
SMALL: Final = st.sampled_from((1, 1.0, True, None, "a", "a b\nc\n", ["x"], ["y", "x"], 2))
FIELDS: Final = st.dictionaries(NAMES | TEXTS, SMALL | VALUES, max_size=4).map(
    lambda fields: {k: v for k, v in fields.items() if k not in {"id", "suites", "tests"}}
)
SUITES: Final = tuple(f"s{number}" for number in range(5))
RUNS: Final = ("r0", "r1", "r2")
TESTS: Final = tuple(f"t{number}" for number in range(7))


@st.composite
def trees(draw: st.DrawFn) -> Document:
    """A document whose items come from a small stock, each at most once, anywhere."""
    suites = draw(st.permutations(SUITES))[: draw(st.integers(0, len(SUITES)))]
    tests = draw(st.permutations(TESTS))[: draw(st.integers(0, len(TESTS)))]
    below: dict[str, list[str]] = {"": [], "orphans": []}
    for name in suites:
        below[draw(st.sampled_from(sorted(below)))].append(name)
        below[name] = []
    places = sorted(set(below) - {""})
    for name in tests:
        below[draw(st.sampled_from(places))].append(name)
    fields = {name: draw(FIELDS) for name in (*suites, *tests)}
    sections = tuple(_sections(draw))
    counts = tuple((each.name, len(tuple(each.items))) for each in sections)
    return Document(
        replace(draw(heads(len(suites), len(tests))), sections=counts),
        tuple(_nodes(below, fields, "")),
        tuple(_nodes(below, fields, "orphans")),
        sections,
    )


def _sections(draw: st.DrawFn) -> Iterable[Section]:
    wanted = draw(st.sets(st.sampled_from(("runs", "users"))))
    for name in sorted(wanted):
        names = draw(st.permutations(RUNS))[: draw(st.integers(0, len(RUNS)))]
        yield Section(name, tuple({"id": each, **draw(FIELDS)} for each in names))


@st.composite
def heads(draw: st.DrawFn, suites: int, tests: int) -> Head:
    """A head with these counts."""
    title = draw(st.sampled_from(("P", "Q")))
    head = Head("p", title, "https://a.example", complete=True, suites=suites, tests=tests)
    if draw(st.booleans()):
        return head
    gaps = tuple(draw(st.lists(GAPS, max_size=2)))
    omitted = tuple(draw(st.lists(TEXTS)))
    return replace(
        head,
        complete=False,
        gaps=gaps,
        omitted=omitted,
        selection=draw(SELECTIONS),
        runs_since=draw(DAYS),
    )


def _nodes(
    below: dict[str, list[str]], fields: dict[str, dict[str, Any]], top: str, depth: int = 0
) -> Iterable[Node]:
    for name in sorted(below[top], key=lambda name: name in TESTS):
        kind = NodeKind.TEST if name in TESTS else NodeKind.SUITE
        yield Node(kind, depth, {"id": name, **fields[name]})
        if kind is NodeKind.SUITE:
            yield from _nodes(below, fields, name, depth + 1)

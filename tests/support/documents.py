"""Documents of every shape, and the nested form that files hold, made in another way."""

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from crawler.edition import Api, Edition
from crawler.selection import WHOLE, Selection
from crawler.snapshot.document import (
    SECTIONS,
    Document,
    DocumentGap,
    Head,
    Node,
    NodeKind,
    Section,
    head_mapping,
)
from crawler.snapshot.formats import Format, codec

HEAD: Final = Head("p", "P", "https://app.testomat.io", complete=True, suites=1, tests=0)
ALPHABET: Final = st.one_of(
    st.sampled_from(" \t\n\n  ab:#-?|>%&*!'\"\\,[]{}@`~=<.0123eExX_+\r\x85\u2028\ufeff\x00\x7f"),
    st.characters(exclude_categories=("Cs",)),
)
TEXTS: Final = st.text(ALPHABET, max_size=24)
# Beyond 63 bits one of the parsers of YAML 1.2 takes whole numbers for floats.
SCALARS: Final = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES: Final = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)

GAPS: Final = st.builds(
    DocumentGap,
    kind=TEXTS,
    id=TEXTS,
    reason=TEXTS,
    expected=st.none() | st.integers(0, 9),
    found=st.none() | st.integers(0, 9),
)
NAMES: Final = st.lists(TEXTS, max_size=2).map(tuple)
SELECTIONS: Final = st.just(WHOLE) | st.builds(
    Selection,
    suites=NAMES,
    exclude=NAMES,
    tests=st.booleans(),
    state=st.sampled_from((None, "manual", "automated")),
    tags=NAMES,
)
DAYS: Final = st.none() | st.dates().map(date.isoformat)
EDITIONS: Final = st.builds(Edition, api=st.sampled_from(Api), branch=TEXTS)
RESERVED: Final = ("id", "suites", "tests")


def suite(depth: int, name: str, **fields: Any) -> Node:
    """A suite with little in it."""
    return Node(NodeKind.SUITE, depth, {"id": name, **fields})


def case(depth: int, name: str, **fields: Any) -> Node:
    """A test with little in it."""
    return Node(NodeKind.TEST, depth, {"id": name, **fields})


def chain(levels: int) -> Document:
    """Suites one below the other, with a test at the bottom."""
    nodes = [suite(depth, f"{depth:08x}") for depth in range(levels)]
    head = replace(HEAD, suites=levels, tests=1)
    return Document(head, [*nodes, case(levels, "bottom", description="a\n  b\n")])


def siblings(count: int) -> Document:
    """One suite with many tests."""
    tests = [case(1, f"{number:08x}", title=f"Test {number}") for number in range(count)]
    return Document(replace(HEAD, tests=count), [suite(0, "all"), *tests])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Small documents of any shape, with any attributes."""
    head = Head(
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        complete=draw(st.booleans()),
        suites=draw(st.integers(0, 9)),
        tests=draw(st.integers(0, 9)),
        gaps=tuple(draw(st.lists(GAPS, max_size=2))),
        omitted=tuple(draw(st.lists(TEXTS, max_size=2))),
        edition=draw(EDITIONS),
        selection=draw(SELECTIONS),
        sections=_counts(draw),
        runs_since=draw(DAYS),
    )
    return Document(
        head, _tree(draw, orphans=False), _tree(draw, orphans=True), tuple(_sections(draw))
    )


def _counts(draw: st.DrawFn) -> tuple[tuple[str, int], ...]:
    names = draw(st.sets(st.sampled_from(SECTIONS), max_size=2))
    return tuple((name, draw(st.integers(0, 9))) for name in SECTIONS if name in names)


def _sections(draw: st.DrawFn) -> Iterable[Section]:
    names = draw(st.sets(st.sampled_from(SECTIONS), max_size=2))
    for name in SECTIONS:
        if name in names:
            yield Section(name, [_item(draw) for _ in range(draw(st.integers(0, 3)))])


def _item(draw: st.DrawFn) -> dict[str, Any]:
    """An item may have what no suite has: lists under the keys of nodes."""
    more = draw(st.dictionaries(st.sampled_from(("suites", "tests", "run_id")), VALUES))
    return {**_fields(draw), **more}


def _tree(draw: st.DrawFn, *, orphans: bool) -> list[Node]:
    nodes: list[Node] = []
    highest = 0  # the deepest place where a suite may follow
    for _ in range(draw(st.integers(0, 6))):
        depth = draw(st.integers(0, highest))
        nodes.append(Node(NodeKind.SUITE, depth, _fields(draw)))
        highest = depth + 1
    return _with_tests(draw, nodes, orphans=orphans)


def _with_tests(draw: st.DrawFn, suites: list[Node], *, orphans: bool) -> list[Node]:
    """Add tests where each suite ends, after all that is below it."""
    nodes: list[Node] = []
    open_suites: list[Node] = []
    for node in [*suites, None]:
        while open_suites and (node is None or open_suites[-1].depth >= node.depth):
            nodes.extend(_tests(draw, open_suites.pop().depth + 1))
        if node is not None:
            nodes.append(node)
            open_suites.append(node)
    return [*nodes, *(_tests(draw, 0) if orphans else ())]


def _tests(draw: st.DrawFn, depth: int) -> Iterable[Node]:
    return [Node(NodeKind.TEST, depth, _fields(draw)) for _ in range(draw(st.integers(0, 2)))]


def _fields(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.dictionaries(TEXTS, VALUES, max_size=3))
    return {"id": draw(TEXTS), **{key: fields[key] for key in fields if key not in RESERVED}}


def nested(document: Document) -> dict[str, Any]:
    """What a parser finds in the file of this document."""
    mapping: dict[str, Any] = {**head_mapping(document.head), "suites": []}
    mapping["suites"] = _nest(document.nodes).get("suites", [])
    if orphans := _nest(document.orphans):
        mapping["orphans"] = orphans
    mapping.update((section.name, list(section.items)) for section in document.sections)
    return mapping


def _nest(nodes: Iterable[Node]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    path = [root]
    for node in nodes:
        item = dict(node.fields)
        path[node.depth].setdefault(f"{node.kind}s", []).append(item)
        path[node.depth + 1 :] = [item]
    return root


def dumped(document: Document, chosen: Format) -> bytes:
    """The bytes of the document's file."""
    out = io.BytesIO()
    codec(chosen).dump(document, out)
    return out.getvalue()


def loaded(data: bytes, chosen: Format) -> Document:
    """The document in these bytes, in memory."""
    return in_memory(codec(chosen).load(io.BytesIO(data)))


def in_memory(document: Document) -> Document:
    """The document with lists of nodes, so that it compares by value."""
    nodes, orphans = list(document.nodes), list(document.orphans)
    sections = tuple(Section(each.name, list(each.items)) for each in document.sections)
    return Document(document.head, nodes, orphans, sections)


def typed(value: Any) -> Any:
    """The value with its types, since ``1 == 1.0 == True`` in Python."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [typed(inner) for inner in value]
    return type(value).__name__, repr(value)


def in_sections(document: Document) -> Any:
    """All that stands in the sections, with the types of its values and the order of its keys."""
    return [
        (section.name, [(list(fields), typed(fields)) for fields in section.items])
        for section in document.sections
    ]

"""Snapshots in Markdown in memory, and documents that try to break a page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from crawler.snapshot import as_markdown
from crawler.snapshot.document import Document, Node, NodeKind
from support.documents import HEAD, VALUES, in_memory

PIECES: Final = (
    *("<!-- test", "<!-- suite", "<!--test", "<!-- example -->", "<\\!-- test", "<\\\\!-- suite"),
    *("<!--", "-->", "--\\>", "<!-- note -->", "id: @Tffffffff", "# A", "## B > C", "```", "~~~"),
    *("| a | b |", "| --- | --- |", "\\|", "* x", "@smoke", "@a-b", " > ", "#", ":", ",", "&lt;"),
    *(" ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\x0b", "\x00", "\xa0", "\u2028", "\x85"),
    *("\ufeff", "é", "e\u0301", "🙂", "\u202e", "0", "-", "\\", "Untitled", "<br>"),
)
TEXTS: Final = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)
LISTS: Final = st.lists(TEXTS, max_size=3)
#: Where an attribute that a page shows may have any value at all.
ANY: Final = st.one_of(TEXTS, LISTS, VALUES)
EXAMPLES: Final = st.builds(
    lambda kind, data: {"type": kind, "id": "1", "attributes": {"data": data, "x": 1}},
    st.sampled_from(["example", "label"]),
    st.one_of(
        st.lists(st.one_of(TEXTS, st.integers(0, 99), st.none(), st.booleans()), max_size=3), ANY
    ),
)
ATTRIBUTES: Final = {
    "title": ANY,
    "description": ANY,
    **dict.fromkeys(("emoji", "assigned_to", "state", "priority"), ANY),
    **dict.fromkeys(("tags", "labels", "issues", "params"), st.one_of(LISTS, ANY)),
    "included": st.one_of(st.lists(st.one_of(EXAMPLES, VALUES), max_size=4), ANY),
    **dict.fromkeys(("markdown-order", "markdown-crlf", "markdown-x+", "layout"), ANY),
    "position": VALUES,
}


def pages_of(document: Document) -> dict[str, str]:
    """The text of every file of the document, in Markdown."""
    files: dict[str, bytes] = {}

    def put(path: str, data: bytes) -> None:
        assert path not in files
        files[path] = data

    as_markdown.dump(document, put)
    return {path: data.decode() for path, data in files.items()}


def document_of(pages: Mapping[str, str]) -> Document:
    """The document in these files, in memory."""

    def read(path: str) -> bytes:
        if path not in pages:
            raise FileNotFoundError(path)
        return pages[path].encode()

    return in_memory(as_markdown.load(read))


@st.composite
def hostile_documents(draw: st.DrawFn) -> Document:
    """Two suites, one in the other, tests in both, and orphans."""
    nodes = [
        *(_node(draw, kind, depth) for kind, depth in ((NodeKind.SUITE, 0), (NodeKind.SUITE, 1))),
        *(_node(draw, NodeKind.TEST, 2) for _ in range(draw(st.integers(0, 3)))),
        *(_node(draw, NodeKind.TEST, 1) for _ in range(draw(st.integers(0, 1)))),
    ]
    orphans = [_node(draw, NodeKind.TEST, 0) for _ in range(draw(st.integers(0, 1)))]
    return Document(replace(HEAD, suites=2, tests=3), nodes, orphans)


def _node(draw: st.DrawFn, kind: NodeKind, depth: int) -> Node:
    names = draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), unique=True, max_size=6))
    fields: dict[str, Any] = {name: draw(ATTRIBUTES[name]) for name in names}
    return Node(kind, depth, {"id": draw(st.one_of(TEXTS, st.just("@Taaaaaaaa"))), **fields})

"""JSON: what is in our layout is streamed, all else is read whole, and neither is ever wrong."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.documents import HEAD, case, chain, dumped, in_memory, loaded, nested, suite

from crawler.errors import SnapshotError
from crawler.snapshot import as_json, json_text
from crawler.snapshot.document import Document, Node
from crawler.snapshot.formats import STREAMED, Format
from crawler.snapshot.rereading import DeviationError, View, reread

DOCUMENT = Document(
    HEAD,
    [
        suite(0, "a", title="A", meta={"deep": [{"x": 1}, []], "none": {}}),
        suite(1, "b"),
        case(2, "t1", tags=["x"]),
        case(1, "t2"),
        suite(0, "c"),
    ],
    [suite(0, "lost"), case(1, "t3"), case(0, "t4"), case(0, "t5")],
)
DATA = dumped(DOCUMENT, Format.JSON)


def streamed(data: bytes) -> Document:
    """The document, read line by line and in no other way."""
    return in_memory(reread(lambda: as_json.JsonWalk(View(io.BytesIO(data), 0).read, _parse)))


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DeviationError(str(error)) from error


@contextmanager
def chunks_of(size: int) -> Iterator[None]:
    """Read so many bytes at once: of what is whole within them all is parsed at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_CHUNK", size)
        yield


@pytest.mark.parametrize("size", [*range(1, 200, 13), 400, 1 << 16])
def test_our_own_layout_is_streamed(size: int) -> None:
    """Without the whole text in memory, and wherever it is cut into pieces."""
    with chunks_of(size):
        assert streamed(DATA) == in_memory(DOCUMENT)


@pytest.mark.parametrize("size", [60, 1 << 16])
def test_brackets_and_braces_in_texts_and_values_end_nothing(size: int) -> None:
    """Nor do as many of them as nobody looks at one by one."""
    values = {"text": "\n    ]\n  ]" * 300 + "]" * 2_000, "list": [[[]], {"tests": [{}]}, "},"]}
    items = [suite(0, "a", **values), case(1, "t1", **values), case(1, "t2", **values)]
    document = Document(HEAD, [*items, suite(0, "b")], [case(0, "t3", **values)])
    with chunks_of(size):
        assert streamed(dumped(document, Format.JSON)) == in_memory(document)


@pytest.mark.parametrize(
    ("nodes", "orphans"),
    [
        ([], []),
        ([], [case(0, "t")]),
        ([suite(0, "a")], [suite(0, "b")]),
        ([suite(0, "a"), case(1, "t")], []),
    ],
)
def test_a_part_that_is_missing_is_read_so(nodes: list[Node], orphans: list[Node]) -> None:
    """Whether suites or either kind of orphan are there."""
    document = Document(HEAD, nodes, orphans)
    assert streamed(dumped(document, Format.JSON)) == in_memory(document)


def test_a_document_without_nodes_still_names_its_suites() -> None:
    """So that a reader can rely on the key, and no `orphans` are there."""
    mapping = json.loads(dumped(Document(HEAD, iter(())), Format.JSON))
    assert mapping["suites"] == []
    assert "orphans" not in mapping


def test_text_is_utf_8_without_escapes() -> None:
    """Of any script, and emoji."""
    document = Document(HEAD, [suite(0, "a", title="caf\u00e9 \U0001f600 \u2028")])
    assert "caf\u00e9 \U0001f600 \u2028".encode() in dumped(document, Format.JSON)


def test_nodes_and_orphans_may_be_streams() -> None:
    """Each is walked once, and orphans only after the tree."""
    walked: list[str] = []

    def stream(name: str, nodes: list[Node]) -> Iterator[Node]:
        for node in nodes:
            walked.append(name)
            yield node

    document = in_memory(DOCUMENT)
    streams = Document(HEAD, stream("tree", document.nodes), stream("orphan", document.orphans))  # type: ignore[arg-type]
    assert dumped(streams, Format.JSON) == DATA
    assert walked == ["tree"] * 5 + ["orphan"] * 4


@pytest.mark.parametrize("chosen", STREAMED)
@pytest.mark.parametrize(
    "nodes",
    [
        [case(0, "t")],
        [suite(1, "a")],
        [suite(0, "a"), suite(2, "b")],
        [suite(0, "a"), case(1, "t"), suite(1, "b")],
        [suite(0, "a"), case(1, "t"), case(2, "u")],
        [suite(0, "a"), case(1, "t"), suite(2, "u")],
    ],
)
def test_nodes_out_of_order_are_a_fault_of_the_caller(nodes: list[Node], chosen: Format) -> None:
    """They would give a file that reads as another tree."""
    with pytest.raises(ValueError, match="a suite a"):
        dumped(Document(HEAD, nodes), chosen)


@pytest.mark.parametrize("chosen", STREAMED)
def test_a_value_that_no_format_holds_is_refused(chosen: Format) -> None:
    """Nested too deep, or no Unicode."""
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    for value in (deep, "\ud800", "\ud800\n"):
        with pytest.raises(SnapshotError):
            dumped(Document(HEAD, [suite(0, "a", value=value)]), chosen)


def test_walks_of_one_document_may_interleave(tmp_path: Path) -> None:
    """Each has its own place in the file."""
    path = tmp_path / "a.json"
    path.write_bytes(DATA)
    with path.open("rb") as stream:
        document = as_json.load(stream)
        pairs = list(zip(document.nodes, document.nodes, strict=True))
        orphans = list(document.orphans)
        assert list(document.nodes) == DOCUMENT.nodes
    assert pairs == [(node, node) for node in DOCUMENT.nodes]
    assert orphans == DOCUMENT.orphans


def test_a_file_that_changes_while_it_is_read_is_refused() -> None:
    """Rather than read as something that it never was."""
    stream = io.BytesIO(DATA)
    document = as_json.load(stream)
    stream.seek(DATA.index(b'"suites"'))
    stream.write(b"#")
    with pytest.raises(SnapshotError, match="was changed while it was read"):
        list(document.nodes)


def test_a_stream_that_cannot_be_read_twice_is_kept_in_memory() -> None:
    """Such as a pipe."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert in_memory(as_json.load(Pipe(DATA))) == in_memory(DOCUMENT)


def test_a_line_of_many_chunks_is_read() -> None:
    """JSON holds a text of any length on one line."""
    document = Document(HEAD, [suite(0, "a", description="x" * 3_000_000), suite(0, "b")])
    assert streamed(dumped(document, Format.JSON)) == in_memory(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"id": "t2"', b'"id": "t2", "x": 1'),
        (b'"title": "A",', b'\n"title":"A"\n,'),
        (b'"id": "a",', b'"id": "a", "id": "z",'),
        (b'  "complete": true,\n', b""),
        (b'"complete"', b'"\\u0063omplete"'),
        (b"\n  ]", b"\n\t]"),
        (b"}\n    ]", b"}]"),
        (b'"meta": {', b'"meta": {\n      "suites": [\n      {}\n      ],'),
        (b'"tags"', b'"t\\u0065sts"'),
        (b'"id": "b",', b'"id": "b",\n          "suites": [],'),
        (b'"id": "c"', b'"id": "c",\n      "tests": []'),
        (b'"id": "c"', b'"id": "c",\n      "suites": [\n      ]'),
        (b'"id": "lost",', b'"name": "lost",'),
        (b'      "title": "A",\n', b""),
        (b"},", b"}"),
        (b"    }", b"    },"),
        (b"  ],", b"  ]"),
        (b'"orphans"', b'"suites"'),
        (b'  "project": {', b'  "suites": [],\n  "project": {'),
        (b'"orphans"', b'"tests"'),
        (b'"suites": [', b'"tests": ['),
        (DATA, DATA + b" \n"),
        (DATA, DATA + DATA),
        (DATA, DATA[:-1]),
        (DATA, DATA[:-3]),
        (DATA, DATA.replace(b"\n", b"\r\n")),
        (DATA, b"\xef\xbb\xbf" + DATA),
        (DATA, b""),
        (DATA, b"{"),
        (DATA, b"[]"),
        (DATA, DATA.replace(b"lost", b"\xff")),
    ],
)
@pytest.mark.parametrize("count", [1, -1])
@pytest.mark.parametrize("size", [1, 300, 1 << 16])
def test_an_edited_file_reads_as_a_json_parser_reads_it(
    old: bytes, new: bytes, count: int, size: int
) -> None:
    """Streamed or not: the same document, or refused."""
    assert old in DATA
    with chunks_of(size):
        same_as_whole(DATA.replace(old, new, count))


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_lines_moved_about_read_as_a_json_parser_reads_them(data: st.DataObject) -> None:
    """Whatever lines are dropped, doubled or swapped."""
    lines = DATA.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        first = data.draw(st.integers(0, len(lines) - 1))
        second = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(("drop", "double", "swap")))
        if change == "swap":
            lines[first], lines[second] = lines[second], lines[first]
        else:
            lines[first : first + 1] = [] if change == "drop" else [lines[first]] * 2
    with chunks_of(data.draw(st.sampled_from((1, 100, 300, 1 << 16)))):
        same_as_whole(b"".join(lines))


def same_as_whole(data: bytes) -> None:
    """Fail unless the file is read as its nested form, or refused where that is no document."""
    try:
        document = loaded(data, Format.JSON)
    except SnapshotError:
        # What is refused is so as a whole too: no walk through lines has a say in it.
        with pytest.raises(DeviationError):
            streamed_if_whole(data)
        return
    mapping = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    assert dropping_empty(nested(document)) == dropping_empty(mapping)


def streamed_if_whole(data: bytes) -> None:
    """Walk through the lines; a head that is refused counts as a deviation."""
    try:
        streamed(data)
    except SnapshotError as error:
        raise DeviationError(str(error)) from error


def dropping_empty(mapping: dict[str, Any]) -> dict[str, Any]:
    """The mapping without empty lists of nodes, which say nothing."""
    kept = {}
    for key, value in mapping.items():
        if key == "orphans":
            kept[key] = dropping_empty(value)
        elif key not in ("suites", "tests"):
            kept[key] = value
        elif value:
            kept[key] = [dropping_empty(item) for item in value]
    return kept


def test_another_layout_is_refused_where_it_nests_too_deep() -> None:
    """In plain words; in our own layout the same tree is read."""
    data = dumped(chain(600), Format.JSON).replace(b'": ', b'":')
    with pytest.raises(SnapshotError, match=r"cannot be read as JSON: .*any depth"):
        loaded(data, Format.JSON)

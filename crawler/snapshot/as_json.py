"""Format 1 as JSON: written in one pass, read back line by line.

The bytes are those of ``json.dumps(nested, indent=2, ensure_ascii=False)`` and a line break.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, BinaryIO, Final

import orjson

from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Node, NodeKind, Section, head_mapping
from crawler.snapshot.json_lines import JsonWalk
from crawler.snapshot.nesting import KEYS, drive, peek
from crawler.snapshot.parsed import document_of
from crawler.snapshot.rereading import DeviationError, View, reread, seekable

__all__ = ("dump", "exact", "load")

_EXACT: Final = frozenset((str, int, bool, type(None)))
"""Types whose spelling is the same everywhere."""


def dump(document: Document, out: BinaryIO) -> None:
    """Write the document, holding one node at a time.

    Raises:
        SnapshotError: if a value cannot be JSON: nested over 250 levels, no Unicode, beyond 64 bit.
        ValueError: if the nodes are not in document order.
    """
    out.write(_open_object(head_mapping(document.head)))
    if (nodes := peek(document.nodes)) is None:
        out.write(b',\n  "suites": []')
    else:
        drive(nodes, _Nest(out, column=2, separator=b","))
    if (orphans := peek(document.orphans)) is not None:
        out.write(b',\n  "orphans": {')
        drive(orphans, _Nest(out, column=4, separator=b""), orphans=True)
        out.write(b"\n  }")
    for section in document.sections:
        _write_section(section, out)
    out.write(b"\n}\n")


def _write_section(section: Section, out: BinaryIO) -> None:
    before = b',\n  "%b": [' % section.name.encode()
    for fields in section.items:
        out.write(b"%b\n    %b" % (before, _object(fields).replace(b"\n", b"\n    ")))
        before = b","
    out.write(b"\n  ]" if before == b"," else b"%b]" % before)


def load(stream: BinaryIO) -> Document:
    """Read a document, from where the stream stands to its end.

    In the layout that `dump` writes it may nest to any depth, and its nodes stay in the stream,
    which must then stay open; in any other layout it is read into memory.

    Raises:
        SnapshotError: if it is not JSON, not format 1, or nests too deep for another layout.
    """
    stream = seekable(stream)
    start = stream.tell()
    try:
        return reread(lambda: JsonWalk(View(stream, start).read, _parse))
    except DeviationError:
        stream.seek(start)
        return _load_whole(stream.read())


def _load_whole(data: bytes) -> Document:
    try:
        # Editors on Windows may begin a file with a byte order mark.
        return document_of(orjson.loads(data.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as error:
        # orjson parses at most 1,024 nested values, and a suite takes two.
        hint = "Only the layout that this tool writes is read to any depth."
        raise SnapshotError(
            f"The snapshot cannot be read as JSON: {error}.",
            hint=hint if "depth" in str(error) else "",
        ) from error


def _parse(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DeviationError(str(error)) from error


class _Nest:
    """Writes lists whose key stands at `column`; `separator` goes before the first of them."""

    __slots__ = ("_column", "_out", "_separator")

    def __init__(self, out: BinaryIO, *, column: int, separator: bytes) -> None:
        self._out = out
        self._column = column
        self._separator = separator

    def open_list(self, kind: NodeKind, depth: int) -> None:
        line = _line(self._column + 4 * depth)
        self._out.write(b'%b%b"%b": [' % (self._separator, line, KEYS[kind].encode()))

    def item(self, node: Node, *, first: bool) -> None:
        line = _line(self._column + 4 * node.depth + 2)
        # Strings hold no raw line break in JSON, so every one of these begins a line of ours.
        text = _open_object(node.fields).replace(b"\n", line)
        self._out.write((b"" if first else b",") + line + text)
        self._separator = b"," if node.fields else b""

    def close_item(self, depth: int) -> None:
        end = _line(self._column + 4 * depth + 2) if self._separator else b""
        self._out.write(end + b"}")

    def close_list(self, depth: int) -> None:
        self._out.write(_line(self._column + 4 * depth) + b"]")
        self._separator = b","


@lru_cache(maxsize=64)
def _line(column: int) -> bytes:
    """A line break, and the indentation of what stands in this column."""
    return b"\n" + b" " * column


def _open_object(fields: Mapping[str, Any]) -> bytes:
    """The object without its end, for more keys to follow: ``{`` if it is empty."""
    text = _object(fields)
    return b"{" if text == b"{}" else text[:-2]


def _object(fields: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(exact(fields), option=orjson.OPT_INDENT_2)
    except (TypeError, RecursionError) as error:
        raise SnapshotError(f"A value of the snapshot cannot be written: {error}.") from error


def exact(value: Any) -> Any:
    """The value with floats as Python spells them.

    orjson's own spelling of an exponent differs from release to release (``1e16``, ``1e+16``), and
    a snapshot's bytes should not.
    """
    if _is_exact(value):
        return value
    if isinstance(value, float):
        return orjson.Fragment(repr(value))
    if isinstance(value, Mapping):
        return {key: exact(inner) for key, inner in value.items()}
    return [exact(inner) for inner in value]


def _is_exact(value: Any) -> bool:
    """Whether orjson writes it as it should be; nearly always, so it is worth asking first."""
    kind = type(value)
    if kind in _EXACT:
        return True
    if kind is float:
        return "e" not in repr(value)
    if kind is dict:
        value = value.values()
    elif kind is not list:
        return isinstance(value, (str, int))
    for inner in value:
        if type(inner) not in _EXACT and inner and not _is_exact(inner):
            return False
    return True

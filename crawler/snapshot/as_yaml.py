"""Format 1 as YAML: an emitter for this one shape of document, for readable diffs.

General emitters fold, wrap or escape text; this one writes text with line breaks as a literal
block whatever spaces it has, one line a line, and never wraps.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, BinaryIO, Final

from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Node, NodeKind, Section, head_mapping
from crawler.snapshot.nesting import KEYS, drive, peek
from crawler.snapshot.parsed import document_of
from crawler.snapshot.rereading import DeviationError, View, reread, seekable
from crawler.snapshot.yaml_lines import YamlLinesWalk
from crawler.snapshot.yaml_scalars import literal, spell, spell_key

__all__ = ("dump", "lines", "load")

_DEEPEST: Final = 250
"""Levels that a value may nest inside one node: what orjson writes too."""

_SHORT: Final = 64
"""Characters of a text that is likely to come again, and so worth remembering."""
_LISTS: Final = (list, tuple)
_NESTED: Final = (dict, list, tuple, Mapping)


def dump(document: Document, out: BinaryIO) -> None:
    """Write the document, holding one node at a time.

    Raises:
        SnapshotError: if a value nests over 250 levels or is not Unicode.
        ValueError: if the nodes are not in document order.
    """
    out.write(lines(head_mapping(document.head), b"", b""))
    if (nodes := peek(document.nodes)) is None:
        out.write(b"suites: []\n")
    else:
        drive(nodes, _Nest(out, b""))
    if (orphans := peek(document.orphans)) is not None:
        out.write(b"orphans:\n")
        drive(orphans, _Nest(out, b"  "), orphans=True)
    for section in document.sections:
        _write_section(section, out)


def _write_section(section: Section, out: BinaryIO) -> None:
    if (items := peek(section.items)) is None:
        out.write(b"%b: []\n" % section.name.encode())
        return
    out.write(b"%b:\n" % section.name.encode())
    out.writelines(lines(fields, b"  ", b"- ") for fields in items)


def load(stream: BinaryIO) -> Document:
    """Read a document, from where the stream stands to its end, at any depth.

    If its keys stand in canonical order, as `dump` writes them, its nodes stay in the stream, which
    must then stay open; else it is read into memory. What is spelled as `dump` spells it is read
    faster.

    Raises:
        SnapshotError: if it is not YAML, not format 1, or has what a snapshot never has (aliases,
            tags, a key twice, a second document).
    """
    stream = seekable(stream)
    start = stream.tell()
    # A value nested thousands of levels is none of ours; the general reader does not recurse.
    with suppress(DeviationError, RecursionError):
        return reread(lambda: YamlLinesWalk(View(stream, start).read))
    from crawler.snapshot.yaml_reader import YamlWalk, build_whole  # noqa: PLC0415  seldom needed

    def begin() -> View:
        return View(stream, start)

    try:
        return reread(lambda: YamlWalk(begin))
    except DeviationError:
        return document_of(build_whole(begin))


class _Nest:
    """Writes lists whose key is indented by `pad`; their dashes stand in the same column."""

    __slots__ = ("_lead", "_out", "_pad")

    def __init__(self, out: BinaryIO, pad: bytes) -> None:
        self._out = out
        self._pad = pad
        self._lead = b""  # the dash of an item that has no fields, until it is known what follows

    def open_list(self, kind: NodeKind, depth: int) -> None:
        lead = self._lead or self._pad + b"  " * depth
        self._lead = b""
        self._out.write(b"%b%b:\n" % (lead, KEYS[kind].encode()))

    def item(self, node: Node, *, first: bool) -> None:
        del first  # a dash is a dash
        pad = self._pad + b"  " * node.depth
        if node.fields:
            self._out.write(lines(node.fields, pad + b"  ", pad + b"- "))
        else:
            self._lead = pad + b"- "

    def close_item(self, depth: int) -> None:
        del depth
        if self._lead:
            self._out.write(self._lead + b"{}\n")
            self._lead = b""

    def close_list(self, depth: int) -> None:
        """Nothing: the next line's indentation ends a list."""


def lines(fields: Mapping[str, Any], pad: bytes, lead: bytes) -> bytes:
    """All lines of a mapping: its keys indented by `pad`, the first one led in by `lead`.

    Raises:
        SnapshotError: if a value nests over 250 levels or is not Unicode.
    """
    parts: list[bytes] = []
    try:
        _mapping(parts, fields, pad, lead, _DEEPEST)
    except UnicodeEncodeError as error:
        raise SnapshotError("A text of the snapshot is not Unicode (a lone surrogate).") from error
    return b"".join(parts)


def _mapping(
    parts: list[bytes], fields: Mapping[str, Any], pad: bytes, lead: bytes, levels: int
) -> None:
    """Add all lines of a mapping: its keys indented by `pad`, the first one led in by `lead`."""
    for key, value in fields.items():
        before, after = spell_key(key)
        parts += (lead, before, pad, after) if after else (lead, before)
        if isinstance(value, str):
            parts.append(_text(value, pad))
        elif value and isinstance(value, _NESTED):
            parts.append(b"\n")
            # Below an explicit key, a sequence in the key's own column is not read by everyone.
            inner = pad if isinstance(value, _LISTS) and not after else pad + b"  "
            _nested(parts, value, inner, inner, levels - 1)
        else:
            parts.append(_line(value))
        lead = pad


def _sequence(
    parts: list[bytes], items: Iterable[Any], pad: bytes, lead: bytes, levels: int
) -> None:
    """Add all lines of a sequence: its dashes indented by `pad`, the first led in by `lead`."""
    for item in items:
        parts += (lead, b"-")
        if isinstance(item, str):
            parts.append(_text(item, pad))
        elif item and isinstance(item, _NESTED):
            parts.append(b" ")  # the first key or dash follows on the same line
            _nested(parts, item, pad + b"  ", b"", levels - 1)
        else:
            parts.append(_line(item))
        lead = pad


def _nested(parts: list[bytes], value: Any, pad: bytes, lead: bytes, levels: int) -> None:
    if not levels:
        raise SnapshotError(f"A value of the snapshot nests over {_DEEPEST} levels.")
    write = _sequence if isinstance(value, _LISTS) else _mapping
    write(parts, value, pad, lead, levels)


def _text(text: str, pad: bytes) -> bytes:
    """All after a key's colon or an item's dash, from the space to the last line break."""
    if "\n" in text and (block := literal(text, pad + b"  ")):
        return b" " + block
    return _short_line(text) if len(text) <= _SHORT else _line(text)


def _line(value: Any) -> bytes:
    """All after a key's colon or an item's dash, for what stands on one line."""
    return f" {spell(value)}\n".encode()


# States, priorities and tags come again and again.
_short_line = lru_cache(maxsize=4096)(_line)

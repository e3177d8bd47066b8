"""One file in the vendor's Markdown: blocks of a comment, a heading, a text and a table.

The layout, which `write` gives exactly and `read` takes more freely::

    <!-- test
    id: @Td2c4a1f0
    priority: high
    -->
    ## Title

    text

    <!-- example -->

    | first | second |
    | --- | --- |
    | 1 | 2 |

One blank line parts the text from what is before and after it; all others are its own. The rules
are those of the vendor's parser (``check-tests``) and of its documentation of the format: a marker
is at the beginning of a line, the next line that is not blank is the heading, and the row above a
row of hyphens names the parameters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from crawler.errors import SnapshotError
from crawler.snapshot.document import NodeKind
from crawler.snapshot.markdown_marks import BLANKS

__all__ = ("Block", "Table", "read", "write")

_HEADINGS: Final = {NodeKind.SUITE: "#", NodeKind.TEST: "##"}
_OPENINGS: Final = {f"<!-- {kind}": kind for kind in NodeKind}
_EXAMPLE: Final = "<!-- example"
_END: Final = "-->"
_PAIR: Final = re.compile(r"([^:]+):(.*)", re.DOTALL)
_HASHES: Final = re.compile(r"#+\s*")
_CELL_BORDER: Final = re.compile(r"(?<!\\)\|")
_DASHES: Final = re.compile(r":?-{3,}:?")


@dataclass(frozen=True, slots=True)
class Table:
    """Examples; `params` is the row that names the columns, `None` if there is none."""

    params: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A suite or a test as it stands on the page; `text` is `None` where there is none.

    `line` is that of its heading, counted from 1, on a page that was read.
    """

    kind: NodeKind
    title: str
    meta: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    table: Table | None = None
    line: int = field(default=0, compare=False)


def write(blocks: Iterable[Block]) -> str:
    """The page, with a line break at its end."""
    return "\n".join("".join(_parts(block)) for block in blocks)


def _parts(block: Block) -> Iterator[str]:
    yield f"<!-- {block.kind}\n"
    for key, value in block.meta.items():
        yield f"{key}: {value}\n"
    yield f"{_END}\n{_HEADINGS[block.kind]} {block.title}\n"
    if block.text:
        yield f"\n{block.text}\n"
    if block.table:
        yield f"\n{_EXAMPLE} {_END}\n\n"
        yield from map(_row, _lines_of(block.table))


def _lines_of(table: Table) -> Iterator[tuple[str, ...]]:
    if table.params is not None:
        yield table.params
        yield ("---",) * len(table.params)
    yield from table.rows


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def read(page: str) -> list[Block]:
    """The blocks of a page, with line breaks of any system.

    Raises:
        SnapshotError: if a block has no end or no title.
    """
    lines = page.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        kind = _opened(lines[position])
        if kind is None:
            position += 1
            continue
        block, position = _read_block(lines, position, kind)
        blocks.append(block)
    return blocks


def _read_block(lines: list[str], start: int, kind: NodeKind) -> tuple[Block, int]:
    """(the block, the number of the line after it)."""
    meta, position = _read_meta(lines, start)
    while position < len(lines) and not lines[position].strip(BLANKS):
        position += 1
    heading = lines[position].strip(BLANKS) if position < len(lines) else ""
    if not heading.startswith("#"):
        raise SnapshotError(f"The {kind} in line {start + 1} has no title.")
    begin = end = position + 1
    example = None
    while end < len(lines) and _opened(lines[end]) is None:
        if example is None and lines[end].strip(BLANKS).startswith(_EXAMPLE):
            example = end
        end += 1
    text = _text(lines[begin : end if example is None else example])
    table = None if example is None else _table(lines[example + 1 : end])
    return Block(kind, _HASHES.sub("", heading, count=1), meta, text, table, begin), end


def _opened(line: str) -> NodeKind | None:
    """What begins on this line; quick, since it is asked of every line."""
    if "<!--" not in line:
        return None
    line = line.strip(BLANKS)
    return next((kind for mark, kind in _OPENINGS.items() if line.startswith(mark)), None)


def _read_meta(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    meta: dict[str, str] = {}
    if lines[start].strip(BLANKS).endswith(_END):
        return meta, start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number].strip(BLANKS)
        if line == _END:
            return meta, number + 1
        if pair := _PAIR.fullmatch(line):
            meta[pair[1].strip(BLANKS)] = pair[2].strip(BLANKS)
    raise SnapshotError(f"The comment that opens in line {start + 1} has no line '{_END}'.")


def _text(lines: list[str]) -> str | None:
    """The text of a block: without the blank lines that part it from what is around it.

    The last line break of a page counts as the blank line that another block would need.
    """
    region = "".join(f"{line}\n" for line in lines).removeprefix("\n")
    text = region[:-2] if region.endswith("\n\n") else region[:-1]
    return text or None


def _table(lines: list[str]) -> Table | None:
    rows = [_cells(line) for part in lines if (line := part.strip(BLANKS)).startswith("|")]
    if len(rows) > 1 and all(map(_DASHES.fullmatch, rows[1])):
        return Table(rows[0], tuple(rows[2:]))
    return Table(None, tuple(rows)) if rows else None


def _cells(line: str) -> tuple[str, ...]:
    parts = _CELL_BORDER.split(line[1:])
    if len(parts) > 1 and not parts[-1].strip(BLANKS):
        parts.pop()
    return tuple(part.strip(BLANKS) for part in parts)

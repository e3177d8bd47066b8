"""The blocks at the top of a text in Markdown, as lines of the text, and the sections they form."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from markdown_it.token import Token

from crawler.export.headings import Part

__all__ = ("Block", "Section", "UnfitError", "joined", "outdented", "sections_of")

_BAR: Final = re.compile(r"(?<!\\)\|")
_MARKER: Final = re.compile(r"\s*(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)")


class UnfitError(Exception):
    """The text follows a convention only in part."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top of the text: its tokens, and its lines from `start` to before `end`."""

    kind: str
    tokens: Sequence[Token]
    lines: list[str]
    start: int
    end: int

    @property
    def is_list(self) -> bool:
        """Of either kind."""
        return self.kind in {"bullet_list_open", "ordered_list_open"}

    @property
    def rank(self) -> int:
        """Of a heading: 1 is the highest."""
        return int(self.tokens[0].tag.removeprefix("h"))

    @property
    def text(self) -> str:
        """Its lines as they are, each with its end."""
        return "".join(f"{line}\n" for line in self.lines[self.start : self.end])

    def items(self, first: int) -> Iterator[list[str]]:
        """The lines of each item of a list.

        Raises:
            UnfitError: if the numbers say something: they neither start at 1 nor go on.
        """
        start = self.tokens[0].attrGet("start")
        if start is not None and start not in {first, 1}:
            raise UnfitError
        opened = [t for t in self.tokens if t.type == "list_item_open" and t.level == 1 and t.map]
        starts = [token.map[0] for token in opened if token.map]
        for begin, end in zip(starts, [*starts[1:], self.end], strict=True):
            lines = self.lines[begin:end]
            mark = _MARKER.match(lines[0])
            if mark is None:
                raise UnfitError
            indent = mark.end()
            yield [lines[0][indent:], *(outdented(line, indent) for line in lines[1:])]

    def rows(self) -> list[list[str]]:
        """The cells of a table, the head first.

        Raises:
            UnfitError: if a row has more cells than the head: no reader of Markdown shows them.
        """
        rows: list[list[str]] = []
        for token, inner in zip(self.tokens, [*self.tokens[1:], None], strict=True):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"td_open", "th_open"}:
                rows[-1].append(inner.content if inner else "")
            if token.type == "tr_open" and token.map:
                cells = _BAR.split(_unframed(self.lines[token.map[0]]))
                if len(cells) > self._width:
                    raise UnfitError
        return rows

    @property
    def _width(self) -> int:
        return sum(1 for token in self.tokens if token.type == "th_open")


@dataclass(slots=True)
class Section:
    """A heading with what follows; `part` is `None` if it is none of ours."""

    part: Part | None
    head: Block | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def all_blocks(self) -> list[Block]:
        """The heading too."""
        return [*([self.head] if self.head else []), *self.blocks]


def sections_of(
    blocks: Iterable[Block], part_of: Callable[[Block], Part | None]
) -> Iterator[Section]:
    """The sections of a text; `part_of` knows what begins a part.

    Raises:
        UnfitError: if a part has a chapter that is none of ours.
    """
    section = Section(None)
    for block in blocks:
        part = part_of(block)
        is_heading = block.kind == "heading_open"
        if block.kind == "table_open" and part and section.part is not Part.STEPS:
            yield section
            section = Section(part, None, [block])
        elif is_heading:
            yield section
            if part is None and section.part and section.head and block.rank > section.head.rank:
                raise UnfitError  # a chapter of that part
            section = Section(part, block)
        else:
            section.blocks.append(block)
    yield section


def joined(blocks: Iterable[Block]) -> str:
    """The text of several blocks, without empty lines around it."""
    return "".join(block.text for block in blocks).strip("\n")


def _unframed(row: str) -> str:
    """The source of a row of a table without the bars at its ends."""
    bare = row.strip().removeprefix("|")
    return bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare


def outdented(line: str, indent: int) -> str:
    """The line without so many blanks at its start, if it has them."""
    blanks = sum(1 for _ in takewhile(str.isspace, line[:indent]))
    return line[blanks:]

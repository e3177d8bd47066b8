"""Preconditions, steps and expected results, found in the Markdown of a description.

The conventions are those of the service's own editor (package `testomatio-editor-blocks` 0.4.89:
`isStepsHeading`, `parseTestStep`), read with markdown-it-py as CommonMark with tables:

- The items of the lists below a heading ``Steps`` (``Test steps``, ``Step(s)``) are steps. What
  follows ``*Expected*:`` or ``*Expected result*:`` at the start of a line of the item, or of a list
  within it, is what the step should lead to; the rest is what to do.
- So is a table with a column for the steps, with or without columns for a number, for data and
  for what is expected; and a description that is one list and nothing else.
- Below ``Preconditions`` and ``Postconditions`` stands what they say. Below ``Expected result``
  stands, if there are steps, what all of them should lead to.

A heading has any rank. All other text stays what it is: the description. A text that fits no
convention, or only in part (a paragraph between steps, two lists of steps), is description as a
whole, so no sentence is ever torn from its context. Only what states the structure is gone: the
headings that were recognised, marks and numbers of lists, bars of tables, labels.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt

from crawler.export.blocks import Block, UnfitError, joined, outdented, sections_of
from crawler.export.headings import HEADINGS, Part, spoken

__all__ = ("Parsed", "Step", "StepsParser")

_CHAPTERS: Final = (Part.PRECONDITIONS, Part.STEPS, Part.EXPECTED, Part.POSTCONDITIONS)
_LABEL: Final = r"[*_]*\s*(?:{words})\s*[*_]*\s*[:\uff1a\-\u2013\u2014]\s*[*_]*[ \t]*"
_BULLET: Final = re.compile(r"[*+-][ \t]+")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with what, and what it should lead to; Markdown, empty if there is nothing."""

    action: str
    data: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A description in parts; `expected` is what all steps together should lead to.

    Without steps and conditions `description` is the text as it was, to the letter.
    """

    description: str = ""
    preconditions: str = ""
    steps: tuple[Step, ...] = ()
    expected: str = ""
    postconditions: str = ""

    @property
    def closed_steps(self) -> tuple[Step, ...]:
        """The steps, the last one with what all should lead to: for a target without that field."""
        if not self.expected or not self.steps:
            return self.steps
        last = self.steps[-1]
        both = "\n\n".join(filter(None, (last.expected, self.expected)))
        return (*self.steps[:-1], Step(last.action, last.data, both))


class StepsParser:
    """Finds the parts of descriptions; `headings` has further words for some parts."""

    def __init__(self, headings: Mapping[Part, Iterable[str]] | None = None) -> None:
        more = headings or {}
        words = {
            part: frozenset(map(spoken, (*HEADINGS[part], *more.get(part, ())))) for part in Part
        }
        self._part_of = {word: part for part in Part for word in words[part]}
        expected = sorted(words[Part.EXPECTED], key=len, reverse=True)
        joined = "|".join(map(re.escape, expected))
        self._label = re.compile(_LABEL.format(words=joined), re.IGNORECASE)
        self._markdown = MarkdownIt("commonmark").enable("table")

    def parse(self, text: str) -> Parsed:
        """The parts of a description."""
        if not text.strip() or "\0" in text:  # the parser would put another character for it
            return Parsed(text)
        try:
            return self._parsed(text) or Parsed(text)
        except UnfitError:
            return Parsed(text)

    def _parsed(self, text: str) -> Parsed | None:
        lines = re.split(r"\r\n?|\n", text)
        blocks = list(self._blocks(lines))
        sections = sections_of(blocks, self._part)
        found: dict[Part, list[Block]] = {}
        rest: list[str] = []
        for section in sections:
            if section.part is None:
                rest += [each.text for each in section.all_blocks]
            elif section.part in found or not section.blocks:
                raise UnfitError
            else:
                found[section.part] = section.blocks
        if not found and (steps := self._lone_list(blocks)):
            return Parsed(steps=steps)
        return self._assembled(found, "".join(rest).strip("\n"))

    def _assembled(self, found: Mapping[Part, list["Block"]], rest: str) -> Parsed | None:
        steps = self._steps(found[Part.STEPS]) if Part.STEPS in found else ()
        if not found or (not steps and {Part.STEPS, Part.EXPECTED} & found.keys()):
            return None
        return Parsed(
            description=rest,
            preconditions=joined(found.get(Part.PRECONDITIONS, [])),
            steps=steps,
            expected=joined(found.get(Part.EXPECTED, [])),
            postconditions=joined(found.get(Part.POSTCONDITIONS, [])),
        )

    def _lone_list(self, blocks: Sequence["Block"]) -> tuple[Step, ...]:
        return self._steps(blocks) if len(blocks) == 1 and blocks[0].is_list else ()

    def _part(self, block: "Block") -> Part | None:
        """The part that a block begins, if it is a heading or a table of steps."""
        if block.kind == "heading_open":
            part = self._part_of.get(spoken(block.tokens[1].content))
            return part if part in _CHAPTERS else None
        if block.kind == "table_open" and Part.STEPS in self._columns(block):
            return Part.STEPS
        return None

    def _blocks(self, lines: list[str]) -> Iterator["Block"]:
        """The blocks at the top of the text, each with the blank lines after it."""
        tokens = self._markdown.parse("\n".join(lines))
        tops = [n for n, token in enumerate(tokens) if token.level == 0 and token.map]
        starts = [tokens[n].map[0] for n in tops]  # type: ignore[index]  # those with a map
        if any(map(str.strip, lines[: starts[0] if starts else len(lines)])):
            raise UnfitError  # definitions of links belong to no block
        ends = [*starts[1:], len(lines)]
        for n, after, start, end in zip(tops, [*tops[1:], len(tokens)], starts, ends, strict=True):
            real_end = tokens[n].map[1]  # type: ignore[index]
            if any(map(str.strip, lines[real_end:end])):
                raise UnfitError
            yield Block(tokens[n].type, tokens[n:after], lines, start, end)

    def _steps(self, blocks: Iterable["Block"]) -> tuple[Step, ...]:
        steps: list[Step] = []
        for block in blocks:
            if block.is_list:
                steps += map(self._step, block.items(first=len(steps) + 1))
            elif block.kind == "table_open":
                steps += self._rows(block)
            else:
                raise UnfitError
        return tuple(step for step in steps if step.action or step.data or step.expected)

    def _step(self, lines: list[str]) -> Step:
        """A step from the lines of an item, without its mark and indentation."""
        fence = ""
        for number, line in enumerate(lines):
            bare = line.strip()
            if mark := _FENCE.match(bare):
                fence = "" if fence and bare.startswith(fence) else fence or mark[1]
            if fence or number == 0:
                continue
            bullet = _BULLET.match(bare)
            inner = bare[bullet.end() :] if bullet else bare
            if label := self._label.match(inner):
                more = lines[number + 1 :]
                indent = _indent(line) + (bullet.end() if bullet else 0)
                expected = [inner[label.end() :], *(outdented(each, indent) for each in more)]
                return Step(_text(lines[:number]), expected=_text(expected))
        return Step(_text(lines))

    def _columns(self, block: "Block") -> dict[Part, int]:
        """The places of the columns of a table of steps; empty if it is none."""
        head, *_ = block.rows() or [[]]
        places = {self._part_of.get(spoken(cell)): n for n, cell in enumerate(head)}
        if None in places or len(places) != len(head):
            return {}
        return {part: n for part, n in places.items() if part is not None}

    def _rows(self, block: "Block") -> Iterator[Step]:
        columns = self._columns(block)
        allowed = {Part.NUMBER, Part.STEPS, Part.DATA, Part.EXPECTED}
        if Part.STEPS not in columns or not set(columns) <= allowed:
            raise UnfitError
        for number, row in enumerate(block.rows()[1:], 1):

            def cell(part: Part, row: list[str] = row) -> str:
                return row[columns[part]] if part in columns else ""

            if cell(Part.NUMBER).rstrip(".") not in {"", str(number)}:
                raise UnfitError
            yield Step(cell(Part.STEPS), cell(Part.DATA), cell(Part.EXPECTED))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())

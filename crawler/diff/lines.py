"""A changed text as lines: what went, what came, a little of what stayed, differing words marked.

`difflib` does the work, on what lies between the lines that both texts begin and end with. Beyond
`_MOST` comparisons it would take too long, so then all that is left counts as replaced. A line that
differs in nothing but its break has `BREAK` at the end where it has one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

__all__ = (
    "BREAK",
    "GONE",
    "KEPT",
    "NEW",
    "SKIPPED",
    "Parts",
    "TextLine",
    "line_diff",
    "marked_words",
)

GONE: Final = "-"
NEW: Final = "+"
KEPT: Final = " "
SKIPPED: Final = "@"
BREAK: Final = "\N{RETURN SYMBOL}"

_CONTEXT: Final = 1  # lines around a change that are shown
_MOST: Final = 1_000_000
_ALIKE: Final = 0.4  # share of both in common from which two lines are one that changed
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_BREAKS: Final = re.compile(r"(?<=\n)")

_Opcode = tuple[str, int, int, int, int]

Parts = tuple[tuple[str, bool], ...]
"""A line in pieces, each with whether it differs."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line, without its break, in parts of which the marked ones differ.

    The line `SKIPPED` stands for lines that both texts have; it has no parts.
    """

    sign: str
    parts: Parts = ()


def line_diff(old: str, new: str) -> Iterator[TextLine]:
    """The lines of a diff; a missing line break at the end of a text is a difference, too."""
    before, after = _lines(old), _lines(new)
    for tag, i, j, k, m in _opcodes(before, after):
        if tag == "equal":
            ends = j == len(before) and m == len(after)
            yield from _unchanged(before[i:j], first=i == k == 0, last=ends)
        else:
            yield from _replaced(before[i:j], after[k:m])


def _lines(text: str) -> list[str]:
    return [line for line in _BREAKS.split(text) if line]


def _unchanged(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[TextLine]:
    head = 0 if first else _CONTEXT
    tail = 0 if last else _CONTEXT
    if len(lines) <= head + tail + 1:
        yield from (TextLine(KEPT, ((_shown(line), False),)) for line in lines)
        return
    yield from (TextLine(KEPT, ((_shown(line), False),)) for line in lines[:head])
    yield TextLine(SKIPPED)
    yield from (TextLine(KEPT, ((_shown(line), False),)) for line in lines[len(lines) - tail :])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[TextLine]:
    """Lines that went, then lines that came; those that changed in part have words marked."""
    marked = [marked_words(one, other) for one, other in zip(old, new, strict=False)]
    rest = len(marked)
    yield from (TextLine(GONE, one) for one, _ in marked)
    yield from (TextLine(GONE, ((_shown(line), False),)) for line in old[rest:])
    yield from (TextLine(NEW, other) for _, other in marked)
    yield from (TextLine(NEW, ((_shown(line), False),)) for line in new[rest:])


def marked_words(old: str, new: str) -> tuple[Parts, Parts]:
    """Two lines with the words that differ marked; none is if the lines are too different."""
    if _shown(old) == _shown(new):
        return _broken(old), _broken(new)
    one, other = _WORDS.findall(_shown(old)), _WORDS.findall(_shown(new))
    opcodes = list(_opcodes(one, other))
    alike = sum(len("".join(one[i:j]).strip()) for tag, i, j, _, _ in opcodes if tag == "equal")
    if 2 * alike < _ALIKE * (len(old) + len(new)):
        return ((_shown(old), False),), ((_shown(new), False),)
    return (
        _joined((one[i:j], tag != "equal") for tag, i, j, _, _ in opcodes),
        _joined((other[k:m], tag != "equal") for tag, _, _, k, m in opcodes),
    )


def _broken(line: str) -> Parts:
    return ((_shown(line), False), *(((BREAK, True),) if line.endswith("\n") else ()))


def _joined(parts: Iterable[tuple[Sequence[str], bool]]) -> Parts:
    return tuple(("".join(words), marked) for words, marked in parts if words)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[_Opcode]:
    """As SequenceMatcher gives them, in a time that no text can make long."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    i, k = len(old) - end, len(new) - end
    if start:
        yield "equal", 0, start, 0, start
    middle, other = old[start:i], new[start:k]
    if len(middle) * len(other) > _MOST:
        yield "replace", start, i, start, k
    elif middle or other:
        for tag, a, b, c, d in SequenceMatcher(None, middle, other).get_opcodes():
            yield tag, start + a, start + b, start + c, start + d
    if end:
        yield "equal", i, len(old), k, len(new)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items both begin with."""
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))


def _shown(line: str) -> str:
    return line.removesuffix("\n")

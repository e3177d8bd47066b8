"""A difference as a comment on a pull request: summary first, details folded, never too long.

Titles and texts are hostile. Outside of code blocks they stand in `<code>`, where no host looks for
mentions, with every mark of Markdown and HTML as a numeric entity, which is never markup. A code
block is fenced by more backticks than it holds.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawler.diff.changes import ABSENT, Change, Difference, FieldChange, What
from crawler.diff.lines import KEPT, SKIPPED, TextLine
from crawler.diff.wording import (
    field_lines,
    field_words,
    head_words,
    heading,
    path_of,
    remarks,
    summary,
)
from crawler.plural import counted
from crawler.redaction import printable

__all__ = ("LONGEST", "markdown")

LONGEST: Final = 65_000
"""Characters that a comment may have; hosts refuse more than 65,536."""

_RESERVE: Final = 400  # characters for what is said about what was cut
_MOST_LINES: Final = 120  # of one item
_TEXT: Final = "description"  # what a reviewer reads of an added item
_LONGEST_LINE: Final = 500
_MARKS: Final = re.compile(r"[^\w\s/,()\u0080-\U0010ffff-]|_")
_BACKTICKS: Final = re.compile("`+")


def markdown(difference: Difference, *, longest: int = LONGEST) -> str:
    """The whole comment, in at most `longest` characters of at least 2,000."""
    text = _Budget(longest - _RESERVE)
    for block in _opening(difference):
        text.add(block)
    shown = list(difference.shown)
    cut = 0
    for what, changes in _sections(shown):
        cut += _section(text, what, changes)
    if cut:
        which = f"{cut:,} of {counted(len(shown), 'item')} {'is' if cut == 1 else 'are'}"
        text.force(
            f"\n_{which} not shown, since a comment has a longest length. All are in the output of"
            " `testomat-crawler diff`._\n"
        )
    return text.value()


class _Budget:
    """Text that grows as long as there is room."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._parts: list[str] = []

    def add(self, text: str, *, reserve: int = 0) -> bool:
        """Whether there was room for the text and `reserve` more characters."""
        if len(text) + reserve > self._room:
            return False
        self.force(text)
        return True

    def force(self, text: str) -> None:
        """Add the text whatever it takes."""
        self._room -= len(text)
        self._parts.append(text)

    def value(self) -> str:
        """All that was added."""
        return "".join(self._parts)


def _opening(difference: Difference) -> Iterator[str]:
    yield f"**{summary(difference)}**\n\n"
    if not difference:
        return
    yield f"- old: {_escaped(_cut(heading(difference.old)))}\n"
    yield f"- new: {_escaped(_cut(heading(difference.new)))}\n"
    yield from (f"- ⚠ {_escaped(_cut(remark))}\n" for remark in remarks(difference))
    yield from (f"- {_escaped(_cut(head_words(field)))}\n" for field in difference.head)


def _sections(changes: Iterable[Change]) -> Iterator[tuple[What, list[Change]]]:
    """The changes by what happened to them first."""
    found: dict[What, list[Change]] = {what: [] for what in What}
    for change in changes:
        found[change.what[0]].append(change)
    yield from ((what, those) for what, those in found.items() if those)


def _section(text: _Budget, what: What, changes: list[Change]) -> int:
    """Add a folded section; the number of changes that had no room."""
    end = "\n</details>\n"
    title = f"\n<details>\n<summary>{what.value.capitalize()} ({len(changes):,})</summary>\n\n"
    if not text.add(title, reserve=len(end)):
        return len(changes)
    shown = 0
    for change in changes:
        # What does not fit whole may fit as one line; after that nothing more is tried.
        if not any(text.add(each, reserve=len(end)) for each in (_item(change), _line(change))):
            break
        shown += 1
    text.force(end)
    return len(changes) - shown


def _line(change: Change) -> str:
    place = change.place
    path = _escaped(_cut(path_of(place)))
    also = ", ".join(each.value for each in change.what[1:] if each is not What.RENUMBERED)
    more = f", {also}" if also else ""
    return f"- {change.noun} {path} {_escaped(_cut(printable(place.id)))}{more}\n"


def _item(change: Change) -> str:
    parts = [_line(change)]
    if What.MOVED in change.what and change.old is not None:
        above = path_of(change.old, own=False) or "the top"
        parts.append(f"  - from {_escaped(_cut(above))}\n")
    for field in change.shown:
        words = field_words(field)
        if words is not None:
            parts.append(f"  - {_escaped(_cut(words, _LONGEST_LINE))}\n")
        else:
            parts.append(_fenced(printable(field.name), list(field_lines(field))))
    if change.what == (What.ADDED,) and (text := (change.content or {}).get(_TEXT)):
        parts.append(_fenced(_TEXT, list(field_lines(FieldChange(_TEXT, ABSENT, text)))))
    return "".join(parts)


def _fenced(name: str, lines: list[TextLine]) -> str:
    shown = [_code_line(line) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(f"@@ {counted(len(lines) - _MOST_LINES, 'more line')} @@")
    longest = max((len(run) for line in shown for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    body = "".join(f"  {line}\n" for line in shown)
    return f"  - {_escaped(_cut(name))}\n\n  {fence}diff\n{body}  {fence}\n\n"


def _code_line(line: TextLine) -> str:
    if line.sign == SKIPPED:
        return "@@ … @@"
    brackets = {"-": ("[-", "-]"), "+": ("{+", "+}")}.get(line.sign, ("", ""))
    text = "".join(
        f"{brackets[0]}{printable(part)}{brackets[1]}" if marked else printable(part)
        for part, marked in line.parts
    )
    return f"{line.sign}{_cut(text, _LONGEST_LINE)}".rstrip(KEPT)


def _cut(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _escaped(text: str) -> str:
    """Text that reads as itself: no markup, no mention, no link."""
    return f"<code>{_MARKS.sub(lambda mark: f'&#{ord(mark.group())};', text)}</code>"

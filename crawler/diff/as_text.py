"""A difference for a terminal or a pager: one line for each item, its fields below it.

Every line carries its own colours to its end, so that a pager may begin anywhere. Without colour
the words that differ stand in `[-…-]` and `{+…+}`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from crawler.diff.changes import Change, Difference, FieldChange, What
from crawler.diff.lines import GONE, KEPT, NEW, SKIPPED, TextLine
from crawler.diff.wording import (
    field_lines,
    field_words,
    head_words,
    heading,
    path_of,
    remarks,
    signs,
    summary,
)
from crawler.redaction import printable
from crawler.style import PLAIN, Role, Style

__all__ = ("name_lines", "stat_lines", "text_lines")

_SIGNS: Final = 4  # columns for them
_INDENT: Final = " " * 7  # before the fields of an item
_PATH: Final = " " * 11  # before the path of an item, and the text of a field
_HANGING: Final = "  "
_WIDEST: Final = 60  # columns of a path in the statistics

_LINE_ROLES: Final = {GONE: (Role.GONE, Role.WORD_GONE), NEW: (Role.NEW, Role.WORD_NEW)}


def text_lines(difference: Difference, style: Style = PLAIN) -> Iterator[str]:
    """The whole difference, line by line, the summary last; nothing if there is none."""
    yield from _opening(difference, style)
    for change in difference.shown:
        yield from _change_lines(change, style)
    yield from _closing(difference, style)


def name_lines(difference: Difference) -> Iterator[str]:
    """Signs, kind, ID and path of what changed, separated by tabs."""
    for change in difference.shown:
        place = change.place
        yield "\t".join((signs(change), change.noun, printable(place.id), path_of(place)))


def stat_lines(difference: Difference, style: Style = PLAIN) -> Iterator[str]:
    """How much changed in each suite, and in all."""
    yield from _opening(difference, style)
    found: dict[str, Counter[What]] = {}
    for change in difference.shown:
        above = change.section or path_of(change.place, own=False)
        found.setdefault(above, Counter()).update(change.what)
    width = min(_WIDEST, max(map(len, found), default=0))
    for path, numbers in found.items():
        parts = [f"{numbers[what]} {what.value}" for what in What if numbers[what]]
        yield from style.rows(f"{path or '(top)':{width}} | {', '.join(parts)}", _HANGING)
    yield from _closing(difference, style)


def _opening(difference: Difference, style: Style) -> Iterator[str]:
    if not difference:
        return
    for sign, head in (("---", difference.old), ("+++", difference.new)):
        yield from style.rows(style(f"{sign} {heading(head)}", Role.STRONG), " " * _SIGNS)
    for remark in remarks(difference):
        yield from style.rows(f"! {remark}", _HANGING)
    for field in difference.head:
        yield from style.rows(f"{'*':{_SIGNS}} {head_words(field)}", _INDENT)


def _closing(difference: Difference, style: Style) -> Iterator[str]:
    if difference:
        yield from style.rows(style(summary(difference), Role.STRONG), _HANGING)


def _change_lines(change: Change, style: Style) -> Iterator[str]:
    place = change.place
    role = {What.ADDED: Role.NEW, What.REMOVED: Role.GONE}.get(change.what[0], Role.PLACE)
    title = style(f"{signs(change):{_SIGNS}} {change.noun:5} {path_of(place)}", role)
    yield from style.rows(f"{title} {style(f'[{printable(place.id)}]', Role.FAINT)}", _PATH)
    if What.MOVED in change.what and change.old is not None:
        above = path_of(change.old, own=False) or "(top)"
        yield from style.rows(f"{_INDENT}from {style(above, Role.PLACE)}", _PATH)
    for field in change.shown:
        yield from _field_lines(field, style)


def _field_lines(field: FieldChange, style: Style) -> Iterator[str]:
    words = field_words(field)
    if words is not None:
        yield from style.rows(f"{_INDENT}{words}", f"{_INDENT}{_HANGING}")
        return
    yield f"{_INDENT}{printable(field.name)}:"
    for line in field_lines(field):
        yield from style.rows(f"{_INDENT}{_HANGING}{_text_line(line, style)}", _PATH)


def _text_line(line: TextLine, style: Style) -> str:
    if line.sign == SKIPPED:
        return style("…", Role.FAINT)
    text = printable
    if line.sign == KEPT:
        return f"{KEPT} {''.join(text(part) for part, _ in line.parts)}".rstrip()
    whole, word = _LINE_ROLES[line.sign]
    parts = (style(text(part), word if marked else whole) for part, marked in line.parts)
    return f"{style(line.sign, whole)} {''.join(parts)}"

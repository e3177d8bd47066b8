"""What all forms for people say in the same words: signs, names, values, numbers and warnings."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from crawler.diff.changes import ABSENT, Change, Difference, FieldChange, Place, Tally, What
from crawler.diff.lines import TextLine, line_diff
from crawler.edition import LACKS, Api, edition_words
from crawler.plural import counted, suites_and_tests
from crawler.redaction import printable
from crawler.selection import selection_words
from crawler.snapshot.document import Head

__all__ = (
    "SEPARATOR",
    "SIGNS",
    "above_of",
    "field_lines",
    "field_words",
    "head_words",
    "heading",
    "name_of",
    "path_of",
    "remarks",
    "signs",
    "summary",
    "takes_lines",
    "tally_words",
    "value_words",
)

SIGNS: Final = {
    What.ADDED: "+",
    What.REMOVED: "-",
    What.MOVED: ">",
    What.RENAMED: "=",
    What.REORDERED: "^",
    What.CHANGED: "*",
    What.RENUMBERED: "",
}

SEPARATOR: Final = " / "
"""Between the titles of a path."""

_ORPHANS: Final = "(orphans)"
_LONGEST: Final = 120  # characters of a value that is shown on one line


def signs(change: Change) -> str:
    """One sign for each thing that happened."""
    return "".join(SIGNS[what] for what in change.what)


def path_of(place: Place, *, own: bool = True) -> str:
    """The titles down to an item, or to the suite around it, fit for a terminal."""
    titles = (*place.path, place.title) if own else place.path
    above = (_ORPHANS,) if place.orphan else ()
    return SEPARATOR.join(map(printable, (*above, *titles)))


def above_of(change: Change) -> tuple[str, ...]:
    """The titles of the suites around an item, or the name of its section, fit to be shown."""
    if change.section:
        return (change.section,)
    above = (_ORPHANS,) if change.place.orphan else ()
    return (*above, *map(printable, change.place.path))


def name_of(change: Change) -> str:
    """Kind, path and ID of what changed."""
    place = change.place
    return f"{change.noun} {path_of(place)} [{printable(place.id)}]"


def heading(head: Head) -> str:
    """One line on a snapshot."""
    title, own = printable(head.project_title), printable(head.project_id)
    counts = f"{counted(head.suites, 'suite')}, {counted(head.tests, 'test')}"
    state = f"{', a part' if head.selection else ''}{'' if head.complete else ', incomplete'}"
    return f"{title} ({own}), {counts}{state}"


def remarks(difference: Difference) -> Iterator[str]:
    """What to keep in mind when reading the difference, in sentences."""
    old, new = difference.old, difference.new
    if (old.project_id, old.url) != (new.project_id, new.url):
        projects = [printable(_project(head)) for head in (old, new)]
        yield f"The snapshots are of different projects: {' and '.join(projects)}."
    partial = [name for name, head in (("OLD", old), ("NEW", new)) if not head.complete]
    if partial:
        is_are = "is" if len(partial) == 1 else "are"
        yield (
            f"{' and '.join(partial)} {is_are} incomplete: what seems added or removed may be what"
            " was not fetched."
        )
    if old.edition != new.edition:
        first, second = (printable(edition_words(head.edition)) for head in (old, new))
        lacks = ""
        if old.edition.api is not new.edition.api:
            lacks = f" {Api.V2} does not tell {', '.join(LACKS)}: they seem added or removed."
        yield f"OLD was read over {first}, NEW over {second}.{lacks}"
    if old.selection != new.selection:
        parts = [printable(selection_words(head.selection)) for head in (old, new)]
        yield (
            f"The snapshots are of different parts of the project, OLD of {parts[0]}, NEW of"
            f" {parts[1]}: what seems added or removed may be what was not selected."
        )
    elif old.selection:
        words = printable(selection_words(old.selection))
        yield f"Both snapshots are of a part of the project: {words}."
    if old.runs_since != new.runs_since:
        first, second = (printable(head.runs_since or "the first") for head in (old, new))
        yield (
            f"OLD has the results of runs from {first} on, NEW from {second} on: what seems added"
            " or removed may be what was not read."
        )
    if old.omitted != new.omitted:
        odd = ", ".join(map(printable, sorted(set(old.omitted) ^ set(new.omitted))))
        yield f"Only one of the snapshots leaves out {odd or 'some places twice'}."
    if difference.ignored:
        yield f"Not compared: {', '.join(map(printable, difference.ignored))}."


def _project(head: Head) -> str:
    """A project, with its server if it comes from one."""
    return f"{head.project_id} on {head.url}" if head.url else head.project_id


def summary(difference: Difference) -> str:
    """How much of what happened, in one line."""
    parts = [
        f"{tally_words(difference.statistics.of(what))} {what.value}"
        for what in What
        if difference.statistics.of(what).total
    ]
    parts += _sections_summary(difference)
    if difference.head:
        parts.append(f"{counted(len(difference.head), 'field')} of the project changed")
    return "; ".join(parts) or "No differences"


def _sections_summary(difference: Difference) -> Iterator[str]:
    """`runs: 2 added, 1 changed`, a section each."""
    found: dict[str, Counter[What]] = {}
    for change in difference.sections:
        found.setdefault(change.section, Counter()).update(change.what)
    for section, numbers in found.items():
        told = [f"{numbers[what]:,} {what.value}" for what in What if numbers[what]]
        yield f"{section}: {', '.join(told)}"


def tally_words(tally: Tally) -> str:
    """`1 suite, 2 tests`, without what is zero."""
    return suites_and_tests(tally.suites, tally.tests)


def head_words(field: FieldChange) -> str:
    """A changed field of the head on one line."""
    return f"{field.name}: {value_words(field.old)} → {value_words(field.new)}"


def field_words(field: FieldChange) -> str | None:
    """The change on one line; `None` if it takes a diff of lines."""
    name = printable(field.name)
    if field.is_set:
        parts = [f"-{printable(each)}" for each in field.gone]
        parts += [f"+{printable(each)}" for each in field.came]
        return f"{name}: {' '.join(parts) or 'another order'}"
    if takes_lines(field):
        return None
    return f"{name}: {value_words(field.old)} → {value_words(field.new)}"


def takes_lines(field: FieldChange) -> bool:
    """Whether a change is too long for one line, so that it is shown as a diff of lines."""
    return not field.is_set and (_is_long(field.old) or _is_long(field.new))


def field_lines(field: FieldChange) -> Iterator[TextLine]:
    """The change as lines, with the differing words marked; anything but text as its JSON."""
    return line_diff(_as_text(field.old, field.new), _as_text(field.new, field.old))


def value_words(value: Any) -> str:
    """A value on one line, cut if it is long."""
    if value is ABSENT:
        return "(none)"
    text = value if isinstance(value, str) and value.strip() else _json(value)
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _is_long(value: Any) -> bool:
    if value is ABSENT:
        return False
    text = value if isinstance(value, str) else _json(value)
    return "\n" in text or len(text) > _LONGEST


def _as_text(value: Any, other: Any) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, str) and (other is ABSENT or isinstance(other, str)):
        return value
    return _json(value, indent=2) + "\n"


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True)

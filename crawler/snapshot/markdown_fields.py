"""What of a suite or a test stands on the page, and what in the file beside it.

The rules, which the README repeats for users:

- On the page stand the title, the description, the examples and, in the comment above the title,
  ID, emoji, tags, labels, assignee and issues of a suite; ID, type, priority, assignee, tags,
  labels and issues of a test.
- What the page holds as it is stands there alone. All else is *kept* in the file beside it: what
  the page has no place for, and the exact value of what it can only show in another way (a title
  with a line break, a number as a tag). IDs, and titles of suites, are kept always.
- The page wins: a kept value counts only as long as it would show as what stands on the page. So an
  edit of the page is an edit of the snapshot, and a line that is removed is a value that is gone.
- Tags are those of the title (``@smoke``) and those of the line ``tags``.
- Keys that begin with ``markdown-`` are ours: ``markdown-crlf`` (the text has the line breaks of
  Windows), ``markdown-untagged`` (tags that the title has and `tags` has not), ``markdown-order``
  (the order of the keys where it is not that of format 1). An attribute that is so named gets a
  ``+`` at its end.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from crawler.model import ItemKind
from crawler.snapshot.canonical import WELL_KNOWN
from crawler.snapshot.document import NodeKind
from crawler.snapshot.markdown_examples import shown_params, shown_rows, with_params, with_rows
from crawler.snapshot.markdown_marks import (
    BLANKS,
    line_breaks_are_crlf,
    one_line,
    shown_text,
    text_of,
    words_of,
)
from crawler.snapshot.markdown_page import Block, Table

__all__ = ("KNOWN_LINES", "STEP", "UNTITLED", "merged", "seen_id", "shown_id", "split")

UNTITLED: Final = "Untitled"
"""The heading of what has no title: the importer refuses a whole project for one empty name."""

STEP: Final = " > "
"""What parts the titles of a nested suite's heading."""

_ABSENT: Final = object()
_OURS: Final = "markdown-"
_CRLF: Final = f"{_OURS}crlf"
_UNTAGGED: Final = f"{_OURS}untagged"
_ORDER: Final = f"{_OURS}order"
_CONTROLS: Final = frozenset((_CRLF, _UNTAGGED, _ORDER))
_PREFIXES: Final = {NodeKind.SUITE: "@S", NodeKind.TEST: "@T"}
_KEPT: Final = {
    NodeKind.SUITE: frozenset(("id", "title")),
    NodeKind.TEST: frozenset(("id", "included")),
}
_TYPES: Final = {"manual": "manual", "automated": "automated", "detached": "automated"}
_IN_TITLE: Final = re.compile(r"(?<!\S)@([\w=\-().:&]+)")
# What the importer takes away before it asks whether a name is empty; its \w is ASCII.
_NAMELESS: Final = re.compile(r"@[A-Za-z0-9_:-]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line ``key: value`` of the comment; `show` gives `None` for a value that has no line."""

    key: str
    name: str
    show: Callable[[Any], str | None]
    read: Callable[[str], Any] = str


def _word(value: Any) -> str | None:
    return (one_line(value) or None) if isinstance(value, str) else None


def _words(value: Any) -> str | None:
    return ", ".join(_plain(value)) or None


def _type(value: Any) -> str | None:
    return _TYPES.get(value) if isinstance(value, str) else None


def _plain(value: Any) -> Iterator[str]:
    """What the importer finds again in a list that is separated by commas."""
    for word in value if isinstance(value, list) else ():
        if isinstance(word, str) and word and "," not in word and one_line(word) == word:
            yield word


_LINES: Final = {
    NodeKind.SUITE: (
        _Line("emoji", "emoji", _word),
        _Line("labels", "labels", _words, words_of),
        _Line("assignee", "assigned_to", _word),
        _Line("issues", "issues", _words, words_of),
    ),
    NodeKind.TEST: (
        _Line("type", "state", _type),
        _Line("priority", "priority", _word),
        _Line("assignee", "assigned_to", _word),
        _Line("labels", "labels", _words, words_of),
        _Line("issues", "issues", _words, words_of),
    ),
}
KNOWN_LINES: Final = {
    kind: frozenset(("id", "tags", *(line.key for line in lines))) for kind, lines in _LINES.items()
}
"""The keys of lines that become fields."""

_META: Final = ("id", "emoji", "type", "priority", "tags", "labels", "assignee", "issues")


def split(kind: NodeKind, fields: Mapping[str, Any]) -> tuple[Block, dict[str, Any]]:
    """(what stands on the page, what is kept beside it); a suite's title is not yet a path."""
    block = _shown(kind, fields)
    kept: dict[str, Any] = {}
    if line_breaks_are_crlf(fields.get("description")):
        kept[_CRLF] = True
    if untagged := sorted(_tags_in(fields.get("title")) - _texts(fields.get("tags"))):
        kept[_UNTAGGED] = untagged
    alone = {**_read(block, {}, kept), "tags": _read_tags(block, fields.get("title"), {}, kept)}
    for name, value in fields.items():
        if name in _KEPT[kind] or alone.get(name, _ABSENT) != value:
            kept[_escaped(name)] = value
    if list(fields) != _canonical(kind, fields):
        kept[_ORDER] = list(fields)
    return block, kept


def merged(block: Block, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of what stands on the page, with what was kept beside it."""
    exact = {_unescaped(name): value for name, value in kept.items() if name not in _CONTROLS}
    found = {**exact, **_read(block, exact, kept)}
    found["tags"] = _read_tags(block, found["title"], exact, kept)
    fields = {name: value for name, value in found.items() if value is not _ABSENT}
    names = _canonical(block.kind, fields)
    if isinstance(order := kept.get(_ORDER), list):
        known = (name for name in order if isinstance(name, str) and name in fields)
        names = list(dict.fromkeys((*known, *names)))
    return {name: fields[name] for name in names}


def shown_id(identity: Any) -> str:
    """An ID on one line; empty if nothing of it can be shown."""
    return _word(identity) or ""


def seen_id(block: Block) -> str:
    """The ID that stands on the page, without the letters that say of what; empty if none does."""
    return block.meta.get("id", "").removeprefix(_PREFIXES[block.kind])


def _shown(kind: NodeKind, fields: Mapping[str, Any]) -> Block:
    found = {line.key: line.show(fields.get(line.name)) for line in _LINES[kind]}
    if identity := shown_id(fields.get("id")):
        found["id"] = _PREFIXES[kind] + identity
    found["tags"] = _shown_tags(fields.get("tags"), _tags_in(fields.get("title")))
    meta = {key: value for key in _META if (value := found.get(key))}
    title = _heading(kind, fields.get("title"))
    text = shown_text(fields.get("description"))
    table = _shown_table(fields) if kind is NodeKind.TEST else None
    return Block(kind, title, meta, text, table)


def _shown_table(fields: Mapping[str, Any]) -> Table | None:
    params = shown_params(fields.get("params"))
    rows = shown_rows(fields.get("included"))
    return Table(params, rows) if params or rows else None


def _heading(kind: NodeKind, title: Any) -> str:
    """The title on one line, never empty to the importer, and for a suite no path by itself."""
    line = one_line(title) if isinstance(title, str) else ""
    if kind is NodeKind.SUITE:
        line = line.replace(STEP, " \\> ")
    if _NAMELESS.sub("", line).strip(BLANKS):
        return line
    return f"{UNTITLED} {line}".strip(BLANKS)


def _read(block: Block, exact: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Every field that a page can hold, except the tags; `_ABSENT` where there is none."""

    def chosen(name: str, shown: Any, seen: Any, read: Callable[[Any], Any] = str) -> Any:
        if shown == seen:
            return exact.get(name, _ABSENT)
        return _ABSENT if seen is None else read(seen)

    found = {"id": seen_id(block), "title": _read_title(block, exact)}
    if "id" in exact and shown_id(exact["id"]) == found["id"]:
        found["id"] = exact["id"]
    for line in _LINES[block.kind]:
        shown = line.show(exact.get(line.name))
        found[line.name] = chosen(line.name, shown, block.meta.get(line.key) or None, line.read)
    text = partial(text_of, crlf=bool(kept.get(_CRLF)))
    shown = shown_text(exact.get("description"))
    found["description"] = chosen("description", shown, block.text, text)
    if block.kind is NodeKind.TEST:
        table = block.table or Table(None, ())
        params, included = exact.get("params"), exact.get("included")
        found["params"] = chosen("params", shown_params(params), table.params, with_params)
        rows = partial(with_rows, included)
        found["included"] = chosen("included", shown_rows(included), table.rows, rows)
    return found


def _read_title(block: Block, exact: Mapping[str, Any]) -> Any:
    """The heading without the way to it, which only says where the suite is anyway."""
    shown, seen = _heading(block.kind, exact.get("title")), block.title
    if seen == shown:
        return exact.get("title", _ABSENT)
    if block.kind is NodeKind.TEST:
        return seen
    if seen.endswith(STEP + shown):
        return exact.get("title", _ABSENT)
    return seen.rpartition(STEP)[2]


def _read_tags(block: Block, title: Any, exact: Mapping[str, Any], kept: Mapping[str, Any]) -> Any:
    """Tags as they were, if neither the line nor those in the title are others now."""
    in_title = _tags_in(title)
    tags, seen = exact.get("tags"), block.meta.get("tags") or None
    untagged = in_title - _texts(tags)
    if _shown_tags(tags, in_title) == seen and untagged == _texts(kept.get(_UNTAGGED)):
        return exact.get("tags", _ABSENT)
    return sorted(in_title | set(words_of(seen or ""))) or _ABSENT


def _shown_tags(tags: Any, in_title: frozenset[str]) -> str | None:
    return ", ".join(word for word in _plain(tags) if word not in in_title) or None


def _tags_in(title: Any) -> frozenset[str]:
    return frozenset(_IN_TITLE.findall(title) if isinstance(title, str) else ())


def _texts(values: Any) -> frozenset[str]:
    items = values if isinstance(values, list) else ()
    return frozenset(value for value in items if isinstance(value, str))


def _canonical(kind: NodeKind, names: Iterable[str]) -> list[str]:
    """The order that format 1 gives to keys: well-known ones first, the others by name."""
    given = set(names)
    first = [name for name in WELL_KNOWN[ItemKind(kind)] if name in given]
    return first + sorted(given.difference(first))


def _escaped(name: str) -> str:
    return f"{name}+" if name.startswith(_OURS) else name


def _unescaped(name: str) -> str:
    return name[:-1] if name.startswith(_OURS) and name.endswith("+") else name

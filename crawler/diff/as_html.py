"""A difference as one HTML page: no script, nothing fetched, everything from outside escaped.

The page forbids itself everything but its own style sheet, by its SHA-256; that folds long texts,
hides what is not looked for, and lays old and new side by side, all without a script.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import count, groupby
from typing import Final

from crawler.diff.as_lines import field_texts
from crawler.diff.changes import Change, Difference, FieldChange, What, telling
from crawler.diff.lines import GONE, NEW, SKIPPED, Parts, TextLine, marked_words
from crawler.diff.outline import Row, outline
from crawler.diff.wording import (
    field_lines,
    head_words,
    heading,
    path_of,
    remarks,
    summary,
    takes_lines,
    value_words,
)
from crawler.pages.styling import allowed, styled
from crawler.redaction import printable

__all__ = ("html",)

_POLICY: Final = "default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'"
_FOLD_FROM: Final = 40  # lines
_DEEPEST: Final = 9  # levels that the tree indents
#: An ID that can stand in a link as it is, and is no ID of the page's own.
_PLAIN_ID: Final = re.compile(r"[0-9a-f]{8}")


def html(difference: Difference) -> Iterator[str]:
    """The page in pieces."""
    rows = _with_anchors(outline(difference.shown))
    yield from _opening(difference)
    yield from _tree(rows)
    yield "<div id=content>\n"
    yield from _head(difference)
    yield from _choices(difference)
    for row, anchor in rows:
        if row.change:
            yield from _article(row.change, anchor)
    yield "</div>\n</main>\n</body>\n</html>\n"


def _with_anchors(rows: Iterable[Row]) -> list[tuple[Row, str]]:
    """The rows, each with what a link names it by: its item's ID, or a number."""
    taken: set[str] = set()
    found = []
    for row, number in zip(rows, count(1), strict=False):
        own = row.change.place.id if row.change and not row.change.section else ""
        plain = _PLAIN_ID.fullmatch(own) and own not in taken
        anchor = own if plain else f"change-{number}"
        taken.add(anchor)
        found.append((row, anchor))
    return found


def _opening(difference: Difference) -> Iterator[str]:
    style = styled(_own_style())
    title = _text(f"Changes of {difference.new.project_title}")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    policy = escape(_POLICY.format(allowed(style)))
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta http-equiv="x-dns-prefetch-control" content="off">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"


@cache
def _own_style() -> str:
    return files("crawler.diff").joinpath("page.css").read_text("utf-8")


def _tree(rows: Sequence[tuple[Row, str]]) -> Iterator[str]:
    yield '<nav aria-label="Changes">\n<ul>\n'
    for row, anchor in rows:
        level, label = f"d{min(row.depth, _DEEPEST)}", escape(row.label)
        if row.change is None:
            yield f'<li class="suite {level}"><bdi>{label}</bdi></li>\n'
        else:
            link = f"<a href=#{anchor}><bdi>{label or 'without a title'}</bdi></a>"
            yield f'<li class="{_classes(row.change)} {level}">{link} {_badges(row.change)}</li>\n'
    yield "</ul>\n</nav>\n"


def _head(difference: Difference) -> Iterator[str]:
    yield f"<h1>{_text(f'Changes of {difference.new.project_title}')}</h1>\n"
    yield f"<p>{_text(summary(difference))}</p>\n"
    yield f"<dl><dt>old</dt><dd>{_text(heading(difference.old))}</dd>\n"
    yield f"<dt>new</dt><dd>{_text(heading(difference.new))}</dd></dl>\n"
    for remark in remarks(difference):
        yield f"<p class=remark>{_text(remark)}</p>\n"
    yield from _list(_text(head_words(field)) for field in difference.head)


def _choices(difference: Difference) -> Iterator[str]:
    """What to show, and how: a box for each thing that happened, and inline or side by side."""
    numbers = Counter(what for change in difference.shown for what in _told(change))
    if not numbers:
        return
    yield '<div class=choices>\n<fieldset aria-label="Show">\n'
    for what in What:
        if numbers[what]:
            box = f"<input type=checkbox id=show-{what.value} checked autocomplete=off>"
            yield f"<label>{box} {what.value} {numbers[what]:,}</label>\n"
    yield '</fieldset>\n<fieldset aria-label="Texts"><div class=view>\n'
    for name, words, state in (("inline", "inline", " checked"), ("beside", "side by side", "")):
        dot = f"<input type=radio name=view id={name}{state} autocomplete=off>"
        yield f"<label>{dot} {words}</label>\n"
    yield "</div></fieldset>\n</div>\n"


def _told(change: Change) -> Iterator[What]:
    return (what for what in change.what if what is not What.RENUMBERED)


def _classes(change: Change) -> str:
    return " ".join(["kind", *(f"is-{what.value}" for what in _told(change))])


def _badges(change: Change) -> str:
    words = (what.value for what in _told(change))
    return " ".join(f'<span class="badge {word}">{word}</span>' for word in words)


def _article(change: Change, anchor: str) -> Iterator[str]:
    place = change.place
    above = path_of(place, own=False)
    yield f'<article id={anchor} class="{_classes(change)}">\n'
    yield f"<p class=path>{change.noun}{f' in <bdi>{_text(above)}</bdi>' if above else ''}</p>\n"
    yield f"<h2><bdi>{_text(place.title)}</bdi> {_badges(change)} "
    yield f"<span class=id>{_text(place.id)}</span></h2>\n"
    if What.MOVED in change.what and change.old is not None:
        before = path_of(change.old, own=False) or "the top"
        yield f"<p>from <bdi>{_text(before)}</bdi></p>\n"
    yield from _list(_short(field) for field in change.shown if not takes_lines(field))
    for field in change.shown:
        if takes_lines(field):
            yield from _folded(field)
    if change.content:
        yield from _content(change)
    yield "</article>\n"


def _short(field: FieldChange) -> str:
    """A change that fits on a line."""
    name = _text(field.name)
    if field.is_set:
        words = [f"<del>-{_text(each)}</del>" for each in field.gone]
        words += [f"<ins>+{_text(each)}</ins>" for each in field.came]
        return f"{name}: {' '.join(words) or 'another order'}"
    old, new = map(_parts, marked_words(value_words(field.old), value_words(field.new)))
    return f"{name}: <del>{old}</del> → <ins>{new}</ins>"


def _content(change: Change) -> Iterator[str]:
    """All that was added or removed, folded."""
    wanted = telling(change.kind, set(change.content or {})) - {"id", "title"}
    fields = {name: value for name, value in (change.content or {}).items() if name in wanted}
    if fields:
        lines = "\n".join(map(_text, field_texts("", fields)))
        yield "<details><summary>content</summary>\n"
        yield f"<pre><span class=text>{lines}</span></pre></details>\n"


def _list(items: Iterable[str]) -> Iterator[str]:
    found = [f"<li>{item}</li>\n" for item in items]
    if found:
        yield f"<ul>\n{''.join(found)}</ul>\n"


def _folded(field: FieldChange) -> Iterator[str]:
    lines = list(field_lines(field))
    is_open = " open" if len(lines) < _FOLD_FROM else ""
    yield f"<details{is_open}><summary>{_text(field.name)}</summary>\n<pre>"
    for differs, group in groupby(lines, lambda line: line.sign in {GONE, NEW}):
        shown = "".join(map(_line, group))
        yield f"<span class=hunk>{shown}</span>" if differs else shown
    yield "</pre></details>\n"


def _line(line: TextLine) -> str:
    if line.sign == SKIPPED:
        return "<span class=faint>…</span>"
    tag = {GONE: "del", NEW: "ins"}.get(line.sign, "span")
    return f"<{tag}>{line.sign} {_parts(line.parts)}</{tag}>"


def _parts(parts: Parts) -> str:
    return "".join(
        f"<mark>{_text(part)}</mark>" if differs else _text(part) for part, differs in parts
    )


def _text(text: str) -> str:
    """Text fit for HTML, with what turns the direction of writing made visible."""
    return escape(printable(text))

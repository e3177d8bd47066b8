"""A difference as one HTML page: no script, nothing fetched, everything from outside escaped.

The page forbids itself everything but its own style sheet, by its SHA-256. Long texts fold without
a script.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from crawler.diff.changes import Change, Difference, FieldChange, What
from crawler.diff.lines import GONE, NEW, SKIPPED, TextLine
from crawler.diff.wording import (
    field_lines,
    field_words,
    head_words,
    heading,
    path_of,
    remarks,
    summary,
    tally_words,
)
from crawler.redaction import printable

__all__ = ("html",)

_STYLE: Final = """
:root { color-scheme: light dark; --gone: #c0392b; --new: #1e8449; --faint: #777; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem; }
dt, .faint { color: var(--faint); }
dd { margin: 0; }
article { border-top: 1px solid #8884; padding: .5rem 0; }
article p { margin: 0; overflow-wrap: anywhere; }
ul { margin: .2rem 0; }
li { overflow-wrap: anywhere; }
pre { margin: .3rem 0; overflow-x: auto; padding: .5rem; background: #8881; }
del, ins { text-decoration: none; }
del { color: var(--gone); }
ins { color: var(--new); }
mark { color: inherit; background: #8884; font-weight: bold; }
.remark { border-left: 4px solid #d68910; padding-left: .6rem; }
@media print { details > summary { display: none; } }
"""

_POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
_FOLD_FROM: Final = 40  # lines


def html(difference: Difference) -> Iterator[str]:
    """The page in pieces."""
    yield from _opening(difference)
    shown = [change for change in difference.changes if not change.is_noise]
    for what in What:
        changes = [change for change in shown if change.what[0] is what]
        if changes:
            words = tally_words(difference.statistics.of(what))
            yield f"<h2>{what.value.capitalize()} <span class=faint>{words}</span></h2>\n"
            for change in changes:
                yield from _article(change)
    yield "</main>\n</body>\n</html>\n"


def _opening(difference: Difference) -> Iterator[str]:
    digest = hashlib.sha256(_STYLE.encode()).digest()
    policy = _POLICY.format(base64.b64encode(digest).decode())
    title = _text(f"Changes of {difference.new.project_title}")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    yield f"<h1>{title}</h1>\n<p>{_text(summary(difference))}</p>\n"
    yield f"<dl><dt>old</dt><dd>{_text(heading(difference.old))}</dd>\n"
    yield f"<dt>new</dt><dd>{_text(heading(difference.new))}</dd></dl>\n"
    for remark in remarks(difference):
        yield f"<p class=remark>{_text(remark)}</p>\n"
    yield from _list(_text(head_words(field)) for field in difference.head)


def _article(change: Change) -> Iterator[str]:
    place = change.place
    own = f"<bdi>{_text(path_of(place))}</bdi>"
    also = [what.value for what in change.what[1:] if what is not What.RENUMBERED]
    yield f"<article>\n<p>{change.kind.value} <b>{own}</b> "
    yield f"<span class=faint>{', '.join([_text(place.id), *also])}</span></p>\n"
    if What.MOVED in change.what and change.old is not None:
        above = path_of(change.old, own=False) or "the top"
        yield f"<p>from <bdi>{_text(above)}</bdi></p>\n"
    short = [(field, field_words(field)) for field in change.shown]
    yield from _list(_text(words) for _, words in short if words is not None)
    for field, words in short:
        if words is None:
            yield from _folded(field)
    yield "</article>\n"


def _list(items: Iterable[str]) -> Iterator[str]:
    found = [f"<li>{item}</li>\n" for item in items]
    if found:
        yield f"<ul>\n{''.join(found)}</ul>\n"


def _folded(field: FieldChange) -> Iterator[str]:
    lines = [_line(line) for line in field_lines(field)]
    is_open = " open" if len(lines) < _FOLD_FROM else ""
    yield f"<details{is_open}><summary>{_text(field.name)}</summary>\n<pre>"
    yield "\n".join(lines)
    yield "</pre></details>\n"


def _line(line: TextLine) -> str:
    if line.sign == SKIPPED:
        return "<span class=faint>…</span>"
    parts = (
        f"<mark>{_text(part)}</mark>" if marked else _text(part) for part, marked in line.parts
    )
    text = f"{line.sign} {''.join(parts)}"
    tag = {GONE: "del", NEW: "ins"}.get(line.sign)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _text(text: str) -> str:
    """Text fit for HTML, with what turns the direction of writing made visible."""
    return escape(printable(text))

"""A difference as one HTML page: no script, nothing fetched, everything from outside escaped.

The page forbids itself everything but its own style sheet, by its SHA-256. Long texts fold without
a script.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from crawler.diff.as_lines import field_texts
from crawler.diff.changes import Change, Difference, FieldChange, What, telling
from crawler.diff.lines import GONE, NEW, SKIPPED, TextLine
from crawler.diff.wording import (
    field_lines,
    head_words,
    heading,
    path_of,
    remarks,
    summary,
    takes_lines,
    tally_words,
    value_words,
)
from crawler.redaction import printable

__all__ = ("html",)

_STYLE: Final = """
:root { color-scheme: light dark; --gone: #b3261e; --new: #17692f; --faint: #666;
  --gone-back: #fbe4e2; --new-back: #dff5e3; --box: #f4f4f4; --line: #ddd; }
@media (prefers-color-scheme: dark) { :root { --gone: #ff9a90; --new: #7ee08f; --faint: #a0a0a0;
  --gone-back: #55211d; --new-back: #16452a; --box: #1e1e1e; --line: #3a3a3a; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h2 span { font-weight: normal; }
h2.added { color: var(--new); }
h2.removed { color: var(--gone); }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem; }
dt, .faint, .kind { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); padding: .5rem 0; }
article p { margin: 0; overflow-wrap: anywhere; }
article p:first-child { padding-left: 3.1rem; text-indent: -3.1rem; }
.kind { display: inline-block; min-width: 3.1rem; text-indent: 0; }
ul { margin: .2rem 0; padding-left: 4.2rem; }
li { overflow-wrap: anywhere; }
details, .from { margin-left: 3.1rem !important; }
summary { cursor: pointer; }
pre { margin: .3rem 0; padding: .5rem; background: var(--box);
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre del, pre ins { display: block; padding-left: 1.2em; text-indent: -1.2em; }
pre span { padding-left: 1.2em; text-indent: -1.2em; display: block; }
del, ins { text-decoration: none; }
del { color: var(--gone); }
ins { color: var(--new); }
pre del { background: var(--gone-back); }
pre ins { background: var(--new-back); }
mark { color: inherit; background: none; font-weight: bold; text-decoration: underline; }
.remark { border-left: 4px solid #d68910; padding-left: .6rem; }
@media (max-width: 40rem) { ul { padding-left: 1.2rem; }
  details, .from { margin-left: 0 !important; } }
@media print { details > summary { display: none; } }
"""

_POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
_FOLD_FROM: Final = 40  # lines


def html(difference: Difference) -> Iterator[str]:
    """The page in pieces."""
    yield from _opening(difference)
    shown = list(difference.shown)
    for what in What:
        changes = [change for change in shown if change.what[0] is what]
        if changes:
            words = tally_words(difference.statistics.of(what))
            yield f"<h2 class={what.value}>{what.value.capitalize()} "
            yield f"<span class=faint>{words}</span></h2>\n"
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
    above = path_of(place, own=False)
    also = [what.value for what in change.what[1:] if what is not What.RENUMBERED]
    yield f"<article>\n<p><span class=kind>{change.noun}</span> "
    if above:
        yield f"<bdi class=faint>{_text(above)}</bdi> / "
    yield f"<b><bdi>{_text(place.title)}</bdi></b> "
    yield f"<span class=faint>{', '.join([_text(place.id), *also])}</span></p>\n"
    if What.MOVED in change.what and change.old is not None:
        before = path_of(change.old, own=False) or "the top"
        yield f"<p class=from>from <bdi>{_text(before)}</bdi></p>\n"
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
    old, new = (_text(value_words(value)) for value in (field.old, field.new))
    return f"{name}: <del>{old}</del> → <ins>{new}</ins>"


def _content(change: Change) -> Iterator[str]:
    """All that was added or removed, folded."""
    wanted = telling(change.kind, set(change.content or {})) - {"id", "title"}
    fields = {name: value for name, value in (change.content or {}).items() if name in wanted}
    if fields:
        lines = "\n".join(map(_text, field_texts("", fields)))
        yield f"<details><summary>content</summary>\n<pre>{lines}</pre></details>\n"


def _list(items: Iterable[str]) -> Iterator[str]:
    found = [f"<li>{item}</li>\n" for item in items]
    if found:
        yield f"<ul>\n{''.join(found)}</ul>\n"


def _folded(field: FieldChange) -> Iterator[str]:
    lines = [_line(line) for line in field_lines(field)]
    is_open = " open" if len(lines) < _FOLD_FROM else ""
    yield f"<details{is_open}><summary>{_text(field.name)}</summary>\n<pre>"
    yield "".join(lines)
    yield "</pre></details>\n"


def _line(line: TextLine) -> str:
    if line.sign == SKIPPED:
        return "<span class=faint>…</span>"
    parts = (
        f"<mark>{_text(part)}</mark>" if marked else _text(part) for part, marked in line.parts
    )
    tag = {GONE: "del", NEW: "ins"}.get(line.sign, "span")
    return f"<{tag}>{line.sign} {''.join(parts)}</{tag}>"


def _text(text: str) -> str:
    """Text fit for HTML, with what turns the direction of writing made visible."""
    return escape(printable(text))

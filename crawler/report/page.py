"""The page put together: markup, style, script and data in one file that asks for nothing else.

The file forbids itself, by its Content-Security-Policy, every script and style but its own, every
request, and every way from text to markup, so nothing that a project holds can run or call home.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from crawler import __version__
from crawler.pages.styling import allowed, styled
from crawler.redaction import printable
from crawler.report.beside import Beside
from crawler.report.columns import Columns
from crawler.report.packing import Blocks, packed
from crawler.selection import selection_words
from crawler.snapshot.document import Document, Head, Node, head_mapping

__all__ = ("page",)

#: In the order in which they are read; each uses only those before it until the last one begins.
_SCRIPTS: Final = (
    *("dom.js", "marking.js", "theme.js", "data.js", "search.js"),
    *("entities.js", "emphasis.js", "inline.js", "markdown.js"),
    *("items.js", "results.js", "rows.js", "tree.js", "pictures.js", "long-list.js"),
    *("beside.js", "lists.js", "runs.js", "detail.js", "project.js", "keys.js", "page.js"),
    "begin.js",
)
_STYLES: Final = ("page.css", "runs.css")
_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; base-uri 'none';"
    " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_PLACE: Final = re.compile(r"\{(\w+)\}")


def page(document: Document) -> Iterator[str]:
    """The page in pieces; the same document gives the same ones."""
    columns, blocks = Columns(), Blocks(("id", "title"))
    _fill(columns, blocks, document.nodes)
    roots_end = len(columns)
    _fill(columns, blocks, document.orphans)
    packed_blocks = blocks.packed()
    beside = Beside(columns)
    beside.take(document.sections)
    index = {
        "head": head_mapping(document.head),
        "part": selection_words(document.head.selection) if document.head.selection else "",
        "orphansFrom": roots_end,
        "starts": blocks.starts,
        **beside.mapping(),
        **columns.mapping(),
    }
    yield _opening(document.head, packed(index))
    for number, block in enumerate(packed_blocks):
        yield _part(f"block-{number}", block)
    yield from (_part(name, block) for name, block in beside.parts())
    yield "</body>\n</html>\n"


def _fill(columns: Columns, blocks: Blocks, nodes: Iterable[Node]) -> None:
    for node in nodes:
        columns.add(node)
        blocks.add(node.fields)


def _opening(head: Head, index: str) -> str:
    script, style = _script(), styled("".join(map(_asset, _STYLES)))
    policy = _POLICY.format(script=allowed(script), style=allowed(style))
    values = {
        "policy": escape(policy),
        "version": escape(__version__),
        "title": escape(printable(head.project_title or head.project_id)),
        "style": style,
        "index": index,
        "script": script,
    }
    # In one pass: what was put in is not looked at again, whatever it holds.
    return _PLACE.sub(lambda place: values[place[1]], _asset("page.html"))


def _part(name: str, block: str) -> str:
    return f'<script type="text/plain" id="{name}">{block}</script>\n'


def _script() -> str:
    # One scope for all, which shares nothing with the browser's own names.
    inner = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{inner}}})();\n'


@cache
def _asset(name: str) -> str:
    return files("crawler.report").joinpath("assets", name).read_text("utf-8")

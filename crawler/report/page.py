"""The page put together: markup, style, script and data in one file that asks for nothing else.

The file forbids itself, by its Content-Security-Policy, every script and style but its own, every
request, and every way from text to markup, so nothing that a project holds can run or call home.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from crawler import __version__
from crawler.pages.styling import allowed, styled
from crawler.redaction import printable
from crawler.report.columns import Columns
from crawler.report.packing import Blocks, packed
from crawler.selection import selection_words
from crawler.snapshot.document import Document, head_mapping

__all__ = ("page",)

#: In the order in which they are read; each uses only those before it until the last one begins.
_SCRIPTS: Final = (
    *("dom.js", "data.js", "search.js", "inline.js", "markdown.js"),
    *("tree.js", "pictures.js", "detail.js", "project.js", "page.js"),
)
_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; base-uri 'none';"
    " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_PLACE: Final = re.compile(r"\{(\w+)\}")


def page(document: Document) -> Iterator[str]:
    """The page in pieces; the same document gives the same ones."""
    columns, blocks = Columns(), Blocks()
    blocks.fill(document.nodes, columns)
    roots_end = len(columns)
    blocks.fill(document.orphans, columns)
    index = {
        "head": head_mapping(document.head),
        "part": selection_words(document.head.selection) if document.head.selection else "",
        "orphansFrom": roots_end,
        "starts": blocks.starts,
        **columns.mapping(),
    }
    script, style = _script(), styled(_asset("page.css"))
    policy = _POLICY.format(script=allowed(script), style=allowed(style))
    title = document.head.project_title or document.head.project_id
    values = {
        "policy": escape(policy),
        "version": escape(__version__),
        "title": escape(printable(title)),
        "style": style,
        "index": packed(index),
        "script": script,
    }
    # In one pass: what was put in is not looked at again, whatever it holds.
    yield _PLACE.sub(lambda place: values[place[1]], _asset("page.html"))
    for number, block in enumerate(blocks.blocks):
        yield f'<script type="text/plain" id="block-{number}">{block}</script>\n'
    yield "</body>\n</html>\n"


def _script() -> str:
    # One scope for all, which shares nothing with the browser's own names.
    inner = "\n".join(_asset(name) for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{inner}}})();\n'


@cache
def _asset(name: str) -> str:
    return files("crawler.report").joinpath("assets", name).read_text("utf-8")

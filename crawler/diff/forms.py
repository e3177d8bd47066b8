"""The forms of a difference, and what writes each."""

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from crawler.diff.as_html import html
from crawler.diff.as_json import dumped
from crawler.diff.as_markdown import markdown
from crawler.diff.as_text import name_lines, stat_lines, text_lines
from crawler.diff.changes import Difference
from crawler.style import PLAIN, Style

__all__ = ("DiffForm", "Extent", "rendered")


class DiffForm(StrEnum):
    """How a difference is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


class Extent(StrEnum):
    """How much of it, as text."""

    ALL = "all"
    STAT = "stat"
    NAMES = "names"


def rendered(
    difference: Difference,
    form: DiffForm,
    *,
    extent: Extent = Extent.ALL,
    style: Style = PLAIN,
) -> Iterator[str]:
    """The difference in pieces; `extent` and `style` are those of the text."""
    match form:
        case DiffForm.TEXT:
            yield from (f"{line}\n" for line in _lines(difference, extent, style))
        case DiffForm.MARKDOWN:
            yield markdown(difference)
        case DiffForm.JSON:
            yield from dumped(difference)
        case DiffForm.HTML:
            yield from html(difference)
        case _:
            assert_never(form)


def _lines(difference: Difference, extent: Extent, style: Style) -> Iterator[str]:
    match extent:
        case Extent.ALL:
            return text_lines(difference, style)
        case Extent.STAT:
            return stat_lines(difference, style)
        case Extent.NAMES:
            return name_lines(difference)
        case _:
            assert_never(extent)

"""The addresses that a text in Markdown links to or shows, with those in the HTML within it."""

from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ("links_in",)

_ADDRESSES: Final = {"a": "href", "img": "src", "video": "src", "source": "src", "audio": "src"}
_HTML: Final = ("html_inline", "html_block")


def links_in(text: str) -> Iterator[str]:
    """Each address as it is written but percent-encoded, in the order of the text."""
    yield from _in_tokens(_parser().parse(text))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    # What may be followed is decided by whoever follows it; here every address counts.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser


def _in_tokens(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        name = _ADDRESSES.get(token.tag)
        if token.type in _HTML:
            yield from _Html.addresses(token.content)
        elif name is not None and (address := token.attrGet(name)):
            yield str(address)
        yield from _in_tokens(token.children or ())


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def addresses(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = _ADDRESSES.get(tag)
        self.found.extend(value for key, value in attrs if key == name and value)

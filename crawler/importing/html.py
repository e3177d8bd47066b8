"""The HTML in which some tools keep texts, as Markdown: breaks, paragraphs, lists and emphasis.

Every other tag stays as it is, since Markdown may hold HTML.
"""

import re
from html import unescape
from typing import Final

__all__ = ("markdown_of",)

_BREAK: Final = re.compile(r"<br\s*/?>\n?", re.IGNORECASE)
_BLOCK: Final = re.compile(r"\s*<(/?)(p|div|ul|ol)(?:\s[^<>]*)?>\s*", re.IGNORECASE)
_ITEM: Final = re.compile(r"\s*<li(?:\s[^<>]*)?>\s*", re.IGNORECASE)
_ITEM_END: Final = re.compile(r"\s*</li>\s*", re.IGNORECASE)
_STRONG: Final = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_EMPHASIS: Final = re.compile(r"</?(?:i|em)>", re.IGNORECASE)


def markdown_of(html: str) -> str:
    """The text that the HTML shows."""
    text = _BREAK.sub("\n", html)
    if _BLOCK.search(text) or _ITEM.search(text):
        text = _ITEM.sub("\n* ", _ITEM_END.sub("", text))
        text = _BLOCK.sub("\n\n", text)
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
    text = _EMPHASIS.sub("*", _STRONG.sub("**", text))
    return unescape(text)

"""Texts made to fit where they go; each function gives the text and what was changed, in words."""

import re
import unicodedata
from html import escape
from typing import Final

from crawler import formulas
from crawler.export.losses import AsIs

__all__ = (
    "UNTITLED",
    "armed",
    "both",
    "held",
    "html_text",
    "one_line",
    "printable_text",
    "shortened",
    "titled",
    "unix_lines",
)

UNTITLED: Final = "Untitled"
"""The title of what has none, where a target insists on one."""

# What XML cannot hold and no form of text shows.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PICTURES: Final = 0x2400
_DELETE: Final = "\x7f"
_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]+")
_UTF16: Final = "utf-16-le"


def both(*notes: str) -> str:
    """Several notes in one."""
    return "; ".join(dict.fromkeys(note for note in notes if note))


def printable_text(text: str) -> tuple[str, str]:
    """Control characters as their pictures (``␀``)."""
    if not _CONTROLS.search(text):
        return text, AsIs
    shown = _CONTROLS.sub(lambda found: _picture(found[0]), text)
    return shown, "control characters became visible"


def shortened(text: str, limit: int | None) -> tuple[str, str]:
    """At most so many units of UTF-16, which is how most tools count; `None` is no limit."""
    if limit is None or len(text) * 2 <= limit or len(encoded := _units(text)) <= 2 * limit:
        return text, AsIs
    return encoded[: 2 * limit].decode(_UTF16, "ignore"), f"cut to {limit:,} characters"


def armed(text: str) -> tuple[str, str]:
    """With an apostrophe before what a spreadsheet would take for a formula."""
    safe = formulas.armed(text)
    return (
        safe,
        AsIs if safe == text else "an apostrophe stands before it, so that it is no formula",
    )


def unix_lines(text: str) -> tuple[str, str]:
    """With line feeds alone."""
    if "\r" not in text:
        return text, AsIs
    return re.sub(r"\r\n?", "\n", text), "line ends became line feeds"


def held(text: str, limit: int | None = None) -> tuple[str, str]:
    """As XML and most databases can hold it: no control characters, line feeds alone."""
    text, control = printable_text(text)
    text, lines = unix_lines(text)
    text, cut = shortened(text, limit)
    return text, both(control, lines, cut)


def html_text(text: str) -> str:
    """As HTML that shows the text as it was written."""
    return escape(text, quote=False).replace("\n", "<br />")


def one_line(text: str) -> tuple[str, str]:
    """On one line, without blanks around it."""
    # Blanks are cut off by `strip`: a pattern for them takes a long run of them once from each one.
    line = " ".join(filter(None, (each.strip() for each in _BREAKS.split(text))))
    return line, AsIs if line == text else "put on one line, without blanks around it"


def titled(text: str, limit: int | None = None) -> tuple[str, str]:
    """A title that is never empty, on one line, and not longer than the target allows."""
    line, note = one_line(text)
    visible, other = printable_text(line)
    if not _seen(visible):
        return UNTITLED, "it was empty"
    short, cut = shortened(visible, limit)
    return short, both(note, other, cut)


def _units(text: str) -> bytes:
    return text.encode(_UTF16, "surrogatepass")


def _seen(text: str) -> bool:
    """Whether anything of it shows."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in text)


def _picture(sign: str) -> str:
    if sign == _DELETE:
        return "\u2421"
    return chr(_PICTURES + ord(sign)) if sign < " " else "\ufffd"

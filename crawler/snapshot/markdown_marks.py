r"""Text as it may stand in the vendor's Markdown, and back.

The vendor's importer goes by comments that open with ``<!-- suite``, ``<!-- test`` and
``<!-- example``: one of its parsers looks at the beginning of lines, the other anywhere. So in a
text each of these gets a backslash (``<\!-- test``), which Markdown shows as ``<!-- test`` again;
one that is there already gets one more, so that the way back is exact. A comment that never ends
is treated the same, since it would hide all that follows on a page of a git host.
"""

import re
from typing import Any, Final

__all__ = ("BLANKS", "line_breaks_are_crlf", "one_line", "shown_text", "text_of", "words_of")

#: What JavaScript's ``trim`` takes away, and Python's ``strip`` besides.
BLANKS: Final = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_COMMENT: Final = re.compile(r"<(\\*)!--(?=([\s\ufeff]*(?:suite|test|example))?)")
_COMMENT_END: Final = "-->"
_LINE_BREAKS: Final = re.compile(r"\r\n?")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKING: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_REPLACEMENT: Final = "\ufffd"


def one_line(text: str) -> str:
    """The text on one line that neither opens nor ends a comment; empty if nothing is left."""
    line = _BREAKING.sub(" ", text).strip(BLANKS)
    return line.replace("<!--", "<\\!--").replace(_COMMENT_END, "--\\>")


def words_of(line: str) -> list[str]:
    """The parts of a line that are separated by commas, as the importer takes them."""
    return [word for part in line.split(",") if (word := part.strip(BLANKS))]


def line_breaks_are_crlf(text: Any) -> bool:
    """Whether every line break in it, and there is one, is that of Windows."""
    return (
        isinstance(text, str)
        and "\n" in text
        and text.count("\r\n") == text.count("\n") == text.count("\r")
    )


def shown_text(value: Any) -> str | None:
    """What stands on the page for a text; `None` if it is no text or empty."""
    if not isinstance(value, str) or not value:
        return None
    plain = _CONTROLS.sub(_REPLACEMENT, _LINE_BREAKS.sub("\n", value))
    return _with_slashes(plain, 1)


def text_of(shown: str, *, crlf: bool) -> str:
    """The text that stands on the page; `crlf` gives it the line breaks of Windows."""
    text = _with_slashes(shown, -1)
    return text.replace("\n", "\r\n") if crlf else text


def _with_slashes(text: str, more: int) -> str:
    """One backslash more (1) or less (-1) in every opening that could be taken for a marker.

    It is the same openings in both directions: neither the backslashes nor their number decide.
    """
    last_end = text.rfind(_COMMENT_END)

    def changed(opening: re.Match[str]) -> str:
        slashes = len(opening[1])
        if opening[2] is None and opening.start() < last_end:
            return opening[0]
        return "<" + "\\" * max(slashes + more, 0) + "!--"

    return _COMMENT.sub(changed, text)

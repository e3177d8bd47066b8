"""Lines too long for a terminal: broken between words, the rest set in below the first row.

A terminal by itself breaks in the midst of a word and goes on at its edge, where signs and trees
are read.
"""

import re
from collections.abc import Iterator
from typing import Final

__all__ = ("folded",)

_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")
_END: Final = "\x1b[0m"
#: Writing without spaces may be broken after each of these characters.
_WIDE: Final = (
    "\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
#: What is never broken, with the colours that begin in it and the spaces after it.
_PIECE: Final = re.compile(
    rf"(?:\x1b\[[\d;]*m)*(?:[{_WIDE}]|(?:\x1b\[[\d;]*m|[^\s\x1b{_WIDE}])+)?(?:\x1b\[[\d;]*m)*\s*"
)
_NARROWEST: Final = 20  # columns that have to be left for the text


def folded(line: str, hanging: str, width: int) -> Iterator[str]:
    """The rows of a line in `width` columns; `hanging` stands before all but the first.

    A word that is wider than a row, such as an address, stays whole: so it can be copied. So does
    the line if `hanging` leaves too little room. Both may hold colours, and each row ends its own.
    """
    room = width - _columns(hanging)
    if _columns(line) <= width or room < _NARROWEST:
        yield line
        return
    row, used, colours = "", 0, ""
    for piece in _PIECE.findall(line):
        if row and used + _columns(piece.rstrip()) > width:
            yield f"{row.rstrip()}{_END if colours else ''}"
            row, used = f"{hanging}{colours}", width - room
        row += piece
        used += _columns(piece)
        colours = _open_after(piece, colours)
    yield row


def _open_after(piece: str, colours: str) -> str:
    """The colours that hold at the end of a piece."""
    for colour in _COLOUR.findall(piece):
        colours = "" if colour == _END else colours + colour
    return colours


def _columns(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415  only for what goes to a terminal

    bare = _COLOUR.sub("", text)
    return len(bare) if bare.isascii() else cell_len(bare)

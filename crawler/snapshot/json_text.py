"""The text of a JSON file, given out line by line and item by item.

Where lines and items end is told by line breaks and columns alone; whether they are JSON, and what
they say, is for others to tell.
"""

from collections.abc import Callable
from typing import Final

from crawler.snapshot.rereading import DeviationError

__all__ = ("JsonText",)

_CHUNK: Final = 1 << 16
"""Bytes that are read at once, and in which items are given out together."""
_WINDOW: Final = 1 << 11
"""Bytes in which most objects end."""
_BRACKETS: Final = 1000
"""Closing brackets that are looked at one by one; lists of tags have one a test."""


class JsonText:
    """The text that `read` gives, of which one chunk or one object is held at a time."""

    __slots__ = ("_at", "_data", "_read")

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._data = b""
        self._at = 0  # the beginning of the next line

    def line(self) -> bytes | None:
        """The next line without its line feed; `None` at the end."""
        end = self._data.find(b"\n", self._at)
        while end < 0:
            seen = len(self._data) - self._at
            if not self._more():
                rest, self._data, self._at = self._data[self._at :], b"", 0
                return rest or None
            end = self._data.find(b"\n", seen)
        found = self._data[self._at : end]
        self._at = end + 1
        return found

    def items(self, pad: bytes, *, whatever_size: bool) -> tuple[bytes, bool] | None:
        """The next whole items of a list, whose braces stand at `pad`, and whether it ends there.

        Those that are there within a chunk; `None` if the first is larger, unless it is wanted
        `whatever_size` it has. A comma and its line feed after the last are passed over.

        Raises:
            DeviationError: if the file ends before the item does.
        """
        size = _CHUNK
        while True:
            while len(self._data) - self._at < size and self._more():
                pass
            if (text := self._items_within(size, pad)) is not None:
                return text
            if len(self._data) - self._at < size:
                raise DeviationError("the file ends early")
            if not whatever_size:
                return None
            size *= 4

    def _items_within(self, size: int, pad: bytes) -> tuple[bytes, bool] | None:
        data, begin, stop = self._data, self._at, self._at + size
        at = _line_of_bracket(data, pad[2:], begin, stop)
        if at >= 0:
            self._at = at + 1
            return data[begin:at], True
        between = b"\n%b},\n" % pad
        at = data.rfind(between, begin, stop)
        if at < 0:
            return None
        self._at = at + len(between)
        return data[begin : self._at - 2], False

    def until(self, starts: tuple[bytes, ...]) -> bytes:
        """All lines before the first that begins with one of `starts`, less the last line feed.

        Raises:
            DeviationError: if there is none.
        """
        if self._data.startswith(starts, self._at):
            return b""
        needles = [b"\n" + start for start in starts]
        # Looked for in ever larger pieces: one of them may not come for the rest of the file.
        begin, size = self._at, _WINDOW
        while True:
            end = begin + size
            found = [at for each in needles if (at := self._data.find(each, begin, end)) >= 0]
            if found:
                text = self._data[self._at : min(found)]
                self._at = min(found) + 1
                return text
            overlap = max(map(len, needles))
            if end < len(self._data):
                begin, size = max(self._at, end - overlap), 4 * size
                continue
            seen = len(self._data) - self._at
            if not self._more():
                raise DeviationError("the file ends early")
            if self._data.startswith(starts):
                return b""
            begin = max(0, seen - overlap)

    def _more(self) -> bool:
        """Read on; what was given out is forgotten, and what is left begins the text."""
        rest = self._data[self._at :]
        # A line longer than a chunk is read in ever larger ones, so that its cost stays linear.
        data = self._read(max(_CHUNK, len(rest)))
        self._data, self._at = rest + data, 0
        return bool(data)


def _line_of_bracket(data: bytes, pad: bytes, begin: int, stop: int) -> int:
    """Where the line feed before the first line of `pad` and a closing bracket is; -1: nowhere."""
    line = b"\n%b]" % pad
    at = begin
    # A single byte is found ten times as fast as a line, if it does not come too often.
    for _ in range(_BRACKETS):
        at = data.find(b"]", at, stop) + 1
        if not at:
            return -1
        if data.endswith(line, begin, at):
            return at - len(line)
    return data.find(line, max(begin, at - len(line)), stop)

"""JSON in the layout that we write, read line by line.

A line break never stands inside a JSON string, so lines are safe to cut at. What lies between two
lines of structure goes through the JSON parser as one object; so a file in another layout cannot
pass for ours by accident: either its pieces parse to what the whole would, or the walk ends.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from crawler.snapshot.document import SECTIONS, Head, Node, NodeKind
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.parsed import STRUCTURAL, early_head
from crawler.snapshot.rereading import DeviationError, Items, in_turn

__all__ = ("JsonWalk",)

_OPEN: Final = {kind: b'"%b": [' % key.encode() for kind, key in KEYS.items()}
_LEAF: Final = NodeKind.TEST
_TREE: Final = frozenset(("suites", "orphans", *SECTIONS))
_SECTION: Final = re.compile(rb'  "([a-z_]+)": \[(\]?)(,?)')
_EMPTY: Final = b'  "suites": []'
_CHUNK: Final = 1 << 18
"""Bytes that are read at once."""
_WINDOW: Final = 1 << 11
"""Bytes in which most objects end."""


class JsonWalk:
    """A `Walk` through a file; `parse` gives the value of a JSON text or raises DeviationError."""

    def __init__(self, read: Callable[[int], bytes], parse: Callable[[bytes], Any]) -> None:
        self._lines = _Lines(read)
        self._parse = parse
        self._ahead: bytes | None = None  # a line of structure that was read and not yet used
        self._sections = in_turn()
        self._expect(b"{")
        mapping, self._last = self._object(b"", (_EMPTY, _EMPTY + b","))
        if self._last.endswith(_OPEN[NodeKind.TEST]) or not _TREE.isdisjoint(mapping):
            raise DeviationError("not the keys of a head")
        self.head: Head = early_head(mapping)

    def nodes(self) -> Iterator[Node]:
        """The tree.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        if not self._last.startswith(_EMPTY):
            yield from self._list(NodeKind.SUITE, 2)

    def orphans(self) -> Iterator[Node]:
        """The orphans.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        self._look_ahead()
        if self._ahead == b'  "orphans": {':
            yield from self._orphan_lists()
            self._last = self._line()
            if self._last not in (b"  }", b"  },"):
                raise DeviationError("more among the orphans")
            self._look_ahead()

    def section(self) -> tuple[str, Items] | None:
        """The next section and its items; `None` at the end of the file.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        if self._ahead is None:
            return None
        found = _SECTION.fullmatch(self._ahead)
        name = found[1].decode() if found else ""
        self._sections(name)
        if found and found[2]:
            self._last = self._ahead
            self._look_ahead()
            return name, iter(())
        if found is None or found[3]:
            raise DeviationError("no section")
        return name, self._items()

    def _items(self) -> Items:
        line = b"    },"
        while line == b"    },":
            self._expect(b"    {")
            fields, line = self._object(b"    ", (b"    }", b"    },"), nested=False)
            if not isinstance(fields.get("id"), str):
                raise DeviationError("not the fields of an item")
            yield fields
        self._last = self._line()
        if self._last not in (b"  ]", b"  ],"):
            raise DeviationError("a section does not end where its last item does")
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Read the line after a comma; without one, the end of the file."""
        if self._last.endswith(b","):
            self._ahead = self._line()
            return
        self._ahead = None
        self._expect(b"}")
        if self._lines.line() is not None:
            raise DeviationError("more after the end")

    def _orphan_lists(self) -> Iterator[Node]:
        line = self._line()
        if line == b"    " + _OPEN[NodeKind.SUITE]:
            yield from self._list(NodeKind.SUITE, 4)
            if not self._last.endswith(b","):
                return
            line = self._line()
        if line != b"    " + _OPEN[NodeKind.TEST]:
            raise DeviationError("no list of orphans")
        yield from self._list(NodeKind.TEST, 4)
        if self._last.endswith(b","):
            raise DeviationError("more than two lists of orphans")

    def _list(self, kind: NodeKind, column: int) -> Iterator[Node]:
        """The nodes of an open list whose key stands at `column`; its last line is kept."""
        kinds = [kind]  # of the lists that are open; the position is the depth
        while kinds:
            depth = len(kinds) - 1
            pad = b" " * (column + 4 * depth + 2)
            self._expect(pad + b"{")
            fields, line = self._object(
                pad, (pad + b"}", pad + b"},"), nested=kinds[-1] is not _LEAF
            )
            if not isinstance(fields.get("id"), str) or not STRUCTURAL.isdisjoint(fields):
                raise DeviationError("not the fields of a node")
            yield Node(kinds[-1], depth, fields)
            if line.endswith(b"["):
                self._descend(kinds, line)
            else:
                self._ascend(kinds, line, pad)

    def _descend(self, kinds: list[NodeKind], line: bytes) -> None:
        if kinds[-1] is NodeKind.TEST:
            raise DeviationError("a test with nodes below it")
        kinds.append(NodeKind.SUITE if line.endswith(_OPEN[NodeKind.SUITE]) else NodeKind.TEST)

    def _ascend(self, kinds: list[NodeKind], line: bytes, pad: bytes) -> None:
        """Close the item, and all that ends with it; `line` and `pad` are those of its brace."""
        while line == pad + b"}":
            line, pad, kind = self._line(), pad[2:], kinds.pop()
            if line not in (pad + b"]", pad + b"],"):
                raise DeviationError("a list does not end where its last item does")
            if not kinds:
                self._last = line
                return
            if line.endswith(b","):
                if kind is NodeKind.TEST:
                    raise DeviationError("more after the tests")
                self._expect(pad + _OPEN[NodeKind.TEST])
                kinds.append(NodeKind.TEST)
                return
            line, pad = self._line(), pad[2:]
        if line != pad + b"},":
            raise DeviationError("an item does not end")

    def _object(
        self, pad: bytes, ends: tuple[bytes, ...], *, nested: bool = True
    ) -> tuple[dict[str, Any], bytes]:
        """The members of an object up to a line of `ends`, or one that opens a list; that line.

        Only what is `nested` in the tree, and no leaf of it, opens lists of nodes.
        """
        opens = tuple(pad + b"  " + key for key in _OPEN.values()) if nested else ()
        # Members stand deeper than the brace, so the first line that begins so is the end.
        text = self._lines.until((pad + b"}", *opens))
        line = self._line()
        if line not in ends and line not in opens:
            raise DeviationError("an object does not end")
        if line not in ends or line.startswith(_EMPTY):
            if not text.endswith(b","):
                raise DeviationError("no comma before a list")
            text = text[:-1]
        fields = self._parse(b"{%b}" % text)
        return fields, line

    def _expect(self, line: bytes) -> None:
        if self._line() != line:
            raise DeviationError("another line than ours")

    def _line(self) -> bytes:
        line = self._lines.line()
        if line is None:
            raise DeviationError("the file ends early")
        return line


class _Lines:
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

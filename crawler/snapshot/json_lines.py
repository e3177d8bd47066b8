"""JSON in the layout that we write, read line by line.

A line break never stands inside a JSON string, so lines are safe to cut at. What lies between two
lines of structure goes through the JSON parser: all items of a list that are whole within a chunk
at once, with all below them, and of a larger one first its own fields. So a file in another layout
cannot pass for ours by accident: either its pieces parse to what the whole would, or the walk ends.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from crawler.snapshot.document import SECTIONS, Head, Node, NodeKind
from crawler.snapshot.json_text import JsonText
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.parsed import STRUCTURAL, early_head
from crawler.snapshot.rereading import DeviationError, Items, in_turn

__all__ = ("JsonWalk",)

_OPEN: Final = {kind: b'"%b": [' % key.encode() for kind, key in KEYS.items()}
_LEAF: Final = NodeKind.TEST
_TREE: Final = frozenset(("suites", "orphans", *SECTIONS))
_Batch = tuple[NodeKind, int, Collection[dict[str, Any]]]
"""Neighbours in the tree: what they are, how deep they stand, and the fields of each."""

_SECTION: Final = re.compile(rb'  "([a-z_]+)": \[(\]?)(,?)')
_EMPTY: Final = b'  "suites": []'


class JsonWalk:
    """A `Walk` through a file; `parse` gives the value of a JSON text or raises DeviationError."""

    def __init__(self, read: Callable[[int], bytes], parse: Callable[[bytes], Any]) -> None:
        self._text = JsonText(read)
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
        return _nodes(self._tree())

    def pass_nodes(self) -> None:
        """Go through the tree as `nodes` does, for whoever needs none of them."""
        for _ in self._tree():
            pass

    def _tree(self) -> Iterator[_Batch]:
        if not self._last.startswith(_EMPTY):
            yield from self._list(NodeKind.SUITE, 2)

    def orphans(self) -> Iterator[Node]:
        """The orphans.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        self._look_ahead()
        if self._ahead == b'  "orphans": {':
            yield from _nodes(self._orphan_lists())
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
        for items, _ in self._whole(b"    ", whatever_size=True):
            yield from items
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
        if self._text.line() is not None:
            raise DeviationError("more after the end")

    def _orphan_lists(self) -> Iterator[_Batch]:
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

    def _list(self, kind: NodeKind, column: int) -> Iterator[_Batch]:
        """The nodes of an open list whose key stands at `column`; its last line is kept."""
        kinds = [kind]  # of the lists that are open; the position is the depth
        while kinds:
            depth = len(kinds) - 1
            pad = b" " * (column + 4 * depth + 2)
            ended = False
            for items, is_last in self._whole(pad, whatever_size=kinds[-1] is _LEAF):
                yield from _flat(items, kinds[-1], depth)
                ended = is_last
            if ended:
                self._ascend(kinds, pad + b"}", pad)
                continue
            self._expect(pad + b"{")
            fields, line = self._object(pad, (pad + b"}", pad + b"},"))
            if not isinstance(fields.get("id"), str) or not STRUCTURAL.isdisjoint(fields):
                raise DeviationError("not the fields of a node")
            yield NodeKind.SUITE, depth, (fields,)
            if line.endswith(b"["):
                kinds.append(NodeKind.SUITE if line.endswith(_OPEN[NodeKind.SUITE]) else _LEAF)
            else:
                self._ascend(kinds, line, pad)

    def _whole(self, pad: bytes, *, whatever_size: bool) -> Iterator[tuple[list[Any], bool]]:
        """The next items of an open list, those that are whole within a chunk at once.

        Their braces stand at `pad`. With each comes whether the list ends there; then the line that
        says so is the next one. If it never does, the next item is larger than a chunk, which it
        may be if it is read `whatever_size` it has.
        """
        while (found := self._text.items(pad, whatever_size=whatever_size)) is not None:
            text, ended = found
            yield _identified(self._parse(b"[%b]" % text)), ended
            if ended:
                return

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

    def _object(self, pad: bytes, ends: tuple[bytes, ...]) -> tuple[dict[str, Any], bytes]:
        """The members of an object up to a line of `ends`, or one that opens a list; that line."""
        opens = tuple(pad + b"  " + key for key in _OPEN.values())
        # Members stand deeper than the brace, so the first line that begins so is the end.
        text = self._text.until((pad + b"}", *opens))
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
        line = self._text.line()
        if line is None:
            raise DeviationError("the file ends early")
        return line


def _nodes(batches: Iterator[_Batch]) -> Iterator[Node]:
    for kind, depth, items in batches:
        for fields in items:
            yield Node(kind, depth, fields)


def _flat(items: list[Any], kind: NodeKind, depth: int) -> Iterator[_Batch]:
    """The nodes in a list of nested ones, which are taken apart.

    Raises:
        DeviationError: if one below them is none.
    """
    if kind is _LEAF:
        yield _LEAF, depth, _alone(items)
        return
    # The suites that are left of each open list, and the tests that follow them.
    stack: list[tuple[Iterator[dict[str, Any]], list[Any]]] = [(iter(items), [])]
    while stack:
        left, tests = stack[-1]
        at = depth + len(stack) - 1
        if (fields := next(left, None)) is not None:
            suites = _identified(fields.pop("suites", []))
            stack.append((iter(suites), _identified(fields.pop("tests", []))))
            yield NodeKind.SUITE, at, (fields,)
            continue
        stack.pop()
        if tests:
            yield _LEAF, at, _alone(tests)


def _identified(items: Any) -> list[Any]:
    if type(items) is not list:
        raise DeviationError("no list of items")
    for fields in items:
        if type(fields) is not dict or type(fields.get("id")) is not str:
            raise DeviationError("not the fields of an item")
    return items


def _alone(tests: list[Any]) -> list[Any]:
    for fields in tests:
        if "suites" in fields or "tests" in fields:
            raise DeviationError("a test with nodes below it")
    return tests

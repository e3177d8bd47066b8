"""YAML in the spelling that we write, walked line by line, several times as fast as by events.

See `yaml_values`: at any line that is not ours the walk ends, and the general reader begins anew.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from crawler.snapshot.document import SECTIONS, Head, Node, NodeKind
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.parsed import early_head
from crawler.snapshot.rereading import DeviationError, Items, Walk, in_turn
from crawler.snapshot.yaml_values import LISTS, YamlValues, deviate

__all__ = ("YamlLinesWalk",)

_AFTER: Final = frozenset(("orphans", *SECTIONS))


class YamlLinesWalk(Walk):
    """A `Walk` through a file that `read` gives, in exactly the spelling of our emitter."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._values = YamlValues(read)
        mapping: dict[str, Any] = {}
        while (line := self._values.peek()) not in ("suites:", "suites: []"):
            if line is None or line.partition(":")[0] in _AFTER:
                raise DeviationError("no 'suites' after the head")
            self._values.skip()
            self._values.member(mapping, line, 0)
        self._values.skip()
        self._is_empty = line == "suites: []"
        self._sections = in_turn()
        self.head: Head = early_head(mapping)

    def nodes(self) -> Iterator[Node]:
        """The tree.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        if not self._is_empty:
            yield from self._list(NodeKind.SUITE, 0)

    def orphans(self) -> Iterator[Node]:
        """The orphans.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        if self._values.peek() == "orphans:":
            self._values.skip()
            found = False
            for kind, key in KEYS.items():
                if self._values.peek() == f"  {key}:":
                    self._values.skip()
                    found = True
                    yield from self._list(kind, 2)
            if not found:
                deviate("no list of orphans")

    def section(self) -> tuple[str, Items] | None:
        """The next section and its items; `None` at the end of the file.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        line = self._values.peek()
        if line is None:
            return None
        name, _, empty = line.partition(":")
        self._sections(name)
        self._values.skip()
        if empty == " []":
            return name, iter(())
        if empty or not (self._values.peek() or "").startswith("- "):
            deviate("no section")
        return name, self._items()

    def _items(self) -> Items:
        while (line := self._values.peek()) is not None and line.startswith("- "):
            self._values.skip()
            fields = self._values.mapping(line[2:], 2)
            if not isinstance(fields.get("id"), str):
                deviate("an item without an 'id'")
            yield fields

    def _list(self, kind: NodeKind, column: int) -> Iterator[Node]:
        """The nodes of the list whose dashes stand in `column`, and all below them."""
        kinds, fresh = [kind], True  # of the lists that are open; the position is the depth
        while kinds:
            depth = len(kinds) - 1
            begin = column + 2 * depth
            line = self._values.peek()
            if (
                line is not None
                and line.startswith("- ", begin)
                and line[:begin].isspace() | (not begin)
            ):
                self._values.skip()
                fields = self._values.mapping(line[begin + 2 :], begin + 2, top=True)
                if not isinstance(fields.get("id"), str):
                    deviate("an item without an 'id'")
                yield Node(kinds[-1], depth, fields)
                fresh = self._opens(kinds, begin + 2)
            elif fresh:
                deviate("an empty list")
            else:
                fresh = self._closes(kinds, line, begin)

    def _opens(self, kinds: list[NodeKind], begin: int) -> bool:
        """Open the list of nodes that follows in this item, if one does."""
        line = self._values.peek()
        if line is None or not line.startswith(" " * begin):
            return False
        below = LISTS.get(line[begin:])
        if below is None or kinds[-1] is NodeKind.TEST:
            deviate("another line than ours in an item")
        self._values.skip()
        kinds.append(below)
        return True

    def _closes(self, kinds: list[NodeKind], line: str | None, begin: int) -> bool:
        """Close a list; whether the tests of the same item follow it."""
        closed = kinds.pop()
        if not kinds or closed is NodeKind.TEST or line != f"{' ' * begin}tests:":
            return False
        self._values.skip()
        kinds.append(NodeKind.TEST)
        return True

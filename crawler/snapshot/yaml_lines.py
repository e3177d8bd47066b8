"""YAML in the spelling that we write, read line by line, several times as fast as by events.

Only what our own emitter writes is taken: one spelling of each value, one layout. At anything else
the walk ends with a deviation and the general reader begins anew, so what is read here is what that
one would have read. Where YAML's rules are wider than ours, the narrower one decides.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, NoReturn

import orjson

from crawler.snapshot.document import SECTIONS, Head, Node, NodeKind
from crawler.snapshot.nesting import KEYS
from crawler.snapshot.parsed import early_head
from crawler.snapshot.rereading import DeviationError, Items, in_turn
from crawler.snapshot.yaml_scalars import is_plain, is_printable

__all__ = ("YamlLinesWalk",)

_CHUNK: Final = 1 << 18
"""Bytes that are read at once."""
_SHORT: Final = 64
"""Characters of a scalar that is likely to come again, and so worth remembering."""

_AFTER: Final = frozenset(("orphans", *SECTIONS))
_LISTS: Final = {f"{key}:": kind for kind, key in KEYS.items()}
_KEY: Final = re.compile(r"(?!<<)[A-Za-z_][A-Za-z0-9_?.-]*")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}(?:e[+-][0-9]{1,2})?")
# Two of them make one character in JSON and none in YAML.
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
#: Headers of literal blocks: whether the first line may begin with a space, and what ends it.
_LITERALS: Final = {
    "|": (False, "\n"),
    "|-": (False, ""),
    "|+": (False, "\n\n"),
    "|2": (True, "\n"),
    "|2-": (True, ""),
    "|2+": (True, "\n\n"),
}


class YamlLinesWalk:
    """A `Walk` through a file that `read` gives, in exactly the spelling of our emitter."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._rest = b""
        self._lines: list[str] = []
        self._at = 0
        mapping: dict[str, Any] = {}
        while (line := self._peek()) not in ("suites:", "suites: []"):
            if line is None or line.partition(":")[0] in _AFTER:
                raise DeviationError("no 'suites' after the head")
            self._at += 1
            self._member(mapping, line, 0)
        self._at += 1
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

    def pass_nodes(self) -> None:
        """Go through the tree as `nodes` does, for whoever needs none of them."""
        for _ in self.nodes():
            pass

    def orphans(self) -> Iterator[Node]:
        """The orphans.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        if self._peek() == "orphans:":
            self._at += 1
            found = False
            for kind, key in KEYS.items():
                if self._peek() == f"  {key}:":
                    self._at += 1
                    found = True
                    yield from self._list(kind, 2)
            if not found:
                _deviate("no list of orphans")

    def section(self) -> tuple[str, Items] | None:
        """The next section and its items; `None` at the end of the file.

        Raises:
            DeviationError: at the first line that is not ours.
        """
        line = self._peek()
        if line is None:
            return None
        name, _, empty = line.partition(":")
        self._sections(name)
        self._at += 1
        if empty == " []":
            return name, iter(())
        if empty or not (self._peek() or "").startswith("- "):
            _deviate("no section")
        return name, self._items()

    def _items(self) -> Items:
        while (line := self._peek()) is not None and line.startswith("- "):
            self._at += 1
            fields = self._mapping(line[2:], 2)
            if not isinstance(fields.get("id"), str):
                _deviate("an item without an 'id'")
            yield fields

    def _list(self, kind: NodeKind, column: int) -> Iterator[Node]:
        """The nodes of the list whose dashes stand in `column`, and all below them."""
        kinds, fresh = [kind], True  # of the lists that are open; the position is the depth
        while kinds:
            depth = len(kinds) - 1
            begin = column + 2 * depth
            line = self._peek()
            if (
                line is not None
                and line.startswith("- ", begin)
                and line[:begin].isspace() | (not begin)
            ):
                self._at += 1
                fields = self._mapping(line[begin + 2 :], begin + 2, top=True)
                if not isinstance(fields.get("id"), str):
                    _deviate("an item without an 'id'")
                yield Node(kinds[-1], depth, fields)
                fresh = self._opens(kinds, begin + 2)
            elif fresh:
                _deviate("an empty list")
            else:
                fresh = self._closes(kinds, line, begin)

    def _opens(self, kinds: list[NodeKind], begin: int) -> bool:
        """Open the list of nodes that follows in this item, if one does."""
        line = self._peek()
        if line is None or not line.startswith(" " * begin):
            return False
        below = _LISTS.get(line[begin:])
        if below is None or kinds[-1] is NodeKind.TEST:
            _deviate("another line than ours in an item")
        self._at += 1
        kinds.append(below)
        return True

    def _closes(self, kinds: list[NodeKind], line: str | None, begin: int) -> bool:
        """Close a list; whether the tests of the same item follow it."""
        closed = kinds.pop()
        if not kinds or closed is NodeKind.TEST or line != f"{' ' * begin}tests:":
            return False
        self._at += 1
        kinds.append(NodeKind.TEST)
        return True

    def _mapping(self, text: str, begin: int, *, top: bool = False) -> dict[str, Any]:
        """A mapping whose keys stand at `begin`; `text` is its first line from there.

        At the `top` it ends before a list of nodes.
        """
        mapping: dict[str, Any] = {}
        pad = " " * begin
        while True:
            self._member(mapping, text, begin)
            line = self._peek()
            if line is None or not line.startswith(pad):
                return mapping
            text = line[begin:]
            if top and text in _LISTS:
                return mapping
            self._at += 1

    def _member(self, mapping: dict[str, Any], text: str, begin: int) -> None:
        key, colon, value = text.partition(": ")
        if not colon and text.endswith(":"):
            key, value = text[:-1], ""
        elif not value:
            _deviate("no value")
        if key in mapping or not _is_key(key):
            _deviate("another key than ours")
        mapping[key] = self._value(value, begin) if value else self._below(begin)

    def _below(self, begin: int) -> Any:
        """The mapping or sequence that begins in the next line."""
        line = self._peek()
        if line is None:
            _deviate("no value")
        self._at += 1
        if line.startswith(" " * begin):
            if line.startswith("- ", begin):
                return self._sequence(line[begin + 2 :], begin)
            if line.startswith("  ", begin):
                return self._mapping(line[begin + 2 :], begin + 2)
        raise DeviationError("no value")

    def _sequence(self, text: str, begin: int) -> list[Any]:
        """A sequence whose dashes stand at `begin`; `text` is what follows the first of them."""
        items: list[Any] = []
        lead = f"{' ' * begin}- "
        while True:
            items.append(self._item(text, begin))
            line = self._peek()
            if line is None or not line.startswith(lead):
                return items
            self._at += 1
            text = line[begin + 2 :]

    def _item(self, text: str, begin: int) -> Any:
        if text.startswith("- "):
            return self._sequence(text[2:], begin + 2)
        key, colon, _ = text.partition(": ")
        if (colon or text.endswith(":")) and _is_key(key.removesuffix(":")):
            return self._mapping(text, begin + 2)
        return self._value(text, begin)

    def _value(self, text: str, begin: int) -> Any:
        """A scalar or an empty collection, which stands below what begins at `begin`."""
        if text[0] == "|":
            return self._literal(text, begin + 2)
        if text == "[]":
            return []
        if text == "{}":
            return {}
        return _short_scalar(text) if len(text) <= _SHORT else _scalar(text)

    def _literal(self, header: str, begin: int) -> str:
        if header not in _LITERALS:
            _deviate("another header than ours")
        spaced, end = _LITERALS[header]
        pad = " " * begin
        self._peek()  # which may move the lines
        first, at = self._at, self._at
        while True:
            at = self._end_of_block(at, pad)
            if at < len(self._lines):
                break
            # What was read so far stays, for the block is taken as a whole.
            self._at = first
            if not self._more(keep=first):
                break
            at, first = at - first, 0
        lines = self._lines[first:at]
        self._at = at
        # A line of nothing but its indentation is not ours: such a one is written empty.
        if not lines or pad in lines:
            _deviate("another block than ours")
        text = "\n".join(lines).replace(f"\n{pad}", "\n")
        if lines[0]:
            text = text[begin:]
        begins_spaced = not text or text[0] in " \t\n"
        if begins_spaced != spaced:
            _deviate("another header than ours")
        return _ended(text, end)

    def _end_of_block(self, at: int, pad: str) -> int:
        """The first line from `at` on that is neither indented by `pad` nor empty."""
        lines = self._lines
        for number in range(at, len(lines)):
            line = lines[number]
            if line and not line.startswith(pad):
                return number
        return len(lines)

    def _peek(self) -> str | None:
        """The next line without its line feed; `None` at the end."""
        if self._at == len(self._lines) and not self._more(keep=self._at):
            return None
        return self._lines[self._at]

    def _more(self, *, keep: int) -> bool:
        """Read on, forgetting the lines before `keep`; whether there were any."""
        data = b""
        while b"\n" not in data:
            data = self._read(max(_CHUNK, len(self._rest)))
            if not data:
                if self._rest:
                    _deviate("no line feed at the end")
                return False
            data = self._rest + data
            self._rest = b""
            if b"\n" not in data:
                self._rest = data
        whole, _, self._rest = data.rpartition(b"\n")
        try:
            text = whole.decode()
        except UnicodeDecodeError as error:
            raise DeviationError(str(error)) from error
        if not is_printable(text):
            _deviate("a character that only an escape holds")
        self._lines = [*self._lines[keep:], *text.split("\n")]
        self._at -= keep
        return True


def _ended(text: str, end: str) -> str:
    """The text of a block, whose header says how it ends: the last line break is not in `text`."""
    breaks = text.endswith("\n") or not text
    if breaks != (end == "\n\n"):
        _deviate("another header than ours")
    return f"{text}\n" if end else text


@lru_cache(maxsize=4096)
def _is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def _scalar(text: str) -> Any:
    """The value of a scalar on one line, if it is spelled as we spell it."""
    if text[0] == '"':
        return _quoted(text)
    if is_plain(text) and "\t" not in text:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    raise DeviationError("another scalar than ours")


# States, priorities and tags come again and again.
_short_scalar = lru_cache(maxsize=4096)(_scalar)


def _quoted(text: str) -> str:
    if _SURROGATE.search(text):
        _deviate("a surrogate")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DeviationError(str(error)) from error
    return str(value)


def _deviate(problem: str) -> NoReturn:
    raise DeviationError(problem)

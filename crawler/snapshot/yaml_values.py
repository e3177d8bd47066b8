"""Values of YAML in the spelling that we write, read line by line.

Only what our own emitter writes is taken: one spelling of each value, one layout. At anything else
the reading ends with a deviation and the general reader begins anew, so what is read here is what
that one would have read. Where YAML's rules are wider than ours, the narrower one decides.
"""

import io
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NoReturn

import orjson

from crawler.snapshot.nesting import KEYS
from crawler.snapshot.rereading import DeviationError
from crawler.snapshot.yaml_scalars import is_plain, is_printable

__all__ = ("LISTS", "YamlValues", "deviate", "whole_mapping")

LISTS: Final = {f"{key}:": kind for kind, key in KEYS.items()}
"""The lines that open a list of nodes, from where their keys stand."""

_CHUNK: Final = 1 << 18
"""Bytes that are read at once."""
_SHORT: Final = 64
"""Characters of a scalar that is likely to come again, and so worth remembering."""

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


class YamlValues:
    """The lines of a file that `read` gives, and what they say."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._rest = b""
        self._lines: list[str] = []
        self._at = 0

    def mapping(self, text: str, begin: int, *, top: bool = False) -> dict[str, Any]:
        """A mapping whose keys stand at `begin`; `text` is its first line from there.

        At the `top` it ends before a list of nodes.
        """
        mapping: dict[str, Any] = {}
        pad = " " * begin
        while True:
            found = _short_member(text) if len(text) <= _SHORT else None
            if found is None or found[0] in mapping:
                self.member(mapping, text, begin)
            else:
                mapping[found[0]] = found[1]
            line = self.peek()
            if line is None or not line.startswith(pad):
                return mapping
            text = line[begin:]
            if top and text in LISTS:
                return mapping
            self._at += 1

    def member(self, mapping: dict[str, Any], text: str, begin: int) -> None:
        """Add the member of a mapping whose key stands at `begin`, where `text` is its line."""
        key, colon, value = text.partition(": ")
        if not colon and text.endswith(":"):
            key, value = text[:-1], ""
        elif not value:
            deviate("no value")
        if key in mapping or not _is_key(key):
            deviate("another key than ours")
        mapping[key] = self._value(value, begin) if value else self._below(begin)

    def _below(self, begin: int) -> Any:
        """The mapping or sequence that begins in the next line."""
        line = self.peek()
        if line is None:
            deviate("no value")
        self._at += 1
        if line.startswith(" " * begin):
            if line.startswith("- ", begin):
                return self._sequence(line[begin + 2 :], begin)
            if line.startswith("  ", begin):
                return self.mapping(line[begin + 2 :], begin + 2)
        raise DeviationError("no value")

    def _sequence(self, text: str, begin: int) -> list[Any]:
        """A sequence whose dashes stand at `begin`; `text` is what follows the first of them."""
        items: list[Any] = []
        lead = f"{' ' * begin}- "
        while True:
            items.append(self._item(text, begin))
            line = self.peek()
            if line is None or not line.startswith(lead):
                return items
            self._at += 1
            text = line[begin + 2 :]

    def _item(self, text: str, begin: int) -> Any:
        if text.startswith("- "):
            return self._sequence(text[2:], begin + 2)
        key, colon, _ = text.partition(": ")
        if (colon or text.endswith(":")) and _is_key(key.removesuffix(":")):
            return self.mapping(text, begin + 2)
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
            deviate("another header than ours")
        spaced, end = _LITERALS[header]
        pad = " " * begin
        self.peek()  # which may move the lines
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
            deviate("another block than ours")
        text = "\n".join(lines).replace(f"\n{pad}", "\n")
        if lines[0]:
            text = text[begin:]
        begins_spaced = not text or text[0] in " \t\n"
        if begins_spaced != spaced:
            deviate("another header than ours")
        return _ended(text, end)

    def _end_of_block(self, at: int, pad: str) -> int:
        """The first line from `at` on that is neither indented by `pad` nor empty."""
        lines = self._lines
        for number in range(at, len(lines)):
            line = lines[number]
            if line and not line.startswith(pad):
                return number
        return len(lines)

    def peek(self) -> str | None:
        """The next line without its line feed; `None` at the end."""
        if self._at == len(self._lines) and not self._more(keep=self._at):
            return None
        return self._lines[self._at]

    def skip(self) -> None:
        """Pass the line that was peeked at."""
        self._at += 1

    def _more(self, *, keep: int) -> bool:
        """Read on, forgetting the lines before `keep`; whether there were any."""
        data = b""
        while b"\n" not in data:
            data = self._read(max(_CHUNK, len(self._rest)))
            if not data:
                if self._rest:
                    deviate("no line feed at the end")
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
            deviate("a character that only an escape holds")
        self._lines = [*self._lines[keep:], *text.split("\n")]
        self._at -= keep
        return True


def whole_mapping(data: bytes) -> dict[str, Any]:
    """The mapping that a file consists of.

    Raises:
        DeviationError: if it is anything else, or not in the spelling of our emitter.
    """
    values = YamlValues(io.BytesIO(data).read)
    line = values.peek()
    if line is None:
        deviate("an empty file")
    values.skip()
    found = values.mapping(line, 0)
    if values.peek() is not None:
        deviate("more than a mapping")
    return found


def _ended(text: str, end: str) -> str:
    """The text of a block, whose header says how it ends: the last line break is not in `text`."""
    breaks = text.endswith("\n") or not text
    if breaks != (end == "\n\n"):
        deviate("another header than ours")
    return f"{text}\n" if end else text


@lru_cache(maxsize=4096)
def _short_member(text: str) -> tuple[str, Any] | None:
    """The key and the value of a member that is a scalar on one line; `None` if it is another.

    States, priorities, flags and numbers come again and again.
    """
    key, _, value = text.partition(": ")
    if not value or value[0] in "|[{" or not _is_key(key):
        return None
    return key, _scalar(value)


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
        deviate("a surrogate")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DeviationError(str(error)) from error
    return str(value)


def deviate(problem: str) -> NoReturn:
    """End the walk: this is not spelled as we spell it."""
    raise DeviationError(problem)

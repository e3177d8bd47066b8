"""Pure: the whole tree of suites in one answer.

A tree of 100,000 suites would take ten times its text if it were all parsed at once. So each suite
becomes a line of its own as soon as the parser has it, the innermost first.
"""

import json
from array import array
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from crawler.api.messages import Reply
from crawler.api.wire import Document, check_status, decoded
from crawler.api.wire_facts import count_fact
from crawler.api.wire_resources import SUITE, TEST, Raw, raw_item, related
from crawler.errors import CrawlerError
from crawler.model import SkeletonSuite

__all__ = ("Skeleton", "read_skeleton")

_NOTHING: Final = -1
#: What has these is no plain suite, and may be any part of one.
_ENVELOPE: Final = frozenset({"attributes", "relationships"})


@dataclass(frozen=True, slots=True)
class _Packed:
    """The number of a line in the place of a suite, or `_NOTHING` in that of a test."""

    number: int


_TEST: Final = _Packed(_NOTHING)


class Skeleton(Collection[SkeletonSuite]):
    """The suites of a tree, parents first; little more than their text."""

    def __init__(self) -> None:
        self._lines = bytearray()
        self._ends = array("q", [0])
        # In the order of the tree: the line of each suite, and that of its parent.
        self._order = array("q")
        self._above = array("q")

    def __iter__(self) -> Iterator[SkeletonSuite]:
        for number, above in zip(self._order, self._above, strict=True):
            identity, count, title, _ = self._line(number)
            parent = None if above == _NOTHING else self._line(above)[0]
            yield SkeletonSuite(identity, parent, count, title)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, suite: object) -> bool:
        return any(each == suite for each in self)

    def take(self, found: Document) -> None:
        """Take in the tree, of which any suite may be packed; raises `TransientError` if wrong."""
        if not isinstance(found.data, list):
            raise found.wrong("it is not a list")
        waiting = [(_NOTHING, node) for node in reversed(found.data)]
        while waiting:  # not recursive: the tree may be deeper than Python's stack
            above, node = waiting.pop()
            packed, children = self._unpacked(found, node)
            if packed is not _TEST:
                self._order.append(packed.number)
                self._above.append(above)
                waiting.extend((packed.number, child) for child in reversed(children))

    def packing(self, found: Document) -> Callable[[dict[str, Any]], Any]:
        """What makes a plain suite, if all below it are, a number; anything else stays."""

        def pack(node: dict[str, Any]) -> Any:
            if "id" not in node or not _ENVELOPE.isdisjoint(node):
                return node
            with suppress(CrawlerError):
                raw, children = _parts(found, node)
                if all(isinstance(child, _Packed) for child in children):
                    return self._store(raw, [c.number for c in children if c is not _TEST])
            return node

        return pack

    def _unpacked(self, found: Document, node: Any) -> tuple[_Packed, list[Any]]:
        if not isinstance(node, _Packed):
            raw, children = _parts(found, node)
            return self._store(raw, []), children
        below = [] if node is _TEST else self._line(node.number)[-1]
        return node, [_Packed(number) for number in below]

    def _store(self, raw: Raw, children: list[int]) -> _Packed:
        if raw.kind == TEST:
            return _TEST
        facts = raw.facts
        title, count = facts.get("title"), count_fact(facts, "testcount")
        line = [raw.id, count, title if isinstance(title, str) else "", children]
        self._lines += orjson.dumps(line)
        self._ends.append(len(self._lines))
        return _Packed(len(self._ends) - 2)

    def _line(self, number: int) -> Any:
        return orjson.loads(self._lines[self._ends[number] : self._ends[number + 1]])


def _parts(found: Document, node: Any) -> tuple[Raw, list[Any]]:
    raw = raw_item(found, node, SUITE)
    return raw, related(found, raw.facts.get("children")) or []


def read_skeleton(reply: Reply, label: str) -> Skeleton | None:
    """The answer to `GET /api/{p}/suites/tree`; `None` if it is anything else."""
    with suppress(CrawlerError, UnicodeDecodeError):
        check_status(reply, label)
        text, reply = str(reply.body, "utf-8"), replace(reply, body=b"")  # not both at a time
        # What only the other parser takes is a rare form, or nested too deep for this one.
        with suppress(CrawlerError, ValueError, TypeError, RecursionError):
            return _packed(text, Document(label, reply.trace, None))
        skeleton = Skeleton()
        content = decoded(replace(reply, body=text.encode()), label)
        skeleton.take(Document(label, reply.trace, content))
        return skeleton
    return None


def _packed(text: str, found: Document) -> Skeleton:
    skeleton = Skeleton()
    pack = skeleton.packing(found)
    found.data = json.loads(text, object_hook=pack, parse_constant=_refused)
    skeleton.take(found)
    return skeleton


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON")

"""The first walk: which items are in both documents, and which of them are not the same.

Both documents are walked in step. An item waits until its partner comes by in the other document;
if nothing about it differs, both are forgotten at once. So memory holds the suites that are open,
what differs, and a few bytes for every child of a suite whose children differ: it does not grow
with what is alike. An ID that stands in a document twice pairs in the order of the documents.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from crawler.diff.changes import Match
from crawler.diff.order import out_of_order
from crawler.diff.sums import content_sum
from crawler.snapshot.document import Document, Node, NodeKind

__all__ = ("Fields", "Pair", "Pairing", "pair_up")

Fields = Callable[[Node], Mapping[str, Any]]
"""What of a node's fields is compared."""

_OLD: Final = 0
_NEW: Final = 1
_TREE: Final = -1
_ORPHANS: Final = -2
"""The pairs that the tops of both documents are, before any item is paired."""


@dataclass(slots=True)
class Pair:
    """An item of both documents, by its number in each of them, and what is known to differ."""

    old: int
    new: int
    moved: bool = False
    reordered: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the first walk found; all numbers count nodes in document order, then orphans."""

    removed: tuple[int, ...]
    added: tuple[int, ...]
    pairs: tuple[Pair, ...]


@dataclass(slots=True, eq=False)
class _Spot:
    """An item on its way past; `pair` is a number that both partners share, and nobody else."""

    number: int
    key: bytes
    sum: bytes
    parent: "_Branch | None"
    pair: int = 0

    @property
    def above(self) -> int:
        """The pair that the suite around it belongs to, 0 if that has no partner (yet)."""
        return self.parent.pair if self.parent else 0


@dataclass(slots=True, eq=False)
class _Branch(_Spot):
    """A suite, with the numbers of its children and hashes of their keys, all if `closed`."""

    closed: bool = False
    children: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))

    def without(self, numbers: AbstractSet[int]) -> list[tuple[int, int]]:
        """(hash of the key, number) of each child but these."""
        both = zip(self.keys, self.children, strict=True)
        return [(key, number) for key, number in both if number not in numbers]


def pair_up(old: Document, new: Document, match: Match, fields: Fields) -> Pairing:
    """Walk both documents once and find the items that have no partner or are not like it."""
    walk = _Walk()
    key_of = _by_id if match is Match.ID else _by_title
    sides = (_Side(walk, _OLD, key_of, fields), _Side(walk, _NEW, key_of, fields))
    for before, after in zip_longest(sides[_OLD].spots(old), sides[_NEW].spots(new)):
        if before is not None:
            walk.meet(before, _OLD)
        if after is not None:
            walk.meet(after, _NEW)
    return walk.result()


class _Walk:
    """Matches the spots of both sides as they come by."""

    def __init__(self) -> None:
        self._waiting: tuple[dict[bytes, list[_Spot]], ...] = ({}, {})
        self._half_closed: dict[int, _Branch] = {}
        self._shuffled: list[tuple[_Branch, _Branch]] = []
        self._pairs: dict[int, Pair] = {}  # by the number in the new document
        self._count = 0

    def meet(self, spot: _Spot, side: int) -> None:
        """Match the spot with one that waits on the other side, or let it wait."""
        others = self._waiting[1 - side]
        queue = others.get(spot.key)
        if queue is None:
            self._waiting[side].setdefault(spot.key, []).append(spot)
            return
        other = queue.pop(0)
        if not queue:
            del others[spot.key]
        self._match(*((spot, other) if side == _OLD else (other, spot)))

    def close(self, spot: _Branch, side: int) -> None:
        """Take note that all children of a suite are known."""
        spot.closed = True
        if not spot.pair:
            return
        other = self._half_closed.pop(spot.pair, None)
        if other is None:
            self._half_closed[spot.pair] = spot
        elif other.keys != spot.keys:
            self._shuffled.append((spot, other) if side == _OLD else (other, spot))

    def result(self) -> Pairing:
        """What was found, once both walks have ended."""
        removed, added = ({s.number for q in side.values() for s in q} for side in self._waiting)
        moved = [pair for pair in self._pairs.values() if pair.moved]
        gone = removed | {pair.old for pair in moved}
        come = added | {pair.new for pair in moved}
        for old, new in self._shuffled:
            for one, other in out_of_order(old.without(gone), new.without(come)):
                self._pairs.setdefault(other, Pair(one, other)).reordered = True
        return Pairing(
            tuple(sorted(removed)),
            tuple(sorted(added)),
            tuple(pair for _, pair in sorted(self._pairs.items())),
        )

    def _match(self, old: _Spot, new: _Spot) -> None:
        self._count += 1
        old.pair = new.pair = self._count
        # Parents come before their children, so what theirs pair with is settled by now.
        moved = not old.above or old.above != new.above
        if moved or old.sum != new.sum:
            self._pairs[new.number] = Pair(old.number, new.number, moved)
        for spot in (old, new):
            if isinstance(spot, _Branch) and spot.closed:
                self._half_closed[spot.pair] = spot


class _Side:
    """Makes the spots of one document."""

    def __init__(self, walk: _Walk, side: int, key_of: "_KeyOf", fields: Fields) -> None:
        self._walk = walk
        self._side = side
        self._key_of = key_of
        self._fields = fields

    def spots(self, document: Document) -> Iterator[_Spot]:
        """All items, suites closed as soon as all below them was given."""
        number = 0
        for pair, nodes in ((_TREE, document.nodes), (_ORPHANS, document.orphans)):
            path = [_Branch(-1, b"%d" % pair, b"", None, pair)]
            for node in nodes:
                self._close(path, node.depth + 1)
                spot = self._spot(node, number, path[-1])
                if isinstance(spot, _Branch):
                    path.append(spot)
                number += 1
                yield spot
            self._close(path, 0)

    def _close(self, path: list[_Branch], length: int) -> None:
        while len(path) > length:
            self._walk.close(path.pop(), self._side)

    def _spot(self, node: Node, number: int, parent: _Branch) -> _Spot:
        key = self._key_of(node, parent.key)
        parent.children.append(number)
        parent.keys.append(hash(key))
        make = _Branch if node.kind is NodeKind.SUITE else _Spot
        return make(number, key, content_sum(self._fields(node)), parent)


_KeyOf = Callable[[Node, bytes], bytes]


def _by_id(node: Node, _: bytes) -> bytes:
    return f"{node.kind} {node.fields['id']}".encode("utf-8", "surrogatepass")


def _by_title(node: Node, above: bytes) -> bytes:
    """A sum of the titles on the way to the item, since paths may be long."""
    text = f"{node.kind} {node.fields.get('title', node.fields['id'])}"
    return hashlib.blake2b(above + text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

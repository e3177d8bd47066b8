"""Documents that stay in their file: every walk of the nodes reads them again.

A file in the layout that we write is read node by node, with memory for one node. Whether it is
in that layout shows only at its end, so it is walked once in full before anybody gets a node.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

from crawler.errors import SnapshotError
from crawler.snapshot.document import SECTIONS, Document, Head, Node, Section

__all__ = ("DeviationError", "Items", "View", "Walk", "in_turn", "reread", "seekable")

Items = Iterator[Mapping[str, Any]]
"""The items of a section, as they are read."""


class DeviationError(Exception):
    """The file is not in the layout that we write; another way of reading may still do."""


def in_turn() -> Callable[[str], None]:
    """A check that is told the name of each section as it comes.

    It raises DeviationError at one that there is none of, or that stands at the wrong place.
    """
    last = -1

    def check(name: str) -> None:
        nonlocal last
        place = SECTIONS.index(name) if name in SECTIONS else -1
        if place <= last:
            raise DeviationError("no section, or one at the wrong place")
        last = place

    return check


class Walk(Protocol):
    """One pass through a file: the head at once, then nodes, then orphans, then each section."""

    head: Head

    def nodes(self) -> Iterator[Node]:
        """The tree, as it is read."""

    def pass_nodes(self) -> None:
        """Go through the tree, and check it, as `nodes` does, for whoever needs none of them."""
        for _ in self.nodes():
            pass

    def orphans(self) -> Iterator[Node]:
        """The orphans; only after `nodes` has ended."""

    def section(self) -> tuple[str, Items] | None:
        """The next section, `None` after the last; only after what is before it has ended."""


class View:
    """A stream from where it stands, at a position of its own, so that walks may interleave."""

    __slots__ = ("_position", "_stream")

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self._stream = stream
        self._position = start

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` of them unless it is -1; none at the end."""
        self._stream.seek(self._position)
        data = self._stream.read(size)
        self._position += len(data)
        return data


def seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself if it can be read again, else all of it in memory."""
    return stream if stream.seekable() else io.BytesIO(stream.read())


def reread(begin: Callable[[], Walk]) -> Document:
    """A document whose nodes, orphans and items are read anew at each walk; its file stays open.

    Raises:
        DeviationError: if the file is not in the layout that we write.
        SnapshotError: if it is not a snapshot whatever its layout.
    """
    walk = begin()
    walk.pass_nodes()
    orphans = sum(1 for _ in walk.orphans())
    names: list[str] = []
    while (found := walk.section()) is not None:
        names.append(found[0])
        for _ in found[1]:
            pass
    passes = _Passes(begin)
    return Document(
        walk.head,
        _Part(passes, 0),
        _Part(passes, 1) if orphans else (),
        tuple(Section(name, _Part(passes, 2 + place)) for place, name in enumerate(names)),
    )


class _Passes:
    """Walks through one file: who reads part after part goes through it once.

    Parts are the nodes, the orphans, and each section. The walk that ended a part waits for whoever
    asks for the next one.
    """

    __slots__ = ("_begin", "_waiting")

    def __init__(self, begin: Callable[[], Walk]) -> None:
        self._begin = begin
        self._waiting: tuple[int, Walk] | None = None

    def part(self, number: int) -> Iterator[Any]:
        """What stands in a part of this number."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting[0] <= number:
            at, walk = waiting
        else:
            at, walk = 0, self._begin()
        for passed in range(at, number):
            for _ in _entries(walk, passed):
                pass
        yield from _entries(walk, number)
        self._waiting = number + 1, walk


def _entries(walk: Walk, number: int) -> Iterator[Any]:
    if number == 0:
        return walk.nodes()
    if number == 1:
        return walk.orphans()
    found = walk.section()
    if found is None:
        raise DeviationError("a section is gone")
    return found[1]


class _Part:
    """One part of a file, read anew at each walk."""

    __slots__ = ("_number", "_passes")

    def __init__(self, passes: _Passes, number: int) -> None:
        self._passes = passes
        self._number = number

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._passes.part(self._number)
        except DeviationError as error:
            raise SnapshotError("The snapshot was changed while it was read.") from error

"""Documents that stay in their file: every walk of the nodes reads them again.

A file in the layout that we write is read node by node, with memory for one node. Whether it is
in that layout shows only at its end, so it is walked once in full before anybody gets a node.
"""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Protocol

from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Head, Node

__all__ = ("DeviationError", "View", "Walk", "reread", "seekable")

_CHUNK: Final = 1 << 18
"""Bytes that are read at once."""


class DeviationError(Exception):
    """The file is not in the layout that we write; another way of reading may still do."""


class Walk(Protocol):
    """One pass through a file: the head at once, then all `nodes`, then all `orphans`."""

    head: Head

    def nodes(self) -> Iterator[Node]:
        """The tree, as it is read."""

    def orphans(self) -> Iterator[Node]:
        """The orphans; only after `nodes` has ended."""


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

    def lines(self) -> Iterator[bytes]:
        """The lines without their line feeds; no other character ends a line."""
        rest = b""
        # A line longer than a chunk is read in ever larger ones, so that its cost stays linear.
        while data := self.read(max(_CHUNK, len(rest))):
            *lines, rest = (rest + data).split(b"\n")
            yield from lines
        if rest:
            yield rest


def seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself if it can be read again, else all of it in memory."""
    return stream if stream.seekable() else io.BytesIO(stream.read())


def reread(begin: Callable[[], Walk]) -> Document:
    """A document whose nodes and orphans are read anew at each walk; its file must stay open.

    Raises:
        DeviationError: if the file is not in the layout that we write.
        SnapshotError: if it is not a snapshot whatever its layout.
    """
    walk = begin()
    for _ in walk.nodes():
        pass
    orphans = sum(1 for _ in walk.orphans())
    return Document(walk.head, _Nodes(begin), _Orphans(begin) if orphans else ())


class _Nodes:
    __slots__ = ("_begin",)

    def __init__(self, begin: Callable[[], Walk]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[Node]:
        try:
            yield from self._walk(self._begin())
        except DeviationError as error:
            raise SnapshotError("The snapshot was changed while it was read.") from error

    def _walk(self, walk: Walk) -> Iterator[Node]:
        return walk.nodes()


class _Orphans(_Nodes):
    __slots__ = ()

    def _walk(self, walk: Walk) -> Iterator[Node]:
        for _ in walk.nodes():
            pass
        return walk.orphans()

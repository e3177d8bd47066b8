"""One walk through a document that writes it and takes all its sums."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from crawler.snapshot.digest import ContentDigest
from crawler.snapshot.document import Document, Node, Section
from crawler.snapshot.formats import Format, codec
from crawler.snapshot.written import Written

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ("SummingSink", "Watched", "watched", "write")

_CHUNK: Final = 1 << 16
"""Bytes that are hashed and handed on at once."""


def write(document: Document, out: BinaryIO, chosen: Format) -> Written:
    """Write the document to `out`, which stays open; its nodes and orphans are walked once.

    Raises:
        SnapshotError: if a value cannot be held in this format.
        ValueError: if the nodes are not in document order.
    """
    watch = watched(document)
    sink = SummingSink(out)
    with io.BufferedWriter(sink, _CHUNK) as buffered:
        codec(chosen).dump(watch.document, cast("BinaryIO", buffered))
    return Written(sink.size, sink.sha256.hexdigest(), watch.hexdigest())


@dataclass(frozen=True, slots=True)
class Watched:
    """A document, and the sum of those of its nodes that were walked so far."""

    document: Document
    hexdigest: Callable[[], str]


def watched(document: Document) -> Watched:
    """The same document, for one walk that takes the sum of its content on the way."""
    digest = ContentDigest(document.head)
    nodes = _watch(document.nodes, digest, orphan=False)
    orphans = _watch(document.orphans, digest, orphan=True)
    sections = tuple(
        Section(section.name, _watch_items(section, digest)) for section in document.sections
    )
    return Watched(Document(document.head, nodes, orphans, sections), digest.hexdigest)


def _watch(nodes: Iterable[Node], digest: ContentDigest, *, orphan: bool) -> Iterator[Node]:
    for node in nodes:
        digest.add(node, orphan=orphan)
        yield node


def _watch_items(section: Section, digest: ContentDigest) -> Iterator[Mapping[str, Any]]:
    for fields in section.items:
        digest.add_item(section.name, fields)
        yield fields


class SummingSink(io.RawIOBase):
    """Counts and hashes what passes on its way to `out`."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        """Always: `io.BufferedWriter` asks."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take all of `data`, a view that is valid during this call only."""
        self.sha256.update(data)
        self._out.write(data)
        length = memoryview(data).nbytes
        self.size += length
        return length

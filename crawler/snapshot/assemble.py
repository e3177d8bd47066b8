"""From placed answers to the document, as a stream."""

from collections.abc import Iterable, Iterator

from crawler.model import Gap, ItemKind, PlacedItem
from crawler.snapshot.canonical import canonical_fields
from crawler.snapshot.document import Document, DocumentGap, Head, Node, NodeKind
from crawler.snapshot.noise import Omission

__all__ = ("assemble", "document_gaps")

_NODE_KINDS = {ItemKind.SUITE: NodeKind.SUITE, ItemKind.TEST: NodeKind.TEST}


def assemble(
    head: Head, items: Iterable[PlacedItem], orphans: Iterable[PlacedItem], omission: Omission
) -> Document:
    """The document over streams of placed items, which are read as it is written."""
    return Document(head, _nodes(items, omission), _nodes(orphans, omission))


def _nodes(items: Iterable[PlacedItem], omission: Omission) -> Iterator[Node]:
    for item in items:
        fields = canonical_fields(item.kind, item.id, item.resources)
        yield Node(_NODE_KINDS[item.kind], item.depth, omission.apply(item.kind, fields))


def document_gaps(gaps: Iterable[Gap]) -> tuple[DocumentGap, ...]:
    """The gaps in the words and the order of the document."""
    return tuple(
        DocumentGap(gap.kind.value, gap.id, gap.reason.value, gap.expected, gap.found)
        for gap in sorted(gaps, key=lambda gap: (gap.kind.value, gap.id, gap.reason.value))
    )

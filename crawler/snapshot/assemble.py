"""From placed answers to the document, as a stream."""

from collections.abc import Iterable, Iterator
from typing import Any

from crawler.model import Gap, ItemKind, PlacedItem, Resource, SectionName
from crawler.snapshot.canonical import canonical_fields
from crawler.snapshot.document import Document, DocumentGap, Head, Node, NodeKind, Section
from crawler.snapshot.matching import matching
from crawler.snapshot.noise import Omission

__all__ = ("assemble", "document_gaps", "section_fields")

_NODE_KINDS = {ItemKind.SUITE: NodeKind.SUITE, ItemKind.TEST: NodeKind.TEST}
_ITEM_KINDS = {node: item for item, node in _NODE_KINDS.items()}


def assemble(
    head: Head,
    items: Iterable[PlacedItem],
    orphans: Iterable[PlacedItem],
    omission: Omission,
    sections: tuple[Section, ...] = (),
) -> Document:
    """The document over streams of placed items, which are read as it is written.

    Of the tests those stay that the head's selection asks for, whatever is omitted of them.
    """
    found, lost = (
        _omitted(matching(_nodes(each), head.selection), omission) for each in (items, orphans)
    )
    return Document(head, found, lost, sections)


def _nodes(items: Iterable[PlacedItem]) -> Iterator[Node]:
    for item in items:
        fields = canonical_fields(item.kind, item.id, item.resources)
        yield Node(_NODE_KINDS[item.kind], item.depth, fields)


def _omitted(nodes: Iterable[Node], omission: Omission) -> Iterator[Node]:
    if not omission.places:
        yield from nodes
    for node in nodes:
        fields = omission.apply(_ITEM_KINDS[node.kind], dict(node.fields))
        yield Node(node.kind, node.depth, fields)


def section_fields(
    section: SectionName, resource: Resource, kind: str, owner: str, omission: Omission
) -> dict[str, Any]:
    """The fields of an item of a section, which may stand in the list of an `owner` of this `kind`.

    What it belongs to is told as `run_id` and the like where the server does not tell it so.
    """
    fields = canonical_fields(section, resource.id, (resource,))
    if section is SectionName.ATTACHMENTS and "/" in resource.type:
        fields.setdefault("type", resource.type)  # MIME, where a bare list has no types of its own
    if owner:
        name = f"{kind}_id"
        if fields.setdefault(name, owner) != owner:
            fields["belongs_to"] = owner
    return omission.apply(section, fields)


def document_gaps(gaps: Iterable[Gap]) -> tuple[DocumentGap, ...]:
    """The gaps in the words and the order of the document."""
    return tuple(
        DocumentGap(gap.kind.value, gap.id, gap.reason.value, gap.expected, gap.found)
        for gap in sorted(gaps, key=lambda gap: (gap.kind.value, gap.id, gap.reason.value))
    )

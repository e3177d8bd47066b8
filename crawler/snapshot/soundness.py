"""What is wrong with a snapshot that can be read: one walk, any number of faults.

Reading a file refuses what has no place in format 1 (a head of another shape, an unknown key, a
test with nodes below it, an ID that is no text). What remains of the JSON Schema is checked here by
our own code, so that `verify` needs no validator; a test holds the two against each other. (Only an
empty list in the place of no list, which the schema forbids, says nothing false and passes.)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from crawler.model import ItemKind
from crawler.snapshot.document import Document, Head, Node, NodeKind
from crawler.snapshot.selected import Selected

__all__ = ("Fault", "FaultKind", "document_faults")

_OWNERS: Final = ("suite_id", "test_id")
_GAP_KINDS: Final = frozenset(ItemKind)


class FaultKind(StrEnum):
    """What a fault is, for programs."""

    UNREADABLE = "unreadable"
    """It is not a snapshot of this format, or a part of it is missing."""
    MANIFEST = "manifest"
    """The manifest itself cannot be read, or contradicts itself."""
    SUM = "sum"
    """The bytes are not those that the manifest describes."""
    INCOMPLETE = "incomplete"
    """Something is missing, and the snapshot says so."""
    COUNT = "count"
    """There is not as much as the head says."""
    DUPLICATE = "duplicate"
    """An ID stands twice."""
    SELECTION = "selection"
    """There is what was not selected, or not what was."""
    FILE = "file"
    """The file of an attachment is not there, or is another one."""
    SHAPE = "shape"
    """A value is not what the schema says."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in half a sentence that does not name the file."""

    kind: FaultKind
    text: str


def document_faults(document: Document) -> Iterator[Fault]:
    """Everything that is wrong, as it is found; the nodes and orphans are walked once."""
    yield from _head_faults(document.head)
    selected = Selected(document.head)
    seen: dict[NodeKind, dict[str, bool]] = {kind: {} for kind in NodeKind}
    numbers = dict.fromkeys(NodeKind, 0)
    for node in chain(document.nodes, document.orphans):
        numbers[node.kind] += 1
        yield from _node_faults(node)
        for text in selected.take(node):
            yield Fault(FaultKind.SELECTION, text)
        known, identity = seen[node.kind], str(node.fields["id"])
        if known.get(identity) is False:
            yield Fault(FaultKind.DUPLICATE, f"{node.kind} {identity!r} is there more than once")
        known[identity] = identity in known  # said once
    for text in selected.missing():
        yield Fault(FaultKind.SELECTION, text)
    yield from _section_faults(document)
    stated = {NodeKind.SUITE: document.head.suites, NodeKind.TEST: document.head.tests}
    for kind, count in stated.items():
        if numbers[kind] != count:
            text = f"it says that it has {count} {kind}s and has {numbers[kind]}"
            yield Fault(FaultKind.COUNT, text)


def _section_faults(document: Document) -> Iterator[Fault]:
    stated = dict(document.head.sections)
    for section in document.sections:
        seen: set[tuple[str, ...]] = set()
        count = 0
        for fields in section.items:
            count += 1
            identity = str(fields["id"])
            name = f"{section.name} {identity!r}"
            # One file may be attached to two tests, and has one ID.
            key = (identity, *(str(fields.get(owner)) for owner in _OWNERS))
            if key in seen:
                yield Fault(FaultKind.DUPLICATE, f"{name} is there more than once")
            if not identity:
                yield Fault(FaultKind.SHAPE, f"an item of {section.name} has an empty ID")
            seen.add(key)
            yield from _null_faults(name, fields)
        if (number := stated.pop(section.name, 0)) != count:
            text = f"it says that it has {number} {section.name} and has {count}"
            yield Fault(FaultKind.COUNT, text)
    for name, number in stated.items():
        yield Fault(FaultKind.COUNT, f"it says that it has {number} {name} and has no such section")


def _null_faults(name: str, fields: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in fields.items():
        if value is None:
            yield Fault(FaultKind.SHAPE, f"{key!r} of {name} is null, which is never written")


def _head_faults(head: Head) -> Iterator[Fault]:
    for gap in head.gaps:
        numbers = f" ({gap.found} of {gap.expected})" if gap.expected is not None else ""
        text = f"incomplete: {f'{gap.kind} {gap.id}'.strip()}: {gap.reason}{numbers}"
        yield Fault(FaultKind.INCOMPLETE, text)
        if gap.kind not in _GAP_KINDS:
            yield Fault(FaultKind.SHAPE, f"a gap is of the unknown kind {gap.kind!r}")
    if head.complete and head.gaps:
        yield Fault(FaultKind.SHAPE, "it says that it is complete, and names gaps")
    if not head.complete and not head.gaps:
        yield Fault(FaultKind.INCOMPLETE, "incomplete: it does not say what is missing")


def _node_faults(node: Node) -> Iterator[Fault]:
    fields = node.fields
    name = f"{node.kind} {fields['id']!r}"
    if not fields["id"]:
        yield Fault(FaultKind.SHAPE, f"a {node.kind} at depth {node.depth} has an empty ID")
    if "title" in fields and not isinstance(fields["title"], str):
        yield Fault(FaultKind.SHAPE, f"the title of {name} is no text")
    yield from _null_faults(name, fields)

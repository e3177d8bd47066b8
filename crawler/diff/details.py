"""The second walk: the items that differ, with the titles above them and their neighbours."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from crawler.diff.changes import Place
from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Node, NodeKind

__all__ = ("Sighting", "look_up", "title_of")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A node and where it stands."""

    node: Node
    place: Place


@dataclass(slots=True)
class _Level:
    """A suite that is open, and its last child of each kind so far."""

    id: str | None
    title: str
    last: dict[NodeKind, str] = field(default_factory=dict)


def look_up(document: Document, wanted: AbstractSet[int]) -> dict[int, Sighting]:
    """The nodes with these numbers, which count nodes in document order, then orphans.

    Raises:
        SnapshotError: if there are fewer nodes now than when they were counted.
    """
    found: dict[int, Sighting] = {}
    if not wanted:
        return found
    for number, sighting in enumerate(_sightings(document, wanted)):
        if sighting is not None:
            found[number] = sighting
            if len(found) == len(wanted):
                return found
    raise SnapshotError("The snapshot was changed while it was read.")


def title_of(node: Node) -> str:
    """The title of a node, or its ID if it has none."""
    return str(node.fields.get("title", node.fields["id"]))


def _sightings(document: Document, wanted: AbstractSet[int]) -> Iterator[Sighting | None]:
    """One for each node: `None` if nobody wants it."""
    number = 0
    for orphan, nodes in ((False, document.nodes), (True, document.orphans)):
        path = [_Level(None, "")]
        for node in nodes:
            del path[node.depth + 1 :]
            yield Sighting(node, _place(node, path, orphan=orphan)) if number in wanted else None
            path[-1].last[node.kind] = node.fields["id"]
            if node.kind is NodeKind.SUITE:
                path.append(_Level(node.fields["id"], title_of(node)))
            number += 1


def _place(node: Node, path: list[_Level], *, orphan: bool) -> Place:
    return Place(
        id=node.fields["id"],
        title=title_of(node),
        path=tuple(level.title for level in path[1:]),
        parent=path[-1].id,
        orphan=orphan and node.depth == 0,
        after=path[-1].last.get(node.kind),
    )

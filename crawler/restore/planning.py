"""Pure: a document as the items to write, parents first, each with the place among its siblings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from crawler.restore.fields import label_attributes, labels_of, no_place, rows_of
from crawler.restore.links import Rewriter
from crawler.snapshot.document import Node, NodeKind

__all__ = ("ROOT", "Groups", "Item", "Survey", "plain_title", "survey", "text_of", "walk")

Groups: TypeAlias = AbstractSet[tuple[int, NodeKind]]
"""Siblings by the number of their parent and their kind."""

ROOT: Final = -1
"""The number of the parent of the roots."""


@dataclass(frozen=True, slots=True)
class Item:
    """A suite or a test to write.

    `number` counts items in document order, `parent` is that of the suite around it, or `ROOT`.
    `position` is the one to send.
    """

    number: int
    kind: NodeKind
    depth: int
    parent: int
    old: str
    position: float
    fields: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title, empty if there is none."""
        return str(self.fields.get("title") or "")


@dataclass(slots=True)
class Survey:
    """What a snapshot holds that is to be written.

    `labels` has the attributes of every label by title. `unordered` are the siblings whose
    positions do not rise strictly: they are numbered anew, or their order would be left to chance.
    `no_place` counts items by the places that the API cannot write.
    """

    suites: int = 0
    tests: int = 0
    linked: int = 0
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    worn: int = 0
    rows: int = 0
    unordered: set[tuple[int, NodeKind]] = field(default_factory=set)
    no_place: Counter[str] = field(default_factory=Counter)


def survey(nodes: Iterable[Node], rewriter: Rewriter) -> Survey:
    """Walk all nodes once and count."""
    found = Survey()
    siblings = _Siblings()
    for number, node in enumerate(nodes):
        parent, before, place = siblings.place(number, node)
        if place is None or (before is not None and place <= before):
            found.unordered.add((parent, node.kind))
        _count(found, node, rewriter)
    return found


def _count(found: Survey, node: Node, rewriter: Rewriter) -> None:
    fields = node.fields
    if node.kind is NodeKind.SUITE:
        found.suites += 1
    else:
        found.tests += 1
    for title, attributes in label_attributes(fields):
        known = found.labels.setdefault(title, {})
        known.update({name: value for name, value in attributes.items() if name not in known})
    found.worn += len(labels_of(fields))
    found.rows += len(rows_of(fields)) if node.kind is NodeKind.TEST else 0
    found.linked += bool(rewriter.references(text_of(fields)))
    found.no_place.update(no_place(node.kind, fields))


def text_of(fields: Mapping[str, Any]) -> str:
    """The text of an item in which links are looked for."""
    text = fields.get("description")
    return text if isinstance(text, str) else ""


def plain_title(title: object) -> str:
    """A title without what servers may trim: blanks at its ends, and more than one in a row."""
    return " ".join(str(title or "").split())


def walk(nodes: Iterable[Node], unordered: Groups) -> Iterator[Item]:
    """The items in document order, so that a parent comes before all that is below it."""
    siblings = _Siblings()
    for number, node in enumerate(nodes):
        parent, _, place = siblings.place(number, node)
        if place is None or (parent, node.kind) in unordered:
            place = siblings.ordinal(node)
        yield Item(
            number, node.kind, node.depth, parent, str(node.fields["id"]), place, node.fields
        )


class _Siblings:
    """Follows a walk: which suite is around a node, and what came before it there."""

    def __init__(self) -> None:
        self._path: list[int] = []
        self._last: list[dict[NodeKind, float | None]] = [{}]
        self._counts: list[Counter[NodeKind]] = [Counter()]

    def place(self, number: int, node: Node) -> tuple[int, float | None, float | None]:
        """(number of the parent, position of the sibling before it, its own position)."""
        depth = node.depth
        del self._path[depth:], self._last[depth + 1 :], self._counts[depth + 1 :]
        parent = self._path[-1] if self._path else ROOT
        before = self._last[depth].get(node.kind)
        own = _position(node)
        self._last[depth][node.kind] = own
        self._counts[depth][node.kind] += 1
        if node.kind is NodeKind.SUITE:
            self._path.append(number)
            self._last.append({})
            self._counts.append(Counter())
        return parent, before, own

    def ordinal(self, node: Node) -> int:
        """Which sibling of its kind the node is, counted from 1."""
        return self._counts[node.depth][node.kind]


def _position(node: Node) -> float | None:
    value = node.fields.get("position")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value

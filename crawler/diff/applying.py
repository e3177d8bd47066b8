"""From a document and what changed to the document that results."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from crawler.diff.changes import ABSENT, Change, Difference, FieldChange, What
from crawler.diff.sections import applied_sections
from crawler.diff.sums import same
from crawler.errors import SnapshotError
from crawler.snapshot.document import Document, Node, NodeKind

__all__ = ("apply",)

_Slot = tuple[str | None, bool, NodeKind]
"""A list of siblings: the suite around them, whether at the top of the orphans, their kind."""

_Key = tuple[NodeKind, str]

_RELOCATED: Final = frozenset((What.ADDED, What.REMOVED, What.MOVED, What.REORDERED))


def apply(old: Document, difference: Difference) -> Document:
    """The document that `difference` leads to from `old`, in memory.

    Raises:
        SnapshotError: if the difference is not exact, or `old` is not what it was taken from.
    """
    if not difference.exact:
        raise SnapshotError(
            "This diff cannot be applied: it leaves out what was ignored or matched by title.",
            hint="Take it again without --ignore and --match.",
        )
    nodes, orphans = _applied(old, difference.changes)
    sections = applied_sections(
        old, difference.new, difference.sections, lambda tree, changes: _applied(tree, changes)[0]
    )
    return Document(difference.new, nodes, orphans, tuple(sections))


def _applied(old: Document, changes: Sequence[Change]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The nodes and the orphans that these changes make of the old ones."""
    tree = _Tree(old)
    for change in changes:
        tree.fill(change)
    tree.relocate([each for each in changes if _RELOCATED & set(each.what)])
    nodes, orphans = tree.nodes(orphans=False), tree.nodes(orphans=True)
    tree.check_all_placed(len(nodes) + len(orphans))
    return nodes, orphans


class _Tree:
    """The fields of every item, and every list of siblings."""

    def __init__(self, document: Document) -> None:
        self._fields: dict[_Key, Mapping[str, Any]] = {}
        self._siblings: defaultdict[_Slot, list[str]] = defaultdict(list)
        self._take(document.nodes, orphans=False)
        self._take(document.orphans, orphans=True)

    def _take(self, nodes: Iterable[Node], *, orphans: bool) -> None:
        path: list[str | None] = [None]
        for node in nodes:
            del path[node.depth + 1 :]
            own = node.fields["id"]
            if (node.kind, own) in self._fields:
                raise SnapshotError(f"The snapshot has the {node.kind} {own!r} twice.")
            self._fields[node.kind, own] = node.fields
            self._siblings[path[-1], orphans and not node.depth, node.kind].append(own)
            if node.kind is NodeKind.SUITE:
                path.append(own)

    def fill(self, change: Change) -> None:
        """Give an item its new fields."""
        key = (change.kind, change.place.id)
        if (key in self._fields) is (change.old is None):
            raise _misfit(change)
        if change.new is None:
            del self._fields[key]
        elif change.old is None:
            self._fields[key] = change.content or {}
        else:
            self._fields[key] = _changed(self._fields[key], change)

    def relocate(self, changes: Iterable[Change]) -> None:
        """Take items out of where they were, and put them where they belong now."""
        leaving: defaultdict[_Slot, set[str]] = defaultdict(set)
        coming: defaultdict[_Slot, dict[str | None, str]] = defaultdict(dict)
        for change in changes:
            if change.old is not None:
                leaving[_old_slot(change)].add(change.old.id)
            if change.new is not None:
                coming[_new_slot(change)][change.new.after] = change.new.id
        for slot in dict.fromkeys((*leaving, *coming)):
            before = self._siblings.pop(slot, [])
            if not leaving[slot] <= set(before):
                raise SnapshotError("The diff does not fit this snapshot: an item is elsewhere.")
            kept = [own for own in before if own not in leaving[slot]]
            self._siblings[slot] = list(_merged(kept, coming[slot]))

    def nodes(self, *, orphans: bool) -> tuple[Node, ...]:
        """All nodes that are reached from the top, in document order."""
        found: list[Node] = []
        stack = [self._level(None, orphans=orphans)]
        while stack:
            key = next(stack[-1], None)
            if key is None:
                stack.pop()
                continue
            if key not in self._fields:
                raise SnapshotError(f"The diff does not fit this snapshot: no {key[0]} {key[1]!r}.")
            found.append(Node(key[0], len(stack) - 1, self._fields[key]))
            if key[0] is NodeKind.SUITE:
                stack.append(self._level(key[1], orphans=False))
        return tuple(found)

    def _level(self, parent: str | None, *, orphans: bool) -> Iterator[_Key]:
        for kind in (NodeKind.SUITE, NodeKind.TEST):
            for own in self._siblings.get((parent, orphans, kind), ()):
                yield kind, own

    def check_all_placed(self, count: int) -> None:
        """Refuse a result in which some items hang below none that is there."""
        if count != len(self._fields):
            raise SnapshotError("The diff does not fit this snapshot: some items have no place.")


def _old_slot(change: Change) -> _Slot:
    assert change.old is not None  # noqa: S101  the caller looked
    return change.old.parent, change.old.orphan, change.kind


def _new_slot(change: Change) -> _Slot:
    assert change.new is not None  # noqa: S101  the caller looked
    return change.new.parent, change.new.orphan, change.kind


def _merged(kept: list[str], after: dict[str | None, str]) -> Iterator[str]:
    """The siblings that stay, and behind each those that follow it now."""
    last: str | None
    for last in (None, *kept):
        if last is not None:
            yield last
        follower = after.get(last)
        while follower is not None:
            yield follower
            follower = after.pop(follower, None)
    # Each follower is given once; what follows an item that is not here was never reached.


def _changed(fields: Mapping[str, Any], change: Change) -> dict[str, Any]:
    changed = dict(fields)
    for field in change.fields:
        if not _fits(fields.get(field.name, ABSENT), field):
            raise _misfit(change)
        if field.new is ABSENT:
            del changed[field.name]
        else:
            changed[field.name] = field.new
    if change.keys is None:
        return changed
    if changed.keys() != set(change.keys[1]):
        raise _misfit(change)
    return {name: changed[name] for name in change.keys[1]}


def _fits(value: Any, field: FieldChange) -> bool:
    if value is ABSENT or field.old is ABSENT:
        return value is field.old
    return same(value, field.old)


def _misfit(change: Change) -> SnapshotError:
    return SnapshotError(
        f"The diff does not fit this snapshot: the {change.kind} {change.place.id!r} is not as it"
        " says.",
        hint="Apply it to the snapshot that it was taken from.",
    )

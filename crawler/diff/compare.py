"""Two documents to what changed between them.

Both are walked twice: `pair_up` finds which items differ, `look_up` fetches those alone. So the
documents have to be such that can be walked again, and need not be in memory.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crawler.diff.changes import (
    ABSENT,
    DERIVED,
    Change,
    Difference,
    FieldChange,
    Match,
    What,
    count,
    telling,
)
from crawler.diff.details import Sighting, look_up
from crawler.diff.nameless import nameless
from crawler.diff.pairing import Fields, Pair, Pairing, pair_up
from crawler.diff.sections import ItemFields, section_changes
from crawler.diff.sums import same
from crawler.snapshot.document import Document, Head, Node, head_mapping

__all__ = ("compare",)

_PROJECT: Final = frozenset(("project.id", "project.url"))
"""What differs between a project and what was made from it, as all IDs do."""


def compare(
    old: Document,
    new: Document,
    *,
    match: Match = Match.ID,
    fields: Fields | None = None,
    item_fields: ItemFields | None = None,
    ignored: Iterable[str] = (),
) -> Difference:
    """What changed from `old` to `new`, whose nodes, orphans and sections are each walked twice.

    `fields` gives those of a node's fields that count, all of them if it is `None`, `item_fields`
    those of an item of a section; `ignored` names the places that these leave out. Matched by
    title, what the server makes does not count (IDs, addresses, times, counters, results of runs),
    since all of it differs, not even that of labels and rows of parameters that came along; nor
    does it whether what is empty is named.

    Raises:
        SnapshotError: from a walk, or if a value is nothing that a snapshot can hold.
    """
    seen = _seen(match, fields, in_tree=True)
    changes = _Comparison(pair_up(old, new, match, seen), seen).changes(old, new)

    def in_section(name: str, one: Document, other: Document) -> tuple[Change, ...]:
        own = _seen(match, _of_items(name, item_fields), in_tree=False)
        return _Comparison(pair_up(one, other, match, own), own).changes(one, other)

    sections = tuple(section_changes(old, new, in_section))
    return Difference(
        old=old.head,
        new=new.head,
        head=_head_changes(old.head, new.head, (*changes, *sections), match),
        changes=changes,
        statistics=count(changes),
        match=match,
        ignored=tuple(ignored),
        sections=sections,
    )


def _of_items(section: str, item_fields: ItemFields | None) -> Fields | None:
    if item_fields is None:
        return None
    return lambda node: item_fields(section, node.fields)


def _seen(match: Match, fields: Fields | None, *, in_tree: bool) -> Fields:
    chosen = fields or _all_fields
    if match is Match.ID:
        return chosen
    return lambda node: nameless(chosen(node), node.kind if in_tree else "")


def _all_fields(node: Node) -> Mapping[str, Any]:
    return node.fields


class _Comparison:
    """The changes that a pairing stands for."""

    def __init__(self, pairing: Pairing, seen: Fields) -> None:
        self._pairing = pairing
        self._seen = seen

    def changes(self, old: Document, new: Document) -> tuple[Change, ...]:
        """In document order, removed items about where they were."""
        pairs = self._pairing.pairs
        before = look_up(old, {*self._pairing.removed, *(pair.old for pair in pairs)})
        after = look_up(new, {*self._pairing.added, *(pair.new for pair in pairs)})
        found = [
            *((number, 0, _removed(before[number])) for number in self._pairing.removed),
            *((number, 1, _added(after[number])) for number in self._pairing.added),
            *((p.new, 1, self._paired(p, before[p.old], after[p.new])) for p in pairs),
        ]
        found.sort(key=lambda each: each[:2])
        return tuple(change for _, _, change in found)

    def _paired(self, pair: Pair, old: Sighting, new: Sighting) -> Change:
        one, other = self._seen(old.node), self._seen(new.node)
        fields = tuple(_field_changes(one, other))
        return Change(
            kind=new.node.kind,
            what=tuple(_what(pair, new.node, {field.name for field in fields})),
            old=old.place,
            new=new.place,
            fields=fields,
            keys=None if one.keys() == other.keys() else (tuple(one), tuple(other)),
        )


def _removed(sighting: Sighting) -> Change:
    node = sighting.node
    return Change(node.kind, (What.REMOVED,), sighting.place, None, content=node.fields)


def _added(sighting: Sighting) -> Change:
    node = sighting.node
    return Change(node.kind, (What.ADDED,), None, sighting.place, content=node.fields)


def _field_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    """In the order of the new item, then what is gone."""
    for name in dict.fromkeys((*new, *old)):
        one, other = old.get(name, ABSENT), new.get(name, ABSENT)
        if one is ABSENT or other is ABSENT or not same(one, other):
            yield FieldChange(name, one, other)


def _what(pair: Pair, node: Node, names: set[str]) -> Iterator[What]:
    if pair.moved:
        yield What.MOVED
    if "title" in names:
        yield What.RENAMED
    if pair.reordered:
        yield What.REORDERED
    if telling(node.kind, names) - {"title"}:
        yield What.CHANGED
    if names & DERIVED[node.kind] and not (pair.moved or pair.reordered):
        yield What.RENUMBERED


def _head_changes(
    old: Head, new: Head, changes: tuple[Change, ...], match: Match
) -> tuple[FieldChange, ...]:
    """Those of the heads; counts are told only if the tree does not explain them."""
    expected = _PROJECT if match is Match.TITLE else frozenset()
    explained = expected | {
        name
        for change in changes
        if {What.ADDED, What.REMOVED} & set(change.what)
        for name in _counts_explained_by(change)
    }
    return tuple(
        field for field in _field_changes(_flat(old), _flat(new)) if field.name not in explained
    )


def _counts_explained_by(change: Change) -> tuple[str, ...]:
    if change.section:
        return (f"counts.{change.section}",)
    return ("counts.suites", "counts.tests")


def _flat(head: Head) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in head_mapping(head).items():
        if isinstance(value, dict):
            flat.update((f"{name}.{inner}", part) for inner, part in value.items())
        else:
            flat[name] = value
    return flat

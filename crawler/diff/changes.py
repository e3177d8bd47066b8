"""What changed between two documents, as values: changes first, their statistics last.

One item has at most one `Change`, which says all that happened to it: a test that moved and whose
text changed is one entry. What only follows from the tree (`DERIVED`) is kept with the change,
since applying needs it, but alone it makes it no more than `renumbered`, which the forms for people
count and do not list.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from crawler.snapshot.document import Head, NodeKind

__all__ = (
    "ABSENT",
    "DERIVED",
    "FOLLOWING",
    "SETS",
    "Absent",
    "Change",
    "Difference",
    "FieldChange",
    "Match",
    "Place",
    "Statistics",
    "Tally",
    "What",
    "count",
    "invert",
    "telling",
)

DERIVED: Final = {
    NodeKind.SUITE: frozenset(
        ("position", "test_count", "parent_id", "suite_id", "path", "depth", "is_root")
    ),
    NodeKind.TEST: frozenset(("position", "suite_id")),
}
"""Where an item is, as the server repeats it in fields, and what is in it, as a number."""

FOLLOWING: Final = {"title": "public_title"}
"""Fields that follow another one: if both changed, the first one says it all."""

SETS: Final = frozenset(("tags", "labels"))
"""Fields whose lists are sets: what came and what went says it all."""


class What(StrEnum):
    """What happened to an item, in the order in which it is told."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    RENAMED = "renamed"
    REORDERED = "reordered"
    CHANGED = "changed"
    RENUMBERED = "renumbered"


class Match(StrEnum):
    """How items of the two documents find each other."""

    ID = "id"
    TITLE = "title"


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""A field that is not there, which is not the same as one that is null."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after; `ABSENT` where it does not exist."""

    name: str
    old: Any
    new: Any

    @property
    def is_set(self) -> bool:
        """Whether both sides are sets of texts, so that only what came and went matters."""
        return self.name in SETS and all(map(_texts, (self.old, self.new)))

    @property
    def gone(self) -> tuple[str, ...]:
        """Members of a set that went."""
        return _less(self.old, self.new)

    @property
    def came(self) -> tuple[str, ...]:
        """Members of a set that came."""
        return _less(self.new, self.old)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in one of the documents.

    `path` has the titles of the suites above it. `parent` is the ID of the suite around it, `None`
    at the top: of the tree, or of the orphans if `orphan`. `after` is the ID of the sibling of the
    same kind before it, `None` if it is the first.
    """

    id: str
    title: str
    path: tuple[str, ...] = ()
    parent: str | None = None
    orphan: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """All that happened to one item: `old` is `None` if it was added, `new` if it was removed.

    `content` has all fields of an added or removed item. `keys` has the names of the fields in
    their order, before and after, if that order does not follow from `fields`. `section` is where
    an item stands that is not in the tree; its `kind` then says nothing.
    """

    kind: NodeKind
    what: tuple[What, ...]
    old: Place | None
    new: Place | None
    fields: tuple[FieldChange, ...] = ()
    content: Mapping[str, Any] | None = None
    keys: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    section: str = ""

    @property
    def noun(self) -> str:
        """What the item is, in a word."""
        return self.section or self.kind.value

    @property
    def place(self) -> Place:
        """Where it is now, or was last."""
        place = self.new or self.old
        assert place is not None  # noqa: S101  a change has one side at least
        return place

    @property
    def shown(self) -> tuple[FieldChange, ...]:
        """The fields that people want to see: not those that follow from the tree or another."""
        wanted = telling(self.kind, {each.name for each in self.fields})
        return tuple(each for each in self.fields if each.name in wanted)

    @property
    def is_noise(self) -> bool:
        """Whether nothing changed but what follows from the tree."""
        return self.what == (What.RENUMBERED,)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many suites and tests."""

    suites: int = 0
    tests: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.suites + self.tests


@dataclass(frozen=True, slots=True)
class Statistics:
    """How often each thing happened; an item to which two happened counts in both."""

    added: Tally = Tally()
    removed: Tally = Tally()
    moved: Tally = Tally()
    renamed: Tally = Tally()
    reordered: Tally = Tally()
    changed: Tally = Tally()
    renumbered: Tally = Tally()

    def of(self, what: What) -> Tally:
        """The numbers of one kind of change."""
        tally: Tally = getattr(self, what.value)
        return tally


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one document to another, those of the heads included.

    `sections` has those of items that are not in the tree, which the statistics do not count.

    `ignored` has the places that were not compared; with any, or when items were matched by title,
    the difference is not `exact`: it does not say all that applying would need.
    """

    old: Head
    new: Head
    head: tuple[FieldChange, ...]
    changes: tuple[Change, ...]
    statistics: Statistics
    match: Match = Match.ID
    ignored: tuple[str, ...] = ()
    sections: tuple[Change, ...] = ()

    @property
    def shown(self) -> Iterator[Change]:
        """The changes that people want to see, those of the tree first."""
        return (each for each in (*self.changes, *self.sections) if not each.is_noise)

    @property
    def exact(self) -> bool:
        """Whether the new document follows from the old one and this difference."""
        return self.match is Match.ID and not self.ignored

    def __bool__(self) -> bool:
        return bool(self.changes or self.head or self.sections)


def telling(kind: NodeKind, names: AbstractSet[str]) -> AbstractSet[str]:
    """Those of the changed fields that say something which nothing else says."""
    following = {follower for first, follower in FOLLOWING.items() if first in names}
    return names - DERIVED[kind] - following


def count(changes: Iterable[Change]) -> Statistics:
    """The statistics of these changes."""
    found = {what.value: [0, 0] for what in What}
    for change in changes:
        for what in change.what:
            found[what.value][change.kind is NodeKind.TEST] += 1
    return Statistics(**{what: Tally(*numbers) for what, numbers in found.items()})


def invert(difference: Difference) -> Difference:
    """The way back: what was added is removed, and so on."""
    changes = tuple(map(_inverted, difference.changes))
    return Difference(
        difference.new,
        difference.old,
        tuple(map(_swapped, difference.head)),
        changes,
        count(changes),
        difference.match,
        difference.ignored,
        tuple(map(_inverted, difference.sections)),
    )


_OPPOSITE: Final = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED}


def _inverted(change: Change) -> Change:
    return Change(
        change.kind,
        tuple(_OPPOSITE.get(what, what) for what in change.what),
        change.new,
        change.old,
        tuple(map(_swapped, change.fields)),
        change.content,
        None if change.keys is None else (change.keys[1], change.keys[0]),
        change.section,
    )


def _swapped(field: FieldChange) -> FieldChange:
    return FieldChange(field.name, field.new, field.old)


def _texts(value: Any) -> bool:
    """Whether it is a list of texts, none twice; nothing at all is an empty one."""
    if value is ABSENT:
        return True
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        return False
    return len(set(value)) == len(value)


def _less(one: Any, other: Any) -> tuple[str, ...]:
    taken = () if other is ABSENT else other
    return () if one is ABSENT else tuple(each for each in one if each not in taken)

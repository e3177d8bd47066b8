"""Which suite stands where: the tree, decided from everything that the server said of it.

Pure: the same evidence gives the same tree, in whatever order it was collected. Where the server
contradicts itself, a suite's own word on its parent counts first, then the parent's word on its
children, then the skeleton. A suite that says "I am a root" while another lists it as its child
stands under that other one.

A project may have very many suites: of each a few numbers are kept here, and its name once.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = ("Outline", "SuiteEvidence", "resolve")

_LAST: Final = float("inf")
_NOBODY: Final = -1
_ON_PATH: Final = 1
_SETTLED: Final = 2


@dataclass(frozen=True, slots=True)
class SuiteEvidence:
    """All that the server said of where a suite stands.

    `listers` are the suites that list it as a child, with its place among their children;
    `listed` is its place in the listing of suites, `None` if it is not there.
    """

    id: str
    parent: str | None = None
    parent_known: bool = False
    is_root: bool | None = None
    position: float | None = None
    listed: int | None = None
    listers: Mapping[str, int] = field(default_factory=dict)
    skeleton_parent: str | None = None
    in_skeleton: bool = False
    skeleton_ordinal: int | None = None

    @property
    def is_stated_root(self) -> bool:
        """The server says, or lets one conclude, that this suite has no parent."""
        if self.is_root is not None:
            return self.is_root
        if self.parent_known:
            return self.parent is None
        return self.listed is not None or (self.in_skeleton and self.skeleton_parent is None)


@dataclass(frozen=True, slots=True)
class Outline:
    """The resolved tree of suites; siblings in the order that the project shows them.

    `orphans` are suites that no root leads to and that are not below another orphan. `rings` are
    suites that are each other's ancestors, the one at which the ring was opened first. `names` are
    all suites, sorted, and `parents` has for each the number of the one around it, or -1.
    """

    roots: tuple[str, ...]
    orphans: tuple[str, ...]
    children: Mapping[str, Sequence[str]]
    rings: tuple[tuple[str, ...], ...]
    names: Sequence[str]
    parents: Sequence[int]

    def parent_of(self, identity: str) -> str | None:
        """The suite around one; `None` if it is at the top, or unknown."""
        number = _number(self.names, identity)
        parent = self.parents[number] if number != _NOBODY else _NOBODY
        return self.names[parent] if parent != _NOBODY else None

    def walk(self, tops: Iterable[str]) -> Iterator[tuple[str, int, bool]]:
        """(suite, depth, entering) in document order: each suite is entered, then left."""
        stack = [(top, 0, True) for top in reversed(list(tops))]
        while stack:
            identity, depth, entering = stack.pop()
            yield identity, depth, entering
            if entering:
                stack.append((identity, depth, False))
                below = self.children.get(identity, ())
                stack.extend((child, depth + 1, True) for child in reversed(below))


def resolve(names: Sequence[str], words: Iterable[SuiteEvidence]) -> Outline:
    """Decide the tree of the suites with these names, sorted, from a word on each of them."""
    places = _Places(names)
    for word in words:
        places.note(word)
    rings = places.open_rings()
    children = _Children(names, places.parents, places.columns)
    tops = [(names[n], places.is_stated_root[n]) for n in children.numbers(_NOBODY)]
    return Outline(
        roots=tuple(name for name, is_root in tops if is_root),
        orphans=tuple(name for name, is_root in tops if not is_root),
        children=children,
        rings=rings,
        names=names,
        parents=places.parents,
    )


class _Places:
    """Where each suite stands, by its number among the names; `parents` are numbers too."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.parents = array("i", [_NOBODY]) * len(names)
        self.is_stated_root = bytearray(len(names))
        nowhere = array("d", [_LAST]) * len(names)
        self._positions, self._among, self._listed, self._drawn = (nowhere[:] for _ in range(4))

    def note(self, suite: SuiteEvidence) -> None:
        """Take in what the server said of a suite."""
        number = _number(self._names, suite.id)
        parent = self._parent(suite, number)
        self.parents[number] = parent
        self.is_stated_root[number] = suite.is_stated_root
        self._positions[number] = _or_last(suite.position)
        if parent != _NOBODY:
            self._among[number] = _or_last(suite.listers.get(self._names[parent]))
        self._listed[number] = _or_last(suite.listed)
        self._drawn[number] = _or_last(suite.skeleton_ordinal)

    def _parent(self, suite: SuiteEvidence, number: int) -> int:
        for stated in (suite.parent, *sorted(suite.listers), suite.skeleton_parent):
            parent = _NOBODY if stated is None else _number(self._names, stated)
            if parent not in {_NOBODY, number}:
                return parent
        return _NOBODY

    def open_rings(self) -> tuple[tuple[str, ...], ...]:
        """Cut each ring of parents at a stated root if it has one, else at the smallest ID."""
        state = bytearray(len(self._names))
        opened: list[tuple[str, ...]] = []
        for start in range(len(self._names)):
            path: list[int] = []
            at = start
            while at != _NOBODY and not state[at]:
                path.append(at)
                state[at] = _ON_PATH
                at = self.parents[at]
            if at != _NOBODY and state[at] == _ON_PATH:
                opened.append(self._open(path[path.index(at) :]))
            for each in path:
                state[each] = _SETTLED
        return tuple(sorted(opened))

    def _open(self, ring: list[int]) -> tuple[str, ...]:
        cut = min(ring, key=lambda number: (not self.is_stated_root[number], number))
        self.parents[cut], self._among[cut] = _NOBODY, _LAST
        return (self._names[cut], *(self._names[n] for n in sorted(ring) if n != cut))

    @property
    def columns(self) -> tuple[Sequence[float], ...]:
        """What siblings are sorted by, the most important first.

        By position; ties in the order in which the server listed them (vendor's clients).
        """
        return self._positions, self._among, self._listed, self._drawn


class _Children(Mapping[str, Sequence[str]]):
    """The suites below each suite that has any, sorted by the columns, then by their names."""

    def __init__(
        self, names: Sequence[str], parents: Sequence[int], columns: Sequence[Sequence[float]]
    ) -> None:
        self._names = names
        # Where those below each suite begin, after those that are below none.
        self._starts = array("i", [0]) * (len(names) + 2)
        for parent in parents:
            self._starts[parent + 2] += 1
        for number in range(1, len(names) + 2):
            self._starts[number] += self._starts[number - 1]
        self._order = array("i", parents)
        free = self._starts[:]
        for number, parent in enumerate(parents):
            self._order[free[parent + 1]] = number
            free[parent + 1] += 1
        for parent in range(_NOBODY, len(names)):
            self._sort(parent, columns)

    def _sort(self, parent: int, columns: Sequence[Sequence[float]]) -> None:
        start, end = self._starts[parent + 1], self._starts[parent + 2]
        if end - start > 1:
            below = list(self._order[start:end])
            for column in reversed(columns):  # sorting is stable; one key at a time takes least
                below.sort(key=column.__getitem__)
            self._order[start:end] = array("i", below)

    def numbers(self, parent: int) -> Sequence[int]:
        """The suites below the one of this number."""
        return self._order[self._starts[parent + 1] : self._starts[parent + 2]]

    def __getitem__(self, identity: str) -> Sequence[str]:
        number = _number(self._names, identity)
        below = self.numbers(number) if number != _NOBODY else ()
        if not below:
            raise KeyError(identity)
        return [self._names[each] for each in below]

    def __iter__(self) -> Iterator[str]:
        return (name for number, name in enumerate(self._names) if self.numbers(number))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _number(names: Sequence[str], identity: str) -> int:
    """Where a name stands among the sorted names; `_NOBODY` if it does not."""
    number = bisect_left(names, identity)
    return number if number < len(names) and names[number] == identity else _NOBODY


def _or_last(value: float | None) -> float:
    return _LAST if value is None else value

"""Suites and tests as they are found in files, and the IDs of those that bring none.

An ID that a file gives is kept. Where there is none it is made of the titles on the way to the item
and its own, and among items that are alike in this of its number, so that reading the same file
again gives the same IDs. What a file says beyond the fields that are known stands in the attribute
`IMPORTED`, by the name that it has there.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler.errors import SnapshotError
from crawler.model import ItemKind, PlacedItem, Resource

__all__ = ("IMPORTED", "NOWHERE", "Branch", "Tree")

IMPORTED: Final = "imported"
"""The attribute for what a file says and the format has no field for."""

NOWHERE: Final = "Tests"
"""The suite of tests that stand in none: in a snapshot every test does."""

_DIGITS: Final = 12  # of a made ID
_DEEPEST: Final = 100  # levels of what stands under `IMPORTED`


@dataclass(frozen=True, slots=True)
class _Leaf:
    title: str
    id: str
    fields: Mapping[str, Any]
    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Branch:
    """A suite under way; the top of the tree is one without a title.

    `fields` are its attributes, `imported` is what has no field.
    """

    title: str = ""
    id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    imported: dict[str, Any] = field(default_factory=dict)
    suites: list["Branch"] = field(default_factory=list)
    tests: list[_Leaf] = field(default_factory=list)
    _by_title: dict[str, "Branch"] = field(default_factory=dict)

    def new_suite(
        self, title: str, identity: str = "", fields: Mapping[str, Any] | None = None
    ) -> "Branch":
        """A further suite in this one."""
        made = Branch(title, identity, dict(fields or {}))
        self.suites.append(made)
        self._by_title.setdefault(title, made)
        return made

    def at(self, titles: Iterable[str]) -> "Branch":
        """The suite at the end of a path of titles; those that are missing are made."""
        branch = self
        for title in titles:
            branch = branch._by_title.get(title) or branch.new_suite(title)
        return branch

    def add_test(
        self,
        title: str,
        identity: str = "",
        *,
        fields: Mapping[str, Any],
        imported: Mapping[str, Any] | None = None,
    ) -> None:
        """A further test; of `fields` those stay that say something.

        `examples` among them are the rows of parameters.
        """
        known = _saying(fields)
        rows = tuple(map(tuple, known.pop("examples", ())))
        if more := _checked(title, _saying(imported or {})):
            known[IMPORTED] = more
        self.tests.append(_Leaf(title, identity, known, rows))


class Tree:
    """All that was read."""

    def __init__(self) -> None:
        self.root = Branch()

    def counts(self) -> tuple[int, int]:
        """(suites, tests)."""
        kinds = Counter(item.kind for item in self.items())
        return kinds[ItemKind.SUITE], kinds[ItemKind.TEST]

    def items(self) -> Iterator[PlacedItem]:
        """Every suite and test in document order, with IDs.

        Raises:
            SnapshotError: if a file gives two of a kind the same ID.
        """
        identities = _Identities()
        if self.root.tests:
            self.root.at([NOWHERE]).tests.extend(self.root.tests)
            self.root.tests.clear()
        stack: list[Iterator[Branch]] = [iter(self.root.suites)]
        path: list[Branch] = []
        while stack:
            branch = next(stack[-1], None)
            if branch is not None:
                path.append(branch)
                yield _suite(path, identities)
                stack.append(iter(branch.suites))
                continue
            stack.pop()
            if path:
                yield from _tests(path, identities)
                path.pop()


def _suite(path: list[Branch], identities: "_Identities") -> PlacedItem:
    branch = path[-1]
    titles = [each.title for each in path]
    identity = identities.of(ItemKind.SUITE, titles, branch.id)
    fields = _saying(branch.fields)
    if more := _checked(branch.title, _saying(branch.imported)):
        fields[IMPORTED] = more
    resource = Resource(identity, "suites", {"title": branch.title, **fields})
    return PlacedItem(ItemKind.SUITE, len(path) - 1, identity, (resource,))


def _tests(path: list[Branch], identities: "_Identities") -> Iterator[PlacedItem]:
    titles = [each.title for each in path]
    for leaf in path[-1].tests:
        identity = identities.of(ItemKind.TEST, [*titles, leaf.title], leaf.id)
        rows = tuple(
            Resource(str(number), "example", {"data": list(row)})
            for number, row in enumerate(leaf.rows, 1)
        )
        fields = {"title": leaf.title, **leaf.fields}
        resource = Resource(identity, "tests", fields, included=rows)
        yield PlacedItem(ItemKind.TEST, len(path), identity, (resource,))


class _Identities:
    """IDs given so far."""

    def __init__(self) -> None:
        self._given: dict[tuple[ItemKind, str], str] = {}
        self._alike: Counter[tuple[str, ...]] = Counter()

    def of(self, kind: ItemKind, titles: list[str], own: str) -> str:
        identity = own or self._made(kind, titles)
        if (other := self._given.get((kind, identity))) is not None:
            raise SnapshotError(
                f"Two {kind.value}s have the ID {identity!r}: {other!r} and {titles[-1]!r}.",
                hint="Give one of them another ID, or none, in the file.",
            )
        self._given[kind, identity] = titles[-1]
        return identity

    def _made(self, kind: ItemKind, titles: list[str]) -> str:
        key = (kind.value, *titles)
        self._alike[key] += 1
        text = "\0".join((*key, str(self._alike[key])))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _saying(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}, ())}


def _checked(title: str, imported: dict[str, Any]) -> dict[str, Any]:
    """The same, if it is not so deep that writing it would fail."""
    level: list[Any] = [imported]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if level:
        raise SnapshotError(f"What is said of {title[:40]!r} nests over {_DEEPEST} levels.")
    return imported

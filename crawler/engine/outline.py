"""Which suite stands where: the tree, decided from everything that the server said of it.

Pure: the same evidence gives the same tree, in whatever order it was collected. Where the server
contradicts itself, a suite's own word on its parent counts first, then the parent's word on its
children, then the skeleton. A suite that says "I am a root" while another lists it as its child
stands under that other one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ("Outline", "SuiteEvidence", "resolve")

_LAST = float("inf")


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
    suites that are each other's ancestors, the one at which the ring was opened first; `contested`
    those that several suites list as their child.
    """

    roots: tuple[str, ...]
    orphans: tuple[str, ...]
    children: Mapping[str, Sequence[str]]
    rings: tuple[tuple[str, ...], ...]
    contested: tuple[str, ...]

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


def resolve(suites: Mapping[str, SuiteEvidence]) -> Outline:
    """Decide the tree of `suites`, which holds every suite that exists."""
    parents = {identity: _parent(suite, suites) for identity, suite in suites.items()}
    rings = _open_rings(parents, suites)
    children: defaultdict[str, list[str]] = defaultdict(list)
    tops: list[str] = []
    for identity, parent in parents.items():
        if parent is None:
            tops.append(identity)
        else:
            children[parent].append(identity)
    for parent, below in children.items():
        below.sort(key=lambda identity, parent=parent: _place(suites[identity], parent))  # type: ignore[misc]
    tops.sort(key=lambda identity: _place(suites[identity], None))
    return Outline(
        roots=tuple(top for top in tops if suites[top].is_stated_root),
        orphans=tuple(top for top in tops if not suites[top].is_stated_root),
        children=children,
        rings=rings,
        contested=tuple(sorted(i for i, suite in suites.items() if len(suite.listers) > 1)),
    )


def _parent(suite: SuiteEvidence, suites: Mapping[str, SuiteEvidence]) -> str | None:
    stated = (suite.parent, *sorted(suite.listers), suite.skeleton_parent)
    return next((p for p in stated if p is not None and p in suites and p != suite.id), None)


def _open_rings(
    parents: dict[str, str | None], suites: Mapping[str, SuiteEvidence]
) -> tuple[tuple[str, ...], ...]:
    """Cut each ring of parents at a stated root if it has one, else at the smallest ID."""
    settled: set[str] = set()
    opened: list[tuple[str, ...]] = []
    for start in parents:
        path: list[str] = []
        on_path: set[str] = set()
        at: str | None = start
        while at is not None and at not in settled and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = parents[at]
        if at is not None and at in on_path:
            ring = path[path.index(at) :]
            cut = min(ring, key=lambda identity: (not suites[identity].is_stated_root, identity))
            parents[cut] = None
            opened.append((cut, *sorted(each for each in ring if each != cut)))
        settled.update(path)
    return tuple(sorted(opened))


def _place(suite: SuiteEvidence, parent: str | None) -> tuple[float, float, float, float, str]:
    """By position; ties in the order in which the server listed them (vendor's clients)."""
    among = suite.listers.get(parent) if parent is not None else None
    return (
        _or_last(suite.position),
        _or_last(among),
        _or_last(suite.listed),
        _or_last(suite.skeleton_ordinal),
        suite.id,
    )


def _or_last(value: float | None) -> float:
    return _LAST if value is None else value

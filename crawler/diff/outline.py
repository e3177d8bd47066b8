"""The changes as a tree: each below the suite that it stands in, with only the suites that matter.

A suite is found by its ID, so that what went from a suite that was renamed stands in it as it is
now; the suites further up by their titles, which is all that a change tells of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.diff.changes import Change
from crawler.diff.wording import SEPARATOR, above_of
from crawler.redaction import printable
from crawler.snapshot.document import NodeKind

__all__ = ("Row", "outline")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the tree; `change` is `None` for suites that are there for what is in them."""

    depth: int
    label: str
    change: Change | None


@dataclass(slots=True)
class _Branch:
    title: str
    id: str | None = None
    change: Change | None = None
    below: list["_Branch"] = field(default_factory=list)
    named: dict[str, "_Branch"] = field(default_factory=dict)

    def grow(self, title: str) -> "_Branch":
        """A new branch below; the first of its title is found by it."""
        branch = _Branch(title)
        self.below.append(branch)
        self.named.setdefault(title, branch)
        return branch


def outline(changes: Iterable[Change]) -> Iterator[Row]:
    """The rows from the top down; suites in a row that hold nothing but the next one share one."""
    root, suites = _Branch(""), dict[str, _Branch]()
    for change in changes:
        _plant(change, root, suites)
    waiting = [(0, branch) for branch in reversed(root.below)]
    while waiting:  # no recursion: a project may be deeper than the stack
        depth, branch = waiting.pop()
        titles = [branch.title]
        while _is_passage(branch):
            (branch,) = branch.below
            titles.append(branch.title)
        yield Row(depth, SEPARATOR.join(titles), branch.change)
        waiting += [(depth + 1, each) for each in reversed(branch.below)]


def _is_passage(branch: _Branch) -> bool:
    if branch.change or len(branch.below) != 1:
        return False
    return branch.below[0].change is None


def _plant(change: Change, root: _Branch, suites: dict[str, _Branch]) -> None:
    place = change.place
    title = printable(place.title)
    around = _suite_around(change, root, suites)
    if change.section or change.kind is NodeKind.TEST:
        around.below.append(_Branch(title, change=change))
        return
    # What is in a suite may have been met before the suite itself.
    branch = suites.get(place.id) or _free(around, title)
    if branch.change is not None:  # the same ID twice, such as in a damaged project
        branch = around.grow(title)
    branch.id, branch.title, branch.change = place.id, title, change
    suites.setdefault(place.id, branch)


def _suite_around(change: Change, root: _Branch, suites: dict[str, _Branch]) -> _Branch:
    parent = None if change.section else change.place.parent
    if parent in suites:
        return suites[parent]
    branch, above = root, above_of(change)
    for title in above if parent is None else above[:-1]:
        branch = branch.named.get(title) or branch.grow(title)
    if parent is not None:
        branch = _free(branch, above[-1])
        branch.id = parent
        suites[parent] = branch
    return branch


def _free(around: _Branch, title: str) -> _Branch:
    """The branch of this title that is not known to be another suite."""
    found = around.named.get(title)
    return around.grow(title) if found is None or found.id is not None else found

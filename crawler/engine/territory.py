"""Which suites belong to a selection, decided by where they stand.

A suite that is only named so far (by a parent, by the skeleton) has a place too, so that the audit
knows whether it is missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crawler.engine.journal import Journal
from crawler.engine.outline import Outline, SuiteEvidence
from crawler.selection import Selection

__all__ = ("Territory", "named_parents")

_NAMED = """
SELECT id, min(parent) FROM (
    SELECT id, parent FROM child WHERE id NOT IN (SELECT id FROM suite)
    UNION ALL SELECT id, parent FROM skeleton
    WHERE id NOT IN (SELECT id FROM suite) AND id NOT IN (SELECT id FROM child)
) GROUP BY id
"""


def named_parents(
    journal: Journal, words: Iterable[SuiteEvidence], outline: Outline
) -> dict[str, str | None]:
    """The parent of every suite that stands in the outline or is named by a suite or skeleton.

    `words` is what the outline was made of. A suite may stand under one that is only named.
    """
    named: dict[str, str | None] = dict(journal.query(_NAMED))
    tops = {*outline.roots, *outline.orphans}
    parents = {**named, **dict.fromkeys(tops)}
    for word in words:
        if word.id in tops and word.parent in named:
            parents[word.id] = word.parent
    for parent, children in outline.children.items():
        parents.update(dict.fromkeys(children, parent))
    return parents


class Territory:
    """The part of a project that a selection, its suites given by their IDs, asks for.

    `frame` are the suites above those that were asked for, `cut` the suites above an excluded one.
    """

    def __init__(self, selection: Selection, parents: Mapping[str, str | None]) -> None:
        self.selection = selection
        self._parents = parents
        self._chosen = frozenset(selection.suites)
        self._excluded = frozenset(selection.exclude)
        # Of each suite that was asked about: (below a chosen one or itself one, the same of
        # an excluded one).
        self._known: dict[str | None, tuple[bool, bool]] = {None: (not self._chosen, False)}
        self.frame = self._above(each for each in self._chosen if self.inside(each))
        self.cut = self._above(self._excluded)

    @property
    def is_whole(self) -> bool:
        """Whether all suites are in it, with all their tests as far as the crawl has to know."""
        return self.selection.tests and not self.selection.picks_suites

    def __contains__(self, suite_id: str) -> bool:
        """Whether the suite stands in the snapshot."""
        return self.inside(suite_id) or suite_id in self.frame

    def inside(self, suite_id: str | None) -> bool:
        """Whether the suite is there with its tests; `None` is where what has no parent stands."""
        if not self.selection.picks_suites:
            return True
        path: list[str] = []
        at = suite_id
        while at not in self._known:
            assert at is not None  # noqa: S101  it is known from the beginning
            path.append(at)
            self._known[at] = (False, False)  # a ring of names ends here
            at = self._parents.get(at)
        chosen, excluded = self._known[at]
        for each in reversed(path):
            chosen, excluded = chosen or each in self._chosen, excluded or each in self._excluded
            self._known[each] = (chosen, excluded)
        return chosen and not excluded

    def is_placed(self, suite_id: str) -> bool:
        """Whether anything tells where the suite stands."""
        return suite_id in self._parents

    def suites(self) -> Iterable[str]:
        """All suites that stand in the snapshot, also those that are only named so far."""
        return (each for each in self._parents if each in self)

    def outside(self) -> Iterable[str]:
        """All suites that anything places elsewhere."""
        return (each for each in self._parents if each not in self)

    def pruned(self, outline: Outline) -> Outline:
        """The outline without what does not stand in the snapshot."""
        return replace(
            outline,
            roots=tuple(each for each in outline.roots if each in self),
            orphans=tuple(each for each in outline.orphans if each in self),
            children={
                parent: [each for each in children if each in self]
                for parent, children in outline.children.items()
                if parent in self
            },
            rings=tuple(ring for ring in outline.rings if ring[0] in self),
        )

    def _above(self, suites: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for each in suites:
            at = self._parents.get(each)
            while at is not None and at not in found:
                found.add(at)
                at = self._parents.get(at)
        return frozenset(found)

"""The finished tree as a stream: every suite and test at its place, its answers read as needed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from crawler.engine import evidence
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import decode
from crawler.engine.outline import Outline, resolve
from crawler.model import ItemKind, PlacedItem, Resource

__all__ = ("Tree", "read_tree")


class Tree:
    """Where everything stands; made by `read_tree`, valid until the journal changes.

    `suites` and `tests` count all that stands in the tree, orphans included.
    """

    def __init__(self, journal: Journal, outline: Outline) -> None:
        self.outline = outline
        self._journal = journal
        self.suites = _number(journal, "SELECT count(*) FROM temp.standing")
        self.tests = _number(journal, "SELECT count(*) FROM temp.place")
        self.orphan_tests = _number(journal, "SELECT count(*) FROM temp.place WHERE suite IS NULL")

    def items(self) -> Iterator[PlacedItem]:
        """All that a root leads to, in document order."""
        yield from self._below(self.outline.roots)

    def orphans(self) -> Iterator[PlacedItem]:
        """What no root leads to: suites with all below them, then single tests."""
        yield from self._below(self.outline.orphans)
        yield from self._tests(None, 0)

    def _below(self, tops: Iterable[str]) -> Iterator[PlacedItem]:
        for identity, depth, entering in self.outline.walk(tops):
            if entering:
                yield PlacedItem(ItemKind.SUITE, depth, identity, self._answers(identity))
            else:
                yield from self._tests(identity, depth + 1)

    def _answers(self, suite_id: str) -> tuple[Resource, ...]:
        rows = self._journal.query(
            "SELECT body FROM suite WHERE id = ? AND body IS NOT NULL ORDER BY rank, lister DESC",
            (suite_id,),
        )
        return tuple(decode(body) for (body,) in rows)

    def _tests(self, suite_id: str | None, depth: int) -> Iterator[PlacedItem]:
        answers: list[Resource] = []
        current: str | None = None
        for identity, body in evidence.tests_below(self._journal, suite_id):
            if current is not None and identity != current:
                yield PlacedItem(ItemKind.TEST, depth, current, tuple(answers))
                answers = []
            current = identity
            if body is not None:
                answers.append(decode(body))
        if current is not None:
            yield PlacedItem(ItemKind.TEST, depth, current, tuple(answers))

    def tests_of_subtrees(self) -> dict[str, int]:
        """How many tests stand in each suite or below it."""
        totals: defaultdict[str, int] = defaultdict(int)
        for suite, count in self._journal.query(
            "SELECT suite, count(*) FROM temp.place WHERE suite IS NOT NULL GROUP BY suite"
        ):
            totals[suite] = count
        parents: list[str] = []
        for identity, _, entering in self.outline.walk(
            (*self.outline.roots, *self.outline.orphans)
        ):
            if entering:
                parents.append(identity)
            else:
                parents.pop()
                if parents:
                    totals[parents[-1]] += totals[identity]
        return totals


def read_tree(journal: Journal) -> Tree:
    """Decide the place of everything that the journal holds."""
    outline = resolve(evidence.suites(journal))
    evidence.place_tests(journal)
    return Tree(journal, outline)


def _number(journal: Journal, sql: str) -> int:
    return next(int(value) for (value,) in journal.query(sql))

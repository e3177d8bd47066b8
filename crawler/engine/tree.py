"""The finished tree as a stream: every suite and test at its place, its answers read as needed."""

from collections.abc import Iterable, Iterator

from crawler.engine import evidence
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import decode
from crawler.engine.outline import Outline, resolve
from crawler.engine.territory import Territory, named_parents
from crawler.model import ItemKind, PlacedItem, Resource
from crawler.selection import WHOLE, Selection

__all__ = ("Tree", "edits_seen", "number", "read_tree", "readings_again")


class Tree:
    """Where everything stands; made by `read_tree`, valid until the journal changes.

    Only what belongs to `territory` is in it; `suites` and `tests` count that, orphans included.
    """

    def __init__(self, journal: Journal, outline: Outline, territory: Territory) -> None:
        self.outline = outline
        self.territory = territory
        self._journal = journal
        self.suites = len(outline.roots) + len(outline.orphans)
        self.suites += sum(map(len, outline.children.values()))
        self.tests = number(journal, "SELECT count(*) FROM temp.place")
        self.orphan_tests = number(journal, "SELECT count(*) FROM temp.place WHERE suite IS NULL")

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
        return tuple(_decoded(body for (body,) in rows))

    def _tests(self, suite_id: str | None, depth: int) -> Iterator[PlacedItem]:
        for identity, bodies in evidence.tests_below(self._journal, suite_id):
            yield PlacedItem(ItemKind.TEST, depth, identity, tuple(_decoded(bodies)))

    def tests_of_subtrees(self) -> dict[str, int]:
        """How many tests stand in each suite that has suites below it, and below it."""
        totals: dict[str, int] = {}
        path: list[int] = []
        for identity, _, entering in self.outline.walk(
            (*self.outline.roots, *self.outline.orphans)
        ):
            if entering:
                path.append(self._tests_in(identity))
                continue
            total = path.pop()
            if path:
                path[-1] += total
            if identity in self.outline.children:
                totals[identity] = total
        return totals

    def _tests_in(self, suite_id: str) -> int:
        rows = self._journal.query("SELECT count(*) FROM temp.place WHERE suite = ?", (suite_id,))
        return next(int(count) for (count,) in rows)


def read_tree(journal: Journal, selection: Selection = WHOLE) -> Tree:
    """Decide the place of everything that the journal holds, and what of it is selected.

    Of the selection, whose suites are IDs, only what is asked of suites counts, and whether there
    are tests at all.
    """
    outline = resolve(evidence.names(journal), evidence.suites(journal))
    parents: dict[str, str | None] = {}
    if selection.picks_suites:
        parents = named_parents(journal, evidence.suites(journal), outline)
    territory = Territory(selection, parents)
    evidence.place_tests(journal, elsewhere=territory.outside())
    if not selection.tests:
        evidence.keep_tests(journal, (), orphans=False)
    elif selection.picks_suites:
        inside = filter(territory.inside, territory.suites())
        evidence.keep_tests(journal, inside, orphans=territory.inside(None))
    if selection.picks_suites:
        outline = territory.pruned(outline)
    return Tree(journal, outline, territory)


def _decoded(bodies: Iterable[bytes]) -> Iterator[Resource]:
    """Nearly every answer comes twice, and says the same again; once is enough."""
    last = b""
    for body in bodies:
        if body != last:
            yield decode(body)
            last = body


def number(journal: Journal, sql: str) -> int:
    """The one number that a query gives."""
    return next(int(value) for (value,) in journal.query(sql))


def edits_seen(journal: Journal) -> bool:
    """Whether somebody was seen to edit the project since all was last read."""
    return number(journal, "SELECT count(*) FROM fact WHERE name = 'edited'") > 0


def readings_again(journal: Journal) -> int:
    """How often all that may have been moved was read again."""
    return number(journal, "SELECT coalesce(sum(value), 0) FROM fact WHERE name = 'read again'")

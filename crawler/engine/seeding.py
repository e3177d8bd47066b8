"""Where a walk begins: at the project's listings, at what an earlier run left, at a selection."""

from collections.abc import Iterator

import anyio

from crawler.engine.audit_whole import is_whole
from crawler.engine.fence import Fence
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.locating import locate
from crawler.engine.territory import Territory
from crawler.engine.tree import read_tree
from crawler.engine.walk import Walk
from crawler.selection import Selection

__all__ = ("mark_done", "seed", "take_up")


def mark_done(walk: Walk, journal: Journal) -> int:
    """Note what an earlier run has fetched; returns the number of its finished suites."""
    frontier = walk.frontier
    done = 0
    for identity in _done(journal):
        frontier.mark_known(Work(WorkKind.SUITE, identity))
        done += 1
    for (identity,) in journal.query("SELECT id FROM test WHERE rank = 2"):
        frontier.mark_known(Work(WorkKind.TEST, identity))
    _mark_pages(walk, journal)
    ((tests,),) = journal.query("SELECT count(*) FROM test WHERE rank = 1")
    walk.count_resumed(done, tests)
    return done


def _done(journal: Journal) -> Iterator[str]:
    return (identity for (identity,) in journal.query("SELECT id FROM suite WHERE rank = 2"))


def _mark_pages(walk: Walk, journal: Journal) -> None:
    """Pages that were counted need not be read again; uncounted ones go on from the last."""
    kinds = {"suites": WorkKind.SUITES_PAGE, "tests": WorkKind.TESTS_PAGE}
    for name, number, pages in journal.query("SELECT listing, number, pages FROM page"):
        # The first page always is read: it leads to the others and shows what is new.
        if name in kinds and pages is not None and number > 1:
            walk.frontier.mark_known(Work(kinds[name], page=number))
    for name, pages in journal.query(
        "SELECT listing, count(*) FROM page WHERE listing LIKE 'tests of %'"
        " GROUP BY listing HAVING count(*) >= max(pages)"
    ):
        for number in range(1, pages + 1):
            suite_id = name.removeprefix("tests of ")
            walk.frontier.mark_known(Work(WorkKind.SUITE_TESTS, suite_id, number))


async def seed(
    walk: Walk, journal: Journal, selection: Selection, *, workers: int, lenient: bool
) -> Selection:
    """Put in where to begin and what an earlier run left to do.

    Returns the selection with its suites by their IDs, for which it may have to fetch a few; raises
    as `locate` does.
    """
    walk.frontier.add(Work(WorkKind.SUITES_PAGE, page=1))
    walk.frontier.add(Work(WorkKind.SKELETON))
    if selection.picks_suites:
        selection = await locate(walk, journal, selection, workers=workers, lenient=lenient)
        territory = await anyio.to_thread.run_sync(_territory, journal, selection)
        _enter(walk, journal, territory)
    elif journal.resumed:
        take_up(walk, journal, selection)
    if selection.tests and not selection.suites:
        walk.frontier.add(Work(WorkKind.TESTS_PAGE, page=1))
    return selection


def _territory(journal: Journal, selection: Selection) -> Territory:
    return read_tree(journal, selection).territory


def _enter(walk: Walk, journal: Journal, territory: Territory) -> None:
    """Go into all suites that are known to belong to the selection."""
    by_suite = bool(territory.selection.suites) and territory.selection.tests
    walk.fence = Fence(set() if territory.selection.suites else None, by_suite=by_suite)
    walk.fence.follow(territory)
    for identity in territory.suites():
        walk.add_suite(identity)
    for identity in _done(journal):
        walk.list_tests(identity)


def take_up(walk: Walk, journal: Journal, selection: Selection) -> None:
    """Go on with what earlier answers name, unless the listings tell of it anyway."""
    if is_whole(journal):
        return
    for (identity,) in journal.query(
        "SELECT id FROM child UNION SELECT id FROM suite UNION"
        " SELECT suite FROM test WHERE suite IS NOT NULL UNION"
        " SELECT suite FROM named WHERE suite IS NOT NULL UNION"
        " SELECT parent FROM suite WHERE parent IS NOT NULL ORDER BY id"
    ):
        walk.add_suite(identity)
    if selection.tests:
        for (identity,) in journal.query(
            "SELECT id FROM test WHERE has_examples UNION SELECT id FROM named WHERE has_examples"
        ):
            walk.add_test(identity)

"""Holds against each other what the server's answers say of where suites and tests stand.

Answers of different moments disagree where somebody moved something in between; what is concerned
is read again, and the newest answers then agree.
"""

import json
from collections.abc import Callable, Iterator
from typing import Final

from crawler.engine.findings import MOST_READINGS_OF_ALL, Finding, suite_work, test_work
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN
from crawler.engine.recording import PAGE_STRIDE
from crawler.engine.tree import Tree, edits_seen, number, readings_again

__all__ = ("PLACE_CHECKS", "unlisted_roots", "unwitnessed_moves", "unwitnessed_tests")

_UNWITNESSED: Final = (
    "the project was edited while it was read, and on this server only folders tell where a suite"
    " stands: one that was moved may be missing or in its old place"
)
_UNWITNESSED_TESTS: Final = (
    "the project was edited while it was read, and on this server only a list in pages tells which"
    " tests there are: one that was moved may be missing or in its old place"
)
_ONLY_FOLDERS_TELL: Final = f"""
SELECT NOT EXISTS (SELECT 1 FROM skeleton) AND EXISTS (
    SELECT 1 FROM suite AS own WHERE rank = {OF_ITS_OWN} AND (NOT parent_known OR NOT EXISTS (
        SELECT 1 FROM suite WHERE id = own.id AND rank = {FROM_LISTING}
    ))
)
"""  # noqa: S608  only constants of our own
_ONLY_LISTING_TELLS: Final = """
SELECT EXISTS (SELECT 1 FROM page WHERE listing = 'tests')
AND NOT EXISTS (SELECT 1 FROM named)
"""


#: Tests that suites name, and not only the one in which they stand.
_NAMED_ELSEWHERE: Final = """
SELECT id, suite FROM temp.place WHERE first_lister IS NOT NULL
AND (first_lister IS NOT suite OR last_lister IS NOT suite)
"""


def _contested_tests(journal: Journal, _tree: Tree) -> Iterator[Finding]:
    placed: dict[str, str | None] = dict(journal.query(_NAMED_ELSEWHERE))
    if not placed:
        return
    for identity, lister in journal.query(
        "SELECT id, lister FROM named WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY id, lister",
        (json.dumps(list(placed)),),
    ):
        suite = placed[identity]
        if lister == suite:
            continue
        works = (suite_work(lister), *((suite_work(suite),) if suite else ()), test_work(identity))
        yield Finding(
            f"contested test {identity} {lister} {suite}",
            works,
            warning=f"test {identity} is listed by suite {lister} but belongs to {suite}",
        )


def _contested_suites(journal: Journal, tree: Tree) -> Iterator[Finding]:
    for identity, lister in journal.query("SELECT id, parent FROM child ORDER BY id, parent"):
        parent = tree.outline.parent_of(identity)
        if parent == lister or identity not in tree.territory or _is_missing(journal, identity):
            continue
        works = tuple(suite_work(item) for item in (lister, parent, identity) if item)
        yield Finding(
            f"contested suite {identity} {lister} {parent}",
            works,
            warning=f"suite {identity} is listed by suite {lister} but stands under {parent}",
        )
    for ring in tree.outline.rings:
        # One edit can make a ring of answers of different times, and any of them may be the old.
        yield Finding(
            f"ring {' '.join(ring)}",
            tuple(map(suite_work, ring)),
            warning=f"suite {ring[0]} is its own ancestor; the ring was opened there",
        )


def _is_missing(journal: Journal, suite_id: str) -> bool:
    rows = journal.query("SELECT 1 FROM missing WHERE kind = 'suite' AND id = ?", (suite_id,))
    return any(True for _ in rows)


def _unlisted_children(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """A suite that names a parent which does not list it may have moved meanwhile."""
    for identity, parent in journal.query(
        "SELECT suite.id, suite.parent FROM suite JOIN suite AS above"
        " ON above.id = suite.parent AND above.rank = 2 WHERE suite.rank = 2 AND NOT EXISTS"
        " (SELECT 1 FROM child WHERE child.parent = suite.parent AND child.id = suite.id)"
        " ORDER BY suite.id"
    ):
        if identity in tree.territory:
            yield Finding(
                f"unlisted {identity} {parent}", (suite_work(parent), suite_work(identity))
            )


def _other_parents(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Suites of which the listing or the skeleton names another parent than they do themselves."""
    for identity, parent, listed, ordinal in journal.query(
        "SELECT own.id, own.parent, listed.parent, listed.ordinal FROM suite AS own"  # noqa: S608
        f" JOIN suite AS listed ON listed.id = own.id AND listed.rank = {FROM_LISTING}"
        f" WHERE own.rank = {OF_ITS_OWN} AND own.parent_known AND listed.parent_known"
        " AND own.parent IS NOT listed.parent ORDER BY own.id"
    ):
        if identity in tree.territory:
            works = (Work(WorkKind.SUITES_PAGE, page=ordinal // PAGE_STRIDE), suite_work(identity))
            yield Finding(f"listed parent {identity} {parent} {listed}", works)
    for identity, parent, other in journal.query(
        "SELECT own.id, own.parent, skeleton.parent FROM suite AS own"  # noqa: S608
        " JOIN skeleton ON skeleton.id = own.id"
        f" WHERE own.rank = {OF_ITS_OWN} AND own.parent_known"
        " AND own.parent IS NOT skeleton.parent ORDER BY own.id"
    ):
        if identity in tree.territory:
            works = (Work(WorkKind.SKELETON), suite_work(identity))
            yield Finding(f"parent in skeleton {identity} {parent} {other}", works)


def unwitnessed_moves(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Where a suite stands that moved from a folder not yet read to one already read.

    A skeleton, or a listing of all suites with their parents, tells. Without them only the folders
    do, so all are read once more if somebody was seen to edit or a suite stands nowhere, and again
    if that shows edits in its turn.
    """
    edited, times = edits_seen(journal), readings_again(journal)
    if not (edited or (tree.outline.orphans and not times)):
        return
    if not number(journal, _ONLY_FOLDERS_TELL):
        return
    suites = journal.query("SELECT id FROM suite WHERE rank = ? ORDER BY id", (OF_ITS_OWN,))
    works = (Work(WorkKind.SUITES_PAGE, page=1), *(suite_work(identity) for (identity,) in suites))
    yield Finding(
        f"unwitnessed {times}",
        works if times < MOST_READINGS_OF_ALL else (),
        warning=_UNWITNESSED if edited else "",
        last=True,
    )


def unwitnessed_tests(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Tests that only the listing names: a row that shifts from page to page can be passed over.

    Where suites name their tests, one that moved is seen there. Else the listing is read once more
    if somebody was seen to edit.
    """
    if not (edits_seen(journal) and tree.tests and number(journal, _ONLY_LISTING_TELLS)):
        return
    times = readings_again(journal)
    yield Finding(
        f"unwitnessed tests {times}",
        (Work(WorkKind.TESTS_PAGE, page=1),) if times < MOST_READINGS_OF_ALL else (),
        warning=_UNWITNESSED_TESTS,
        last=True,
    )


def unlisted_roots(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Suites at the root that only something in them told of: who lists these may lack others."""
    if not tree.territory.is_whole:
        return
    missed = set(tree.outline.roots)
    for (identity,) in journal.query(
        f"SELECT id FROM suite WHERE rank = {FROM_LISTING} UNION ALL SELECT id FROM skeleton"  # noqa: S608
    ):
        missed.discard(identity)
    if missed:
        text = (
            f"the listing of suites lacks {len(missed)} of {len(tree.outline.roots)} at the root:"
            " others may be missing if they hold no test"
        )
        yield Finding(
            f"unlisted {len(missed)}", (Work(WorkKind.SUITES_PAGE, page=1),), warning=text
        )


PLACE_CHECKS: Final[tuple[Callable[[Journal, Tree], Iterator[Finding]], ...]] = (
    _contested_tests,
    _contested_suites,
    _unlisted_children,
    _other_parents,
)

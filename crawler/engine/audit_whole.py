"""What does not add up where listings are all that there is to be read, and what settles it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crawler.engine.findings import MOST_READINGS_OF_ALL, Finding, test_work
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN
from crawler.engine.tree import Tree, edits_seen, number, readings_again
from crawler.engine.whole_recording import OF_ONE_SUITE, PASS_STRIDE
from crawler.model import Gap, GapReason, ItemKind

__all__ = ("fallen_out", "is_whole", "suites_total", "unsettled", "without_single_reads")

_EDITED: Final = (
    "the project was edited each time that its lists were read: what was added or moved meanwhile"
    " may be missing or in its old place"
)
#: Tests that stand in no list of the present pass, nor in that of their suite if it was read.
_FALLEN_OUT: Final = f"""
SELECT listed.id, listed.ordinal FROM main.test AS listed
LEFT JOIN temp.place ON place.id = listed.id
WHERE listed.rank = {FROM_LISTING}
AND NOT EXISTS (SELECT 1 FROM main.test WHERE id = listed.id AND rank = {OF_ITS_OWN})
AND (
    listed.ordinal < {PASS_STRIDE} * (
        SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'tests pass'
    )
    OR (
        listed.ordinal % {PASS_STRIDE} < {OF_ONE_SUITE}
        AND 'tests of ' || place.suite IN (SELECT listing FROM page)
    )
)
ORDER BY listed.id
"""  # noqa: S608  only constants of our own


def is_whole(journal: Journal) -> bool:
    """Whether this journal holds such listings."""
    return any(True for _ in journal.query("SELECT 1 FROM fact WHERE name = 'whole'"))


def fallen_out(journal: Journal, _tree: Tree) -> Iterator[Finding]:
    """Tests that were listed once and are no more: deleted, or passed over."""
    for identity, ordinal in journal.query(_FALLEN_OUT):
        yield Finding(f"fallen out {identity} {ordinal}", (test_work(identity),))


def suites_total(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """The listing's own count, which the sources let one take for that of roots or of all."""
    claims = journal.query("SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'suites total'")
    claimed = next((value for (value,) in claims), 0)
    listed = f"SELECT count(*) FROM suite WHERE rank = {FROM_LISTING}"  # noqa: S608
    found = number(journal, listed)
    roots = number(journal, f"{listed} AND id NOT IN (SELECT id FROM child)")  # noqa: S608
    if claimed <= roots or claimed == found or not tree.territory.is_whole:
        return
    gap = Gap(ItemKind.LISTING, "suites", GapReason.SUITE_COUNT, expected=claimed, found=roots)
    works = (Work(WorkKind.SUITES_PAGE, page=1),)
    yield Finding(f"suites {claimed} {roots} {found}", works, gap)


def unsettled(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Somebody edited while the lists were read, or they are short: all is read once more."""
    edited, times = edits_seen(journal), readings_again(journal)
    if not edited and (times or not _is_short(journal, tree)):
        return
    yield Finding(
        f"unsettled {times}",
        tuple(_everything(tree)) if times < MOST_READINGS_OF_ALL else (),
        warning=_EDITED if edited else "",
        last=True,
    )


def _is_short(journal: Journal, tree: Tree) -> bool:
    claims = journal.query("SELECT CAST(value AS INTEGER) FROM fact WHERE name = 'tests_count'")
    return tree.territory.is_whole and any(claimed > tree.tests for (claimed,) in claims)


def _everything(tree: Tree) -> Iterator[Work]:
    selection = tree.territory.selection
    yield Work(WorkKind.PROJECT)
    yield Work(WorkKind.SUITES_PAGE, page=1)
    if not selection.tests:
        return
    if not selection.suites:
        yield Work(WorkKind.TESTS_PAGE, page=1)
        return
    for identity in sorted(filter(tree.territory.inside, tree.territory.suites())):
        yield Work(WorkKind.SUITE_TESTS, identity, 1)


def without_single_reads(finding: Finding) -> Finding:
    """The same without asking for each test: the list of its suite tells of all at once."""
    if len(finding.works) <= 1 or finding.key.startswith("gone"):
        return finding
    works = tuple(work for work in finding.works if work.kind is not WorkKind.TEST)
    if finding.key.startswith("many"):
        works += (Work(WorkKind.SUITE_TESTS, finding.key.split()[1], 1),)
    return replace(finding, works=works)

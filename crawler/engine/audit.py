"""Holds what was fetched against what every witness claims, and says what does not add up.

A crawl takes minutes and people work meanwhile, so a disagreement is first a reason to read again:
each finding names the requests that would settle it. What is still found after they were made is a
gap (something is missing) or a warning (nothing is, but the server contradicts itself).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from crawler.engine import evidence
from crawler.engine.audit_places import (
    PLACE_CHECKS,
    unlisted_roots,
    unwitnessed_moves,
    unwitnessed_tests,
)
from crawler.engine.audit_whole import (
    fallen_out,
    is_whole,
    suites_total,
    unsettled,
    without_single_reads,
)
from crawler.engine.evidence import SuiteCount
from crawler.engine.findings import Finding, suite_work, test_work
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.journal_schema import FROM_LISTING, OF_ITS_OWN
from crawler.engine.recording import PAGE_STRIDE
from crawler.engine.tree import Tree
from crawler.model import Gap, GapReason, ItemKind
from crawler.plural import counted

__all__ = ("examine",)

_FEW: Final = 20
_ONE_IN: Final = 10


def examine(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """All findings, in an order that does not depend on timing."""
    checks: tuple[Callable[[Journal, Tree], Iterator[Finding]], ...] = (
        _failures,
        _gone_but_listed,
        _unseen,
        _lean_tests,
        *PLACE_CHECKS,
        _counts,
        _recounted,
        _orphans,
        _project_count,
    )
    whole = is_whole(journal)
    of_walks = (unlisted_roots, unwitnessed_moves, unwitnessed_tests)
    checks += (fallen_out, suites_total, unsettled) if whole else of_walks
    if not tree.territory.selection.tests:
        checks = tuple(check for check in checks if check is not _counts)
    for check in checks:
        found = check(journal, tree)
        yield from map(without_single_reads, found) if whole else found


def _failures(journal: Journal, tree: Tree) -> Iterator[Finding]:
    for kind, identity, reason, detail in journal.query(
        "SELECT kind, id, reason, detail FROM failure ORDER BY kind, id"
    ):
        gap = Gap(ItemKind(kind), identity, GapReason[reason], detail=detail)
        if not _is_asked_for(journal, tree, gap):
            continue
        key = f"failed {kind} {identity}"
        if gap.kind is ItemKind.LISTING and _is_covered(journal, tree, identity):
            yield Finding(key, (_work_of(gap),), warning=f"{identity}: {gap.reason} ({detail})")
        else:
            yield Finding(key, (_work_of(gap), *_listers(journal, gap)), gap)


def _is_asked_for(journal: Journal, tree: Tree, gap: Gap) -> bool:
    """Whether the selection misses it; a suite that was only met on the way is no loss."""
    if gap.kind is ItemKind.SUITE:
        return gap.id in tree.territory
    if gap.kind is ItemKind.TEST and not tree.territory.is_whole:
        return any(journal.query("SELECT 1 FROM temp.place WHERE id = ?", (gap.id,)))
    return True


def _listers(journal: Journal, gap: Gap) -> tuple[Work, ...]:
    """The suites that name an item: asked again, they may not do so any more."""
    rows = journal.query(
        "SELECT parent FROM child WHERE id = ? AND ? = 'suite' UNION"
        " SELECT lister FROM named WHERE id = ? AND ? = 'test' ORDER BY 1",
        (gap.id, gap.kind, gap.id, gap.kind),
    )
    return tuple(suite_work(lister) for (lister,) in rows)


def _is_covered(journal: Journal, tree: Tree, identity: str) -> bool:
    """A page of tests is no loss if all tests that the project counts were found elsewhere."""
    claimed = _claimed_tests(journal) if tree.territory.is_whole else None
    return identity.startswith("tests page") and claimed is not None and tree.tests >= claimed


def _work_of(gap: Gap) -> Work:
    if gap.kind is ItemKind.LISTING:
        name, _, page = gap.id.rpartition(" page ")
        if name == "suites":
            return Work(WorkKind.SUITES_PAGE, page=int(page))
        suite = name.removeprefix("tests").removeprefix(" of ")
        kind = WorkKind.SUITE_TESTS if suite else WorkKind.TESTS_PAGE
        return Work(kind, suite, int(page))
    return suite_work(gap.id) if gap.kind is ItemKind.SUITE else test_work(gap.id)


def _gone_but_listed(journal: Journal, tree: Tree) -> Iterator[Finding]:
    for identity, lister, finding in _all_gone(journal):
        territory = tree.territory
        if territory.inside(lister) if lister is not None else identity in territory:
            yield finding


def _all_gone(journal: Journal) -> Iterator[tuple[str, str | None, Finding]]:
    """(what is gone, the suite whose test it is, the finding), wherever it stood."""
    for identity, parent in journal.query(
        "SELECT child.id, child.parent FROM child JOIN missing ON missing.id = child.id"
        " AND missing.kind = 'suite' ORDER BY child.id, child.parent"
    ):
        yield (
            identity,
            None,
            _gone(ItemKind.SUITE, identity, suite_work(parent), suite_work(identity)),
        )
    for identity, ordinal in journal.query(
        "SELECT suite.id, suite.ordinal FROM suite JOIN missing ON missing.id = suite.id"
        " AND missing.kind = 'suite' WHERE suite.rank = 1 ORDER BY suite.id"
    ):
        page = Work(WorkKind.SUITES_PAGE, page=ordinal // PAGE_STRIDE)
        yield identity, None, _gone(ItemKind.SUITE, identity, page, suite_work(identity))
    for (identity,) in journal.query(
        "SELECT skeleton.id FROM skeleton JOIN missing ON missing.id = skeleton.id"
        " AND missing.kind = 'suite' ORDER BY skeleton.id"
    ):
        skeleton = Work(WorkKind.SKELETON)
        yield identity, None, _gone(ItemKind.SUITE, identity, skeleton, suite_work(identity))
    for identity, lister in journal.query(
        "SELECT named.id, named.lister FROM named JOIN missing ON missing.id = named.id"
        " AND missing.kind = 'test' ORDER BY named.id, named.lister"
    ):
        yield (
            identity,
            lister,
            _gone(ItemKind.TEST, identity, suite_work(lister), test_work(identity)),
        )


def _gone(kind: ItemKind, identity: str, lister: Work, itself: Work) -> Finding:
    gap = Gap(kind, identity, GapReason.GONE_BUT_LISTED)
    return Finding(f"gone {kind} {identity} {lister}", (lister, itself), gap)


def _unseen(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Suites that something names as a parent and nobody asked for yet."""
    territory, named = tree.territory, _named_by_kept(journal, tree)
    for (identity,) in journal.query(
        "SELECT suite AS id FROM test WHERE suite IS NOT NULL UNION"
        " SELECT suite FROM named WHERE suite IS NOT NULL UNION"
        " SELECT parent FROM suite WHERE parent IS NOT NULL UNION SELECT id FROM child UNION"
        " SELECT id FROM suite UNION SELECT id FROM skeleton EXCEPT SELECT id FROM missing"
        " WHERE kind = 'suite' EXCEPT SELECT id FROM failure WHERE kind = 'suite'"
        " EXCEPT SELECT id FROM suite WHERE rank = 2 ORDER BY id"
    ):
        if identity not in territory and (identity not in named or territory.is_placed(identity)):
            continue
        gap = Gap(ItemKind.SUITE, identity, GapReason.FAILED)
        yield Finding(f"unseen {identity}", (suite_work(identity),), gap, unfetched=True)


def _named_by_kept(journal: Journal, tree: Tree) -> set[str]:
    """Where tests and suites that are kept say that they stand; it may be somewhere else."""
    if not tree.territory.selection.suites:
        return set()  # then whatever is named and has no place is kept anyway
    tests = journal.query(
        "SELECT suite FROM main.test WHERE id IN (SELECT id FROM temp.place) UNION"
        " SELECT suite FROM main.named WHERE id IN (SELECT id FROM temp.place)"
    )
    suites = journal.query("SELECT id, parent FROM suite WHERE parent IS NOT NULL")
    parents = {parent for identity, parent in suites if identity in tree.territory}
    return parents | {suite for (suite,) in tests if suite is not None}


def _lean_tests(journal: Journal, _tree: Tree) -> Iterator[Finding]:
    """Tests without an answer in full detail, or with parameter rows that were not asked for."""
    for (identity,) in journal.query(
        "SELECT id FROM temp.place WHERE (detailed < 1 OR (examples AND detailed < 2))"
        " AND id NOT IN (SELECT id FROM failure WHERE kind = 'test') ORDER BY id"
    ):
        gap = Gap(ItemKind.TEST, identity, GapReason.FAILED)
        yield Finding(f"lean {identity}", (test_work(identity),), gap, unfetched=True)


def _counts(journal: Journal, tree: Tree) -> Iterator[Finding]:
    totals = tree.tests_of_subtrees()
    for count in evidence.suite_counts(journal):
        # A folder's own count may or may not include what is below it: the sources do not say.
        if count.claimed in {count.found, totals.get(count.id, count.found)}:
            continue
        if not tree.territory.inside(count.id):
            continue
        if count.claimed is None:
            yield from _uncounted(journal, count)
        elif count.found < count.claimed:
            finding = _too_few(count, count.claimed)
            # It may count what was left out below it, so that nothing follows from its number.
            yield replace(finding, gap=None) if count.id in tree.territory.cut else finding
        else:
            yield _too_many(journal, count, count.claimed)


def _uncounted(journal: Journal, count: SuiteCount) -> Iterator[Finding]:
    if 0 < count.lists < count.found:
        works = (suite_work(count.id), *_unlisted_tests(journal, count.id))
        yield Finding(f"uncounted {count.id} {count.lists} {count.found}", works)


def _too_few(count: SuiteCount, claimed: int) -> Finding:
    return Finding(
        f"few {count.id} {claimed} {count.found}",
        (suite_work(count.id), Work(WorkKind.SUITE_TESTS, count.id, 1)),
        Gap(ItemKind.SUITE, count.id, GapReason.COUNT, expected=claimed, found=count.found),
    )


def _too_many(journal: Journal, count: SuiteCount, claimed: int) -> Finding:
    return Finding(
        f"many {count.id} {claimed} {count.found}",
        (suite_work(count.id), *_unlisted_tests(journal, count.id)),
        warning=f"suite {count.id} counts {counted(claimed, 'test')}, but {_found(count.found)}",
    )


def _recounted(journal: Journal, tree: Tree) -> Iterator[Finding]:
    """Suites that the listing or the skeleton, read again, has with another number of tests.

    A test came or went after the suite was read. Where these count in another way than suites do,
    many differ, and nothing follows.
    """
    rows = journal.query(
        "WITH listed AS (SELECT id, test_count FROM skeleton UNION"  # noqa: S608
        f" SELECT id, test_count FROM suite WHERE rank = {FROM_LISTING})"
        " SELECT own.id, own.test_count, listed.test_count FROM suite AS own"
        f" JOIN listed ON listed.id = own.id WHERE own.rank = {OF_ITS_OWN}"
        " AND own.test_count != listed.test_count ORDER BY own.id, listed.test_count"
    )
    most = max(_FEW, tree.suites // _ONE_IN)
    found = list(islice((row for row in rows if tree.territory.inside(row[0])), most + 1))
    if len(found) > most:
        return
    for identity, claimed, listed in found:
        works = (suite_work(identity), Work(WorkKind.SUITE_TESTS, identity, 1))
        yield Finding(f"recounted {identity} {claimed} {listed}", works)


def _unlisted_tests(journal: Journal, suite_id: str) -> tuple[Work, ...]:
    rows = journal.query(
        "SELECT id FROM temp.place WHERE suite = ? AND first_lister IS NOT suite ORDER BY id",
        (suite_id,),
    )
    return tuple(test_work(identity) for (identity,) in rows)


def _orphans(journal: Journal, tree: Tree) -> Iterator[Finding]:
    for identity in tree.outline.orphans:
        yield Finding(f"orphan suite {identity}", (suite_work(identity),))
    for (identity,) in journal.query("SELECT id FROM temp.place WHERE suite IS NULL ORDER BY id"):
        yield Finding(f"orphan test {identity}", (test_work(identity),))


def _found(number: int) -> str:
    return f"{number} {'was' if number == 1 else 'were'} found"


def _project_count(journal: Journal, tree: Tree) -> Iterator[Finding]:
    claimed = _claimed_tests(journal) if tree.territory.is_whole else None
    if claimed is None or claimed == tree.tests:
        return
    project = Work(WorkKind.PROJECT)
    key = f"project {claimed} {tree.tests}"
    if tree.tests > claimed:
        text = f"the project counts {counted(claimed, 'test')}, but {_found(tree.tests)}"
        yield Finding(key, (project,), warning=text)
        return
    gap = Gap(ItemKind.PROJECT, "", GapReason.COUNT, expected=claimed, found=tree.tests)
    yield Finding(key, (project, Work(WorkKind.TESTS_PAGE, page=1)), gap)


def _claimed_tests(journal: Journal) -> int | None:
    rows = journal.query("SELECT value FROM fact WHERE name = 'tests_count'")
    return next((int(value) for (value,) in rows), None)

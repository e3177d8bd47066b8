"""One crawl: resume or begin, walk, reconcile, and say what was found and what is missing."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import anyio

from crawler.engine import recording
from crawler.engine.audit import Finding, examine
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.source import Source
from crawler.engine.tree import Tree, read_tree
from crawler.engine.walk import Walk
from crawler.errors import CrawlerError, OutageError
from crawler.model import Gap, GapReason, ItemKind, ProjectFacts, Witnesses
from crawler.progress import Began, PhaseChanged, Progress

__all__ = ("CrawlOutcome", "crawl")


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """What a crawl came to. `tree` reads from the journal, which must stay open for it.

    `gaps` is empty if and only if everything that any witness knows of was fetched.
    """

    project: ProjectFacts
    tree: Tree
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    witnesses: Witnesses


async def crawl(
    source: Source,
    journal: Journal,
    progress: Progress,
    *,
    server: str,
    workers: int,
    rounds: int = 6,
    deadline: float | None = None,
) -> CrawlOutcome:
    """Fetch the whole project into `journal`.

    `workers` tasks share the work. Disagreements are read again in at most `rounds` rounds.
    After `deadline` seconds (`None`: no limit) whatever is still to be fetched becomes a gap; if
    not even the project had answered by then, that is an `OutageError`.
    Raises `AccessError`, `OutageError` or `LocalError` if the crawl cannot go on; what was
    fetched by then stays in the journal.
    """
    ends = math.inf if deadline is None else anyio.current_time() + deadline
    with _one_error():
        async with journal.writing():
            facts = await _project(source, ends)
            await journal.write(recording.project_answered(facts))
            walk = Walk(source, journal, progress)
            progress.report(Began(facts.title, server, await _seed(walk, journal)))
            with anyio.CancelScope(deadline=ends) as scope:
                await _walk_and_reconcile(walk, journal, progress, workers, rounds)
    progress.report(PhaseChanged("checking"))
    outcome = await anyio.to_thread.run_sync(
        _conclude, journal, facts, walk.frontier.unfinished if scope.cancelled_caught else 0
    )
    _refuse_nothing(outcome)
    return outcome


async def _project(source: Source, ends: float) -> ProjectFacts:
    """The project, with the login that it may take; `ends` is a moment of the event loop's time."""
    with anyio.CancelScope(deadline=ends):
        return await source.project()
    raise OutageError(
        "The time allowed was over before the server had answered for the project",
        hint="Allow more with --deadline, or run the same command later.",
    )


def _refuse_nothing(outcome: CrawlOutcome) -> None:
    """Raises `OutageError` if the server gave nothing at all, not even which suites there are."""
    if outcome.tree.suites or outcome.tree.tests:
        return
    for gap in outcome.gaps:
        if gap.kind is ItemKind.LISTING and gap.reason is GapReason.FAILED:
            raise OutageError(
                f"Nothing of the project could be read: {gap.detail.rstrip('.')}",
                hint="Run the same command again later.",
            )


@contextmanager
def _one_error() -> Iterator[None]:
    """Task groups raise groups; the caller gets the first error that means something."""
    try:
        yield
    except BaseExceptionGroup as group:
        ours = group.subgroup(CrawlerError)
        if ours is None:
            raise
        error: BaseException = ours
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from error.__cause__


async def _seed(walk: Walk, journal: Journal) -> int:
    """Put in where to begin, or what an earlier run left to do; returns its finished suites."""
    resumed = 0
    if journal.resumed:
        await journal.write(recording.resumed)
        resumed = _mark_done(walk, journal)
    walk.frontier.add(Work(WorkKind.SUITES_PAGE, page=1))
    walk.frontier.add(Work(WorkKind.SKELETON))
    walk.frontier.add(Work(WorkKind.TESTS_PAGE, page=1))
    return resumed


def _mark_done(walk: Walk, journal: Journal) -> int:
    frontier = walk.frontier
    done = [identity for (identity,) in journal.query("SELECT id FROM suite WHERE rank = 2")]
    for identity in done:
        frontier.mark_known(Work(WorkKind.SUITE, identity))
    for (identity,) in journal.query("SELECT id FROM test WHERE rank = 2"):
        frontier.mark_known(Work(WorkKind.TEST, identity))
    _mark_pages(walk, journal)
    ((tests,),) = journal.query("SELECT count(*) FROM test WHERE rank = 1")
    walk.count_resumed(len(done), tests)
    for (identity,) in journal.query(
        "SELECT id FROM child UNION SELECT id FROM suite UNION"
        " SELECT suite FROM test WHERE suite IS NOT NULL UNION"
        " SELECT parent FROM suite WHERE parent IS NOT NULL ORDER BY id"
    ):
        walk.add_suite(identity)
    for (identity,) in journal.query("SELECT DISTINCT id FROM test WHERE has_examples"):
        walk.add_test(identity)
    return len(done)


def _mark_pages(walk: Walk, journal: Journal) -> None:
    """Pages that were counted need not be read again; uncounted ones go on from the last."""
    kinds = {"suites": WorkKind.SUITES_PAGE, "tests": WorkKind.TESTS_PAGE}
    for name, number, pages in journal.query("SELECT listing, number, pages FROM page"):
        # The first page always is read: it leads to the others and shows what is new.
        if pages is not None and number > 1:
            walk.frontier.mark_known(Work(kinds[name], page=number))


async def _walk_and_reconcile(
    walk: Walk, journal: Journal, progress: Progress, workers: int, rounds: int
) -> None:
    progress.report(PhaseChanged("walking"))
    await walk.run(workers)
    settled: set[str] = set()
    for number in range(rounds):
        if number == 0:
            _read_witness_again(walk, journal)
        await journal.write(recording.forget_unnamed)
        findings = await anyio.to_thread.run_sync(_findings, journal)
        fresh = [finding for finding in findings if finding.works and finding.key not in settled]
        settled.update(finding.key for finding in fresh)
        for finding in fresh:
            for work in finding.works:
                walk.again(work)
        if walk.frontier.is_finished:
            return
        progress.report(PhaseChanged("reconciling"))
        await walk.run(workers)
    await journal.write(recording.forget_unnamed)


def _read_witness_again(walk: Walk, journal: Journal) -> None:
    """Suites that moved or came while others were read show in a second look at the whole."""
    ((skeleton,),) = journal.query("SELECT count(*) FROM skeleton")
    walk.again(Work(WorkKind.SKELETON) if skeleton else Work(WorkKind.SUITES_PAGE, page=1))


def _findings(journal: Journal) -> list[Finding]:
    return list(examine(journal, read_tree(journal)))


def _conclude(journal: Journal, facts: ProjectFacts, unfinished: int) -> CrawlOutcome:
    tree = read_tree(journal)
    findings = list(examine(journal, tree))
    gaps = {(f.gap.kind, f.gap.id): f.gap for f in findings if f.gap is not None}
    if unfinished:
        for unfetched in (f.gap for f in findings if f.gap is not None and f.unfetched):
            late = replace(unfetched, reason=GapReason.DEADLINE)
            gaps[late.kind, late.id] = late
        key = (ItemKind.PROJECT, "")
        gaps[key] = Gap(*key, GapReason.DEADLINE, detail=f"{unfinished} requests were left")
    warnings = tuple(dict.fromkeys(f.warning for f in findings if f.warning))
    return CrawlOutcome(facts, tree, tuple(sorted(gaps.values())), warnings, _witnesses(journal))


def _witnesses(journal: Journal) -> Witnesses:
    ((project, suites, tests_listed, suites_listed, skeleton),) = journal.query(
        "SELECT (SELECT value FROM fact WHERE name = 'tests_count'),"
        " (SELECT sum(test_count) FROM suite WHERE rank = 2),"
        " (SELECT count(*) FROM test WHERE rank = 1),"
        " (SELECT count(*) FROM suite WHERE rank = 1),"
        " (SELECT count(*) FROM skeleton)"
    )
    return Witnesses(
        project_tests=None if project is None else int(project),
        suite_counts=suites,
        listed_tests=tests_listed,
        listed_suites=suites_listed,
        skeleton_suites=skeleton or None,
    )

"""One crawl: resume or begin, walk, reconcile, and say what was found and what is missing."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import anyio

from crawler.engine import recording
from crawler.engine.allocator import give_back_freed
from crawler.engine.audit import examine
from crawler.engine.audit_whole import is_whole
from crawler.engine.findings import Finding
from crawler.engine.frontier import Work, WorkKind
from crawler.engine.journal import Journal
from crawler.engine.section_reading import SectionReader
from crawler.engine.section_recording import sections_resumed
from crawler.engine.section_rows import SectionRows, section_gaps
from crawler.engine.seeding import mark_done, seed
from crawler.engine.source import Source
from crawler.engine.thrift import Economy, Savings, Thrift
from crawler.engine.tree import Tree, read_tree
from crawler.engine.walk import Walk
from crawler.errors import CrawlerError, IncompleteError, OutageError
from crawler.model import Gap, GapReason, ItemKind, ProjectFacts, SectionName, Witnesses
from crawler.plural import counted
from crawler.progress import Began, PhaseChanged, Progress
from crawler.selection import WHOLE, Selection

__all__ = ("CrawlOutcome", "crawl", "one_error", "too_late")

_RESTLESS: Final = (
    "the project was still being edited when all rounds of reading again were over: an item may"
    " stand as it was a moment before"
)
#: Rounds that are added where all folders are read again, which shows more to be settled.
_ROUNDS_AFTER_ALL: Final = 3


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """What a crawl came to. `tree` and `sections` read from the journal, which must stay open.

    `selection` is what was asked for, its suites by their IDs. `gaps` is empty if and only if
    everything of it that any witness knows of was fetched.
    """

    project: ProjectFacts
    tree: Tree
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    witnesses: Witnesses
    sections: SectionRows
    selection: Selection = WHOLE
    savings: Savings = field(default_factory=Savings)


async def crawl(
    source: Source,
    journal: Journal,
    progress: Progress,
    *,
    server: str,
    workers: int,
    rounds: int = 6,
    deadline: float | None = None,
    selection: Selection = WHOLE,
    lenient: bool = False,
    sections: SectionReader | None = None,
    economy: Economy | None = None,
) -> CrawlOutcome:
    """Fetch the whole project into `journal`, or the part that `selection` asks for.

    `workers` tasks share the work. Disagreements are read again in at most `rounds` rounds.
    `sections` reads what stands beside the tree, at the same time. `economy` says what may be
    spared; it is for crawls of the whole tree.
    After `deadline` seconds (`None`: no limit) whatever is still to be fetched becomes a gap; if
    not even the project had answered by then, that is an `OutageError`. With `lenient` a selected
    suite that does not exist is simply not there.
    Raises `UsageError` if the project has no such suite, or several, and `IncompleteError` if that
    could not be found out.
    Raises `AccessError`, `OutageError` or `LocalError` if the crawl cannot go on; what was
    fetched by then stays in the journal.
    """
    ends = math.inf if deadline is None else anyio.current_time() + deadline
    with one_error():
        async with journal.writing():
            facts = await _project(source, ends)
            await journal.write(recording.project_answered(facts))
            walk = Walk(source, journal, progress, sections)
            thrift = Thrift(walk, journal, progress, economy or Economy(), workers)
            await thrift.forget()
            progress.report(Began(facts.title, server, await _resumed(walk, journal)))
            found = None if selection.picks_suites else selection
            audit: _Audit | None = None
            settled: set[str] = set()
            if sections is not None:
                sections.seed(walk.frontier)
            with anyio.CancelScope(deadline=ends) as scope:
                await thrift.begin(selection)
                progress.report(PhaseChanged("walking"))
                found = await seed(walk, journal, selection, workers=workers, lenient=lenient)
                await walk.run(workers)
                await thrift.check()
                audit = await _reconcile(
                    walk, journal, found, progress, settled, workers=workers, rounds=rounds
                )
                if sections is not None:
                    await _read_sections(walk, sections, workers, rounds)
    if found is None:
        raise IncompleteError(
            "The time allowed was over before the selected suites were found.",
            hint="Allow more with --deadline; the same command goes on from here.",
        )
    progress.report(PhaseChanged("checking"))
    unfinished = walk.frontier.unfinished if scope.cancelled_caught else 0
    wanted = sections.wanted if sections is not None else ()
    conclude = partial(_conclude, audit, unfinished, settled=settled, wanted=wanted)
    outcome = await anyio.to_thread.run_sync(conclude, journal, facts, found)
    _refuse_nothing(outcome)
    return replace(outcome, savings=await anyio.to_thread.run_sync(thrift.conclude))


async def _project(source: Source, ends: float) -> ProjectFacts:
    """The project, with the login that it may take; `ends` is a moment of the event loop's time."""
    with anyio.CancelScope(deadline=ends):
        return await source.project()
    raise too_late()


def too_late() -> OutageError:
    """The error for a deadline that was over before anything was known."""
    return OutageError(
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
def one_error() -> Iterator[None]:
    """Task groups raise groups; who is around this gets the first error that means something."""
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


async def _resumed(walk: Walk, journal: Journal) -> int:
    """Take up what an earlier run left; returns the number of its finished suites."""
    if not journal.resumed:
        return 0
    await journal.write(recording.resumed)
    await journal.write(sections_resumed)
    return mark_done(walk, journal)


@dataclass(frozen=True, slots=True)
class _Audit:
    """The tree as the journal has it, and what is found about it."""

    tree: Tree
    findings: list[Finding]


async def _reconcile(
    walk: Walk,
    journal: Journal,
    selection: Selection,
    progress: Progress,
    settled: set[str],
    *,
    workers: int,
    rounds: int,
) -> _Audit | None:
    """Returns the last audit if it left nothing to read, so that it still holds.

    `settled` gets the keys of all findings of which everything was read again.
    """
    progress.report(PhaseChanged("reconciling"))
    if rounds:
        # Before the first audit, which takes far longer: nearly always it is then the only one.
        _read_witness_again(walk, journal)
        give_back_freed()  # the tree of all suites is the largest answer
        await walk.run(workers)
        give_back_freed()
    rounds_left = rounds
    while rounds_left > 0:
        rounds_left -= 1
        await journal.write(recording.forget_unnamed)
        audit = await anyio.to_thread.run_sync(_audit, journal, selection)
        if selection.picks_suites:
            walk.fence.follow(audit.tree.territory)
        fresh = _next_to_settle(audit.findings, settled)
        settled.update(finding.key for finding in fresh)
        if any(finding.last for finding in fresh):
            await journal.write(recording.all_read_again)
            rounds_left += _ROUNDS_AFTER_ALL
        for finding in fresh:
            for work in finding.works:
                walk.again(work)
        if walk.frontier.is_finished:
            return audit
        await walk.run(workers)
    await journal.write(recording.forget_unnamed)
    return None


async def _read_sections(walk: Walk, sections: SectionReader, workers: int, rounds: int) -> None:
    """Read what belongs to the tree, and again what changed or failed meanwhile."""
    for work in await anyio.to_thread.run_sync(sections.lists_of_tree):
        walk.frontier.add(work, discovers=False)
    await walk.run(workers)
    for _ in range(rounds):
        for work in await anyio.to_thread.run_sync(sections.doubts):
            walk.again(work)
        if walk.frontier.is_finished:
            return
        await walk.run(workers)


def _read_witness_again(walk: Walk, journal: Journal) -> None:
    """Suites that moved or came while others were read show in a second look at the whole."""
    ((skeleton,),) = journal.query("SELECT count(*) FROM skeleton")
    if skeleton:
        walk.again(Work(WorkKind.SKELETON))
        return
    walk.again(Work(WorkKind.SUITES_PAGE, page=1))
    walk.again(Work(WorkKind.PROJECT))  # another count of tests gives an edit away
    tests = "SELECT 1 FROM page WHERE listing = 'tests'"
    if is_whole(journal) and any(True for _ in journal.query(tests)):
        walk.again(Work(WorkKind.TESTS_PAGE, page=1))  # the newest stand there


def _next_to_settle(findings: list[Finding], settled: set[str]) -> list[Finding]:
    """What was not read again yet; what is worth it only at the end, once nothing else is left."""
    fresh = [finding for finding in findings if finding.works and finding.key not in settled]
    return [finding for finding in fresh if not finding.last] or fresh


def _audit(journal: Journal, selection: Selection) -> _Audit:
    tree = read_tree(journal, selection)
    return _Audit(tree, list(examine(journal, tree)))


def _conclude(
    audit: _Audit | None,
    unfinished: int,
    journal: Journal,
    facts: ProjectFacts,
    selection: Selection,
    *,
    settled: set[str],
    wanted: tuple[SectionName, ...],
) -> CrawlOutcome:
    audit = audit or _audit(journal, selection)
    tree, findings = audit.tree, audit.findings
    gaps = {(f.gap.kind, f.gap.id): f.gap for f in findings if f.gap is not None}
    sections = SectionRows(journal, wanted)
    gaps.update(((gap.kind, gap.id), gap) for gap in section_gaps(journal, wanted))
    if unfinished:
        for unfetched in (f.gap for f in findings if f.gap is not None and f.unfetched):
            late = replace(unfetched, reason=GapReason.DEADLINE)
            gaps[late.kind, late.id] = late
        key = (ItemKind.PROJECT, "")
        gaps[key] = Gap(*key, GapReason.DEADLINE, detail=f"left: {counted(unfinished, 'request')}")
    warnings = tuple(dict.fromkeys(f.warning for f in findings if f.warning))
    if any(f.works and f.key not in settled for f in findings):
        warnings = (_RESTLESS, *warnings)
    missing = tuple(sorted(gaps.values()))
    witnesses = _witnesses(journal)
    return CrawlOutcome(facts, tree, missing, warnings, witnesses, sections, selection)


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

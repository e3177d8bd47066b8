"""The backup of one project: crawl, judge, store, tidy up; whatever goes wrong is its result."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio

from crawler import __version__
from crawler.api.client import Client
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.edition import USUAL, edition_words
from crawler.errors import CrawlerError, IncompleteError, LocalError
from crawler.jobs.backup_change import changed_between
from crawler.jobs.backup_guard import MARKS, Figures, Outcome, verdict
from crawler.jobs.backup_history import utc_text
from crawler.jobs.backup_names import Mark
from crawler.jobs.backup_results import TOLD, Changed, ProjectBackup
from crawler.jobs.backup_vault import Known, Place, Vault, content_sum
from crawler.jobs.crawl_project import crawl_project, wants_files
from crawler.jobs.crawled import CrawledProject, content_options
from crawler.jobs.kept_runs import with_kept_runs
from crawler.jobs.several import ProjectsProgress, problem_of
from crawler.jobs.snapshot_one import describe_gap
from crawler.jobs.thrift import spared_facts, spared_words
from crawler.progress import Warned
from crawler.selection import selection_words
from crawler.snapshot.document import Head
from crawler.snapshot.formats import DIRECTORIES
from crawler.snapshot.manifest import (
    Manifest,
    Previous,
    manifest_bytes,
    manifest_path,
    previous_in,
)
from crawler.snapshot.manifest_place import stored_manifest
from crawler.snapshot.packing import write_packed
from crawler.snapshot.saving import save
from crawler.snapshot.store import open_for_replace
from crawler.snapshot.written import Written

__all__ = ("Night", "back_up", "failed", "note")

_GAPS_NAMED = 3
_NOT_IN_GIT = "the files of attachments are not kept in git, only what is known of them"


@dataclass(frozen=True, slots=True)
class Night:
    """What all projects of a run share; one at a time is at the `vault`."""

    settings: Settings
    vault: Vault
    progress: ProjectsProgress
    clock: Clock
    accept_shrink: bool = False
    turn: anyio.Lock = field(default_factory=anyio.Lock)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A finished crawl, and what it is worth against the last good backup.

    `other` is that backup if it is of another part or edition of the project, so that nothing
    follows from it.
    """

    figures: Figures
    good: Known | None
    outcome: Outcome
    reasons: tuple[str, ...]
    other: Known | None = None


async def back_up(client: Client, project: str, night: Night) -> ProjectBackup:
    """Back up one project and note it in its history; only cancellation comes out of it."""
    at, started = night.clock.utc_now(), night.clock.monotonic()
    try:
        result = await _attempt(client, project, night, at)
    except Exception as error:  # noqa: BLE001  one project's trouble must not cost the others theirs
        result = failed(project, at, error)
    result = replace(
        result,
        requests=night.progress.tally.requests,
        seconds=round(night.clock.monotonic() - started, 3),
        warnings=(*night.progress.tally.warnings, *result.warnings),
    )
    async with night.turn:
        return await anyio.to_thread.run_sync(note, night.vault, result)


def failed(project: str, at: datetime, error: Exception) -> ProjectBackup:
    """The result of a project that could not be backed up."""
    problem = problem_of(error)
    return ProjectBackup(
        project=project,
        outcome=Outcome.FAILED,
        at=at,
        exit_code=problem.exit_code,
        message=problem.message,
    )


def note(vault: Vault, result: ProjectBackup) -> ProjectBackup:
    """Write the result into the project's history, and look up when the last good one was."""
    history = vault.history(result.project)
    try:
        history.append(_record(result))
        return replace(result, last_good=history.last_good())
    except CrawlerError as error:
        warnings = (*result.warnings, f"The history was not written: {error}")
        return replace(result, warnings=warnings)


async def _attempt(client: Client, project: str, night: Night, at: datetime) -> ProjectBackup:
    store = night.vault.attachments
    if store is None and wants_files(night.settings):
        night.progress.report(Warned(_NOT_IN_GIT))
    async with (
        crawl_project(
            client, project, night.settings, progress=night.progress, clock=night.clock, store=store
        ) as crawled,
        night.turn,
    ):
        # Threads: hashing, packing and comparing would keep the event loop from the signals.
        return await anyio.to_thread.run_sync(_keep, crawled, project, night, at)


def _keep(crawled: CrawledProject, project: str, night: Night, at: datetime) -> ProjectBackup:
    good = night.vault.good(project)
    with with_kept_runs(crawled, good.path if good and good.intact else None) as joined:
        return _put(joined, project, night, at)


def _put(crawled: CrawledProject, project: str, night: Night, at: datetime) -> ProjectBackup:
    judged = _judge(crawled, project, night)
    result = ProjectBackup(
        project=project,
        outcome=judged.outcome,
        at=at,
        exit_code=0 if judged.outcome.is_good else IncompleteError.exit_code,
        message=_message(judged, crawled),
        suites=judged.figures.suites,
        tests=judged.figures.tests,
        content_sha256=judged.figures.content_sha256,
        gaps=crawled.gaps,
        warnings=(*crawled.warnings, *_not_comparable(judged, crawled)),
        spared=spared_words(crawled.outcome.savings),
    )
    if judged.outcome not in {Outcome.UNCHANGED, Outcome.INCOMPLETE}:
        result = _stored(result, judged, crawled, night)
    return night.vault.conclude(result)


def _judge(crawled: CrawledProject, project: str, night: Night) -> _Judged:
    head, settings = crawled.head, night.settings
    figures = Figures(head.suites, head.tests, content_sum(crawled.document()))
    good = night.vault.good(project)
    now = (head.selection, head.edition)
    other = None if good is None or (good.selection, good.edition) == now else good
    good = None if other else good
    outcome, reasons = verdict(
        figures,
        good.figures if good else None,
        complete=crawled.complete,
        allow_partial=settings.allow_partial,
        max_shrink_percent=settings.max_shrink_percent,
        accept_shrink=night.accept_shrink,
    )
    if outcome is Outcome.UNCHANGED and good and not (good.intact and good.described):
        outcome = Outcome.STORED  # what is on the disk is not what was stored: once more
    return _Judged(figures, good, outcome, reasons, other)


def _not_comparable(judged: _Judged, crawled: CrawledProject) -> Iterator[str]:
    if judged.other:
        before, now = _described(judged.other), _described(crawled.head)
        yield (
            f"the last good backup is of {before}, this one of {now}:"
            " nobody can tell from them what was lost or changed"
        )


def _described(one: Known | Head) -> str:
    """Which part of the project, and which edition if it is not the usual one."""
    part = selection_words(one.selection)
    return part if one.edition == USUAL else f"{part} over {edition_words(one.edition)}"


def _message(judged: _Judged, crawled: CrawledProject) -> str:
    if judged.reasons:
        return (
            f"Suspect: {' and '.join(judged.reasons)} since the last good backup. If that is right,"
            " 'testomat-crawler backup accept' makes it the last good one."
        )
    if crawled.complete:
        return ""
    named = "; ".join(map(describe_gap, crawled.gaps[:_GAPS_NAMED]))
    more = len(crawled.gaps) - _GAPS_NAMED
    return f"Incomplete: {named}{f'; and {more} more' if more > 0 else ''}."


def _stored(
    result: ProjectBackup, judged: _Judged, crawled: CrawledProject, night: Night
) -> ProjectBackup:
    mark = MARKS.get(judged.outcome, Mark.GOOD)
    there = night.vault.marked(result.project, mark) if mark else None
    if there and there.intact and there.described and there.figures == judged.figures:
        return result  # the same state as last night is there already
    place = night.vault.place(result.project, result.at, mark)
    written = _write(crawled, place)
    result = replace(result, path=place.shown, size=written.size)
    if place.manifest and night.settings.manifest:
        manifest = _manifest(result, written, place, crawled, night)
        _write_manifest(place, replace(manifest, previous=_previous(judged.good)))
    if judged.good is None:
        return result
    try:
        return replace(result, changed=changed_between(judged.good.path, place.path))
    except CrawlerError as error:
        warning = f"The last good backup could not be compared: {error}"
        return replace(result, warnings=(*result.warnings, warning))


def _write(crawled: CrawledProject, place: Place) -> Written:
    if place.format in DIRECTORIES:
        return save(crawled.document(), place.path, place.format)
    with open_for_replace(place.path) as out:
        return write_packed(crawled.document(), out, place.format, place.packing)


def _previous(good: Known | None) -> Previous | None:
    """The last good backup, as far as its manifest can be read."""
    try:
        return previous_in(stored_manifest(good.path)) if good else None
    except LocalError:
        return None


def _write_manifest(place: Place, manifest: Manifest) -> None:
    with open_for_replace(manifest_path(place.path)) as out:
        out.write(manifest_bytes(manifest))


def _manifest(
    result: ProjectBackup, written: Written, place: Place, crawled: CrawledProject, night: Night
) -> Manifest:
    tally, settings, now = night.progress.tally, night.settings, night.clock.utc_now()
    worry = (result.message,) if result.message else ()
    return Manifest(
        version=__version__,
        started_at=result.at,
        finished_at=now,
        duration=(now - result.at).total_seconds(),
        head=crawled.head,
        file=place.path.name,
        format=place.format,
        written=written,
        witnesses=crawled.outcome.witnesses,
        gaps=crawled.gaps,
        warnings=(*tally.warnings, *crawled.warnings, *worry),
        requests=tally.requests,
        retries=dict(sorted(tally.retries.items())),
        options=content_options(settings),
        spared=spared_facts(crawled.outcome.savings),
    )


def _record(result: ProjectBackup) -> dict[str, object]:
    """A line of the history; what says nothing is left out."""
    facts: dict[str, object] = {
        "at": utc_text(result.at),
        "outcome": result.outcome.value,
        "exit_code": result.exit_code,
        "file": result.path.name if result.path else None,
        "suites": result.suites,
        "tests": result.tests,
        "content_sha256": result.content_sha256 or None,
        "changed": _numbers(result.changed) if result.changed else None,
        "removed": list(result.removed) or None,
        "commit": result.commit or None,
        "message": result.message or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _numbers(changed: Changed) -> dict[str, dict[str, int]]:
    return {
        what.value: {"suites": tally.suites, "tests": tally.tests}
        for what in TOLD
        if (tally := changed.statistics.of(what)).total
    }

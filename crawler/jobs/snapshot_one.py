"""One project through a client that is open: crawled, written, and its manifest beside it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import anyio

from crawler import __version__
from crawler.api.client import Client
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.engine.thrift import Savings
from crawler.errors import IncompleteError, LocalError
from crawler.jobs.crawl_project import crawl_project, wants_files
from crawler.jobs.crawled import CrawledProject, content_options
from crawler.jobs.edition import Opened
from crawler.jobs.profile import Profile, Start
from crawler.jobs.several import ProjectsProgress
from crawler.jobs.thrift import spared_facts
from crawler.model import Gap
from crawler.progress import Tally, Warned
from crawler.snapshot.attachment_store import store_beside
from crawler.snapshot.document import Head
from crawler.snapshot.formats import Format
from crawler.snapshot.manifest import (
    Manifest,
    Previous,
    manifest_bytes,
    previous_in,
)
from crawler.snapshot.manifest_place import manifest_beside, stored_manifest, without_manifest
from crawler.snapshot.written import Written

__all__ = ("SnapshotResult", "describe_gap", "named_gaps", "snapshot_through")

_NO_PLACE = "there is no place for the files of attachments beside standard output"
_GAPS_NAMED = 3
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class SnapshotResult:
    """What was written where. `output` is `None` for a stream; `duration` is in seconds.

    `gaps` is empty if and only if the snapshot is complete. `store` is the folder of the files of
    attachments, `None` if there are none; `profile` is that of a job with one project. `savings`
    is what the crawl did not ask for.
    """

    head: Head
    output: Path | None
    format: Format
    written: Written
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    tally: Tally
    duration: float
    profile: Profile | None = None
    store: Path | None = None
    savings: Savings = field(default_factory=Savings)


async def snapshot_through(
    client: Client,
    settings: Settings,
    *,
    project: str,
    output: Path | BinaryIO,
    format: Format,  # noqa: A002  the word that the command uses
    progress: ProjectsProgress,
    clock: Clock,
    start: Start | None = None,
    opened: Opened | None = None,
) -> SnapshotResult:
    """Do what `take_snapshot` does with a client that is open.

    `start` is when the job began, `None` for now; `opened` what the server said already of the
    project, which else is asked first.
    """
    start = start or Start.now(clock)
    place = output if isinstance(output, Path) else None
    store = store_beside(place) if place is not None else None
    if store is None and wants_files(settings):
        progress.report(Warned(_NO_PLACE))
    async with crawl_project(
        client, project, settings, progress=progress, clock=clock, store=store, opened=opened
    ) as crawled:
        if not crawled.complete and not settings.allow_partial:
            raise _incomplete(crawled, project)
        # The first request does not wait for what only the end needs.
        from crawler.jobs.kept_runs import with_kept_runs  # noqa: PLC0415

        with ExitStack() as stack:
            # In a thread: the older snapshot may be large.
            joined = await anyio.to_thread.run_sync(
                stack.enter_context, with_kept_runs(crawled, place)
            )

            def result(written: Written) -> SnapshotResult:
                return SnapshotResult(
                    head=joined.head,
                    output=place,
                    format=format,
                    written=written,
                    gaps=joined.gaps,
                    warnings=(*progress.tally.warnings, *joined.warnings),
                    tally=progress.tally,
                    duration=clock.monotonic() - start.monotonic,
                    store=store.root if store and joined.has_files else None,
                    savings=joined.outcome.savings,
                )

            def beside(written: Written) -> AbstractContextManager[None]:
                if place is None:
                    return nullcontext()
                if not settings.manifest:
                    return without_manifest(place)
                told = result(written)
                found = _manifest(place, told, joined, settings, start=start, clock=clock)
                return manifest_beside(place, manifest_bytes(found))

            return result(await joined.write(output, format, beside))


def _manifest(
    output: Path,
    result: SnapshotResult,
    crawled: CrawledProject,
    settings: Settings,
    *,
    start: Start,
    clock: Clock,
) -> Manifest:
    return Manifest(
        version=__version__,
        started_at=start.at,
        finished_at=clock.utc_now(),
        duration=result.duration,
        head=result.head,
        file=output.name,
        format=result.format,
        written=result.written,
        witnesses=crawled.outcome.witnesses,
        gaps=result.gaps,
        warnings=result.warnings,
        requests=result.tally.requests,
        retries=dict(sorted(result.tally.retries.items())),
        options=content_options(settings),
        spared=spared_facts(result.savings),
        previous=_previous(output),
    )


def _previous(output: Path) -> Previous | None:
    try:
        return previous_in(stored_manifest(output))
    except LocalError:
        return None  # what cannot be read can still be replaced


def _incomplete(crawled: CrawledProject, project: str) -> IncompleteError:
    return IncompleteError(
        f"The crawl of {project} is incomplete, so nothing was written:"
        f" {named_gaps(crawled.gaps)}.",
        hint="The same command asks again for what is missing;"
        " --allow-partial writes what there is.",
    )


def named_gaps(gaps: Sequence[Gap]) -> str:
    """The first few gaps, and how many more there are."""
    named = "; ".join(map(describe_gap, gaps[:_GAPS_NAMED]))
    more = len(gaps) - _GAPS_NAMED
    return f"{named}; and {more} more" if more > 0 else named


def describe_gap(gap: Gap) -> str:
    """One gap in half a sentence."""
    name = gap.id if len(gap.id) <= _LONGEST_ID else f"{gap.id[:_LONGEST_ID]}..."
    item = f"{gap.kind} {name}".strip()
    counts = f" ({gap.found} of {gap.expected})" if gap.expected is not None else ""
    detail = f" [{gap.detail}]" if gap.detail else ""
    return f"{item}: {gap.reason}{counts}{detail}"

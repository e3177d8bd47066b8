"""A snapshot held against the project as it is now.

The project is crawled as the snapshot says that it was: the same part of it, the same places left
out. Nothing is kept for a later run, since answers of an hour ago would say that nothing changed.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import anyio

from crawler.clock import Clock
from crawler.config.api_settings import ApiChoice
from crawler.config.settings import Settings
from crawler.config.thrift_settings import Strategy
from crawler.diff.changes import Difference, Match
from crawler.errors import IncompleteError, UsageError
from crawler.jobs.connection import connect
from crawler.jobs.crawl_project import crawl_project
from crawler.jobs.diff import compared
from crawler.jobs.kept_runs import carried_over, without_purged
from crawler.jobs.snapshot_one import named_gaps
from crawler.model import SectionName
from crawler.progress import Progress
from crawler.redaction import printable
from crawler.snapshot.document import Document, Head
from crawler.snapshot.formats import Format
from crawler.snapshot.locate import located
from crawler.snapshot.noise import Omission
from crawler.snapshot.reading import opened

__all__ = ("Fetch", "difference_from_server", "fetch_live")

_ATTACHMENTS: Final = SectionName.ATTACHMENTS.value

Fetch = Callable[[Document, Path], object]
"""Writes what is on the server now to a path, as this snapshot was taken; see `fetch_live`."""


def difference_from_server(
    old: str,
    fetch: Fetch,
    *,
    match: Match = Match.ID,
    ignore: Iterable[str] = (),
    stdin: BinaryIO | None = None,
) -> Difference:
    """What changed from a snapshot, wherever it is, to the project as it is now.

    `fetch` is `fetch_live` on an event loop. Raises what that raises, and what `find_difference`
    does.
    """
    omission = Omission(ignore)
    with (
        tempfile.TemporaryDirectory(prefix="testomat-crawler-") as folder,
        located(old, stdin=stdin) as before,
    ):
        place = Path(folder) / "live.json"
        fetch(before, place)
        with opened(place) as after:
            # The snapshot says itself that these are gone: that is no difference to the server.
            one, other = _as_listed(without_purged(before), after.head), without_purged(after)
            return compared(one, other, match=match, omission=omission)


def _as_listed(document: Document, now: Head) -> Document:
    """Without what only a download tells of attachments: none is fetched to compare.

    `now` has no such section where the server has no such list, and all of it was found by us.
    """
    sections = tuple(
        replace(each, items=_Listed(each.items)) if each.name == _ATTACHMENTS else each
        for each in document.sections
    )
    counts = dict(document.head.sections)
    for section in sections:
        if section.name == _ATTACHMENTS:
            counts[_ATTACHMENTS] = sum(1 for _ in section.items)
    if not counts.get(_ATTACHMENTS) and _ATTACHMENTS not in dict(now.sections):
        counts.pop(_ATTACHMENTS, None)
    return replace(
        document, head=replace(document.head, sections=tuple(counts.items())), sections=sections
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    """Those of the items that the server lists, without their sums, made anew at each walk."""

    items: Iterable[Mapping[str, Any]]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for fields in self.items:
            if not fields.get("linked"):
                yield {name: value for name, value in fields.items() if name != "stored"}


async def fetch_live(
    settings: Settings,
    old: Document,
    output: Path,
    *,
    project: str | None = None,
    progress: Progress,
    clock: Clock,
) -> None:
    """Write the project as it is now to `output`, as JSON.

    It is the snapshot's own project, unless another one on the configured server is named. Results
    of runs that ended before the day that the snapshot `old` names, if it does, are not read: its
    own stand for them.

    Raises:
        UsageError: if the snapshot is of another server than the configured one: no credentials go
            to an address that merely stands in a file.
        IncompleteError: if not all of it could be had; then nothing can be said of the rest either.
        AccessError, ServerError, LocalError: if the crawl cannot go on.
    """
    head = old.head
    if project is not None and head.selection.picks_suites:
        raise UsageError(
            "The snapshot is of a part of its project that it names by IDs, which another project"
            " has not.",
            hint="Leave out --project, or take a snapshot of all of it.",
        )
    now = replace(
        settings,
        project=project or head.project_id,
        stable=False,
        omit=head.omitted,
        sections=tuple(SectionName(name) for name, _ in head.sections),
        runs_since=head.runs_since,
        state=None,
        incremental=False,
        strategy=Strategy.WALK,
        api=ApiChoice(head.edition.api.value),
        branch=head.edition.branch or None,
    )
    async with connect(now, tree=True, progress=progress, clock=clock) as client:
        if project is None:
            _check_server(head, client.server)
        async with crawl_project(
            client,
            str(now.project),
            now,
            progress=progress,
            clock=clock,
            selection=head.selection,
            edition=head.edition,
        ) as crawled:
            if not crawled.complete:
                raise IncompleteError(
                    f"The crawl of {now.project} is incomplete, so it cannot be compared:"
                    f" {named_gaps(crawled.gaps)}.",
                    hint="Run the same command again later.",
                )
            # In a thread: the snapshot may be large.
            joined = await anyio.to_thread.run_sync(carried_over, crawled, old)
            await joined.write(output, Format.JSON)


def _check_server(head: Head, server: str) -> None:
    if head.url != server:
        raise UsageError(
            f"The snapshot is of {printable(head.url)}, and the configured server is {server}:"
            " credentials go to the configured one alone.",
            hint="If you trust that server, name it with --url; to compare with a project of the"
            " configured one, name that with --project.",
        )

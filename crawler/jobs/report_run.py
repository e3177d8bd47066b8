"""A report in JUnit XML, sent as a run of the project through the Reporting API."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from crawler.api.keyed import KeyedProject
from crawler.api.reporting import RunAbout, batches, result_fields
from crawler.api.wire_keyed import KnownTests, OpenedRun, plain_title
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import RefusedError, UncertainError, UsageError
from crawler.importing.junit import read_results
from crawler.jobs.connection import connect_with_key
from crawler.progress import Progress
from crawler.redaction import printable
from crawler.sending import CaseResult

__all__ = (
    "OpenedRun",
    "ReportOrder",
    "ReportPlan",
    "Reported",
    "RunAbout",
    "plan_report",
    "report_run",
)

#: Refusals that may be those of one result of a batch.
_OF_ONE: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """What is to be reported: `files` into a new run, or into `run`.

    `create` makes tests that the project lacks, `finish` ends the run.
    """

    files: Sequence[Path]
    about: RunAbout
    run: str | None = None
    create: bool = False
    finish: bool = True

    def results(self) -> Iterator[CaseResult]:
        """All results, in the order of the files; raises as `read_results` does."""
        for number, path in enumerate(self.files):
            for result in read_results(path):
                # The same case in two files is two results, such as of two environments.
                yield _of_file(result, number) if number else result


def _of_file(result: CaseResult, number: int) -> CaseResult:
    return replace(result, key=f"{result.key}-{number}")


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """What the files hold; `unmatched` names results of tests that the project lacks.

    It is `None` where the server does not tell which tests it has.
    """

    server: str
    statuses: Mapping[str, int]
    seconds: float
    unmatched: tuple[str, ...] | None

    @property
    def results(self) -> int:
        """How many there are."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Reported:
    """The run and what is in it; `refused` names results that the server did not take, and why."""

    run: OpenedRun
    plan: ReportPlan
    refused: tuple[str, ...]
    requests: int


async def plan_report(
    settings: Settings, order: ReportOrder, *, progress: Progress, clock: Clock
) -> ReportPlan:
    """What reporting would send; nothing is written.

    Raises:
        AccessError, ServerError: if the project's tests cannot be asked for.
        LocalError, SnapshotError: if a file cannot be read.
        UsageError: if there is no result in them.
    """
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        return await _plan(project, order)


async def report_run(
    settings: Settings,
    order: ReportOrder,
    *,
    opened: Callable[[OpenedRun], None] = lambda _: None,
    progress: Progress,
    clock: Clock,
) -> Reported:
    """Open a run, unless one is named, report all results into it, and end it.

    `opened` is told the run as soon as it is known: whatever ends this, the same files can be
    reported into it once more, and no result is there twice.

    Raises:
        UncertainError: if the run may have been created although no usable answer came.
        UsageError: if the project has no run of that ID; and what `plan_report` raises.
    """
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        plan = await _plan(project, order)
        run = OpenedRun(order.run) if order.run else await _opened(project, order.about)
        opened(run)
        try:
            refused, requests = await _send(project, run.uid, order)
            if order.finish:
                await project.finish(run.uid, seconds=plan.seconds)
        except RefusedError as error:
            if order.run and error.status == HTTPStatus.NOT_FOUND:
                raise UsageError(
                    f"The project has no run {printable(order.run)} to report into."
                ) from error
            raise
    return Reported(run, plan, refused, requests)


async def _opened(project: KeyedProject, about: RunAbout) -> OpenedRun:
    try:
        return await project.open_run(about.body())
    except UncertainError as error:
        raise UncertainError(
            f"{error.problem}, so the run may have been created or not",
            request=error.request,
            status=error.status,
            trace=error.trace,
            cause=error.cause,
            hint="Look for it in the project, and name it with --run if it is there.",
        ) from error


async def _plan(project: KeyedProject, order: ReportOrder) -> ReportPlan:
    async def counted(known: KnownTests | None) -> ReportPlan:
        statuses, seconds, unmatched = await anyio.to_thread.run_sync(_counted, order, known)
        if not statuses:
            raise UsageError("There is no result in the report, so no run was created.")
        told = None if known is None else unmatched
        return ReportPlan(project.server, statuses, seconds, told)

    try:
        plan = await counted(await project.known())
        return await counted(await project.known_well()) if plan.unmatched else plan
    except RefusedError:
        return await counted(None)


def _counted(
    order: ReportOrder, known: KnownTests | None
) -> tuple[dict[str, int], float, tuple[str, ...]]:
    statuses: Counter[str] = Counter()
    seconds = 0.0
    unmatched = []
    for result in order.results():
        statuses[result.status.value] += 1
        seconds += result.seconds or 0
        if known is not None and not _matches(result, known):
            unmatched.append(_named(result))
    return dict(statuses), round(seconds, 3), tuple(unmatched)


def _matches(result: CaseResult, known: KnownTests) -> bool:
    title = plain_title(result.title)
    return (
        result.test_id in known.ids
        or title in known.by_title
        or f"{result.suite}#{title}" in known.by_title
    )


async def _send(project: KeyedProject, uid: str, order: ReportOrder) -> tuple[tuple[str, ...], int]:
    """(what was refused, how many batches there were)."""
    refused: list[str] = []
    number = 0
    fields = (result_fields(each, uid, create=order.create) for each in order.results())
    async for batch in _aside(batches(fields)):
        number += 1
        try:
            await project.report(uid, batch, number)
        except RefusedError as error:
            if error.status not in _OF_ONE:
                raise
            refused += await _one_by_one(project, uid, batch)
    return tuple(refused), number


async def _one_by_one(
    project: KeyedProject, uid: str, batch: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Report each result by itself; those that the server does not take, with its reason."""
    refused = []
    for each in batch:
        try:
            await project.report_one(uid, each)
        except RefusedError as error:
            if error.status not in _OF_ONE:
                raise
            refused.append(f"'{printable(each['title'][:80])}': {error.problem}")
    return refused


async def _aside(source: Iterator[Any]) -> AsyncIterator[Any]:
    """What an iterator gives that reads files, each step in a thread."""
    while (item := await anyio.to_thread.run_sync(next, source, None)) is not None:
        yield item


def _named(result: CaseResult) -> str:
    return printable(f"'{result.title[:80]}' in '{result.suite[:80]}'")

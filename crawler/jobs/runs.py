"""Runs of a project: list, read with their results, create, finish."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

from crawler.api.client import Client
from crawler.api.runs import NewRun, ProjectRuns, RunFilters
from crawler.api.wire_listed import plain_facts
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.engine.paging import ListingPages
from crawler.errors import ProjectError, RefusedError, UncertainError, UsageError
from crawler.jobs.connection import connect
from crawler.jobs.ordered import each_in_order
from crawler.model import Listing, Resource, SectionName
from crawler.progress import Progress
from crawler.snapshot.canonical import canonical_fields

__all__ = (
    "Created",
    "Emit",
    "Fields",
    "NewRun",
    "RunFilters",
    "Runs",
    "open_runs",
)

T = TypeVar("T")
Fields = dict[str, Any]
Emit = Callable[[Fields], None]
"""Takes the fields of one run or result, named and ordered as in a snapshot."""

#: After so many empty pages a list is over, whatever it claims.
_MOST_EMPTY: Final = 3
#: A task that waits for its retry keeps no other from working.
_TASKS_PER_WORKER: Final = 2
#: Pages that are asked for before it is looked whether there was anything on them.
_MOST_PAGES_AT_ONCE: Final = 128
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Created:
    """A run that was created; `results` is how many the server put into it, if it told."""

    fields: Fields
    results: int | None


@asynccontextmanager
async def open_runs(
    settings: Settings, project: str, *, progress: Progress, clock: Clock
) -> AsyncIterator["Runs"]:
    """The runs of a project, for as long as the block is open.

    Raises `CredentialsError` if there are no credentials.
    """
    async with connect(settings, progress=progress, clock=clock) as client:
        yield Runs(client, project, settings.workers * _TASKS_PER_WORKER)


class Runs:
    """What can be done with the runs of one project.

    Each method raises `AccessError` or `ServerError` if the server does not let it or cannot.
    """

    def __init__(self, client: Client, project: str, workers: int) -> None:
        self._client = client
        self._project = project
        self._runs = ProjectRuns(client, project)
        self._workers = workers

    async def list(self, filters: RunFilters, emit: Emit) -> int:
        """Emit the runs that the filters choose, in the server's order; how many there were."""
        found = 0

        async def show(run: Resource) -> None:
            nonlocal found
            found += 1
            emit(_fields(SectionName.RUNS, run))

        await self._all_rows(lambda page: self._runs.page(filters, page), show)
        return found

    async def run(self, run_id: str) -> Fields:
        """One run.

        Raises:
            UsageError: if the project has none of this ID.
        """
        return _fields(SectionName.RUNS, await self._known(run_id))

    async def results(self, run_id: str, emit: Emit, *, detail: bool = False) -> Mapping[str, int]:
        """Emit the results of a run, in the server's order; how many there are of each status.

        `detail` asks for each of them by itself, and for its steps if it does not tell them.

        Raises:
            UsageError: if the project has no run of this ID.
        """
        statuses: Counter[str] = Counter()

        def show(fields: Fields) -> None:
            statuses[_status(fields)] += 1
            emit(fields)

        await self._emit_results(run_id, show, detail=detail)
        if not statuses:
            await self._known(run_id)
        return dict(statuses.most_common())

    async def create(self, new: NewRun) -> Created:
        """Create a run, once.

        Raises:
            UncertainError: if it may have been created although no usable answer came.
        """
        try:
            created = await self._runs.create(new)
        except RefusedError as error:
            raise self._missing_project(error) from None
        except UncertainError as error:
            raise self._may_exist(error, new.title) from error
        return Created(_fields(SectionName.RUNS, created), _number_of_results(created))

    async def finish(self, run_id: str) -> Fields:
        """End a run.

        Raises:
            UsageError: if the project has none of this ID.
        """
        finished = await self._runs.finish(run_id)
        if finished is None:
            raise self._no_such_run(run_id)
        return _fields(SectionName.RUNS, finished)

    async def _known(self, run_id: str) -> Resource:
        found = await self._runs.run(run_id)
        if found is None:
            raise self._no_such_run(run_id)
        return found

    async def _emit_results(self, run_id: str, show: Emit, *, detail: bool) -> None:
        def page(number: int) -> Awaitable[Listing[Resource]]:
            return self._runs.results_page(run_id, number)

        if not detail:

            async def plainly(row: Resource) -> None:
                show(_fields(SectionName.TESTRUNS, row))

            await self._all_rows(page, plainly)
            return

        async def in_full(fields: Fields) -> None:
            show(fields)

        async def in_detail(row: Resource) -> Fields:
            return await self._in_detail(row)

        rows: list[Resource] = []

        async def note(row: Resource) -> None:
            rows.append(row)

        await self._all_rows(page, note)
        await each_in_order(_stream(rows), in_detail, in_full, workers=self._workers)

    async def _in_detail(self, row: Resource) -> Fields:
        found = await self._runs.result(row.id)
        answers = (row,) if found is None else (row, found)
        fields = canonical_fields(SectionName.TESTRUNS, row.id, answers)
        if "steps" not in fields:
            steps = await self._runs.steps(row.id)
            if steps is not None:
                fields["steps"] = steps
        return fields

    async def _all_rows(
        self,
        fetch: Callable[[int], Awaitable[Listing[Resource]]],
        emit: Callable[[Resource], Awaitable[None]],
    ) -> None:
        """Emit each row of all pages once; pages that are counted are read at the same time."""
        pages, seen, due, empty = ListingPages(), set[str](), [1], 0

        async def show(listing: Listing[Resource]) -> None:
            nonlocal empty
            empty += not listing.records
            ids = [row.id for row in listing.records]
            due.extend(pages.following(listing.page, ids, listing.pages))
            for row in listing.records:
                if row.id not in seen:
                    seen.add(row.id)
                    await emit(row)

        while due and empty < _MOST_EMPTY:
            batch = due[:_MOST_PAGES_AT_ONCE]
            del due[:_MOST_PAGES_AT_ONCE]
            try:
                await each_in_order(_stream(batch), fetch, show, workers=self._workers)
            except RefusedError as error:
                raise self._missing_project(error) from None

    def _missing_project(self, error: RefusedError) -> Exception:
        missing = error.status == HTTPStatus.NOT_FOUND
        return ProjectError(self._project, self._client.server) if missing else error

    def _no_such_run(self, run_id: str) -> UsageError:
        return UsageError(
            f"The project {self._project!r} has no run {run_id!r}, or this account may not see it.",
            hint="'testomat-crawler runs' lists those that there are.",
        )

    def _may_exist(self, error: UncertainError, title: str) -> UncertainError:
        return UncertainError(
            f"{error.problem}, so the run {title!r} may have been created or not",
            request=error.request,
            status=error.status,
            trace=error.trace,
            cause=error.cause,
            hint="It was not tried again. Look with 'testomat-crawler runs --text TITLE' first.",
        )


async def _stream(things: Iterable[T]) -> AsyncIterator[T]:
    for thing in things:
        yield thing


def _fields(section: SectionName, resource: Resource) -> Fields:
    return canonical_fields(section, resource.id, (resource,))


def _status(fields: Fields) -> str:
    status = fields.get("status")
    return status if isinstance(status, str) and status else _UNKNOWN


def _number_of_results(run: Resource) -> int | None:
    """As the answer to a create tells it: by a count, or by the results that came along."""
    count = plain_facts(run.attributes).get("testscount")
    if isinstance(count, int) and not isinstance(count, bool):
        return count
    results = [each for each in run.included if each.type.startswith("testrun")]
    return len(results) or None

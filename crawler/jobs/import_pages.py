"""Tests of Markdown pages or of a snapshot, sent through the Importing API.

The server finds a test by its ID, else by its suite and its title without tags. So nothing is sent
if these do not tell the tests of an import apart, or if an ID is one that the server would pass
over; and the same import once more makes nothing twice. Afterwards the server is asked what it has.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import anyio.to_thread

from crawler.api.keyed import KeyedProject
from crawler.api.loading import ImportOptions, requests_of
from crawler.api.wire_keyed import KnownTests, plain_id, plain_title
from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import RefusedError, UsageError
from crawler.jobs.connection import connect_with_key
from crawler.plural import counted
from crawler.progress import Progress
from crawler.redaction import printable
from crawler.sending import ImportPage
from crawler.snapshot.import_pages import holds_pages, lay_out, pages_below, pages_of
from crawler.snapshot.locate import located

__all__ = ("ImportOptions", "ImportPlan", "Imported", "import_pages", "plan_import")

Pages = Callable[[], Iterable[ImportPage]]

_STEP: Final = " > "
_SHOWN: Final = 3
#: How often pages are sent of which the server lacks tests afterwards.
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; `known` tests are in the project, `new` ones are not.

    `foreign` names tests with IDs that the project does not have.
    """

    server: str
    pages: int
    known: int
    new: int
    foreign: tuple[str, ...]
    requests: int

    @property
    def tests(self) -> int:
        """All of them."""
        return self.known + self.new


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import; `missing` names tests that the server does not have afterwards."""

    pages: int
    tests: int
    requests: int
    missing: tuple[str, ...]


@contextmanager
def _source(name: str, stdin: BinaryIO | None) -> Iterator[Pages]:
    """What gives the pages, as often as it is called."""
    if holds_pages(Path(name)):
        yield lambda: pages_below(Path(name))
        return
    with tempfile.TemporaryDirectory(prefix="testomat-crawler-") as folder:
        with located(name, stdin=stdin) as document:
            names = lay_out(document, Path(folder))
        yield lambda: pages_of(Path(folder), names)


async def plan_import(
    settings: Settings,
    source: str,
    options: ImportOptions,
    *,
    stdin: BinaryIO | None = None,
    progress: Progress,
    clock: Clock,
) -> ImportPlan:
    """What importing `source` (pages, or a snapshot by name) would do; nothing is written.

    Raises:
        AccessError, ServerError: if the project's tests cannot be asked for.
        LocalError, SnapshotError: if the source cannot be read.
        UsageError: if the server could not tell its tests apart, or a page is too large.
    """
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        with _source(source, stdin) as pages:
            return await _plan(project, pages, options)


async def import_pages(
    settings: Settings,
    source: str,
    options: ImportOptions,
    *,
    stdin: BinaryIO | None = None,
    progress: Progress,
    clock: Clock,
) -> Imported:
    """Import `source`, and ask the server whether all of it is there.

    Raises:
        UsageError: also if tests have IDs that the project does not have, unless they are to be
            created; and what `plan_import` raises.
    """
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        with _source(source, stdin) as pages:
            plan = await _plan(project, pages, options)
            if plan.foreign and not options.create:
                raise UsageError(
                    f"The project does not have {counted(len(plan.foreign), 'test')} by ID, and"
                    f" the server would leave them out: {_few(plan.foreign)}.",
                    hint="--create creates them; without an ID a test goes by its title.",
                )
            requests, missing = 0, frozenset({""})
            left: Pages = pages
            for _ in range(_ROUNDS):
                requests += await _send(project, left, options)
                missing = await _missing(project, pages)
                if not missing:
                    break
                left = partial(_holding, pages, missing)
    return Imported(plan.pages, plan.tests, requests, tuple(sorted(missing)))


def _holding(pages: Pages, tests: frozenset[str]) -> Iterator[ImportPage]:
    """The pages on which one of these tests is."""
    return (page for page in pages() if any(_named(test) in tests for test in page.tests))


async def _plan(project: KeyedProject, pages: Pages, options: ImportOptions) -> ImportPlan:
    async def planned(known: KnownTests) -> ImportPlan:
        return await anyio.to_thread.run_sync(_planned, project.server, known, pages, options)

    plan = await planned(await project.known())
    return await planned(await project.known_well()) if plan.foreign else plan


def _planned(server: str, known: KnownTests, pages: Pages, options: ImportOptions) -> ImportPlan:
    seen = _Seen()
    count = there = new = 0
    foreign = []
    for page in pages():
        count += bool(page.tests)
        for test in page.tests:
            seen.add(test)
            if _is_known(test, known):
                there += 1
                continue
            new += 1
            if _identity(test):
                foreign.append(_named(test))
    seen.check()
    requests = sum(1 for _ in requests_of(pages(), options))
    return ImportPlan(server, count, there, new, tuple(foreign), requests)


class _Seen:
    """The tests so far, by what the server tells them apart by."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._titles: dict[tuple[str, str, str], list[str]] = {}
        self._loose: list[tuple[str, str, str]] = []

    def add(self, test: Mapping[str, Any]) -> None:
        identity, title = _identity(test), plain_title(test["name"])
        if not title:
            raise UsageError(f"{_named(test)} has no title besides tags, so the server refuses it.")
        key = (test["file"], _suite(test), title)
        self._titles.setdefault(key, []).append(_named(test))
        if not identity:
            self._loose.append(key)
        elif other := self._ids.get(identity):
            raise UsageError(f"{other} and {_named(test)} have the same ID, {identity}.")
        else:
            self._ids[identity] = _named(test)

    def check(self) -> None:
        """Raises `UsageError` if a test without an ID has the title of another one beside it."""
        for key in self._loose:
            alike = self._titles[key]
            if len(alike) > 1:
                raise UsageError(
                    f"{alike[0]} and {alike[1]} have the same title but for tags, by which alone"
                    " the server tells tests without an ID apart.",
                    hint="Give one of them another title.",
                )


async def _send(project: KeyedProject, pages: Pages, options: ImportOptions) -> int:
    """How many requests it took."""
    import_id: str | None = None
    number = 0
    async for body, more in _aside(requests_of(pages(), options)):
        told = {"import_id": import_id} if import_id else {}
        answered = await project.load({**body, **told})
        number += 1
        import_id = import_id or answered
        if more and import_id is None:
            raise RefusedError(
                "The server did not name the import, so the rest of it was not sent",
                request="POST /api/load",
                cause="no import_id",
            )
    return number


async def _aside(
    source: Iterator[tuple[dict[str, Any], bool]],
) -> AsyncIterator[tuple[dict[str, Any], bool]]:
    """What an iterator gives that reads files, each step in a thread."""
    while (item := await anyio.to_thread.run_sync(next, source, None)) is not None:
        yield item


async def _missing(project: KeyedProject, pages: Pages) -> frozenset[str]:
    def missing(known: KnownTests) -> frozenset[str]:
        tests = (test for page in pages() for test in page.tests)
        return frozenset(_named(test) for test in tests if not _is_there(test, known))

    found = await anyio.to_thread.run_sync(missing, await project.known())
    if not found:
        return found
    return await anyio.to_thread.run_sync(missing, await project.known_well())


def _is_there(test: Mapping[str, Any], known: KnownTests) -> bool:
    """Whether it is in the project; a server may have given another ID to one that it created."""
    return _is_known(test, known) or _has_title(test, known)


def _is_known(test: Mapping[str, Any], known: KnownTests) -> bool:
    identity = _identity(test)
    return identity in known.ids if identity else _has_title(test, known)


def _has_title(test: Mapping[str, Any], known: KnownTests) -> bool:
    title, suite = plain_title(test["name"]), _suite(test)
    return f"{suite}#{title}" in known.by_title or (
        f"{test['file']}#{suite}#{title}" in known.by_title
    )


def _identity(test: Mapping[str, Any]) -> str:
    return plain_id(str(test.get("id") or ""))


def _suite(test: Mapping[str, Any]) -> str:
    """The title of the suite itself, without those above it."""
    return plain_title(str(next(iter(test["suites"]), "")).rpartition(_STEP)[2])


def _named(test: Mapping[str, Any]) -> str:
    """How an error calls a test."""
    return f"'{printable(test['name'][:80])}' ({printable(test['file'])}:{test['line']})"


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if names[_SHOWN:] else ""
    return f"{', '.join(names[:_SHOWN])}{more}"

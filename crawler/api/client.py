"""The named reads of the API, each retried, paced and logged in as needed.

The layers, from the outside: retries, login, pace, transport. So a request that waits for its
next attempt holds no place in the pool, and a login is paced like everything else.
"""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from crawler.api.absent import is_absent, or_none
from crawler.api.auth import Authenticating
from crawler.api.bearer import Bearer
from crawler.api.conditional import Conditional, Memory
from crawler.api.credentials import Credentials
from crawler.api.downloads import Downloads
from crawler.api.flat_source import FlatSource
from crawler.api.foreign_transport import ForeignTransport
from crawler.api.hedging import Hedging, Spare
from crawler.api.messages import Reply, Request, Send, check_segment
from crawler.api.pacing import Pacing, PacingOptions
from crawler.api.project_facts import project_facts
from crawler.api.project_list import ProjectList
from crawler.api.project_source import ProjectSource
from crawler.api.retrying import Retrying, RetryOptions, never_arrived
from crawler.api.sections import V1
from crawler.api.transport import Transport, TransportOptions
from crawler.api.wire_listed import read_resources_page
from crawler.api.wire_projects import ProjectSummary, read_project, read_projects_page
from crawler.api.wire_skeleton import read_skeleton
from crawler.api.wire_suites import read_suite, read_suites_page
from crawler.api.wire_tests import read_test, read_tests_page
from crawler.clock import Clock, SystemClock
from crawler.errors import (
    MalformedError,
    OutageError,
    ProjectError,
    RefusedError,
    ServerError,
    TransientError,
    UncertainError,
)
from crawler.model import (
    Listing,
    ProjectFacts,
    Resource,
    SectionListing,
    SkeletonSuite,
    SuiteAnswer,
    SuiteRecord,
    TestRecord,
)
from crawler.progress import NoProgress, Progress

__all__ = ("Client", "ClientOptions")

#: Requests a second to the storages of files, all together; they bear more than the API does.
_FOREIGN_RATE = 100.0

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """Everything that a client is told; times in seconds, sizes in bytes.

    `rate` is requests a second, `in_flight` requests at the same time, `attempts` tries of one
    request, `max_wait` the longest wait that the server may ask for. What takes longer than `hedge`
    and than most others is asked for twice (`Hedging`); `None`: nothing is. See `TransportOptions`
    for the three timeouts, `max_body_bytes`, `ca_file` and `proxy` (`None`: no proxy). Files
    on other hosts than the server have a bound of their own, `foreign_in_flight`.
    """

    url: str
    credentials: Credentials = field(default_factory=Credentials)
    rate: float = 10.0
    in_flight: int = 8
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    request_timeout: float = 180.0
    attempts: int = 6
    max_body_bytes: int = 64 * 1_048_576
    max_wait: float = 300.0
    hedge: float | None = None
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    foreign_in_flight: int = 4


class Client:
    """Reads projects, suites and tests; open as long as the `async with` block.

    Each method raises `AccessError` or `OutageError` if nothing more can be had from this server,
    and another `ServerError` if this one answer cannot be had, after all retries.
    """

    def __init__(
        self,
        options: ClientOptions,
        *,
        clock: Clock | None = None,
        progress: Progress | None = None,
    ) -> None:
        clock, progress = clock or SystemClock(), progress or NoProgress()
        self.credentials = options.credentials
        self._progress = progress
        self._transport = Transport(_transport_options(options), clock=clock, progress=progress)
        self.server = self._transport.address.shown
        pacing = PacingOptions(
            rate=options.rate, in_flight=options.in_flight, max_wait=options.max_wait
        )
        behind: Send = self._transport
        if options.hedge is not None:
            # What lends a place is not made yet.
            lend: Spare = lambda: paced.spare()  # noqa: E731, PLW0108
            behind = Hedging(self._transport, lend, least=options.hedge, clock=clock)
        paced = Pacing(behind, pacing, clock=clock, progress=progress)
        self._conditional = Conditional(paced)
        self._auth = Authenticating(self._conditional, options.credentials, self.server)
        retries = RetryOptions(attempts=options.attempts)
        self._retrying = Retrying(
            self._auth,
            retries,
            clock=clock,
            progress=progress,
            reached=lambda: self._transport.answered,
        )
        self._flat = Retrying(
            Bearer(paced, options.credentials),
            retries,
            clock=clock,
            progress=progress,
            reached=lambda: self._transport.answered,
        )
        self._foreign = ForeignTransport(
            _transport_options(options), clock=clock, progress=progress
        )
        pacing = replace(pacing, rate=_FOREIGN_RATE, in_flight=options.foreign_in_flight)
        elsewhere = Pacing(self._foreign, pacing, clock=clock, progress=progress)
        foreign = Retrying(elsewhere, retries, clock=clock, progress=progress)
        self._project_list = ProjectList(self._projects_page)
        #: Files, of the server or of the hosts that it names.
        self.files = Downloads(self._transport.address, self._retrying, foreign)

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._foreign.__aexit__(kind, error, trace)
        await self._transport.__aexit__(kind, error, trace)

    def remembering(self, project: str, memory: Memory) -> AbstractContextManager[None]:
        """Let a project's suites and tests be asked for only if they changed, by this memory."""
        return self._conditional.remembering(project, memory)

    def source(self, project: str, facts: ProjectFacts | None = None) -> ProjectSource:
        """The reads of one project, as a crawl asks for them; `facts` are its first ones."""
        return ProjectSource(self, project, facts)

    def flat_source(self, project: str, branch: str = "") -> FlatSource:
        """The same over v2 of the API; `branch` is empty for the main one."""
        return FlatSource(self._flat, self.server, project, branch)

    async def login(self) -> None:
        """Log in now instead of at the first read; a ready-made JWT is not tried out by this."""
        await self._retrying.run("POST /api/login", lambda _: self._auth.login())

    async def projects(self) -> list[ProjectSummary]:
        """All projects that the account reaches, in the server's order."""
        return await self._project_list.read()

    async def _projects_page(self, page: int) -> Listing[ProjectSummary]:
        # Without parameters the listing is whole, and has no pages (seen live).
        query = (("page", str(page)),) if page > 1 else ()
        request = Request("GET", ("api", "projects"), query)
        return await self._read(request, read_projects_page, page)

    async def project(self, slug: str) -> ProjectFacts:
        """What the server says of a project; raises `ProjectError` if nothing knows it.

        Servers that do not answer for single projects, or not to everybody, are asked for the
        listing of projects, and then for the project's suites.
        """
        return await project_facts(
            slug,
            self._project_at_its_address,
            self._project_list,
            lambda: self.suites_page(slug, 1),
            self._progress,
        )

    async def _project_at_its_address(self, slug: str) -> ProjectFacts:
        return await self._read(Request("GET", ("api", "projects", slug)), read_project, slug)

    async def suites_page(self, project: str, page: int) -> Listing[SuiteRecord]:
        """A page of the listing of suites; raises `ProjectError` on 404."""
        request = Request("GET", ("api", project, "suites"), (("page", str(page)),))
        try:
            return await self._read(request, read_suites_page, page)
        except RefusedError as error:
            if is_absent(error):
                raise ProjectError(project, self.server) from None
            raise

    async def suite(self, project: str, suite_id: str) -> SuiteAnswer | None:
        """One suite with its children and tests; `None` if the server knows none of this ID."""
        request = Request("GET", ("api", project, "suites", suite_id))
        return await self._read_or_none(request, read_suite, suite_id)

    async def tests_page(
        self, project: str, page: int, suite_id: str | None = None
    ) -> Listing[TestRecord]:
        """A page of the listing of tests in full detail, of the project or of one suite."""
        query = [("page", str(page)), ("labels", "true"), ("detail", "true")]
        if suite_id is not None:
            check_segment(suite_id)  # an empty one would ask for all tests of the project
            query.append(("suite_id", suite_id))
        request = Request("GET", ("api", project, "tests"), tuple(query))
        return await self._read(request, read_tests_page, page)

    async def test(self, project: str, test_id: str) -> TestRecord | None:
        """One test with its parameter rows; `None` if the server knows none of this ID."""
        request = Request("GET", ("api", project, "tests", test_id))
        return await self._read_or_none(request, read_test, test_id)

    async def skeleton(self, project: str) -> Collection[SkeletonSuite] | None:
        """The whole tree of suites, parents first; `None` if it cannot be had at the first try."""
        request = Request("GET", ("api", project, "suites", "tree"))
        try:
            return read_skeleton(await self._auth(request), request.label)
        except OutageError:
            raise
        except ServerError:
            return None

    async def fetch(self, request: Request, read: Callable[[Reply], T]) -> T:
        """Send a request that may be sent twice, and read its answer."""
        return await self._retrying.fetch(request, read)

    async def write(
        self,
        request: Request,
        read: Callable[[Reply], Awaitable[T]],
        look: Callable[[], Awaitable[T | None]],
        *,
        sent: bool = False,
    ) -> T:
        """Send a request that must not be carried out twice, and read its answer.

        Whenever an attempt may have been carried out although no usable answer came (`sent`: one of
        an earlier run), `look` is awaited before the next one; what it finds is the answer.
        """
        unsure = sent

        async def once(attempt: int) -> T:
            nonlocal unsure
            if unsure and (found := await _looked(look)) is not None:
                return found
            try:
                return await read(await self._auth(replace(request, attempt=attempt)))
            except TransientError as error:
                # A 429 says that nothing was done; any other failure says nothing of the kind.
                unsure = unsure or error.status != HTTPStatus.TOO_MANY_REQUESTS
                raise

        return await self._retrying.run(request.label, once)

    async def section_page(
        self, project: str, listing: SectionListing, page: int
    ) -> Listing[Resource] | None:
        """A page of a list beside the tree; `None` if the server knows no such list."""
        request = V1.request(project, listing, page)
        if request is None:
            return None
        return await self._read_or_none(request, read_resources_page, page)

    async def ask(self, request: Request, read: Callable[[Reply, str], T]) -> T:
        """The answer to any request that may be repeated, as `read` takes it; gets the label too.

        Raises what `read` raises, after all retries.
        """
        return await self._retrying.fetch(request, lambda reply: read(reply, request.label))

    async def send_once(self, request: Request, read: Callable[[Reply, str], T]) -> T:
        """The answer to a request that writes; it is sent again only if it cannot have arrived.

        Raises `UncertainError` if it may have had its effect although no usable answer came.
        """
        try:
            return await self._retrying.fetch(
                request, lambda reply: read(reply, request.label), never_arrived
            )
        except (TransientError, MalformedError) as error:
            if never_arrived(error):
                raise
            raise UncertainError(
                error.problem,
                request=error.request,
                status=error.status,
                trace=error.trace,
                cause=error.cause,
            ) from error

    async def _read(self, request: Request, read: Callable[[Reply, str, A], T], about: A) -> T:
        return await self._retrying.fetch(request, lambda reply: read(reply, request.label, about))

    async def _read_or_none(
        self, request: Request, read: Callable[[Reply, str, A], T], about: A
    ) -> T | None:
        return await or_none(self._read(request, read, about))


async def _looked(look: Callable[[], Awaitable[T | None]]) -> T | None:
    try:
        return await look()
    except TransientError as error:
        # It was tried often enough already, within.
        raise ServerError(
            error.problem, request=error.request, status=error.status, cause=error.cause
        ) from error


def _transport_options(options: ClientOptions) -> TransportOptions:
    return TransportOptions(
        url=options.url,
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        request_timeout=options.request_timeout,
        in_flight=options.in_flight,
        max_body_bytes=options.max_body_bytes,
        ca_file=options.ca_file,
        proxy=options.proxy,
    )

"""The demo server: v1 and v2 of the API over real HTTP, on loopback only."""

import re
import time
import zlib
from asyncio import Event, sleep
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from http import HTTPStatus
from inspect import isawaitable
from types import TracebackType
from typing import Self

from aiohttp import web

from crawler.demo import mischief
from crawler.demo.etags import named
from crawler.demo.faults import Fault, FaultPlan, Faults
from crawler.demo.keyed import Keyed
from crawler.demo.latency import delay_of
from crawler.demo.limits import Window
from crawler.demo.listening import LOOPBACK, Listener
from crawler.demo.login import Logins, Pass, kind_of
from crawler.demo.options import ServerOptions
from crawler.demo.replies import Reply, blocked, failure, html
from crawler.demo.requests import LOGIN, SeenRequest, sent_fields, tells_apart
from crawler.demo.routes import Routes
from crawler.demo.storage import DemoStorage, file_reply
from crawler.demo.v2_routes import FLAT, FlatRoutes
from crawler.demo.world import World

__all__ = ("DemoServer", "OnRequest")

_PROJECTS = "/api/projects"
_FILE_PATHS = ("/attachments/", "/rails/active_storage/")
_WORTH_PACKING = 1024
_DEFAULT_AGENTS = re.compile(
    r"^$|^(python|aiohttp|python-requests|python-urllib|python-httpx|httpx)\b", re.IGNORECASE
)

OnRequest = Callable[[str, int], Awaitable[None] | None]
"""Called with a request's path and query, and with how many requests arrived so far, this one
included, before it is answered. May edit the world; may wait, if it is a coroutine function."""


class DemoServer:
    """Serves a world until the ``async with`` block ends.

    Attributes:
        world: What it serves; edits show at the next request.
        options: Its switches.
        faults: What goes wrong; ``fault`` adds to it.
        counts: How often each path (without its query) was asked for, whether answered or not.
        in_flight: Requests that are being answered now.
        most_in_flight: The most there ever were at once.
        storage: The other host, which keeps some of the world's files.
    """

    def __init__(
        self,
        world: World,
        options: ServerOptions | None = None,
        *,
        port: int = 0,
        plan: FaultPlan | None = None,
        on_request: OnRequest | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = sleep,
    ) -> None:
        """Prepare; nothing listens yet. Port 0 means any free one."""
        self.world = world
        self.options = options or ServerOptions()
        self.faults = Faults(plan)
        self.counts: Counter[str] = Counter()
        self.in_flight = 0
        self.most_in_flight = 0
        self.storage = DemoStorage(world.files, validators=self.options.storage_validators)
        self._on_request = on_request
        self._clock = clock
        self._sleep = sleep
        self._logins = Logins(world, self.options, clock)
        self._window = Window(self.options, clock)
        self._routes = Routes(world, self.options, self._logins)
        self._keyed = Keyed(world, self.options)
        self._flat = FlatRoutes(world, self.options)
        self._seen: list[SeenRequest] = []
        self._arrived = 0
        self._closing = Event()
        self._listener = Listener(self._handle, port)
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            await opened.enter_async_context(self.storage)
            await opened.enter_async_context(self._listener)
            self._opened = opened.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self._opened.aclose()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://{LOOPBACK}:{self._listener.port}"

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """Every request that is over, in order of arrival."""
        return tuple(sorted(self._seen, key=lambda seen: seen.number))

    @property
    def logins(self) -> int:
        """Logins that succeeded, also those whose answer a fault kept from the client."""
        return self._logins.count

    @property
    def refused_logins(self) -> int:
        """Logins that did not."""
        return self._logins.refused

    @property
    def throttled(self) -> int:
        """Requests that were refused because they came too fast."""
        return self._window.refused

    def expire_logins(self) -> None:
        """End every token given out so far, as time would."""
        self._logins.expire()

    def fault(self, *faults: Fault) -> None:
        """Let these go wrong from now on."""
        self.faults.wanted.extend(faults)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request and note it, even if it is never answered."""
        self._arrived += 1
        number, at = self._arrived, self._clock()
        self.counts[request.path] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        status = 0
        try:
            response = await self._answer(request, number)
            status = response.status if response.prepared or _is_open(request) else 0
            return response
        finally:
            self.in_flight -= 1
            self._seen.append(
                SeenRequest(
                    number=number,
                    at=at,
                    method=request.method,
                    path=request.path,
                    query=dict(request.query),
                    status=status,
                    user_agent=request.headers.get("User-Agent", ""),
                    authorization=kind_of(request.headers.get("Authorization")),
                    request_id=_request_id(number),
                )
            )

    async def _answer(self, request: web.BaseRequest, number: int) -> web.StreamResponse:
        target = request.path_qs
        if self._on_request is not None:
            waiting = self._on_request(target, number)
            if isawaitable(waiting):
                await waiting
        if not self._window.admit():
            reply = failure(
                HTTPStatus.TOO_MANY_REQUESTS, "Too many requests", self._window.headers()
            )
            return self._respond(request, reply, number)
        await self._wait(target)
        fault = self.faults.next_for(target, await tells_apart(request))
        if fault is not None and request.method != "GET" and not fault.lets_write:
            reply = failure(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing was done")
        elif self._keyed.takes(request.path):
            # No CDN stands in the way there: clients with the default agents use these.
            body = {} if request.method == "GET" else await sent_fields(request)
            reply = self._keyed.answer(request.method, request.path, request.query, body)
        else:
            reply = await self._reply(request)
        if fault is None:
            return self._respond(request, reply, number)
        if mischief.is_plain(fault):
            return self._respond(request, mischief.replace(fault, reply, target), number)
        headers = self._headers(reply, number)
        return await mischief.commit(fault, request, reply, headers, self._closing)

    async def _wait(self, target: str) -> None:
        """Be as slow as the live service, if told to."""
        delay = delay_of(self.options.latency_seed, target, self.options.latency_scale)
        if target.partition("?")[0] == _PROJECTS:
            delay = max(delay, self.options.projects_seconds)
        if delay > 0:
            await self._sleep(delay)

    async def _reply(self, request: web.BaseRequest) -> Reply:
        """The right answer, were there no faults."""
        agent = request.headers.get("User-Agent", "")
        if self.options.block_python_agents and _DEFAULT_AGENTS.match(agent):
            return blocked()
        if request.path == LOGIN:
            if request.method != "POST" or not self.options.login:
                return failure(HTTPStatus.NOT_FOUND, "Not found")
            return self._routes.log_in(await sent_fields(request))
        authorization = request.headers.get("Authorization")
        if request.path.startswith(FLAT):
            query = tuple(request.query.items())
            return self._flat.answer(request.method, request.path, query, authorization)
        return await self._reply_by_v1(request, self._logins.check(authorization))

    async def _reply_by_v1(self, request: web.BaseRequest, found: Pass) -> Reply:
        if request.path.startswith(_FILE_PATHS):
            return self._file(request.path, found)
        if self.options.v1_status is not None:
            return failure(self.options.v1_status, "This version of the API is closed")
        if request.method == "GET":
            reply = self._routes.read(request.path, request.query, found)
            condition = request.headers.get("If-None-Match")
            return named(reply, request.path_qs, condition, self.options.etags)
        body = await sent_fields(request)
        return self._routes.write(request.method, request.path, body, found)

    def _file(self, path: str, found: Pass) -> Reply:
        """A file of the instance, or the way to it."""
        file = self.world.files.get(path)
        if self.options.private_files and found.account is None:
            return html(HTTPStatus.FOUND, "Sign in", {"Location": "/users/sign_in"})
        if file is None:
            return failure(HTTPStatus.NOT_FOUND, "Not found")
        return file_reply(file, path, self.storage)

    def _respond(self, request: web.BaseRequest, reply: Reply, number: int) -> web.Response:
        headers, body = self._headers(reply, number), reply.body
        if (
            self.options.compress
            and len(body) >= _WORTH_PACKING
            and "Content-Encoding" not in headers
            and "gzip" in request.headers.get("Accept-Encoding", "")
        ):
            headers["Content-Encoding"] = "gzip"
            body = _packed(body)
        return web.Response(status=reply.status, body=body, headers=headers)

    def _headers(self, reply: Reply, number: int) -> dict[str, str]:
        """What every answer of the live service carries."""
        headers = {
            "Content-Type": reply.content_type,
            "Cache-Control": "max-age=0, private, must-revalidate",
            "X-Request-Id": _request_id(number),
            "X-Runtime": "0.012345",
            **reply.headers,
        }
        if self.options.cdn:
            headers["CF-Ray"] = f"{number:016x}-DEM"
        return headers


def _is_open(request: web.BaseRequest) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _request_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(level=1, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()

"""The whole job in process, against the demo server's answers without a socket between."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import anyio.lowlevel
import orjson

from crawler.api.address import Address
from crawler.api.messages import Reply, Request
from crawler.config.settings import Settings
from crawler.demo import API_TOKEN, ServerOptions, World
from crawler.demo.etags import named
from crawler.demo.login import Logins
from crawler.demo.replies import Reply as DemoReply
from crawler.demo.routes import Routes
from crawler.demo.v2_routes import FLAT, FlatRoutes
from crawler.jobs.snapshot import take_snapshot
from crawler.jobs.snapshot_one import SnapshotResult
from crawler.progress import Requested
from crawler.redaction import Secret
from crawler.snapshot.formats import Format

Hook = Callable[[str, int], None]
Mutation = Callable[[str, DemoReply], DemoReply]


class JumpingClock:
    """Nobody waits: sleeping moves the clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def utc_now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now)

    async def sleep(self, seconds: float) -> None:
        self.now += max(0.0, seconds)
        await anyio.lowlevel.checkpoint()

    def random(self) -> float:
        return 0.5


@dataclass
class Direct:
    """A world that is asked without a network; `seed` shuffles the order of the answers.

    `on_request` may edit the world before a request is answered, `mutate` may change the answer.
    """

    world: World
    options: ServerOptions = field(default_factory=ServerOptions)
    on_request: Hook = lambda _target, _number: None
    mutate: Mutation = lambda _target, reply: reply
    seed: int | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._logins = Logins(self.world, self.options, lambda: 0.0)
        self._routes = Routes(self.world, self.options, self._logins)
        self._flat = FlatRoutes(self.world, self.options)
        self._chance = random.Random(self.seed)

    def transport(self, options: Any, *, clock: Any, progress: Any) -> "_Transport":
        """Takes the place of the class `crawler.api.transport.Transport`."""
        return _Transport(self, Address(options.url), progress)

    async def answer(self, request: Request) -> Reply:
        await self._pause()
        target = request.target
        self.asked.append(target)
        self.on_request(target, len(self.asked))
        reply = self.mutate(target, self._reply(request))
        await self._pause()
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Reply(reply.status, {"content-type": reply.content_type, **headers}, reply.body)

    async def _pause(self) -> None:
        for _ in range(self._chance.randrange(6) if self.seed is not None else 0):
            await anyio.lowlevel.checkpoint()

    def _reply(self, request: Request) -> DemoReply:
        if request.fields is not None:
            fields = {
                name: getattr(v, "reveal", lambda v=v: v)() for name, v in request.fields.items()
            }
            return self._routes.log_in(fields)
        headers = dict(request.headers)
        header = headers.get("Authorization")
        token = header.reveal() if isinstance(header, Secret) else header
        path = "/" + "/".join(request.segments)
        if path.startswith(FLAT):
            return self._flat.answer(request.method, path, request.query, token)
        reply = self._routes.read(path, dict(request.query), self._logins.check(token))
        condition = headers.get("If-None-Match")
        condition = condition if isinstance(condition, str) else None
        return named(reply, request.target, condition, self.options.etags)


@dataclass
class _Transport:
    behind: Direct
    address: Address
    answered = True
    progress: Any

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def __call__(self, request: Request) -> Reply:
        reply = await self.behind.answer(request)
        size = len(reply.body)
        self.progress.report(Requested(request.label, reply.status, 0.0, size, request.attempt))
        return reply


def settings(folder: Path, **changes: Any) -> Settings:
    """Settings for a crawl that waits for nothing."""
    fixed = {"url": "http://127.0.0.1:9", "api_token": Secret(API_TOKEN), "rate": 1000.0}
    return Settings(**{**fixed, "state": folder / "state", "workers": 4, **changes})


@dataclass
class Taken:
    """A snapshot as data, and the result beside it."""

    result: SnapshotResult
    data: dict[str, Any]
    content: bytes


async def snapshot(
    direct: Direct, folder: Path, monkeypatch: Any, *, project: str = "", **changes: Any
) -> Taken:
    """Run the main job against `direct`; raises what the job raises."""
    monkeypatch.setattr("crawler.api.client.Transport", direct.transport)
    path = folder / "snapshot.json"
    result = await take_snapshot(
        settings(folder, **changes),
        project=project or direct.world.project.slug,
        output=path,
        format=Format.JSON,
        clock=JumpingClock(),
    )
    content = path.read_bytes()
    return Taken(result, orjson.loads(content), content)

"""A server that waits before it answers, or refuses what comes too fast; knows no login.

Each request waits as long as the recorded distribution says, drawn by its address and by how often
that was asked for, so that every subject meets the same waits and a second try draws anew.
"""

import asyncio
import multiprocessing
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

from benchmarks.figures import loop_factory
from benchmarks.served import SLUG
from crawler.demo.ids import share_of
from crawler.demo.latency import quantile

__all__ = ("Behaviour", "Seen", "SlowServer", "delay", "slow_server")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`scale` is a factor on the recorded waits, 0 for none.

    `refuse_above` is how many requests in any one second are answered; `None`: all.
    """

    scale: float = 0.0
    refuse_above: int | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What came since the last look: the moment of each request in seconds, and refusals."""

    moments: tuple[float, ...]
    refused: int


@dataclass(frozen=True, slots=True)
class SlowServer:
    """`look` tells what has come, and forgets it, so that the next round draws the same waits."""

    url: str
    pipe: Connection

    def count(self) -> int:
        """Requests since the last look, which this is too."""
        return len(self.look().moments)

    def look(self) -> Seen:
        """What the server has seen since the last call."""
        self.pipe.send("look")
        seen: Seen = self.pipe.recv()
        return seen


def delay(behaviour: Behaviour, target: str, number: int) -> float:
    """Seconds that the request for `target` waits that comes as the `number`th, from 1."""
    if not behaviour.scale:
        return 0.0
    share = share_of(behaviour.seed, "wait", f"{target} {number}")
    return behaviour.scale * quantile(share)


@contextmanager
def slow_server(answers: Path, behaviour: Behaviour) -> Iterator[SlowServer]:
    """Serve the answers that `served.write_answers` wrote, from a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, answers, behaviour), daemon=True)
    process.start()
    try:
        yield SlowServer(ours.recv(), ours)
        ours.send("stop")
        process.join(10)
    finally:
        process.kill()


def _serve(pipe: Connection, answers: Path, behaviour: Behaviour) -> None:
    with asyncio.Runner(loop_factory=loop_factory(fast=True)) as runner:
        runner.run(_serving(pipe, answers, behaviour))


async def _serving(pipe: Connection, answers: Path, behaviour: Behaviour) -> None:
    handler = _Handler(answers, behaviour)
    runner = web.ServerRunner(web.Server(handler.answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(f"http://127.0.0.1:{runner.addresses[0][1]}")
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, pipe.recv) == "look":
        pipe.send(handler.look())
    await runner.cleanup()


class _Handler:
    def __init__(self, answers: Path, behaviour: Behaviour) -> None:
        self._answers = answers
        self._behaviour = behaviour
        self._bodies: dict[str, bytes] = {}
        self._asked: Counter[str] = Counter()
        self._moments: list[float] = []
        self._refused = 0

    def look(self) -> Seen:
        seen = Seen(tuple(self._moments), self._refused)
        self._moments, self._refused = [], 0
        self._asked.clear()
        return seen

    async def answer(self, request: web.BaseRequest) -> web.Response:
        now = time.monotonic()
        if self._is_too_much(now):
            self._refused += 1
            return web.Response(status=429, text="{}", content_type="application/json")
        self._moments.append(now)
        target = request.path_qs
        self._asked[target] += 1
        wait = delay(self._behaviour, target, self._asked[target])
        if wait:
            await asyncio.sleep(wait)
        if request.path == "/api/login":
            body = b'{"jwt":"benchmark"}'
        else:
            body = self._body(target, request)
        return web.Response(body=body, content_type="application/json")

    def _is_too_much(self, now: float) -> bool:
        most = self._behaviour.refuse_above
        return most is not None and (
            len(self._moments) - bisect_left(self._moments, now - 1.0) >= most
        )

    def _body(self, target: str, request: web.BaseRequest) -> bytes:
        body = self._bodies.get(target)
        if body is None:
            page = request.query.get("page")
            name = request.path.removeprefix(f"/api/{SLUG}/")
            if request.path.startswith("/api/projects/"):
                name = "project"
            file = f"{name}-page-{page}" if page else name
            body = self._bodies[target] = (self._answers / file).read_bytes()
        return body

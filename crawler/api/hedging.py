"""A `Send` that asks a second time while a slow answer is still out, and takes the first to come.

The live service answers most requests in a fifth of a second and some in half a minute (recorded),
so at the end of a crawl all else may be done and one answer still be waited for. Only reads are
doubled, and only with capacity that nobody else waits for.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final

import anyio

from crawler.api.messages import Download, Reply, Request, Send
from crawler.clock import Clock
from crawler.errors import ServerError

__all__ = ("Hedging", "Spare")

#: Lends a place and a turn for one more request; gives whether there was one to spare.
Spare = Callable[[], AbstractAsyncContextManager[bool]]

_SLOW: Final = 0.95
#: So many answers must have come before any is called slow, and so many of the last are looked at.
_FEWEST, _MOST = 40, 1000


@dataclass(slots=True, eq=False)
class _Race:
    """Requests for the same thing: the first reply ends it, or the last error."""

    running: int = 1
    ended: anyio.Event = field(default_factory=anyio.Event)
    reply: Reply | None = None
    error: ServerError | None = None


class Hedging:
    """Gives a read that is slower than 95 % of those before a twin, one at most.

    What takes less than `least` seconds is never slow.
    """

    def __init__(self, behind: Send, spare: Spare, *, least: float, clock: Clock) -> None:
        self._least = least
        self._behind = behind
        self._spare = spare
        self._clock = clock
        self._lasted: deque[float] = deque()
        self._ordered: list[float] = []

    async def __call__(self, request: Request) -> Reply:
        """Send a request; raises as the one behind does, if neither it nor its twin is answered."""
        if isinstance(request, Download):
            return await self._behind(request)  # two writers would spoil its sink
        patience = self._patience()
        if request.method != "GET" or patience is None:
            return await self._timed(request)
        race = _Race()
        try:
            await self._raced(request, race, patience)
        except anyio.get_cancelled_exc_class():
            # What was answered while the job was being stopped is kept, as it is without a race;
            # the next wait is cancelled again.
            if race.reply is None:
                raise
        if race.reply is not None:
            return race.reply
        raise race.error or RuntimeError("a race without an end")

    async def _raced(self, request: Request, race: _Race, patience: float) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._run, request, race)
            while not race.ended.is_set():
                with anyio.move_on_after(patience):
                    await race.ended.wait()
                    break
                async with self._spare() as spared:
                    if spared:
                        race.running += 1
                        group.start_soon(self._run, request, race)
                        await race.ended.wait()
            group.cancel_scope.cancel()

    async def _run(self, request: Request, race: _Race) -> None:
        try:
            race.reply = await self._timed(request)
        except ServerError as error:
            race.error = race.error or error
        race.running -= 1
        if race.reply is not None or not race.running:
            race.ended.set()

    async def _timed(self, request: Request) -> Reply:
        begun = self._clock.monotonic()
        reply = await self._behind(request)
        self._note(self._clock.monotonic() - begun)
        return reply

    def _note(self, seconds: float) -> None:
        self._lasted.append(seconds)
        insort(self._ordered, seconds)
        if len(self._lasted) > _MOST:
            del self._ordered[bisect_left(self._ordered, self._lasted.popleft())]

    def _patience(self) -> float | None:
        """Seconds after which a request is slow; `None` while too little is known."""
        known = len(self._ordered)
        if known < _FEWEST:
            return None
        return max(self._least, self._ordered[int(_SLOW * known)])

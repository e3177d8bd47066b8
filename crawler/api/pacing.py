"""How many requests are under way, how many begin a second, and who waits when the server pleads.

The rate is a leaky bucket with room for a tenth of a second's requests, so no second sees more
than eleven tenths of the rate. A 429 or 503 pauses all requests and halves the rate; successes
bring it back step by step, as congestion control does it (additive increase, multiplicative
decrease).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import anyio
from aiolimiter import AsyncLimiter

from crawler.api.messages import Reply, Request, Send
from crawler.api.retry_after import retry_after
from crawler.api.retrying import backoff
from crawler.clock import Clock
from crawler.errors import OutageError, ServerError
from crawler.progress import Progress, Slowed, Spent, Stage, Warned
from crawler.redaction import printable

__all__ = ("Pacing", "PacingOptions")

_THROTTLING: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
#: A bucket of one never empties faster than the rate; below ten a second there is no burst.
_BURST_SECONDS: Final = 0.1
_LONGEST_SHOWN: Final = 40
#: Shorter waits, in seconds, are the work of the event loop, and too many to report.
_WORTH_TELLING: Final = 0.0005
#: If no more addresses than these are refused for ever, it is they that are ill, not the server.
_FEW: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PacingOptions:
    """Bounds of the pace; times in seconds, rates in requests a second.

    `max_wait` is the longest single pause that is slept. Without any success in between, the run
    ends after `most_pauses` pauses, or when they add up to more than three times `max_wait`, if
    that is more than five minutes.
    """

    rate: float = 10.0
    in_flight: int = 8
    max_wait: float = 300.0
    floor: float = 0.2
    recovery_seconds: float = 5.0
    recovery_step: float = 0.05
    first_pause: float = 2.0
    longest_pause: float = 60.0
    most_pauses: int = 10

    @property
    def most_paused(self) -> float:
        """Seconds of pauses without a success after which the run ends."""
        return max(300.0, 3 * self.max_wait)


class Pacing:
    """Sends at the pace that the user set and the server bears.

    Raises `OutageError` if the server asks to wait longer than `max_wait`, or keeps pleading; if it
    only ever does so for a few addresses, `ServerError` for those.
    """

    def __init__(
        self, behind: Send, options: PacingOptions, *, clock: Clock, progress: Progress
    ) -> None:
        self._behind = behind
        self._clock = clock
        self._progress = progress
        self._places = anyio.Semaphore(options.in_flight, fast_acquire=True)
        self._gate = anyio.Lock(fast_acquire=True)
        self._pace = _Pace(options, clock, progress)
        self._limited_rate = options.rate
        self._limiter = _limiter(options.rate)

    async def __call__(self, request: Request) -> Reply:
        """Send one request when its turn has come."""
        await self._take_place()
        try:
            epoch = self._pace.epoch
            reply = await self._behind(request)
        finally:
            self._places.release()
        self._pace.note(reply, request, epoch)
        return reply

    @asynccontextmanager
    async def spare(self) -> AsyncIterator[bool]:
        """A place and a turn for one more request; false if somebody else waits, or must wait."""
        idle = not self._gate.statistics().locked and not self._pace.is_paused
        if not idle or self._limited_rate != self._pace.rate or not self._limiter.has_capacity():
            yield False
            return
        try:
            self._places.acquire_nowait()
        except anyio.WouldBlock:
            yield False
            return
        try:
            await self._limiter.acquire()
            yield True
        finally:
            self._places.release()

    async def _take_place(self) -> None:
        if await self._took_at_once():
            return
        # One at a time: so the limiter has one waiter and can be exchanged between two of them,
        # and those behind, and the one that sits out a pause, hold no place.
        async with self._gate:
            while True:
                begun = self._clock.monotonic()
                await self._sit_out_pause()
                begun = self._spent(Stage.PAUSE, begun)
                await self._places.acquire()
                begun = self._spent(Stage.PLACES, begun)
                try:
                    await self._take_turn()
                    self._spent(Stage.RATE, begun)
                    if self._pace.remaining() <= 0:
                        return
                except BaseException:
                    self._places.release()
                    raise
                self._places.release()  # a pause began while this one waited for its turn

    async def _took_at_once(self) -> bool:
        """Take a place if nobody waits and nothing stands against it; most requests find it so."""
        if self._gate.locked() or self._places.value == 0 or self._pace.remaining() > 0:
            return False
        if self._limited_rate != self._pace.rate or not self._limiter.has_capacity():
            return False
        self._places.acquire_nowait()
        await self._limiter.acquire()  # at once: it has capacity, and nothing ran in between
        return True

    def _spent(self, stage: Stage, begun: float) -> float:
        """Report the time since `begun`; returns the present moment."""
        now = self._clock.monotonic()
        if now - begun >= _WORTH_TELLING:
            self._progress.report(Spent(stage, now - begun))
        return now

    async def _sit_out_pause(self) -> None:
        while (wait := self._pace.remaining()) > 0:  # it may grow while this one sleeps
            await self._clock.sleep(wait)

    async def _take_turn(self) -> None:
        if self._limited_rate != self._pace.rate:
            self._limited_rate = self._pace.rate
            self._limiter = _limiter(self._limited_rate)
            # A new bucket is empty, which would let another burst through at each change.
            await self._limiter.acquire(self._limiter.max_rate)
        await self._limiter.acquire()


def _limiter(rate: float) -> AsyncLimiter:
    burst = max(1.0, rate * _BURST_SECONDS)
    return AsyncLimiter(burst, burst / rate)


class _Pace:
    """The pause and the rate that the server's answers have led to.

    An epoch ends with each pause. Answers to requests of an earlier epoch may lengthen the pause,
    but neither halve the rate again nor count as a success: one burst of refusals counts once.
    """

    def __init__(self, options: PacingOptions, clock: Clock, progress: Progress) -> None:
        self.epoch = 0
        self.rate = options.rate
        self._options = options
        self._clock = clock
        self._progress = progress
        self._paused_until = clock.monotonic()
        self._changed_at = clock.monotonic()
        self._pauses = 0
        self._paused = 0.0
        self._refused: set[str] = set()
        self._said_senseless = False

    @property
    def is_paused(self) -> bool:
        """Whether a pause is still on."""
        return self._paused_until > self._clock.monotonic()

    def remaining(self) -> float:
        """Seconds until the pause is over; raises `OutageError` if they are too many to sleep."""
        remaining = self._paused_until - self._clock.monotonic()
        if remaining > self._options.max_wait:
            raise self._too_long(remaining)
        return remaining

    def note(self, reply: Reply, request: Request, epoch: int) -> None:
        """Learn from an answer to a request that was sent in `epoch`."""
        if reply.status in _THROTTLING:
            self._throttled(reply, request, epoch)
        elif reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and epoch == self.epoch:
            self._pauses, self._paused = 0, 0.0
            self._refused.clear()
            self._recover()

    def _throttled(self, reply: Reply, request: Request, epoch: int) -> None:
        asked = self._asked(reply, request)
        self._refused.add(request.label)
        if epoch == self.epoch:
            self._begin_pause(asked, f"HTTP {reply.status}")
        elif asked is not None:
            self._pause_until(self._clock.monotonic() + asked)
        self.remaining()
        if self._pauses > self._options.most_pauses or self._paused > self._options.most_paused:
            raise self._endless(reply, request)

    def _begin_pause(self, asked: float | None, reason: str) -> None:
        options = self._options
        self.epoch += 1
        self._pauses += 1
        pause = asked or backoff(
            self._pauses,
            first=options.first_pause,
            factor=2,
            maximum=min(options.longest_pause, options.max_wait),
            jitter_random=self._clock.random(),
        )
        self._paused += pause
        self.rate = max(min(options.floor, options.rate), self.rate / 2)
        self._changed_at = self._clock.monotonic() + pause
        self._pause_until(self._clock.monotonic() + pause)
        self._progress.report(Slowed(self.rate, pause, reason))

    def _pause_until(self, moment: float) -> None:
        self._paused_until = max(self._paused_until, moment)

    def _recover(self) -> None:
        options, now = self._options, self._clock.monotonic()
        if self.rate >= options.rate or now - self._changed_at < options.recovery_seconds:
            return
        self.rate = min(options.rate, self.rate + options.rate * options.recovery_step)
        self._changed_at = now
        self._progress.report(Slowed(self.rate, 0.0, "recovering"))

    def _asked(self, reply: Reply, request: Request) -> float | None:
        value = reply.header("retry-after")
        wait = retry_after(value, self._clock.utc_now())
        if value and wait is None and not self._said_senseless:
            self._said_senseless = True  # one is as good as hundreds
            shown = printable(value[:_LONGEST_SHOWN])
            self._progress.report(
                Warned(f"The server's Retry-After {shown!r} was ignored ({request.label}).")
            )
        return wait

    def _too_long(self, seconds: float) -> OutageError:
        return OutageError(
            f"The server asks to wait {seconds:.0f} seconds, more than the setting max_wait allows"
            f" ({self._options.max_wait:.0f})",
            cause="long wait",
            hint="Run the same command again after that; what was fetched is kept.",
        )

    def _endless(self, reply: Reply, request: Request) -> ServerError:
        alone = len(self._refused) <= _FEW
        who, kind = ("this request", ServerError) if alone else ("every request", OutageError)
        return kind(
            f"The server refuses {who} as too many, after {self._pauses} pauses of"
            f" {self._paused:.0f} seconds in all",
            request=request.label,
            status=reply.status,
            trace=reply.trace,
            cause=f"HTTP {reply.status}",
            hint="Run the same command again later, perhaps with a lower rate; what was fetched is"
            " kept.",
        )

"""What is tried again, how often and after how long; tenacity runs the loop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from crawler.api.messages import Reply, Request, Send
from crawler.clock import Clock
from crawler.errors import ServerError, ThrottledError, TransientError, UnreachableError
from crawler.progress import Progress, Retried, Spent, Stage

if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ("RetryOptions", "Retrying", "backoff", "never_arrived")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOptions:
    """Bounds of the retries; times in seconds.

    `attempts` counts all tries, the first included. `throttled_attempts` is the bound for 429 and
    503: waiting for those is pacing's business, which also has a bound for all of them together.
    `first_contact_attempts`, and `first_contact` for the first wait, hold until the server has
    answered anything at all: whoever mistyped its address should not wait to be told.
    """

    attempts: int = 6
    first_contact_attempts: int = 3
    first_contact: float = 0.5
    throttled_attempts: int = 20
    first: float = 1.0
    factor: float = 2.0
    maximum: float = 30.0


def backoff(
    attempt: int, *, first: float, factor: float, maximum: float, jitter_random: float
) -> float:
    """Seconds to wait after failed attempt number `attempt`, which counts from 1.

    ``min(maximum, first * factor ** (attempt - 1)) * (1 - jitter_random / 2)``: after the first
    failure between half of `first` and `first`. `jitter_random` is from 0 up to 1. Never more than
    `maximum`, even where the power overflows.
    """
    try:
        full = min(maximum, first * factor ** (attempt - 1))
    except OverflowError:
        full = maximum
    return full * (1 - jitter_random / 2)


class Retrying:
    """Sends a request and reads its answer, again and again while that may help.

    `reached` tells whether the server has ever answered; until then patience is short.
    """

    def __init__(
        self,
        behind: Send,
        options: RetryOptions,
        *,
        clock: Clock,
        progress: Progress,
        reached: Callable[[], bool] = lambda: True,
    ) -> None:
        self._behind = behind
        self._options = options
        self._clock = clock
        self._progress = progress
        self._reached = reached

    async def fetch(
        self,
        request: Request,
        parse: Callable[[Reply], T],
        helps: Callable[[BaseException], bool] | None = None,
    ) -> T:
        """The answer as `parse` reads it; what `parse` raises is retried like a failed request.

        `helps` tells after which errors another try is right; `None` takes those that may pass.
        Raises the last error if all attempts failed, or the first that another try cannot help.
        """

        async def once(attempt: int) -> T:
            same = request.attempt == attempt
            reply = await self._behind(request if same else replace(request, attempt=attempt))
            begun = self._clock.monotonic()
            try:
                return parse(reply)
            finally:
                spent = self._clock.monotonic() - begun
                self._progress.report(Spent(Stage.PARSING, spent))

        return await self.run(request.label, once, helps)

    async def run(
        self,
        label: str,
        once: Callable[[int], Awaitable[T]],
        helps: Callable[[BaseException], bool] | None = None,
    ) -> T:
        """Await `once` with the number of the attempt until it returns; see `fetch`."""
        rules = _Rules(label, self._options, self._clock, self._progress, self._reached)
        try:
            return await self._attempt(once, rules)
        except (TransientError, UnreachableError) as error:
            failed = error
        # Nearly no request comes this far, and this takes longer than all else that one needs.
        from tenacity import AsyncRetrying, retry_if_exception  # noqa: PLC0415

        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            stop=rules.stop,
            wait=rules.wait,
            retry=retry_if_exception(helps or _worth_another_try),
            before_sleep=rules.report,
            reraise=True,
        )

        first: list[ServerError] = [failed]

        async def attempt() -> T:
            if first:
                raise first.pop()
            return await self._attempt(once, rules)

        return await retrying(attempt)

    @staticmethod
    async def _attempt(once: Callable[[int], Awaitable[T]], rules: "_Rules") -> T:
        rules.attempt += 1
        try:
            return await once(rules.attempt)
        except ThrottledError:
            rules.throttled += 1
            raise


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, TransientError) or (
        isinstance(error, UnreachableError) and error.passing
    )


def never_arrived(error: BaseException) -> bool:
    """Whether a request certainly had no effect, and another try may fare better."""
    if isinstance(error, ThrottledError):
        return error.status == HTTPStatus.TOO_MANY_REQUESTS
    return isinstance(error, UnreachableError) and error.passing


class _Rules:
    """The decisions for one request, as tenacity asks for them after each failed attempt."""

    def __init__(
        self,
        label: str,
        options: RetryOptions,
        clock: Clock,
        progress: Progress,
        reached: Callable[[], bool],
    ) -> None:
        self.attempt = 0
        self.throttled = 0
        self._label = label
        self._options = options
        self._clock = clock
        self._progress = progress
        self._reached = reached

    def stop(self, state: "RetryCallState") -> bool:
        if isinstance(_failure(state), ThrottledError):
            return self.throttled >= self._options.throttled_attempts
        attempts = self._options.attempts
        if not self._reached():
            attempts = min(attempts, self._options.first_contact_attempts)
        return self.attempt - self.throttled >= attempts

    def wait(self, state: "RetryCallState") -> float:
        options = self._options
        if isinstance(_failure(state), ThrottledError):
            return backoff(1, first=0.1, factor=1, maximum=0.1, jitter_random=self._clock.random())
        return backoff(
            self.attempt - self.throttled,
            first=options.first if self._reached() else options.first_contact,
            factor=options.factor,
            maximum=options.maximum,
            jitter_random=self._clock.random(),
        )

    def report(self, state: "RetryCallState") -> None:
        error = _failure(state)
        cause, trace = (error.cause, error.trace) if isinstance(error, ServerError) else ("", "")
        wait = state.next_action.sleep if state.next_action is not None else 0.0
        self._progress.report(Retried(self._label, cause or "error", self.attempt, wait, trace))


def _failure(state: "RetryCallState") -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None

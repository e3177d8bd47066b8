"""What is tried again, with a clock that only counts."""

from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.api.messages import Reply, Request
from crawler.api.retrying import Retrying, RetryOptions, backoff
from crawler.errors import (
    CrawlerError,
    CredentialsError,
    OutageError,
    RefusedError,
    ThrottledError,
    TransientError,
    UnreachableError,
)
from crawler.progress import Retried

pytestmark = pytest.mark.anyio

ASK = Request("GET", ("a",))


class Failing:
    """Raises the errors one after another, then answers; keeps the attempts' numbers."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.attempts: list[int] = []

    async def __call__(self, request: Request) -> Reply:
        self.attempts.append(request.attempt)
        if self.errors:
            raise self.errors.pop(0)
        return Reply(200, body=b"done")


def retrying(send: Failing, clock: Any, recorder: Any, **options: Any) -> Retrying:
    return Retrying(send, RetryOptions(**options), clock=clock, progress=recorder)


async def test_passing_failures_are_tried_again_with_growing_waits(
    clock: Any, recorder: Any
) -> None:
    """Timeouts, 5xx and refused connections are worth another try."""
    send = Failing(
        TransientError("x", cause="timeout"),
        TransientError("x", cause="HTTP 502"),
        UnreachableError("x", passing=True),
    )
    body = await retrying(send, clock, recorder).fetch(ASK, lambda reply: reply.body)
    assert body == b"done"
    assert send.attempts == [1, 2, 3, 4]
    assert clock.slept == [1, 2, 4]
    assert [(e.cause, e.attempt, e.wait) for e in recorder.of(Retried)] == [
        ("timeout", 1, 1),
        ("HTTP 502", 2, 2),
        ("no connection", 3, 4),
    ]


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("x"),
        CredentialsError("x"),
        OutageError("x"),
        UnreachableError("x", passing=False),
        KeyError("a bug"),
    ],
)
async def test_what_does_not_pass_is_not_tried_again(
    clock: Any, recorder: Any, error: Exception
) -> None:
    """Refusals, outages, certificates and our own bugs end at once."""
    send = Failing(error)
    with pytest.raises(type(error)):
        await retrying(send, clock, recorder).fetch(ASK, lambda reply: reply)
    assert (send.attempts, clock.slept) == ([1], [])


async def test_the_last_error_is_raised_when_the_attempts_are_used_up(
    clock: Any, recorder: Any
) -> None:
    """Six attempts, five waits, then the error itself."""
    send = Failing(*[TransientError(f"number {n}") for n in range(1, 10)])
    with pytest.raises(TransientError, match="number 6"):
        await retrying(send, clock, recorder, attempts=6).fetch(ASK, lambda reply: reply)
    assert len(clock.slept) == 5


async def test_one_attempt_means_no_retry(clock: Any, recorder: Any) -> None:
    """The bound counts the first try."""
    with pytest.raises(TransientError):
        await retrying(Failing(TransientError("x")), clock, recorder, attempts=1).fetch(
            ASK, lambda reply: reply
        )
    assert clock.slept == []


async def test_a_wrong_document_is_tried_again(clock: Any, recorder: Any) -> None:
    """Reading the answer is part of the attempt."""
    answers = iter([TransientError("x", cause="wrong document"), None])

    def parse(reply: Reply) -> str:
        if (error := next(answers)) is not None:
            raise error
        return "read"

    assert await retrying(Failing(), clock, recorder).fetch(ASK, parse) == "read"
    assert [event.cause for event in recorder.of(Retried)] == ["wrong document"]


async def test_throttled_attempts_have_a_bound_of_their_own(clock: Any, recorder: Any) -> None:
    """429 does not use up the attempts for other failures, and waits hardly at all here."""
    send = Failing(*[ThrottledError("x")] * 10, TransientError("x"), TransientError("x"))
    await retrying(send, clock, recorder, attempts=3).fetch(ASK, lambda reply: reply)
    assert clock.slept == [*[0.1] * 10, 1, 2]
    send = Failing(*[ThrottledError("x")] * 30)
    with pytest.raises(ThrottledError):
        await retrying(send, clock, recorder).fetch(ASK, lambda reply: reply)
    assert len(send.attempts) == 20


async def test_cancelling_is_never_retried(clock: Any, recorder: Any) -> None:
    """A cancelled attempt ends the whole fetch as cancelled."""

    async def send(request: Request) -> Reply:
        await anyio.sleep_forever()
        raise AssertionError

    retries = Retrying(send, RetryOptions(), clock=clock, progress=recorder)
    with anyio.move_on_after(0.01) as scope:
        await retries.fetch(ASK, lambda reply: reply)
    assert scope.cancelled_caught
    assert clock.slept == []


async def test_many_fetches_at_once_do_not_share_their_counts(clock: Any, recorder: Any) -> None:
    """Each request has its own attempts."""
    sends = [Failing(*[TransientError("x")] * 5) for _ in range(20)]
    async with anyio.create_task_group() as group:
        for send in sends:
            fetch = retrying(send, clock, recorder).fetch
            group.start_soon(fetch, ASK, lambda reply: reply)
    assert all(send.attempts == [1, 2, 3, 4, 5, 6] for send in sends)


@given(
    attempt=st.integers(1, 10**6),
    first=st.floats(0, 1e300),
    factor=st.floats(1, 1e300),
    maximum=st.floats(0, 1e6),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_backoff_is_bounded_whatever_the_numbers(
    attempt: int, first: float, factor: float, maximum: float, chance: float
) -> None:
    """Never negative, never above the maximum, no overflow."""
    wait = backoff(attempt, first=first, factor=factor, maximum=maximum, jitter_random=chance)
    assert 0 <= wait <= maximum


def test_backoff_follows_its_formula() -> None:
    """Powers of the factor, less up to half by chance."""
    waits = [backoff(n, first=1, factor=2, maximum=10, jitter_random=0) for n in range(1, 7)]
    assert waits == [1, 2, 4, 8, 10, 10]
    assert backoff(1, first=1, factor=2, maximum=10, jitter_random=0.5) == 0.75


def test_every_retried_error_is_one_of_ours() -> None:
    """The classes that this module decides on are errors of the project."""
    for kind in (TransientError, ThrottledError, UnreachableError):
        assert issubclass(kind, CrawlerError)


async def test_before_the_first_answer_patience_is_short(clock: Any, recorder: Any) -> None:
    """Whoever mistyped the port knows it after three tries and a second and a half."""
    refused = UnreachableError("x", passing=True)
    send = Failing(*[refused] * 8)
    reached = False
    retries = Retrying(
        send, RetryOptions(), clock=clock, progress=recorder, reached=lambda: reached
    )
    with pytest.raises(UnreachableError):
        await retries.fetch(ASK, lambda reply: reply.body)
    assert (send.attempts, clock.slept) == ([1, 2, 3], [0.5, 1])
    reached = True
    assert await retries.fetch(ASK, lambda reply: reply.body) == b"done"
    assert clock.slept[2:] == [1, 2, 4, 8, 16]


async def test_fewer_attempts_than_those_of_the_first_contact_stay_fewer(
    clock: Any, recorder: Any
) -> None:
    """Somebody who wants one attempt gets one."""
    send = Failing(*[UnreachableError("x", passing=True)] * 9)
    options = RetryOptions(attempts=1)
    retries = Retrying(send, options, clock=clock, progress=recorder, reached=lambda: False)
    with pytest.raises(UnreachableError):
        await retries.fetch(ASK, lambda reply: reply.body)
    assert send.attempts == [1]

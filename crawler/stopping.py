"""How a job is stopped: waits end at once, answers that are under way may still come.

Cancellation alone would drop every request that the server is already answering, and the next run
would ask for the same again. A `StoppableScope` cancels what runs in it, too, but what stands in
`until_answered` at that moment goes on, for a few seconds at most. Whoever is outside of any such
scope, such as a caller of the library with scopes of its own, cancels as ever.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Final, Self, TypeVar

import anyio
from anyio.lowlevel import checkpoint_if_cancelled

__all__ = ("GRACE", "StoppableScope", "until_answered")

T = TypeVar("T")

#: Seconds; 95 % of the service's answers were recorded to come within two.
GRACE: Final = 5.0


class StoppableScope:
    """A cancel scope that lets what is in flight in it be answered, within `grace` seconds.

    Like cancel scopes it holds for all that is called in it and for tasks that are started there.
    """

    def __init__(self, grace: float = GRACE) -> None:
        self.grace = grace
        self._scope = anyio.CancelScope()
        self._in_flight: set[anyio.CancelScope] = set()
        self._token: Token[StoppableScope | None] | None = None

    def __enter__(self) -> Self:
        self._token = _SCOPE.set(self)
        self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if self._token is not None:
            _SCOPE.reset(self._token)
        return bool(self._scope.__exit__(kind, error, trace))

    def stop(self) -> int:
        """Cancel all but what is in flight; returns how much that is."""
        ends = anyio.current_time() + self.grace
        for each in self._in_flight:
            each.shield, each.deadline = True, ends
        self._scope.cancel()
        return len(self._in_flight)

    async def _answered(self, call: Callable[[], Awaitable[T]]) -> T:
        scope = anyio.CancelScope()
        self._in_flight.add(scope)
        try:
            with scope:
                return await call()
        finally:
            self._in_flight.discard(scope)
        await checkpoint_if_cancelled()
        raise AssertionError("only a stop ends the time, and it has cancelled this")


_SCOPE: ContextVar[StoppableScope | None] = ContextVar("stoppable_scope", default=None)


async def until_answered(call: Callable[[], Awaitable[T]]) -> T:
    """Await `call`, which sends a request; a stop of the job does not drop it at once.

    Nothing is begun in a job that is stopped already.
    """
    await checkpoint_if_cancelled()
    scope = _SCOPE.get()
    return await (call() if scope is None else scope._answered(call))  # noqa: SLF001

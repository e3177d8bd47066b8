"""What can go wrong between a server and its client, and when it does.

Which fault a request meets follows from a seed, from its path and query, and from how often that
path and query was asked for before: never from the order in which requests happen to arrive.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from crawler.demo.ids import share_of, whole_of

__all__ = ("LASTING_KINDS", "Fault", "FaultKind", "FaultPlan", "Faults")


class FaultKind(Enum):
    """One way for an answer to be wrong."""

    ERROR_500 = "500 with an HTML page"
    ERROR_502 = "502 from the proxy"
    ERROR_503 = "503"
    ERROR_503_RETRY_AFTER = "503 with Retry-After in seconds"
    TOO_MANY = "429"
    TOO_MANY_RETRY_AFTER = "429 with Retry-After in seconds"
    RESET = "the connection is reset before any byte"
    CLOSED = "the connection is closed before any byte"
    CUT = "the body ends before its Content-Length"
    CUT_CHUNKED = "a body in chunks ends without the last one"
    EMPTY = "200 with an empty body"
    HTML = "200 with an HTML page"
    NULL_DATA = '200 with `{"data": null}`'
    NOT_UTF8 = "200 with bytes that are not UTF-8"
    NOT_JSON = "200 with half a JSON document, whole by its Content-Length"
    WRONG_DOCUMENT = "200 with the document of another resource"
    HANG = "nothing at all until the client gives up or the server stops"
    DRIP = "the right body, byte by byte, with a pause after each"
    SIGN_IN = "302 to the page where people sign in"
    ELSEWHERE = "302 to another host"
    LOOP = "302 to the same address"
    NOT_MODIFIED = "304 to a request that named no answer"
    BAD_GZIP = "a body that claims to be gzip and is not"
    OVERSIZED = "200 with a body of very many bytes"
    GZIP_BOMB = "200 with few bytes that unpack to very many"


LASTING_KINDS = frozenset(
    {FaultKind.HANG, FaultKind.DRIP, FaultKind.OVERSIZED, FaultKind.GZIP_BOMB}
)
"""Kinds that cost time or memory by their nature; a plan has them only if told to."""

_BEFORE_THE_WORK = frozenset(
    {
        FaultKind.TOO_MANY,
        FaultKind.TOO_MANY_RETRY_AFTER,
        FaultKind.SIGN_IN,
        FaultKind.ELSEWHERE,
        FaultKind.LOOP,
    }
)
"""Answers that by their meaning come instead of what was asked for: no write is ever done."""

_SUDDEN_KINDS = tuple(each for each in FaultKind if each not in LASTING_KINDS)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that a test asks for.

    Attributes:
        kind: What goes wrong.
        path: A regular expression that is searched for in the path with its query, such as
            ``/suites/52e6b438$`` or ``/tests[?]page=2``.
        times: How many matching requests meet it, one after the other; ``None``: all of them.
        seconds: The pause after each byte of DRIP; what ``Retry-After`` says, in whole seconds.
        location: Where ELSEWHERE leads to.
        size: Bytes of OVERSIZED and GZIP_BOMB when unpacked.
        done: Whether a write is carried out although its answer goes wrong.
    """

    kind: FaultKind
    path: str
    times: int | None = 1
    seconds: float = 1.0
    location: str = "http://elsewhere.invalid/"
    size: int = 64 * 1024 * 1024
    done: bool = True

    @property
    def lets_write(self) -> bool:
        """Whether a write that meets this fault is carried out."""
        return self.done and self.kind not in _BEFORE_THE_WORK


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Faults by chance, the same in every run.

    Attributes:
        seed: Another seed is another misfortune.
        share: How likely a request is to meet a fault, from 0 to 1.
        kinds: What may go wrong, each as likely as the other.
        attempts: So often at most each path and query suffers; from then on it works, so whoever
            tries once more often than that gets through. ``None``: what fails fails for ever.
        only: A regular expression that is searched for in the path with its query; requests that
            it does not match are spared. Logging in is spared unless this says otherwise.
        seconds: As for ``Fault``, zero by default so that nobody waits.
        done: How likely a write that meets a fault is to be carried out all the same.
    """

    seed: int
    share: float
    kinds: Sequence[FaultKind] = _SUDDEN_KINDS
    attempts: int | None = 2
    only: str = r"^/api/(?!login)"
    seconds: float = 0.0
    done: float = 0.5

    def decide(self, target: str, seen: int) -> Fault | None:
        """The fault for a path with its query that was asked for ``seen`` times before."""
        if not re.search(self.only, target):
            return None
        if self.attempts is None:
            seen = 0
        elif seen >= self.attempts:
            return None
        if share_of(self.seed, target, seen) >= self.share:
            return None
        number = whole_of(self.seed, "kind", target, seen) % len(self.kinds)
        done = share_of(self.seed, "done", target, seen) < self.done
        return Fault(self.kinds[number], target, seconds=self.seconds, done=done)


@dataclass(slots=True)
class Faults:
    """The faults of one server: those that tests ask for go before those of the plan.

    Attributes:
        plan: Faults by chance, or ``None``.
        wanted: Faults by request; add to it at any time.
        met: How often each kind was met.
    """

    plan: FaultPlan | None = None
    wanted: list[Fault] = field(default_factory=list)
    met: Counter[FaultKind] = field(default_factory=Counter)
    _used: Counter[int] = field(default_factory=Counter)
    _seen: Counter[str] = field(default_factory=Counter)

    def next_for(self, target: str, further: str = "") -> Fault | None:
        """The fault that this request meets, if any; counts the request.

        ``further`` tells requests to the same path and query apart, such as a sum of the body.
        """
        fault = self._wanted_for(target)
        if fault is None and self.plan is not None:
            key = f"{target}{further}"
            fault = self.plan.decide(key, self._seen[key])
            self._seen[key] += 1
        if fault is not None:
            self.met[fault.kind] += 1
        return fault

    def _wanted_for(self, target: str) -> Fault | None:
        for number, fault in enumerate(self.wanted):
            spent = fault.times is not None and self._used[number] >= fault.times
            if not spent and re.search(fault.path, target):
                self._used[number] += 1
                return fault
        return None

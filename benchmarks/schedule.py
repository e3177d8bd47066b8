"""The best that so many workers can do: the same requests and waits, on paper.

Greedy: whoever is free takes what has waited longest. A request can begin when what names it has
been answered, as in the crawl: the skeleton names all suites, first pages name the others.
"""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.collecting import PROJECT, page_target
from benchmarks.served import SLUG

__all__ = ("Ideal", "ideal")

_LOGIN = "/api/login"
_SKELETON = f"/api/{SLUG}/suites/tree"


@dataclass(frozen=True, slots=True)
class Ideal:
    """Seconds: of the greedy schedule, and of the bound that no schedule beats."""

    greedy: float
    bound: float


def ideal(targets: Sequence[str], workers: int, wait: Callable[[str, int], float]) -> Ideal:
    """For a reading of `targets`; `wait` tells how long the nth request for an address takes."""
    first_pages = (page_target("suites", 1), _SKELETON, page_target("tests", 1))
    named: dict[str, list[str]] = {
        _SKELETON: [t for t in targets if f"/{SLUG}/suites/" in t and t != _SKELETON]
    }
    for listing in ("suites", "tests"):
        first = page_target(listing, 1)
        named[first] = [t for t in targets if f"/{SLUG}/{listing}?page=" in t and t != first]
    # Login and project come before all else, the second look at the skeleton after all else.
    begins = wait(_LOGIN, 1) + wait(PROJECT, 1)
    greedy = begins
    waiting, under_way = deque(first_pages), list[tuple[float, str]]()
    while waiting or under_way:
        while waiting and len(under_way) < workers:
            target = waiting.popleft()
            heapq.heappush(under_way, (greedy + wait(target, 1), target))
        greedy, target = heapq.heappop(under_way)
        waiting += named.get(target, ())
    work = [t for t in targets if t != PROJECT]
    longest = max(
        wait(first, 1) + max((wait(t, 1) for t in named[first]), default=0.0)
        for first in first_pages
    )
    total = sum(wait(t, 1) for t in work) / workers
    end = wait(_SKELETON, 2)
    return Ideal(greedy + end, begins + max(total, longest) + end)

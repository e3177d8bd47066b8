"""How long a project of 1,000 suites takes at which rate and with how many workers, on paper."""

import heapq
import statistics
from random import Random

from benchmarks.figures import Comparison
from crawler.demo.latency import quantile

__all__ = ("defaults",)

_REQUESTS = 1_200  # 1,000 suites, 10,000 tests by 50 a page
_RATES = (5, 10, 20, 50)
_WORKERS = (2, 4, 8, 16, 32)
_SEEDS = 15


def defaults() -> Comparison:
    """Waits are drawn from the recorded distribution; no machine is measured."""
    times = {
        rate: [
            statistics.median(_seconds(workers, rate, seed) for seed in range(_SEEDS))
            for workers in _WORKERS
        ]
        for rate in _RATES
    }
    rows = tuple((f"{rate}/s", *(f"{each:.0f}" for each in row)) for rate, row in times.items())
    mean = statistics.fmean(quantile((each + 0.5) / 10_000) for each in range(10_000))
    return Comparison(
        "defaults",
        "Rate and workers",
        f"Seconds for {_REQUESTS:,} requests, of 1,000 suites with 10 tests each, by rate and"
        f" workers; waits drawn from the recorded distribution, whose mean is {mean:.2f} s. Medians"
        f" of {_SEEDS} draws, on paper.",
        ("rate", *(f"{each} workers" for each in _WORKERS)),
        rows,
        {str(rate): row for rate, row in times.items()},
    )


def _seconds(workers: int, rate: float, seed: int) -> float:
    chance = Random(seed)
    free, turn, end = [0.0] * workers, 0.0, 0.0
    for _ in range(_REQUESTS):
        begin = max(heapq.heappop(free), turn)
        turn = begin + 1 / rate
        answered = begin + quantile(chance.random())
        heapq.heappush(free, answered)
        end = max(end, answered)
    return end

"""How long the live service lets a client wait: a recorded distribution, drawn by seed."""

import math
from itertools import pairwise

from crawler.demo.ids import share_of

__all__ = ("delay_of", "quantile")

_RECORDED = (
    (0.0, 0.12),
    (0.10, 0.16),
    (0.50, 0.21),
    (0.90, 0.56),
    (0.95, 2.1),
    (0.99, 8.3),
    (1.0, 26.0),
)
"""Share of requests, and the seconds under which they were answered: one sequential client, 11
days, 234 requests. The shortest is not recorded; 0.12 is a guess."""


def quantile(share: float) -> float:
    """Seconds under which this share of requests was answered.

    Between two recorded points the logarithm of the time grows in proportion to the share.
    """
    for (low, short), (high, long) in pairwise(_RECORDED):
        if share <= high:
            part = (share - low) / (high - low)
            return math.exp(math.log(short) + part * (math.log(long) - math.log(short)))
    return _RECORDED[-1][1]


def delay_of(seed: int, target: str, scale: float) -> float:
    """Seconds to wait before answering this path and query; the same at every request."""
    return scale * quantile(share_of(seed, "latency", target)) if scale > 0 else 0.0

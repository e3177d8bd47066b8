"""The fewest siblings that explain a changed order."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence

__all__ = ("longest_increasing", "out_of_order")


def out_of_order(
    old: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """(old number, new number) of the fewest siblings to move so that `old` is in `new`'s order.

    Both are (key, number) pairs of the same siblings; equal keys pair in order.
    """
    places: defaultdict[int, deque[int]] = defaultdict(deque)
    for place, (key, _) in enumerate(old):
        places[key].append(place)
    came_from = [places[key].popleft() if places[key] else -1 for key, _ in new]
    paired = [index for index, place in enumerate(came_from) if place >= 0]
    kept = longest_increasing([came_from[index] for index in paired])
    return [
        (old[came_from[index]][1], new[index][1])
        for order, index in enumerate(paired)
        if order not in kept
    ]


def longest_increasing(values: Sequence[int]) -> set[int]:
    """The indexes of a longest increasing subsequence of different numbers, in O(n log n)."""
    ends: list[int] = []  # for each length the smallest value that such a subsequence ends with
    indexes: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(ends, value)
        before.append(indexes[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            indexes.append(index)
        else:
            ends[length] = value
            indexes[length] = index
    found: set[int] = set()
    last = indexes[-1] if indexes else -1
    while last >= 0:
        found.add(last)
        last = before[last]
    return found

"""Suites as brackets around what is in them, for targets whose files are nested."""

from collections.abc import Iterable, Iterator
from enum import Enum

from crawler.export.case import Case, Item, Suite

__all__ = ("Bracket", "nested")


class Bracket(Enum):
    """What happens to an item."""

    OPEN = "a suite begins"
    CASE = "a test stands here"
    CLOSE = "a suite ends"


def nested(items: Iterable[Item]) -> Iterator[tuple[Bracket, Item]]:
    """Each suite twice, before and after all that is below it, and each test once."""
    opened: list[Suite] = []
    for item in items:
        depth = len(item.suites) if isinstance(item, Case) else item.depth
        while len(opened) > depth:
            yield Bracket.CLOSE, opened.pop()
        if isinstance(item, Suite):
            opened.append(item)
            yield Bracket.OPEN, item
        else:
            yield Bracket.CASE, item
    while opened:
        yield Bracket.CLOSE, opened.pop()

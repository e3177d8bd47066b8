"""Suites that stand in a file only as the way to their tests."""

from collections.abc import Callable

from crawler.export.case import Item, Suite
from crawler.export.losses import Kept, Losses

__all__ = ("ShownSuites",)


class ShownSuites:
    """Settles such suites: with what `keep` says if a test is below them, else as lost.

    `meet` is told of each item in document order, `end` of the end.
    """

    def __init__(self, losses: Losses, keep: Callable[[Suite], Kept]) -> None:
        self._losses = losses
        self._keep = keep
        self._open: list[Suite] = []
        self._shown = 0  # how many of the open ones lead to a test

    def meet(self, item: Item) -> None:
        """Note the next item."""
        if isinstance(item, Suite):
            self._leave(item.depth)
            self._open.append(item)
        else:
            self._leave(len(item.suites))
            self._shown = len(self._open)

    def end(self) -> None:
        """There are no more."""
        self._leave(0)

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            suite = self._open.pop()
            shown = self._shown > len(self._open)
            self._shown = min(self._shown, len(self._open))
            self._losses.settle(suite, self._keep(suite) if shown else {})

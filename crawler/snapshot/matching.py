"""Only the tests that a selection asks for, and the suites that lead to them."""

from collections.abc import Iterable, Iterator

from crawler.selection import Selection
from crawler.snapshot.document import Node, NodeKind

__all__ = ("matching",)


def matching(nodes: Iterable[Node], selection: Selection) -> Iterator[Node]:
    """The nodes in document order, without tests that have not the state or the tags asked for.

    If either is asked for, a suite is there only if such a test is in it or below it.
    """
    return _matching(nodes, selection) if selection.picks_tests else iter(nodes)


def _matching(nodes: Iterable[Node], selection: Selection) -> Iterator[Node]:
    waiting: list[Node] = []  # open suites that nothing was found in so far
    for node in nodes:
        while waiting and waiting[-1].depth >= node.depth:
            waiting.pop()
        if node.kind is NodeKind.SUITE:
            waiting.append(node)
        elif selection.admits(node.fields):
            yield from waiting
            yield node
            waiting.clear()

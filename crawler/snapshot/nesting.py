"""From the flat document to the nested one that files hold, without recursion.

Writers are driven: `drive` walks the nodes and tells a `Nest` when a list or an item begins and
ends. So the rules of document order stand here once, and no format needs recursion.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Protocol, TypeVar

from crawler.snapshot.document import Node, NodeKind

__all__ = ("KEYS", "Nest", "drive", "peek")

KEYS: Final = {NodeKind.SUITE: "suites", NodeKind.TEST: "tests"}
"""The key under which the nodes of a kind stand in a file."""

ItemT = TypeVar("ItemT")


class Nest(Protocol):
    """What a writer does at each border of the nested document; `depth` is that of the nodes."""

    def open_list(self, kind: NodeKind, depth: int) -> None:
        """The list of all suites, or of all tests, of the item that is open begins."""

    def item(self, node: Node, *, first: bool) -> None:
        """An item begins; `first` in its list."""

    def close_item(self, depth: int) -> None:
        """The item ends, after all that is below it."""

    def close_list(self, depth: int) -> None:
        """The list ends."""


def drive(nodes: Iterable[Node], nest: Nest, *, orphans: bool = False) -> None:
    """Walk the nodes once and report every border to `nest`; only among orphans tests are roots.

    Raises:
        ValueError: if the nodes are not in document order.
    """
    lists: list[NodeKind] = []  # the lists that are open; the position is the depth
    for node in nodes:
        depth = node.depth
        while len(lists) > depth + 1:
            _close(nest, lists)
        if len(lists) == depth + 1 and lists[-1] is node.kind:  # as most nodes: the one before ends
            nest.close_item(depth)
            nest.item(node, first=False)
            continue
        if not (depth or orphans or node.kind is NodeKind.SUITE):
            raise ValueError(f"a node without a suite above it: {node.fields!r}")
        _open(node, lists, nest)
        nest.item(node, first=True)
    while lists:
        _close(nest, lists)


def peek(items: Iterable[ItemT]) -> Iterator[ItemT] | None:
    """All items of a stream that may be walked only once, or `None` if there is none."""
    stream = iter(items)
    for item in stream:
        return chain((item,), stream)
    return None


def _close(nest: Nest, lists: list[NodeKind]) -> None:
    depth = len(lists) - 1
    nest.close_item(depth)
    nest.close_list(depth)
    lists.pop()


def _open(node: Node, lists: list[NodeKind], nest: Nest) -> None:
    """Open the list that the node is the first of."""
    if len(lists) == node.depth + 1:
        if node.kind is NodeKind.SUITE:
            raise ValueError(f"a suite after the tests of its parent: {node.fields!r}")
        _close(nest, lists)
    elif len(lists) < node.depth or (lists and lists[-1] is NodeKind.TEST):
        raise ValueError(f"a node without a suite above it: {node.fields!r}")
    lists.append(node.kind)
    nest.open_list(node.kind, node.depth)

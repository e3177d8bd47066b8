"""Pure: orphans given a home, since the API writes nothing that has no place in the tree."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from crawler.snapshot.document import Document, Node, NodeKind

__all__ = ("HOME_TITLE", "Rewalked", "adopted")

HOME_TITLE: Final = "Orphans"
"""The title of the root suite that takes what stood under `orphans`."""

_HOME_ID: Final = "orphans"
_TESTS_ID: Final = "orphans/tests"
_TESTS_TITLE: Final = "Orphan tests"


@dataclass(frozen=True, slots=True)
class Rewalked(Iterable[Node]):
    """Nodes that are made anew at each walk."""

    make: Callable[[], Iterator[Node]]

    def __iter__(self) -> Iterator[Node]:
        return self.make()


def adopted(document: Document) -> Document:
    """The same document with its orphans, if it has any, below one more root.

    Suites stand there as they were, tests in a suite of their own. Both may be walked as often as
    those of the original.
    """
    orphans = iter(document.orphans)
    first = next(orphans, None)
    if first is None:
        return document
    kinds = {first.kind, *(node.kind for node in orphans if node.depth == 0)}
    head = replace(document.head, suites=document.head.suites + 1 + (NodeKind.TEST in kinds))
    return Document(head, Rewalked(lambda: _nodes(document)))


def _nodes(document: Document) -> Iterator[Node]:
    position = 0.0
    for node in document.nodes:
        if node.depth == 0 and isinstance(node.fields.get("position"), int | float):
            position = max(position, float(node.fields["position"]))
        yield node
    yield _made(0, _HOME_ID, HOME_TITLE, "folder", int(position) + 1)
    alone = False
    for node in document.orphans:
        if node.depth == 0 and node.kind is NodeKind.TEST and not alone:
            alone = True
            yield _made(1, _TESTS_ID, _TESTS_TITLE, "file", None)
        below = 2 if alone else 1
        yield Node(node.kind, node.depth + below, node.fields)


def _made(depth: int, identity: str, title: str, file_type: str, position: int | None) -> Node:
    fields: dict[str, Any] = {"id": identity, "title": title, "file_type": file_type}
    if position is not None:
        fields["position"] = position
    return Node(NodeKind.SUITE, depth, fields)

"""Both sides of a restore in one form, so that what differs is what did not arrive."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from crawler.restore.fields import comparable
from crawler.restore.orphans import Rewalked
from crawler.restore.planning import text_of
from crawler.restore.texts import Texts
from crawler.snapshot.document import Document, Node

__all__ = ("as_compared", "as_expected")


def as_compared(document: Document) -> Document:
    """A project as it is after a restore, less what no client can set."""
    return _viewed(document, lambda node: node.fields)


def as_expected(document: Document, texts: Texts) -> Document:
    """The snapshot as it should be after a restore: with new IDs and addresses in its texts."""

    def fields(node: Node) -> Mapping[str, Any]:
        text = text_of(node.fields)
        rewritten, _ = texts.rewritten(text)
        return node.fields if rewritten == text else {**node.fields, "description": rewritten}

    return _viewed(document, fields)


def _viewed(document: Document, fields: Callable[[Node], Mapping[str, Any]]) -> Document:
    def nodes(source: Iterable[Node]) -> Iterator[Node]:
        for node in source:
            yield Node(node.kind, node.depth, comparable(node.kind, fields(node)))

    return Document(
        replace(document.head, sections=()),  # only the tree is restored
        Rewalked(lambda: nodes(document.nodes)),
        Rewalked(lambda: nodes(document.orphans)),
    )

"""The snapshot that a restore reads: opened, checked, and seen as what is to be written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from crawler.config.settings import Settings
from crawler.errors import IncompleteError
from crawler.jobs.restore_files import KeptFiles, files_of
from crawler.model import ItemKind
from crawler.plural import counted
from crawler.restore.links import Rewriter
from crawler.restore.orphans import Rewalked, adopted
from crawler.restore.planning import Survey, survey
from crawler.snapshot.document import Document, Head, Node
from crawler.snapshot.locate import located
from crawler.snapshot.noise import Omission
from crawler.snapshot.writer import watched

__all__ = ("Original", "omitted", "original", "surveyed")


@dataclass(frozen=True, slots=True)
class Original:
    """A snapshot as it is to be written; `head` is its own, before orphans were given a home.

    `orphans` counts suites and tests that got one.
    """

    document: Document
    head: Head
    omission: Omission
    files: KeptFiles
    orphans: int


@contextmanager
def original(
    name: str, stdin: BinaryIO | None, settings: Settings, ignore: Iterable[str]
) -> Iterator[Original]:
    """The snapshot called `name`, whose nodes can be walked again inside the block.

    Raises:
        IncompleteError: if it is partial and `settings.allow_partial` is not set.
        LocalError, SnapshotError, UsageError: if it cannot be read.
    """
    with located(name, stdin=stdin) as document:
        head = document.head
        if not head.complete and not settings.allow_partial:
            gaps = len(head.gaps)
            raise IncompleteError(
                f"{name} is a partial snapshot, with {counted(gaps, 'gap')}, so"
                " nothing was written.",
                hint="--allow-partial restores what there is.",
            )
        omission = Omission((*ignore, *head.omitted))
        files = files_of(document, name, omission)
        orphans = sum(1 for _ in document.orphans)
        yield Original(adopted(omitted(document, omission)), head, omission, files, orphans)


def omitted(document: Document, omission: Omission) -> Document:
    """The document without the places that are left out, to be walked as often as the original."""
    if not omission.places:
        return document

    def nodes(source: Iterable[Node]) -> Iterator[Node]:
        for node in source:
            fields = omission.apply(ItemKind(node.kind.value), dict(node.fields))
            yield Node(node.kind, node.depth, fields)

    return Document(
        document.head,
        Rewalked(lambda: nodes(document.nodes)),
        Rewalked(lambda: nodes(document.orphans)),
    )


def surveyed(document: Document, rewriter: Rewriter) -> tuple[Survey, str]:
    """What the document holds, and a sum of all of it."""
    watch = watched(document)
    return survey(watch.document.nodes, rewriter), watch.hexdigest()

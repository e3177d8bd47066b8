"""A snapshot held against the server's own Markdown: a second list of IDs and titles.

It comes from another part of the server than what a crawl reads, under another credential, in one
answer. So it can tell what all of the crawl's sources have wrong alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from crawler.clock import Clock
from crawler.config.settings import Settings
from crawler.errors import IncompleteError, SnapshotError, UsageError
from crawler.jobs.connection import connect_with_key
from crawler.progress import Progress
from crawler.redaction import printable
from crawler.snapshot.document import Document, NodeKind
from crawler.snapshot.markdown_fields import STEP, split
from crawler.snapshot.markdown_page import read as read_page

__all__ = ("Testimony", "pages_on")

_AUTOMATED: Final = "automated"


@dataclass(frozen=True, slots=True)
class Testimony:
    """How many suites and tests the Markdown names, and what differs, a sentence each."""

    __test__ = False  # its name looks like a test's

    suites: int
    tests: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A suite or test as its page shows it."""

    title: str
    automated: bool = False


async def pages_on(
    settings: Settings, document: Document, *, progress: Progress, clock: Clock
) -> Testimony:
    """What the server's Markdown says otherwise than the snapshot.

    Suites without a test have no page, so only those that have one are looked for.

    Raises:
        AccessError, ServerError: if it cannot be had.
        IncompleteError: if a page cannot be read.
        UsageError: if the snapshot is of another server, or seems to be of another project.
    """
    head = document.head
    async with connect_with_key(settings, progress=progress, clock=clock) as project:
        if head.url != project.server:
            raise UsageError(
                f"The snapshot is of {printable(head.url)}, and the configured server is"
                f" {project.server}.",
                hint="Name its server with --url, if you trust it with the project's token.",
            )
        pages = await project.pages(automated=True)
    said = _said(pages)
    if said[NodeKind.TEST] and head.tests and not _meet(document, said[NodeKind.TEST]):
        raise UsageError(
            "No test of the snapshot is in the server's Markdown: the project token is of another"
            f" project than {printable(head.project_id)}.",
        )
    counts = {kind: len(said[kind]) for kind in NodeKind}
    faults = tuple(_faults(document, said))
    return Testimony(counts[NodeKind.SUITE], counts[NodeKind.TEST], faults)


def _said(pages: Mapping[str, str]) -> dict[NodeKind, dict[str, _Said]]:
    found: dict[NodeKind, dict[str, _Said]] = {kind: {} for kind in NodeKind}
    for path, text in pages.items():
        try:
            blocks = read_page(text)
        except SnapshotError as error:
            raise IncompleteError(
                f"The server's page '{printable(path[:80])}' cannot be read: {error.message}"
            ) from error
        for block in blocks:
            identity = block.meta.get("id", "").removeprefix("@")[1:]
            if identity:
                automated = block.meta.get("type") == _AUTOMATED
                found[block.kind][identity] = _Said(_even(block.title), automated)
    return found


def _meet(document: Document, tests: Mapping[str, _Said]) -> bool:
    """Whether anything is in both."""
    return any(fields.get("id") in tests for _, fields in _items(document))


def _faults(document: Document, said: Mapping[NodeKind, Mapping[str, _Said]]) -> Iterator[str]:
    left = {kind: dict(each) for kind, each in said.items()}
    # A server that leaves automated tests out of its pages says nothing of them.
    tells_automated = any(each.automated for each in said[NodeKind.TEST].values())
    for kind, fields in _items(document):
        identity = str(fields.get("id"))
        title, other = _even(split(kind, fields)[0].title), left[kind].pop(identity, None)
        name = f"{kind} '{printable(title)}' [{printable(identity)}]"
        if other is not None:
            if other.title != title and not other.title.endswith(f"{STEP}{title}"):
                yield f"{name}: the server's Markdown calls it '{printable(other.title)}'"
        elif kind is NodeKind.TEST and (tells_automated or _is_manual(fields)):
            yield f"{name}: the server's Markdown does not have it"
    if document.head.selection:
        return
    for kind, items in left.items():
        for identity, each in items.items():
            name = f"{kind} '{printable(each.title)}' [{printable(identity)}]"
            yield f"{name}: only the server's Markdown has it"


def _items(document: Document) -> Iterable[tuple[NodeKind, Mapping[str, Any]]]:
    nodes = chain(document.nodes, document.orphans)
    return ((node.kind, node.fields) for node in nodes)


def _is_manual(fields: Mapping[str, Any]) -> bool:
    return bool(fields.get("state", "manual") == "manual")


def _even(title: str) -> str:
    return " ".join(title.split())

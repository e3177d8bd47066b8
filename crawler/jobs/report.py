"""A snapshot as a page for a browser."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.report.page import page
from crawler.snapshot.document import Document, Head
from crawler.snapshot.locate import located
from crawler.snapshot.store import check_writable, open_for_replace

__all__ = ("Reported", "write_report")


@dataclass(frozen=True, slots=True)
class Reported:
    """What was written; `size` in bytes."""

    head: Head
    size: int


def write_report(
    source: str, output: Path | BinaryIO, *, stdin: BinaryIO | None = None
) -> Reported:
    """Write the page of a snapshot to `output`, a place or an open stream.

    `source` is a path, ``REV:PATH`` of git, or ``-`` for `stdin`.

    Raises:
        LocalError: if something cannot be read or written; a place is then as it was.
        SnapshotError: if it is no snapshot that this version reads.
        UsageError: if `source` is ``-`` and there is no `stdin`.
    """
    if isinstance(output, Path):
        check_writable(output)
    with located(source, stdin=stdin) as document:
        if not isinstance(output, Path):
            return Reported(document.head, _write(document, output))
        with open_for_replace(output) as out:
            return Reported(document.head, _write(document, out))


def _write(document: Document, out: BinaryIO) -> int:
    return sum(out.write(piece.encode()) for piece in page(document))

"""The formats that are a directory, by what they have in common."""

from typing import Protocol

from crawler.errors import UsageError
from crawler.snapshot import as_tree
from crawler.snapshot.as_tree import ROOT, Put, Read
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format

__all__ = ("Layout", "layout", "load", "named_in")


class Layout(Protocol):
    """A module that spreads a document over files, and gathers it again."""

    def dump(self, document: Document, put: Put) -> None:
        """Hand out every file of the document in one walk, `ROOT` last.

        Raises:
            SnapshotError: if a value cannot be held.
            ValueError: if the nodes are not in document order.
        """

    def load(self, read: Read) -> Document:
        """Read a document; its nodes stay in the files, which are read again at each walk.

        Raises:
            SnapshotError: if it is not a snapshot of format 1 in this layout.
        """


def layout(chosen: Format) -> Layout:
    """What spreads a document over files in this format.

    Raises:
        UsageError: if it is one file.
    """
    match chosen:
        case Format.TREE:
            return as_tree
        case Format.MARKDOWN:
            from crawler.snapshot import as_markdown  # noqa: PLC0415  few need it

            return as_markdown
        case _:
            raise UsageError(f"A snapshot in {chosen.value} is a file, and not a directory.")


def load(read: Read) -> Document:
    """Read a document in whichever layout its `ROOT` says.

    Raises:
        SnapshotError: if a file is missing or damaged, is listed twice, or is not format 1.
    """
    from crawler.snapshot import as_markdown  # noqa: PLC0415  as above

    try:
        root = read(ROOT)
    except (FileNotFoundError, NotADirectoryError):
        root = b""  # which is then said in the words of the tree
    return layout(Format.MARKDOWN if as_markdown.is_markdown(root) else Format.TREE).load(read)


def named_in(data: bytes, path: str) -> list[str]:
    """The paths that the file at `path` lists, in either layout; none if it is damaged."""
    from crawler.snapshot import as_markdown  # noqa: PLC0415  as above

    if as_markdown.is_ours(data, path):
        return as_markdown.named_in(data, path)
    return as_tree.named_in(data, path)

"""The formats that this version writes and reads, and which one a path asks for."""

from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, assert_never

from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.snapshot.document import Document

__all__ = ("DIRECTORIES", "STREAMED", "Codec", "Format", "codec", "guess")


class Format(StrEnum):
    """A spelling of format 1; all hold the same document."""

    JSON = "json"
    YAML = "yaml"
    TREE = "tree"
    MARKDOWN = "markdown"


STREAMED: Final = (Format.JSON, Format.YAML)
"""The formats that are one file, and so can go through a pipe."""

DIRECTORIES: Final = (Format.TREE, Format.MARKDOWN)
"""The formats that are a directory of files."""


class Codec(Protocol):
    """A module that writes and reads one format that is one file."""

    def dump(self, document: "Document", out: BinaryIO) -> None:
        """Write the document in one walk, with memory for one node.

        Raises:
            SnapshotError: if a value cannot be held.
            ValueError: if the nodes are not in document order.
        """

    def load(self, stream: BinaryIO) -> "Document":
        """Read a document; its nodes may stay in the stream, which then has to stay open.

        Raises:
            SnapshotError: if it is not a snapshot of format 1.
        """


_SUFFIXES: Final = {".json": Format.JSON, ".yaml": Format.YAML, ".yml": Format.YAML}


def guess(path: str | PurePath) -> Format:
    """The format that `path` asks for: by its suffix, in any case; without one it is a tree.

    So is a path that ends in a slash, or a directory whose suffix names no format. A directory that
    holds a snapshot in Markdown asks for Markdown again, which no name does.

    Raises:
        UsageError: if the suffix asks for none.
    """
    text = str(path)
    if text.endswith(("/", "\\")):
        return _of_directory(text)
    suffix = PurePath(text).suffix
    if found := _SUFFIXES.get(suffix.lower()):
        return found
    if not suffix or Path(text).is_dir():
        return _of_directory(text)
    raise UsageError(
        f"The suffix {suffix} of {text} names no snapshot format.",
        hint=f"Use one of {', '.join(_SUFFIXES)}, or name the format.",
    )


def _of_directory(text: str) -> Format:
    from crawler.snapshot import as_markdown, as_tree  # noqa: PLC0415  not needed for one file

    try:
        root = Path(text, as_tree.ROOT).read_bytes()
    except OSError:
        return Format.TREE
    return Format.MARKDOWN if as_markdown.is_markdown(root) else Format.TREE


def codec(chosen: Format) -> Codec:
    """What writes and reads this format.

    Raises:
        UsageError: if it is a directory, which no stream can hold.
    """
    match chosen:
        # A crawl asks for one of them, and only at its end.
        case Format.JSON:
            from crawler.snapshot import as_json  # noqa: PLC0415

            return as_json
        case Format.YAML:
            from crawler.snapshot import as_yaml  # noqa: PLC0415

            return as_yaml
        case Format.TREE | Format.MARKDOWN:
            raise UsageError(
                f"A snapshot as {chosen.value} is a directory, so it cannot go through standard"
                " input or output.",
                hint="Name a directory, or another format.",
            )
        case _:
            assert_never(chosen)

"""The formats that this version writes and reads, and which one a path asks for."""

from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO, Final, Protocol, assert_never

from crawler.errors import UsageError
from crawler.snapshot import as_json, as_yaml
from crawler.snapshot.document import Document

__all__ = ("Codec", "Format", "codec", "guess")


class Format(StrEnum):
    """A spelling of format 1; all hold the same document."""

    JSON = "json"
    YAML = "yaml"


class Codec(Protocol):
    """A module that writes and reads one format."""

    def dump(self, document: Document, out: BinaryIO) -> None:
        """Write the document in one walk, with memory for one node.

        Raises:
            SnapshotError: if a value cannot be held.
            ValueError: if the nodes are not in document order.
        """

    def load(self, stream: BinaryIO) -> Document:
        """Read a document; its nodes may stay in the stream, which then has to stay open.

        Raises:
            SnapshotError: if it is not a snapshot of format 1.
        """


_SUFFIXES: Final = {".json": Format.JSON, ".yaml": Format.YAML, ".yml": Format.YAML}


def guess(path: str | PurePath) -> Format:
    """The format that the suffix of `path` asks for, in any case.

    Raises:
        UsageError: if the suffix asks for none, or there is none (a directory tree).
    """
    text = str(path)
    suffix = "" if text.endswith(("/", "\\")) else PurePath(text).suffix
    if found := _SUFFIXES.get(suffix.lower()):
        return found
    if not suffix:
        raise UsageError(
            f"A path without suffix ({text}) asks for a directory tree, and this version writes"
            " .json and .yaml files.",
            hint="Add a suffix, or name the format.",
        )
    raise UsageError(
        f"The suffix {suffix} of {text} names no snapshot format.",
        hint=f"Use one of {', '.join(_SUFFIXES)}, or name the format.",
    )


def codec(chosen: Format) -> Codec:
    """What writes and reads this format."""
    match chosen:
        case Format.JSON:
            return as_json
        case Format.YAML:
            return as_yaml
        case _:
            assert_never(chosen)

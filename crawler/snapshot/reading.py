"""Snapshots read from where they are, in whatever format they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.document import Document, Section
from crawler.snapshot.formats import STREAMED, Format, codec, guess
from crawler.snapshot.layouts import load
from crawler.snapshot.packing import unpacked
from crawler.snapshot.rereading import seekable
from crawler.snapshot.tree_store import tree_reader

__all__ = ("STANDARD_INPUT", "opened", "read", "read_stream")

STANDARD_INPUT: Final = "-"
_PEEK: Final = 4096  # bytes in which a file shows what it is


def read(path: Path | str, *, stdin: BinaryIO | None = None) -> Document:
    """The snapshot at `path` in memory; ``-`` is `stdin`.

    Raises:
        LocalError: if the file cannot be read.
        SnapshotError: if it is not a snapshot that this version reads.
        UsageError: if `path` is ``-`` and there is no `stdin`.
    """
    with opened(path, stdin=stdin) as document:
        nodes, orphans = tuple(document.nodes), tuple(document.orphans)
        sections = tuple(Section(each.name, tuple(each.items)) for each in document.sections)
        return Document(document.head, nodes, orphans, sections)


@contextmanager
def opened(path: Path | str, *, stdin: BinaryIO | None = None) -> Iterator[Document]:
    """The snapshot at `path`, whose nodes are read from its files at each walk inside the block.

    A file that ends in ``.gz`` or ``.zst`` is unpacked first.

    Raises:
        LocalError, SnapshotError, UsageError: as `read` does. A file that changes inside the block
            raises SnapshotError from the walk.
    """
    if str(path) == STANDARD_INPUT:
        if stdin is None:
            raise UsageError("Standard input ('-') cannot be read here.", hint="Name a file.")
        yield read_stream(stdin, "standard input")
        return
    if Path(path).is_dir():
        yield _read_directory(path)
        return
    with unpacked(Path(path)) as stream:
        yield read_stream(stream, str(path), _by_suffix(path))


def read_stream(stream: BinaryIO, name: str, chosen: Format | None = None) -> Document:
    """The snapshot in a stream, called `name` in errors; `None` takes its format from its content.

    The nodes may stay in the stream, which then has to stay open.

    Raises:
        LocalError: if the stream cannot be read.
        SnapshotError: if it is not a snapshot that this version reads.
    """
    try:
        stream = seekable(stream)
        return codec(chosen or _by_content(stream)).load(stream)
    except SnapshotError as error:
        raise SnapshotError(f"{name}: {error.message}", hint=error.hint) from error
    except OSError as error:
        raise LocalError.from_os_error("read", name, error) from error


def _read_directory(path: Path | str) -> Document:
    try:
        return load(tree_reader(path))
    except SnapshotError as error:
        raise SnapshotError(f"{path}: {error.message}", hint=error.hint) from error
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


def _by_suffix(path: Path | str) -> Format | None:
    try:
        found = guess(path)
    except UsageError:
        return None
    return found if found in STREAMED else None  # a file without suffix


def _by_content(stream: BinaryIO) -> Format:
    """JSON if it begins with a brace, which our YAML never does."""
    start = stream.tell()
    first = stream.read(_PEEK).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    stream.seek(start)
    return Format.JSON if first == b"{" else Format.YAML

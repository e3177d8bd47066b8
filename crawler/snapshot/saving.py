"""Snapshots put where they belong, in whatever format: a file or a directory, whole or not at all.

Callers need not know that some formats are a directory: `check_place` before long work, then
`saved` or `save`; `measured` gives the sums of what lies there.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from crawler.errors import LocalError
from crawler.snapshot.formats import DIRECTORIES, Format
from crawler.snapshot.store import check_writable, in_words, open_for_replace
from crawler.snapshot.written import Written

if TYPE_CHECKING:
    from crawler.snapshot.document import Document

__all__ = ("check_place", "measured", "save", "saved")

_CHUNK: Final = 1 << 20
"""Bytes that are read at once."""

# What writes is imported where it is used: `check_place` runs at the start of a crawl, which should
# not wait for it.


def check_place(path: Path | str, form: Format) -> None:
    """Try, before long work, whether `save` would get as far as writing.

    Raises:
        LocalError: if a folder is missing or not writable, or something else stands at `path`.
    """
    if form in DIRECTORIES:
        from crawler.snapshot.tree_store import check_tree_writable  # noqa: PLC0415

        check_tree_writable(path)
    else:
        check_writable(path)


def save(document: "Document", path: Path | str, form: Format) -> Written:
    """Write the document to `path` in one step; its nodes are walked once.

    Raises:
        LocalError: if the disk refuses; what was at `path` is then as it was.
        SnapshotError: if a value cannot be held in this format.
        ValueError: if the nodes are not in document order.
    """
    with saved(document, path, form) as written:
        return written


@contextmanager
def saved(
    document: "Document",
    path: Path | str,
    form: Format,
    rewrite: Callable[[str, bytes], bytes] | None = None,
) -> Iterator[Written]:
    """As `save`, but it takes its place only if the block ends without an error.

    The block gets the sums of what will stand there, so that it can refuse. `rewrite` has the last
    word on each file of a directory, by its name there; the sum of the content does not know of it.
    """
    from crawler.snapshot.writer import watched, write  # noqa: PLC0415

    match form:
        case Format.TREE | Format.MARKDOWN:
            from crawler.snapshot.layouts import layout  # noqa: PLC0415
            from crawler.snapshot.tree_store import replacing_tree  # noqa: PLC0415
            from crawler.snapshot.tree_sums import TreeSums  # noqa: PLC0415

            with replacing_tree(path) as change:
                digest, sums = watched(document), TreeSums()

                def put(name: str, data: bytes) -> None:
                    data = data if rewrite is None else rewrite(name, data)
                    sums.add(name, data)
                    change.put(name, data)

                layout(form).dump(digest.document, put)
                change.settle()
                yield Written(sums.size, sums.hexdigest(), digest.hexdigest())
        case Format.JSON | Format.YAML:
            with open_for_replace(path) as out:
                written = write(document, out, form)
                with in_words(path):
                    out.flush()  # so that a full disk shows before the block and not after it
                    os.fsync(out.fileno())
                yield written
        case _:
            assert_never(form)


def measured(path: Path | str) -> tuple[int, str]:
    """(size in bytes, SHA-256) of the snapshot at `path`, as a manifest records them.

    Raises:
        LocalError: if it cannot be read.
    """
    try:
        return _of_tree(path) if Path(path).is_dir() else _of_file(path)
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


def _of_tree(path: Path | str) -> tuple[int, str]:
    from crawler.snapshot.tree_store import tree_files  # noqa: PLC0415
    from crawler.snapshot.tree_sums import TreeSums  # noqa: PLC0415

    sums = TreeSums()
    for name, data in tree_files(path):
        sums.add(name, data)
    return sums.size, sums.hexdigest()


def _of_file(path: Path | str) -> tuple[int, str]:
    size, sha256 = 0, hashlib.sha256()
    with Path(path).open("rb") as stream:
        while data := stream.read(_CHUNK):
            size += len(data)
            sha256.update(data)
    return size, sha256.hexdigest()

"""Snapshots packed with gzip or Zstandard, for archives."""

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from crawler.errors import LocalError, SnapshotError, UsageError
from crawler.snapshot.document import Document
from crawler.snapshot.formats import Format
from crawler.snapshot.writer import SummingSink, write
from crawler.snapshot.written import Written

if TYPE_CHECKING:
    from types import ModuleType


__all__ = ("Packing", "check_packing", "unpacked", "write_packed")

_CHUNK: Final = 1 << 18
_IN_MEMORY: Final = 1 << 24
_BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile)


class Packing(StrEnum):
    """How a file is packed; the value is the suffix that it gets."""

    NONE = ""
    GZIP = ".gz"
    ZSTD = ".zst"


def check_packing(packing: Packing) -> None:
    """Raises `UsageError` if what this packing needs is not installed."""
    if packing is Packing.ZSTD:
        _zstandard()


def write_packed(
    document: Document, out: BinaryIO, chosen: Format, packing: Packing = Packing.NONE
) -> Written:
    """Write the document to `out`, which stays open; size and SHA-256 are of the packed bytes."""
    if packing is Packing.NONE:
        return write(document, out, chosen)
    sums = SummingSink(out)
    with _packer(cast("BinaryIO", sums), packing) as packed:
        written = write(document, packed, chosen)
    return Written(sums.size, sums.sha256.hexdigest(), written.content_sha256)


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The bytes of the file at `path`, unpacked if its suffix says that it is packed; seekable.

    Raises:
        LocalError: if it cannot be read.
        SnapshotError: if it is damaged.
        UsageError: if what this packing needs is not installed.
    """
    packing = _packing_of(path)
    with _open(path) as stream:
        if packing is Packing.NONE:
            yield stream
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as plain:
            _unpack(stream, cast("BinaryIO", plain), packing, path)
            plain.seek(0)
            yield cast("BinaryIO", plain)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


def _packing_of(path: Path) -> Packing:
    found = next((each for each in Packing if each and path.name.endswith(each)), None)
    return found or Packing.NONE


@contextmanager
def _packer(out: BinaryIO, packing: Packing) -> Iterator[BinaryIO]:
    if packing is Packing.ZSTD:
        with _zstandard().ZstdCompressor(level=9).stream_writer(out, closefd=False) as packed:
            yield cast("BinaryIO", packed)
        return
    # Neither a name nor a time: the same content gives the same bytes.
    with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as gzipped:
        yield cast("BinaryIO", gzipped)


def _unpack(stream: BinaryIO, plain: BinaryIO, packing: Packing, path: Path) -> None:
    unpack = _unpack_zstd if packing is Packing.ZSTD else _unpack_gzip
    try:
        unpack(stream, plain)
    except _BROKEN as error:
        raise SnapshotError(f"{path} is damaged: it cannot be unpacked.") from error
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


def _unpack_gzip(stream: BinaryIO, plain: BinaryIO) -> None:
    with gzip.GzipFile(fileobj=stream, mode="rb") as source:
        while data := source.read(_CHUNK):
            plain.write(data)


def _unpack_zstd(stream: BinaryIO, plain: BinaryIO) -> None:
    zstandard = _zstandard()
    source = zstandard.ZstdDecompressor().decompressobj()
    try:
        while not source.eof and (data := stream.read(_CHUNK)):
            plain.write(source.decompress(data))
    except zstandard.ZstdError as error:
        raise EOFError from error
    if not source.eof:
        raise EOFError


def _zstandard() -> "ModuleType":
    try:
        import zstandard  # noqa: PLC0415  an extra
    except ImportError:
        raise UsageError(
            "Packing with zstd needs the package zstandard, which is not installed.",
            hint="pip install 'testomat-crawler[zstd]', or set compress to gzip.",
        ) from None
    return zstandard

"""Files as text."""

import codecs
from pathlib import Path
from typing import Final

from crawler.errors import LocalError, SnapshotError

__all__ = ("contents", "decoded")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def contents(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        LocalError: if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error


def decoded(path: Path) -> str:
    """A file in UTF-8, or in UTF-16 if it begins with the mark of that.

    Raises:
        LocalError: if it cannot be read.
        SnapshotError: if it is in another encoding.
    """
    data = contents(path)
    mark, encoding = next((each for each in _MARKS if data.startswith(each[0])), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise SnapshotError(
            f"{path} is not in {encoding.upper()} (byte {error.start + len(mark):,}).",
            hint="Save it as UTF-8.",
        ) from error

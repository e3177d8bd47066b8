"""Tables read from CSV and XLSX, whatever wrote them."""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler.errors import LocalError, SnapshotError
from crawler.formulas import disarmed
from crawler.importing.records import Record, Rows, records
from crawler.importing.texts import decoded

__all__ = ("csv_records", "xlsx_records")

_LONGEST: Final = 1 << 28  # characters of a cell
_SEPARATORS: Final = ",;\t"
_LARGEST: Final = 1 << 30  # bytes of a spreadsheet, unpacked
_NO_SPREADSHEET: Final = "{} is not a spreadsheet in XLSX that can be read."
_PROLOG: Final = 1 << 16  # bytes in which a part declares entities, if it does


def csv_records(path: Path, needed: Sequence[str]) -> Iterator[Record]:
    """The rows of a CSV file with commas, semicolons or tabs, in UTF-8 or UTF-16.

    Raises:
        LocalError: if it cannot be read.
        SnapshotError: if it is no such file, or has no column that is `needed`.
    """
    return records(path, _csv_rows(path, decoded(path), needed), needed, disarmed)


def _csv_rows(path: Path, text: str, needed: Iterable[str]) -> Rows:
    csv.field_size_limit(_LONGEST)  # the module has one limit for all, by default a small one
    separator = _separator(text, needed)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise SnapshotError(f"{path} is not CSV: {error}.") from error


def _separator(text: str, needed: Iterable[str]) -> str:
    """The one by which the first line holds most of the heads."""
    first = text.lstrip("\r\n").partition("\n")[0]
    wanted = {name.casefold() for name in needed}

    def known(separator: str) -> int:
        heads = (head.strip(' "\r').casefold() for head in first.split(separator))
        return len(wanted.intersection(heads))

    return max(_SEPARATORS, key=lambda each: (known(each), first.count(each)))


def xlsx_records(path: Path, needed: Sequence[str]) -> Iterator[Record]:
    """The rows of the first sheet of a spreadsheet.

    Raises:
        LocalError: if it cannot be read, or openpyxl is not installed.
        SnapshotError: if it is no spreadsheet, or has no column that is `needed`.
    """
    return records(path, _xlsx_rows(path), needed)


def _xlsx_rows(path: Path) -> Rows:
    _check_archive(path)
    with path.open("rb") as stream:  # a path would have to end in .xlsx
        try:
            book = _book(stream)
            for sheet in book.worksheets[:1]:
                sheet.reset_dimensions()  # what the file says of its size may be anything
                for row in sheet.iter_rows(values_only=True):
                    yield [_cell(value) for value in row]
            book.close()
        except LocalError:
            raise
        except Exception as error:  # openpyxl raises whatever its parts do when they meet nonsense
            raise SnapshotError(_NO_SPREADSHEET.format(path)) from error


def _book(stream: BinaryIO) -> Any:
    try:
        from openpyxl import load_workbook  # noqa: PLC0415  an extra
    except ImportError as error:
        raise LocalError(
            "Reading XLSX needs the package openpyxl, which is not installed.",
            hint="Install it with: pip install 'testomat-crawler[xlsx]'",
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd about its styles is nobody's business
        return load_workbook(stream, read_only=True)


def _check_archive(path: Path) -> None:
    """Refuse what would grow beyond measure."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
            if size > _LARGEST:
                raise SnapshotError(
                    f"{path} would have {size:,} bytes when unpacked, which is too much."
                )
            for each in archive.infolist():
                with archive.open(each) as part:
                    if b"<!DOCTYPE" in part.read(_PROLOG):
                        raise SnapshotError(f"{path} declares entities, so it was not read.")
    except OSError as error:
        raise LocalError.from_os_error("read", path, error) from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise SnapshotError(_NO_SPREADSHEET.format(path)) from error


def _cell(value: Any) -> str:
    from openpyxl.utils.escape import unescape  # noqa: PLC0415  an extra

    if isinstance(value, str):
        return str(unescape(value))
    return "" if value is None else str(value)

"""Tables as CSV: RFC 4180, in the variations that importers ask for."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from crawler.export.interface import Output
from crawler.export.table import Row, Sheet

__all__ = ("Csv",)


@dataclass(frozen=True, slots=True)
class Csv:
    """`mark` puts a byte order mark first, by which Excel knows UTF-8."""

    delimiter: str = ","
    line_end: str = "\r\n"
    mark: bool = False
    quote_all: bool = False
    suffix: str = ".csv"

    def begin(self, output: Output, heads: Row) -> Sheet:
        """Begin a file with its head."""
        sheet = _CsvSheet(self, output.part())
        sheet.add([heads])
        return sheet


class _CsvSheet:
    """A file under way; its text is UTF-8."""

    def __init__(self, form: Csv, out: BinaryIO) -> None:
        self._out = out
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(
            self._text,
            delimiter=form.delimiter,
            lineterminator=form.line_end,
            quoting=csv.QUOTE_ALL if form.quote_all else csv.QUOTE_MINIMAL,
        )
        self._size = out.write(b"\xef\xbb\xbf") if form.mark else 0

    def add(self, rows: Iterable[Row]) -> None:
        self._size += self._out.write(self._bytes(rows))

    def size(self, rows: Iterable[Row]) -> int:
        return self._size + len(self._bytes(rows))

    def close(self) -> None:
        """Nothing is left: the output closes the file."""

    def _bytes(self, rows: Iterable[Row]) -> bytes:
        self._text.seek(0)
        self._text.truncate()
        self._writer.writerows(rows)
        return self._text.getvalue().encode()

"""Tables as CSV: RFC 4180, in UTF-8."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from crawler.export.interface import Output
from crawler.export.table import Row, Sheet

__all__ = ("Csv",)


@dataclass(frozen=True, slots=True)
class Csv:
    """`mark` puts a byte order mark first, by which Excel knows UTF-8."""

    mark: bool = False
    suffix: str = ".csv"

    @contextmanager
    def begin(self, output: Output, heads: Row) -> Iterator[Sheet]:
        """Begin a file with its head."""
        sheet = _CsvSheet(output.part(), mark=self.mark)
        sheet.add([heads])
        yield sheet


class _CsvSheet:
    """A file under way; the output closes it."""

    def __init__(self, out: BinaryIO, *, mark: bool) -> None:
        self._out = out
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._size = out.write(b"\xef\xbb\xbf") if mark else 0

    def add(self, rows: Iterable[Row]) -> None:
        self._size += self._out.write(self._bytes(rows))

    def size(self, rows: Iterable[Row]) -> int:
        return self._size + len(self._bytes(rows))

    def _bytes(self, rows: Iterable[Row]) -> bytes:
        self._text.seek(0)
        self._text.truncate()
        self._writer.writerows(rows)
        return self._text.getvalue().encode()

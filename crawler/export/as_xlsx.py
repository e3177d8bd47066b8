"""Tables as XLSX, by XlsxWriter, which keeps one row in memory.

Every cell is text, so nothing in it is taken for a formula, a number or a link.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from crawler.errors import LocalError
from crawler.export.interface import Output
from crawler.export.table import Cells, Limits, Row, Sheet

__all__ = ("XLSX_CELLS", "XLSX_LIMITS", "Xlsx")

#: "Excel specifications and limits", Microsoft Support: 1,048,576 rows of which one is the head,
#: 32,767 characters in a cell.
XLSX_LIMITS = Limits(rows=1_048_575)
XLSX_CELLS = Cells(limit=32_767, armed=False, lines=True)


@dataclass(frozen=True, slots=True)
class Xlsx:
    """One sheet whose head stays in sight."""

    suffix: str = ".xlsx"

    @contextmanager
    def begin(self, output: Output, heads: Row) -> Iterator[Sheet]:
        """Begin a file with its head.

        Raises:
            LocalError: if XlsxWriter is not installed, or the disk of its temporary files is full.
        """
        with tempfile.TemporaryDirectory() as folder, _in_words():
            book = _workbook(output.part(), folder)
            sheet = _XlsxSheet(book, heads)
            try:
                yield sheet
                book.close()
            finally:
                sheet.let_go()


class _XlsxSheet:
    """A file under way."""

    def __init__(self, book: Any, heads: Row) -> None:
        self._sheet = book.add_worksheet("Tests")
        self._sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, head in enumerate(heads):
            self._sheet.write_string(0, column, head, bold)
        self._next = 1

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for column, text in enumerate(row):
                if text:
                    self._sheet.write_string(self._next, column, text)
            self._next += 1

    def size(self, rows: Iterable[Row]) -> int:
        """It is packed only at the end."""
        del rows
        return 0

    def let_go(self) -> None:
        """Close the temporary file, which XlsxWriter leaves open when it fails."""
        if temporary := getattr(self._sheet, "row_data_fh", None):
            with suppress(OSError):
                temporary.close()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LocalError.from_os_error("write", "a temporary file for XLSX", error) from error


def _workbook(out: BinaryIO, folder: str) -> Any:
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415  an extra
    except ImportError as error:
        raise LocalError(
            "XLSX needs the package XlsxWriter, which is not installed.",
            hint="Install it with: pip install 'testomat-crawler[xlsx]'",
        ) from error
    book = Workbook(out, {"constant_memory": True, "tmpdir": folder})
    book.use_zip64()
    return book

"""Tables as XLSX, by XlsxWriter, which keeps one row in memory.

Every cell is text, so nothing in it is taken for a formula, a number or a link.
"""

from collections.abc import Iterable
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

    def begin(self, output: Output, heads: Row) -> Sheet:
        """Begin a file with its head.

        Raises:
            LocalError: if XlsxWriter is not installed.
        """
        return _XlsxSheet(output.part(), heads)


class _XlsxSheet:
    def __init__(self, out: BinaryIO, heads: Row) -> None:
        self._book = _workbook(out)
        self._sheet = self._book.add_worksheet("Tests")
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"bold": True})
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

    def close(self) -> None:
        self._book.close()


def _workbook(out: BinaryIO) -> Any:
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415  an extra
    except ImportError as error:
        raise LocalError(
            "XLSX needs the package XlsxWriter, which is not installed.",
            hint="Install it with: pip install 'testomat-crawler[xlsx]'",
        ) from error
    return Workbook(out, {"constant_memory": True})

"""Tables as others read them, and what all readers of exports have to undo."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape


def csv_rows(path: Path, *, encoding: str = "utf-8") -> list[dict[str, str]]:
    """The rows of a CSV file by their heads, all of the same width."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding=encoding, newline="") as stream:
        head, *rows = csv.reader(stream, strict=True)
    assert all(len(row) == len(head) for row in rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def xlsx_rows(path: Path) -> list[dict[str, str]]:
    """The same of a spreadsheet."""
    book = load_workbook(path, read_only=True)
    head, *rows = book.active.iter_rows()
    heads = [cell.value for cell in head]
    for row in rows:
        assert all(cell.data_type in {"s", "n", "inlineStr"} for cell in row)
        assert all(cell.value is None or isinstance(cell.value, str) for cell in row)
    found = [[unescape(cell.value or "") for cell in row] for row in rows]
    book.close()
    return [dict(zip(heads, [*row, *[""] * (len(heads) - len(row))], strict=True)) for row in found]


def without_apostrophe(cell: str) -> str:
    """A cell whose first sign only says that it is no formula."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r]", cell) else cell


def as_read(cell: str) -> str:
    """A cell that is text whatever its first sign is."""
    return cell


def without_appendix(text: str) -> tuple[str, dict[str, Any]]:
    """(the text above examples and attachments, what stands below it)."""
    found: dict[str, Any] = {}
    if "### Examples\n\n| " in text:
        found.update(params="in the text", examples="in the text")
    if "### Attachments\n\n* [" in text:
        found["attachments"] = "in the text"
    for title in ("### Examples\n\n| ", "### Attachments\n\n* ["):
        text = text.partition(title)[0]
    return (text.removesuffix("\n\n") if found else text), found


def armless(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Rows without the apostrophes before formulas."""
    return [{head: without_apostrophe(cell) for head, cell in row.items()} for row in rows]

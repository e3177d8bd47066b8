"""What others read in our exports: for each target a reader that shares no code with it.

Each gives the tests in the order of the file, as a mapping of fields of the snapshot to values; a
field that has no value in the file is not in it.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

Found = list[dict[str, Any]]
Reader = Callable[[list[Path]], Found]


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


def plain(rows: Iterable[dict[str, str]], bare: Callable[[str], str]) -> Found:
    """The table for people."""
    found = []
    for row in rows:
        cells = {head: bare(cell) for head, cell in row.items()}
        one: dict[str, Any] = {
            "id": cells["ID"],
            "title": cells["Title"],
            "suite": cells["Suite"].split(" > "),
            "state": cells["State"],
            "priority": cells["Priority"],
            "assigned_to": cells["Owner"],
            "description": cells["Description"],
            **{name: cells[name.title()].split(", ") for name in ("tags", "labels", "issues")},
            **(json.loads(cells["Other fields"]) if cells["Other fields"] else {}),
        }
        if cells["Examples"]:
            one.update(params=cells["Examples"], examples=cells["Examples"])
        found.append(one)
    return found


def own_columns(rows: Iterable[dict[str, str]], bare: Callable[[str], str]) -> Found:
    """The service's own columns."""
    heads = "ID, Title, Status, Folder, Emoji, Priority, Tags, Owner, Description, Labels, Issues"
    found = []
    for row in rows:
        assert list(row) == heads.split(", ")
        assert row["Status"] in {"manual", "automated", ""}
        assert row["Folder"].startswith("/")
        assert row["Title"].strip()
        cells = {head: bare(cell) for head, cell in row.items()}
        one: dict[str, Any] = {
            "id": cells["ID"],
            "title": cells["Title"],
            "state": cells["Status"],
            "suite": cells["Folder"][1:].split("/"),
            "emoji": cells["Emoji"],
            "priority": cells["Priority"],
            "assigned_to": cells["Owner"],
            "description": cells["Description"]
            .partition("### Examples")[0]
            .partition("### Attachments")[0],
            **{name: cells[name.title()].split(", ") for name in ("tags", "labels", "issues")},
        }
        if "### Examples" in cells["Description"]:
            one.update(params="in the text", examples="in the text")
        if "### Attachments" in cells["Description"]:
            one["attachments"] = "in the text"
        one["description"] = one["description"].removesuffix("\n\n")
        found.append(one)
    return found


def lines(path: Path) -> Found:
    """One object a line."""
    found = []
    for line in path.read_bytes().decode().split("\n")[:-1]:
        one = json.loads(line)
        fields = one["fields"]
        read = {**fields, "suite": one["suite"], "title": one["title"]}
        if "included" in fields:
            read["examples"] = [
                [each if isinstance(each, str) else str(each) for each in row["attributes"]["data"]]
                for row in fields["included"]
            ]
        found.append(read)
    return found


READERS: Final[dict[str, Reader]] = {
    "csv": lambda files: [
        one
        for path in files
        for one in plain(csv_rows(path, encoding="utf-8-sig"), without_apostrophe)
    ],
    "xlsx": lambda files: [one for path in files for one in plain(xlsx_rows(path), as_read)],
    "jsonl": lambda files: [one for path in files for one in lines(path)],
    "testomatio-csv": lambda files: [
        one for path in files for one in own_columns(csv_rows(path), without_apostrophe)
    ],
    "testomatio-xlsx": lambda files: [
        one for path in files for one in own_columns(xlsx_rows(path), as_read)
    ],
}

"""`testomatio-csv` and `testomatio-xlsx`: the columns of the service's own import.

``ID, Title, Status, Folder, Emoji, Priority, Tags, Owner, Description, Labels, Issues``, see the
target of the same name. Of them only the title must be there; a folder is ``/suite/sub-suite``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler.errors import SnapshotError
from crawler.importing.describing import described
from crawler.importing.records import Record
from crawler.importing.tables import csv_records, xlsx_records
from crawler.importing.tree import Tree
from crawler.importing.words import words_in

__all__ = ("CSV", "XLSX")


@dataclass(frozen=True, slots=True)
class _Testomatio:
    name: str
    about: str
    records: Callable[[Path, Sequence[str]], Iterator[Record]]

    def read(self, path: Path, tree: Tree) -> None:
        """Read all rows; see `Source`."""
        for record in self.records(path, ("Title",)):
            _add(record, tree)


def _add(record: Record, tree: Tree) -> None:
    title = record.take("Title")
    if not title:
        raise SnapshotError(f"{record.place}: the test has no title.")
    fields = {
        "state": record.take("Status"),
        "emoji": record.take("Emoji"),
        "priority": record.take("Priority"),
        "assigned_to": record.take("Owner"),
        **{name: words_in(record.take(name)) for name in ("tags", "labels", "issues")},
        **described(record.take("Description")),
    }
    branch = tree.root.at(filter(None, record.take("Folder").split("/")))
    branch.add_test(title, record.take("ID"), fields=fields, imported=record.rest)


CSV: Final = _Testomatio("testomatio-csv", "Testomat.io: CSV of its own import", csv_records)
XLSX: Final = _Testomatio("testomatio-xlsx", "Testomat.io: Excel of its own import", xlsx_records)

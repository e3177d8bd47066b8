"""`xray`: CSV for the Test Case Importer of Xray (Jira).

A test has a row for each step; ``Test ID`` (or ``Issue Key``) tells which belong together, without
it a summary begins one. The heads are those of the target of the same name, which also names the
page. Labels are parted by semicolons.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crawler.errors import SnapshotError
from crawler.importing.describing import Step, described
from crawler.importing.records import Record
from crawler.importing.tables import csv_records
from crawler.importing.tree import Tree
from crawler.importing.words import priority, words_in

__all__ = ("CSV",)

_COMMON: Final = "manual"


class _XrayCsv:
    name: Final = "xray"
    about: Final = "Xray for Jira: CSV of the Test Case Importer"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all rows; see `Source`."""
        for identity, first, steps in _tests(csv_records(path, ("Summary",))):
            title, kind = first.take("Summary").strip(), first.take("Test Type")
            fields = {
                "priority": priority(first.take("Priority")),
                "tags": words_in(first.take("Labels"), ";"),
                "assigned_to": first.take("Assignee"),
                **described(first.take("Description"), steps=steps),
            }
            titles = map(str.strip, first.take("Test Repository Path").split("/"))
            more = {"Test Type": "" if kind.casefold() == _COMMON else kind}
            tree.root.at(filter(None, titles)).add_test(
                title, identity, fields=fields, imported={**more, **first.rest}
            )


def _tests(rows: Iterator[Record]) -> Iterator[tuple[str, Record, list[Step]]]:
    """Each test: its ID, its first row, its steps."""
    test: tuple[str, Record, list[Step]] | None = None
    for row in rows:
        identity = row.take("Test ID", "Issue Key")
        step = Step(row.take("Action"), row.take("Data"), row.take("Expected Result"))
        if test is not None and _goes_on(test, identity, row):
            test[1].merge(row)
        else:
            if test is not None:
                yield test
            if not row.cell("Summary").strip():
                raise SnapshotError(f"{row.place}: the test has no summary.")
            test = identity, row, []
        test[2].append(step)
    if test is not None:
        yield test


def _goes_on(test: tuple[str, Record, list[Step]], identity: str, row: Record) -> bool:
    """Whether a row is of the test above."""
    return identity == test[0] if identity else not row.cell("Summary")


CSV: Final = _XrayCsv()

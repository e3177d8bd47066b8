"""Rows of a result in the three forms: a table for people, CSV, and one JSON object a line."""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from crawler.cli.output import json_line, write_line, write_text
from crawler.cli.session import Session
from crawler.cli.tables import Heading, print_table
from crawler.formulas import armed

__all__ = ("Column", "Rows", "rows_option")

_STATUS: Final = "status"
_FORMS: Final = ("table", "json", "csv")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its name in CSV, and the text of its cell in a row.

    `right` aligns numbers; `shrinks` gives way on a narrow terminal; `only` is `csv` or `table` for
    a column that the other one does without.
    """

    title: str
    name: str
    cell: Callable[[Mapping[str, Any]], str]
    right: bool = False
    shrinks: bool = False
    only: str = ""


def rows_option(function: F) -> F:
    """Add `--format`, as the parameter `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(_FORMS),
        help="Form of the list.  [default: table on a terminal, else json, one object a line]",
    )(function)


class Rows:
    """Takes rows one by one; `end` shows what could not be shown at once.

    JSON and CSV are written as they come if nobody watches; a table needs all rows.
    """

    def __init__(self, columns: Sequence[Column], form: str | None, session: Session) -> None:
        self._watched = sys.stdout.isatty()
        self._form = form or ("table" if self._watched else "json")
        self._columns = columns
        self._session = session
        self._kept: list[Mapping[str, Any]] = []
        self._begun = False

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one row."""
        if self._watched or self._form == "table":
            self._kept.append(row)
        else:
            self._write(row)

    def end(self) -> None:
        """Show the rest."""
        if self._form == "table":
            self._print_table()
            return
        for row in self._kept:
            self._write(row)
        if self._form == "csv" and not self._begun:
            self._begin_csv()

    def _write(self, row: Mapping[str, Any]) -> None:
        if self._form == "json":
            write_line(json_line(row))
            return
        if not self._begun:
            self._begin_csv()
        cells = [armed(column.cell(row)) for column in self._in("csv")]
        # A file takes the values as they are, a terminal would obey some of them.
        self._write_csv(map(self._session.scrub, cells) if self._watched else cells)

    def _in(self, form: str) -> list[Column]:
        return [column for column in self._columns if column.only in {"", form}]

    def _begin_csv(self) -> None:
        self._begun = True
        self._write_csv([column.name for column in self._in("csv")])

    def _write_csv(self, cells: Iterable[str]) -> None:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(cells)
        write_text(out.getvalue())

    def _print_table(self) -> None:
        shown = self._in("table")
        print_table(
            [
                Heading(column.title, column.right, column.shrinks, column.name == _STATUS)
                for column in shown
            ],
            ([self._session.scrub(column.cell(row)) for column in shown] for row in self._kept),
        )

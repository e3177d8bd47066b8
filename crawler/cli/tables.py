"""The one table that lists are shown in on a terminal: no lines, titles in bold, as wide as it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.style import Role, role_of_status

__all__ = ("Heading", "print_table", "with_commas")

#: The roles as the library of the table has them.
_LOOKS: Final = {Role.GOOD: "green", Role.BAD: "bold red", Role.FAINT: "dim"}
#: Characters of a column that gives way, at least.
_NARROWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: `right` aligns numbers, `shrinks` gives way where the terminal is narrow.

    The words of a `status` are coloured by what they mean.
    """

    title: str
    right: bool = False
    shrinks: bool = False
    status: bool = False


def print_table(headings: Sequence[Heading], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of cells, which have to be fit for a terminal."""
    from rich.console import Console  # noqa: PLC0415  slow to load, for tables only
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for each in headings:
        table.add_column(
            each.title,
            justify="right" if each.right else "left",
            no_wrap=not each.shrinks,
            min_width=_NARROWEST if each.shrinks else None,
        )
    for row in rows:
        # As Text: a title in square brackets is not markup.
        cells = zip(headings, row, strict=True)
        table.add_row(
            *(
                Text(cell, _look(cell) if each.status else "", no_wrap=True, overflow="ellipsis")
                for each, cell in cells
            )
        )
    Console(highlight=False).print(table)


def _look(word: str) -> str:
    role = role_of_status(word)
    return _LOOKS[role] if role else ""


def with_commas(number: int | None) -> str:
    """A number as people read it; nothing if there is none."""
    return "" if number is None else f"{number:,}"

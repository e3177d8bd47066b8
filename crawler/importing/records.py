"""Rows of a table, from which each cell is taken once: what nobody took is still there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from crawler.errors import SnapshotError

__all__ = ("Record", "Rows", "records")

Rows: TypeAlias = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Record:
    """A row; `cells` are by the head of their column, `place` says where it stands."""

    place: str
    cells: dict[str, str]

    def take(self, *heads: str) -> str:
        """The cell below the first of these heads that there is, whatever its case; else empty."""
        head = self._head(*heads)
        return self.cells.pop(head) if head else ""

    def cell(self, *heads: str) -> str:
        """The same, but it stays to be taken."""
        head = self._head(*heads)
        return self.cells[head] if head else ""

    def merge(self, further: "Record") -> None:
        """Add what a further row of the same item says and this one does not."""
        for head, cell in further.rest.items():
            old = self.cells.get(head, "")
            if cell not in old.split("\n"):
                self.cells[head] = f"{old}\n{cell}" if old else cell

    def _head(self, *heads: str) -> str:
        wanted = [name.casefold() for name in heads]
        found = {head.casefold(): head for head in self.cells if head.casefold() in wanted}
        return next((found[name] for name in wanted if name in found), "")

    @property
    def rest(self) -> dict[str, str]:
        """What was not taken and says something."""
        return {head: cell for head, cell in self.cells.items() if cell}


def records(
    path: Path, rows: Rows, needed: Iterable[str], bare: Callable[[str], str] = str
) -> Iterator[Record]:
    """The rows below the head, without empty ones; `bare` is applied to each cell.

    Raises:
        SnapshotError: if there is no head, or a column of it that is `needed` is missing.
    """
    heads: list[str] | None = None
    for number, row in enumerate(rows, 1):
        if not any(row):
            continue
        if heads is None:
            heads = _unique(row)
            _check(path, heads, needed)
            continue
        names = [*heads, *(f"column {n}" for n in range(len(heads) + 1, len(row) + 1))]
        padded = [*row, *[""] * (len(names) - len(row))]
        cells = dict(zip(names, map(bare, padded), strict=True))
        yield Record(f"{path}, row {number}", cells)
    if heads is None:
        raise SnapshotError(f"{path} is empty: it has not even a row with the names of columns.")


def _unique(row: Sequence[str]) -> list[str]:
    """The heads; one that stands twice, or is empty, gets the number of its column."""
    heads: list[str] = []
    for number, head in enumerate(row, 1):
        name = head.strip()
        heads.append(name if name and name not in heads else f"{name} column {number}".strip())
    return heads


def _check(path: Path, heads: Iterable[str], needed: Iterable[str]) -> None:
    known = {head.casefold() for head in heads}
    missing = [name for name in needed if name.casefold() not in known]
    if missing:
        shown = ", ".join(repr(head[:40]) for head in list(heads)[:6])
        raise SnapshotError(
            f"{path} has no column {missing[0]!r}.", hint=f"Its columns are {shown}."
        )

"""Targets that are a table: columns, the rows of each test, and how they are written."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from crawler.export.case import Case, Suite
from crawler.export.cells import armed, both, printable_text, shortened, unix_lines
from crawler.export.interface import Job, Output
from crawler.export.losses import AsIs, Kept
from crawler.export.rules import Rules
from crawler.export.shown import ShownSuites
from crawler.export.taking import PathForm

__all__ = ("Cells", "Column", "Filled", "Form", "Limits", "Row", "TableTarget")

Row: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and the fields of the snapshot that its cells carry."""

    head: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """The rows of one test, and what they keep of it."""

    rows: Sequence[Row]
    kept: Kept


@dataclass(frozen=True, slots=True)
class Limits:
    """What the target's importer takes of one file; `None` is no limit that is known.

    `rows` is without the head, `tests` counts tests, `size` is in bytes.
    """

    rows: int | None = None
    tests: int | None = None
    size: int | None = None

    def allow(self, rows: int, tests: int, size: int) -> bool:
        """Whether a file may hold that much."""
        pairs = ((rows, self.rows), (tests, self.tests), (size, self.size))
        return all(limit is None or number <= limit for number, limit in pairs)


@dataclass(frozen=True, slots=True)
class Cells:
    """What a cell may hold: at most `limit` units of UTF-16; `armed` if spreadsheets open it.

    `lines` is true if carriage returns do not come through.
    """

    limit: int | None = None
    armed: bool = True
    lines: bool = False

    def fit(self, text: str, *, formulas: bool) -> tuple[str, str]:
        """(the text as it may stand in a cell, what was changed)."""
        text, control = printable_text(text)
        text, lines = unix_lines(text) if self.lines else (text, AsIs)
        text, formula = armed(text) if self.armed and formulas else (text, AsIs)
        text, cut = shortened(text, self.limit)
        return text, both(control, lines, formula, cut)


class Sheet(Protocol):
    """One file while it is written."""

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows."""

    def size(self, rows: Iterable[Row]) -> int:
        """How many bytes the file would have with these rows too; 0 if it cannot be told."""


class Form(Protocol):
    """How a table becomes a file."""

    @property
    def suffix(self) -> str:
        """``.csv``."""

    def begin(self, output: Output, heads: Row) -> AbstractContextManager[Sheet]:
        """A file that is whole when the block ends, and leaves nothing behind if that fails."""


@dataclass(frozen=True)
class TableTarget:
    """A target that is a table.

    `fill` gives the rows of a test. A suite is kept as far as the path of a test names it. If
    `more_columns`, fields that the user's mapping names get a column of their own. `keeps_suites`
    is false if no column says where a test stands.
    """

    name: str
    about: str
    form: Form
    columns: tuple[Column, ...]
    fill: Callable[[Case, Rules], Filled]
    cells: Cells = field(default=Cells())
    limits: Limits = field(default=Limits())
    path: PathForm = field(default=PathForm())
    more_columns: bool = True
    keeps_suites: bool = True

    @property
    def suffix(self) -> str:
        """That of the form."""
        return self.form.suffix

    def write(self, job: Job) -> None:
        """Write all tests; see `Target`."""
        more = job.rules.fields if self.more_columns else {}
        columns = (*self.columns, *(Column(head, (name,)) for name, head in more.items()))
        heads = [column.head for column in columns]
        shown = ShownSuites(job.losses, self._title)
        with _Parts(self.form, job.output, heads, self.limits) as parts:
            for item in job.items:
                shown.meet(item)
                if isinstance(item, Case):
                    filled = _with_more(self.fill(item, job.rules), item, more)
                    fitted = self._fitted(filled, columns, job.rules)
                    parts.add(fitted.rows)
                    job.losses.settle(item, fitted.kept)
        shown.end()

    def _title(self, suite: Suite) -> Kept:
        """What the paths of tests keep of a suite."""
        return {"title": self.path.step(suite.title)[1]} if self.keeps_suites else {}

    def _fitted(self, filled: Filled, columns: Sequence[Column], rules: Rules) -> Filled:
        """Every cell as the target can hold it."""
        kept = dict(filled.kept)
        rows = []
        for row in filled.rows:
            cells = []
            for column, text in zip(columns, row, strict=True):
                cell, change = self.cells.fit(text, formulas=rules.formulas) if text else (text, "")
                cells.append(cell)
                for name in column.fields if change else ():
                    if name in kept:
                        kept[name] = both(kept[name], change)
            rows.append(cells)
        return Filled(rows, kept)


def _with_more(filled: Filled, item: Case, more: Iterable[str]) -> Filled:
    """With a cell for each further field, in the first of the rows."""
    cells = [item.text(name) for name in more]
    if not cells:
        return filled
    first, *others = filled.rows
    rows = [[*first, *cells], *([*row, *[""] * len(cells)] for row in others)]
    return Filled(rows, {**dict.fromkeys(more, AsIs), **filled.kept})


class _Parts:
    """Files, each within the limits; the rows of one test are never parted."""

    def __init__(self, form: Form, output: Output, heads: Row, limits: Limits) -> None:
        self._form, self._output, self._heads = form, output, heads
        self._limits = limits
        self._stack = ExitStack()
        self._rows = self._tests = 0

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def add(self, rows: Sequence[Row]) -> None:
        """The rows of one test."""
        size = self._sheet.size(rows) if self._limits.size else 0
        if self._tests and not self._limits.allow(self._rows + len(rows), self._tests + 1, size):
            self._stack.close()
            self._begin()
        self._sheet.add(rows)
        self._rows += len(rows)
        self._tests += 1

    def _begin(self) -> None:
        self._sheet = self._stack.enter_context(self._form.begin(self._output, self._heads))
        self._rows = self._tests = 0

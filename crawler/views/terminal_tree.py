"""The tree of a snapshot as lines of text."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.plural import suites_and_tests
from crawler.snapshot.document import Node, NodeKind
from crawler.style import PLAIN, Role, Style
from crawler.views.selection import EVERYTHING, Selection

__all__ = ("Outline", "outline", "tree_lines")

_NONE = -1


@dataclass(slots=True)
class Outline:
    """One row for each suite, and for each test that is listed; no more than a title is kept.

    `suites` and `tests` of a row count what is below it. `kept` rows are shown.
    """

    labels: list[str] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    """What is known of a test besides its title, by its row."""
    levels: "array[int]" = field(default_factory=lambda: array("l"))
    parents: "array[int]" = field(default_factory=lambda: array("l"))
    suites: "array[int]" = field(default_factory=lambda: array("l"))
    tests: "array[int]" = field(default_factory=lambda: array("l"))
    kept: bytearray = field(default_factory=bytearray)
    is_test: bytearray = field(default_factory=bytearray)
    found: int = 0
    """The suites at the top."""

    def add(self, label: str, level: int, parent: int, *, is_test: bool, kept: bool) -> int:
        """Add a row and return its number."""
        self.labels.append(label)
        self.levels.append(level)
        self.parents.append(parent)
        self.suites.append(0)
        self.tests.append(0)
        self.is_test.append(is_test)
        self.kept.append(kept)
        return len(self.labels) - 1

    def keep(self, row: int) -> None:
        """Keep a row and all above it."""
        while row != _NONE and not self.kept[row]:
            self.kept[row] = True
            row = self.parents[row]

    def totals(self) -> tuple[int, int]:
        """(suites, tests) that are kept."""
        tops = [row for row, parent in enumerate(self.parents) if parent == _NONE]
        shown = [row for row in tops if self.kept[row] and not self.is_test[row]]
        alone = sum(1 for row in tops if self.is_test[row])
        suites = len(shown) + sum(self.suites[row] for row in shown)
        return suites, alone + sum(self.tests[row] for row in shown)

    def sum_up(self) -> None:
        """Add the numbers of every row to those of the row above it."""
        for row in range(len(self.labels) - 1, -1, -1):
            parent = self.parents[row]
            if parent != _NONE and self.kept[row] and not self.is_test[row]:
                self.suites[parent] += 1 + self.suites[row]
                self.tests[parent] += self.tests[row]

    def lines(
        self,
        depth: int | None = None,
        *,
        style: Style = PLAIN,
        fit: Callable[[str], str] = str,
    ) -> Iterator[str]:
        """The kept rows of the first `depth` levels; `None` is all.

        `fit` makes what a project holds fit for a terminal, before `style` adds its own to it.
        """
        last = self._last_rows(depth)
        indents = [""]
        for row, label in enumerate(self.labels):
            level = self.levels[row]
            if not self.kept[row] or (depth is not None and level >= depth):
                continue
            del indents[level + 1 :]
            branch = style(f"{indents[level]}{'└── ' if last[row] else '├── '}", Role.FAINT)
            indents.append(indents[level] + ("    " if last[row] else "│   "))
            text = self._text(row, fit(label), style, fit)
            yield from style.rows(f"{branch}{text}", style(f"{indents[-1]}  ", Role.FAINT))

    def _last_rows(self, depth: int | None) -> bytearray:
        """Which rows have no kept sibling after them."""
        last = bytearray(len(self.labels))
        closed = bytearray(len(self.labels) + 1)  # the parents whose last child was met
        for row in range(len(self.labels) - 1, -1, -1):
            if self.kept[row] and (depth is None or self.levels[row] < depth):
                last[row] = not closed[self.parents[row]]
                closed[self.parents[row]] = True
        return last

    def _text(self, row: int, label: str, style: Style, fit: Callable[[str], str]) -> str:
        if self.is_test[row]:
            marks = style(fit(self.marks.get(row, "")), Role.FAINT)
            return f"{style('·', Role.FAINT)} {label}{marks}"
        count = suites_and_tests(self.suites[row], self.tests[row]) or "empty"
        return f"{label} {style(f'({count})', Role.FAINT)}"


def outline(
    nodes: Iterable[Node],
    wanted: Selection = EVERYTHING,
    *,
    depth: int | None = None,
    tests: bool = False,
    ids: bool = False,
) -> Outline:
    """The rows of what is wanted, in one walk; `tests` lists them too, `ids` names every item.

    `depth` is that of the lines that will be asked for: deeper tests are counted, not kept.
    """
    walk = _Walk(wanted, depth, tests=tests, ids=ids)
    for node in nodes:
        walk.take(node)
    walk.rows.sum_up()
    return walk.rows


def tree_lines(
    nodes: Iterable[Node],
    *,
    depth: int,
    most: int | None = None,
    style: Style = PLAIN,
    fit: Callable[[str], str] = str,
) -> Iterator[str]:
    """The suites down to `depth` levels, each with the number of suites and tests below it.

    `most` limits the number of lines; what did not fit is said in a last line. `style` and `fit`
    are those of `Outline.lines`.
    """
    hidden = 0
    for number, line in enumerate(outline(nodes, depth=depth).lines(depth, style=style, fit=fit)):
        if most is None or number < most:
            yield line
        else:
            hidden += 1
    if hidden:
        yield f"… and {hidden} more"


class _Walk:
    """Where one walk through the nodes stands."""

    def __init__(self, wanted: Selection, depth: int | None, *, tests: bool, ids: bool) -> None:
        self.rows = Outline()
        self._wanted = wanted
        self._depth = depth
        self._tests = tests
        self._ids = ids
        self._titles: list[str] = []
        self._open: list[int] = []  # the rows of the open suites, from the chosen one on
        self._base: int | None = 0 if wanted.suite is None else None  # depth of the chosen suite
        self._found: int | None = None  # depth of an open suite that `find` found

    def take(self, node: Node) -> None:
        """Take the next node in."""
        del self._titles[node.depth :]
        if self._found is not None and node.depth <= self._found:
            self._found = None
        title = _title(node)
        if node.kind is NodeKind.SUITE:
            self._titles.append(title)
            self._choose(node)
            if self._found is None and self._wanted.finds(node.fields, title):
                self._found = node.depth
        if self._base is None:
            return
        del self._open[max(node.depth - self._base, 0) :]
        if node.kind is NodeKind.SUITE:
            self._suite(node, title)
        else:
            self._test(node, title)

    def _choose(self, node: Node) -> None:
        """Begin at the chosen suite, and end with it."""
        if self._wanted.suite is None:
            return
        if self._base is not None and node.depth <= self._base:
            self._base = None
        if self._base is None and self._wanted.is_suite(node.fields, self._titles):
            self._base = node.depth
            self.rows.found += 1

    def _suite(self, node: Node, title: str) -> None:
        level = len(self._open)
        if level == 0 and self._wanted.suite is not None:
            title = " / ".join(self._titles)
        kept = not self._wanted.narrows
        label = self._label(node, title)
        row = self.rows.add(label, level, self._parent(), is_test=False, kept=kept)
        self._open.append(row)
        only_find = not (self._wanted.tag or self._wanted.priority or self._wanted.state)
        if not kept and self._found is not None and only_find:
            self.rows.keep(row)

    def _test(self, node: Node, title: str) -> None:
        wanted = self._wanted
        if wanted.suite is not None and not self._open:  # it stands after the chosen suite
            return
        found = not wanted.find or self._found is not None or wanted.finds(node.fields, title)
        if not found or not wanted.admits(node.fields):
            return
        parent, level = self._parent(), len(self._open)
        if parent != _NONE:
            self.rows.tests[parent] += 1
            self.rows.keep(parent)
        # A test without a suite above it has no number to stand for it.
        listed = self._tests or wanted.narrows or parent == _NONE
        if listed and (self._depth is None or level < self._depth):
            row = self.rows.add(self._label(node, title), level, parent, is_test=True, kept=True)
            self.rows.marks[row] = _marks(node.fields, title)

    def _parent(self) -> int:
        return self._open[-1] if self._open else _NONE

    def _label(self, node: Node, title: str) -> str:
        return f"{node.fields.get('id')}  {title}" if self._ids else title


def _title(node: Node) -> str:
    return str(node.fields.get("title", node.fields.get("id", "")))


def _marks(fields: Mapping[str, Any], title: str) -> str:
    """Priority, state and tags of a test, as far as it has them and its title does not tell."""
    facts = [value for key in ("priority", "state") if isinstance(value := fields.get(key), str)]
    tags = fields.get("tags")
    names = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    shown = [f" @{name}" for name in names if f"@{name}" not in title.split()]
    return (f" ({', '.join(facts)})" if facts else "") + "".join(shown)

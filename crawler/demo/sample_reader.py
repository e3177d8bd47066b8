"""Reads the compact text that describes the sample project."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

__all__ = ("SuiteEntry", "TestEntry", "read")

_HARD_BREAK = "⏎"
_PRIORITIES = frozenset({"low", "normal", "important", "high", "critical"})
_STATES = {"auto": "automated", "detached": "detached"}


@dataclass(slots=True)
class TestEntry:
    """One ``-`` line and what belongs to it.

    Attributes:
        title: With ``${parameters}``.
        steps: What to do, in order.
        expected: What then is the case.
        priority: As the API names it.
        state: As the API names it.
        tags: Without ``@``.
        labels: ``Label`` or ``Label:value``.
        issues: Numbers in the tracker.
        assignee: A team.
        attachment: A file name.
        params: Names of the parameters.
        rows: A row of values for each example.
        extra: Lines of Markdown that follow the steps.
    """

    __test__ = False  # or pytest takes it for a class of tests

    title: str
    steps: list[str]
    expected: str
    priority: str = "normal"
    state: str = "manual"
    tags: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    issues: list[str] = field(default_factory=list)
    assignee: str | None = None
    attachment: str | None = None
    params: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SuiteEntry:
    """One ``#`` line and what belongs to it.

    Attributes:
        title: Without its emoji.
        depth: 1 for a root.
        emoji: That stood before the title, if any.
        text: Lines of the description.
        settings: From the ``!`` lines.
        presupposed: From the ``+`` lines.
        tests: In order of display.
    """

    title: str
    depth: int
    emoji: str | None = None
    text: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    presupposed: list[str] = field(default_factory=list)
    tests: list[TestEntry] = field(default_factory=list)


def read(text: str) -> list[SuiteEntry]:
    """The suites of the text in order, each with its tests.

    Raises:
        ValueError: if a line is none of the kinds that the head of the text explains.
    """
    suites: list[SuiteEntry] = []
    for line in _expanded(text.splitlines()):
        mark, rest = line[:1], line[2:]
        if line.startswith("%%") or not line:
            continue
        if mark == "#":
            suites.append(_suite(line))
        elif mark == "-":
            suites[-1].tests.append(_test(rest))
        elif mark == "=":
            _add_example(suites[-1].tests[-1], [cell.strip() for cell in rest.split(", ")])
        elif mark == " ":
            suites[-1].tests[-1].extra.append(_broken(rest))
        else:
            _add_to_suite(suites[-1], mark, rest)
    return suites


def _expanded(lines: Iterable[str]) -> Iterator[str]:
    """The lines with each ``%each`` block written out."""
    block: list[str] = []
    name, values = "", [""]
    for line in lines:
        if line.startswith("%each "):
            name, _, listed = line.removeprefix("%each ").partition(" = ")
            values = listed.split(", ")
        elif line == "%end":
            for value in values:
                yield from (each.replace(f"{{{name}}}", value) for each in block)
            block, name = [], ""
        elif name:
            block.append(line)
        else:
            yield line


def _suite(line: str) -> SuiteEntry:
    marks, _, title = line.partition(" ")
    before = re.match(r"([^\w\s]+)\s+(.+)", title)
    after = re.match(r"(.+)\s+([^\w\s]+)$", title)
    suite = SuiteEntry(title, len(marks))
    if before:
        return replace(suite, emoji=before[1], title=before[2])
    return replace(suite, emoji=after[2], title=after[1]) if after else suite


def _add_to_suite(suite: SuiteEntry, mark: str, rest: str) -> None:
    match mark:
        case ">":
            suite.text.append(_broken(rest))
        case "!":
            key, _, value = rest.partition(": ")
            suite.settings[key] = value
        case "+":
            suite.presupposed.append(rest)
        case _:
            raise ValueError(f"the sample has a line of no known kind: {mark} {rest}")


def _test(line: str) -> TestEntry:
    title, steps, expected, flags = (part.strip() for part in line.split(" | "))
    test = TestEntry(title, [step.strip() for step in steps.split(" ; ")], expected)
    for flag in re.split(r" (?=[@=#>📎]|auto|detached|$)", flags):
        _set_flag(test, flag)
    return test


def _set_flag(test: TestEntry, flag: str) -> None:
    if flag in _PRIORITIES:
        test.priority = flag
    elif flag in _STATES:
        test.state = _STATES[flag]
    elif flag.startswith("@"):
        test.tags.append(flag[1:])
    elif flag.startswith("="):
        test.labels.append(flag[1:])
    elif flag.startswith("#"):
        test.issues.append(flag[1:])
    elif flag.startswith(">"):
        test.assignee = flag[1:]
    elif flag.startswith("📎"):
        test.attachment = flag[1:]
    else:
        raise ValueError(f"the sample has an unknown flag: {flag}")


def _add_example(test: TestEntry, cells: list[str]) -> None:
    if test.params:
        test.rows.append(cells)
    else:
        test.params = cells


def _broken(line: str) -> str:
    """A line of Markdown with its hard break, which no editor then strips."""
    return line.replace(_HARD_BREAK, "  ")

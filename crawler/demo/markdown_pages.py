"""The service's own Markdown of manual tests: how a project is written in it, and how it is read.

By the vendor's importer and its documentation of the format: a comment that opens with
``<!-- suite`` or ``<!-- test`` and holds ``key: value`` lines, a heading, the text, and after
``<!-- example -->`` a table whose first row names the parameters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest

__all__ = ("WAY", "Body", "body_at", "pages", "suite_text", "titles_to")

WAY = " > "
"""What parts the titles of a nested suite's heading."""

_EXAMPLE = "<!-- example"
_MARKS = ("<!-- suite", "<!-- test")
_UNSAFE = re.compile(r"[^\w-]+")
_DASHES = re.compile(r":?-{3,}:?")


@dataclass(frozen=True, slots=True)
class Body:
    """What stands below a test's heading; ``params`` names the columns of ``rows``."""

    text: str
    params: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def pages(
    project: DemoProject, *, automated: bool, suite_ids: Sequence[str] = ()
) -> dict[str, str]:
    """A page for each suite that has tests to show, by its path."""
    found: dict[str, str] = {}
    for suite in project.suites.values():
        tests = [project.tests[each] for each in project.tests_of(suite.id)]
        shown = [each for each in tests if automated or _state(each) == "manual"]
        if not shown or (suite_ids and suite.id not in suite_ids):
            continue
        path = "/".join(_UNSAFE.sub("-", each).strip("-") for each in titles_to(project, suite))
        number = 1
        while (name := f"{path}{f'-{number}' if number > 1 else ''}.test.md") in found:
            number += 1
        found[name] = "\n".join(_page(project, suite, shown))
    return found


def titles_to(project: DemoProject, suite: DemoSuite) -> list[str]:
    """The titles from the root to a suite, its own last."""
    above = [
        project.suites[each].title
        for each in project.ancestors(suite.id)[::-1]
        if each in project.suites
    ]
    return [*above, suite.title]


def _state(test: DemoTest) -> str:
    return str(test.own.get("state", "manual"))


def _page(project: DemoProject, suite: DemoSuite, tests: Sequence[DemoTest]) -> Iterator[str]:
    own = suite.own
    yield from _comment("suite", {"id": f"@S{suite.id}", "emoji": own.get("emoji"), **_lists(own)})
    yield f"# {WAY.join(titles_to(project, suite))}\n"
    yield from _text(project, suite)
    for test in tests:
        yield from _comment(
            "test",
            {
                "id": f"@T{test.id}",
                "type": "manual" if _state(test) == "manual" else "automated",
                "priority": test.own.get("priority", "normal"),
                **_lists(test.own),
            },
        )
        yield f"## {test.title}\n"
        yield from _text(project, test)
        yield from _table(test)


def _lists(own: Mapping[str, Any]) -> dict[str, str]:
    return {name: ", ".join(map(str, own.get(name) or ())) for name in ("tags", "labels")}


def _comment(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"<!-- {kind}"
    yield from (f"{name}: {value}" for name, value in values.items() if value)
    yield "-->"


def _text(project: DemoProject, item: DemoSuite | DemoTest) -> Iterator[str]:
    text = item.own.get("description", project.describe(item.id))
    if text:
        yield f"{text}\n"


def _table(test: DemoTest) -> Iterator[str]:
    rows = [each.attributes["data"] for each in test.linked.get("examples", ())]
    if not rows:
        return
    params = test.own.get("params") or [f"column {number}" for number, _ in enumerate(rows[0], 1)]
    yield f"{_EXAMPLE} -->\n"
    for cells in (params, ["---"] * len(params), *rows):
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def body_at(page: str, line: int) -> Body:
    """What belongs to the test whose heading stands in that line, counted from 1."""
    below = list(_up_to_mark(page.split("\n")[line:]))
    start = next((n for n, each in enumerate(below) if each.strip().startswith(_EXAMPLE)), None)
    if start is None:
        return Body("\n".join(below).strip("\n"))
    rows = [
        tuple(cell.strip() for cell in each.strip().strip("|").split("|"))
        for each in below[start:]
        if each.strip().startswith("|")
    ]
    text = "\n".join(below[:start]).strip("\n")
    if len(rows) > 1 and all(_DASHES.fullmatch(cell) for cell in rows[1]):
        return Body(text, rows[0], tuple(rows[2:]))
    return Body(text, (), tuple(rows))


def suite_text(page: str, heading: str) -> str | None:
    """The text below a suite's heading; ``None`` if the page has no such heading."""
    lines = page.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("#") and line.lstrip("#").strip() == heading:
            return "\n".join(_up_to_mark(lines[number + 1 :])).strip("\n")
    return None


def _up_to_mark(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line.strip().startswith(_MARKS):
            return
        yield line

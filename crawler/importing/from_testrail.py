"""`testrail-csv` and `testrail-xml`: what TestRail exports and imports.

CSV has the heads of TestRail's own export; with "test cases use multiple rows" a row without a
title has a further step of the case above. In CSV and in the text of XML one step without a result
is taken for the text of the test. XML: ``sections`` of ``section`` with ``cases`` and ``sections``,
in ``custom`` the fields that are not TestRail's own. The pages are named with the target of the
same name.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from crawler.errors import SnapshotError
from crawler.importing.describing import Step, described, split_appendix
from crawler.importing.elements import leftovers, parsed, text_of
from crawler.importing.records import Record
from crawler.importing.tables import csv_records
from crawler.importing.tree import Branch, Tree
from crawler.importing.words import priority, state, words_in

__all__ = ("CSV", "XML")

_ACTION: Final = ("Steps (Step)", "Steps")
_EXPECTED: Final = ("Steps (Expected Result)", "Expected Result")
_SECTION: Final = frozenset({"id", "name", "description", "cases", "sections"})
_CASE: Final = frozenset({"id", "title", "priority", "references", "custom", "type", "template"})
_CUSTOM: Final = frozenset({"preconds", "steps", "expected", "steps_separated"})
_STEP: Final = frozenset({"index", "content", "expected"})


class _TestRailCsv:
    name: Final = "testrail-csv"
    about: Final = "TestRail: CSV of its export"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all rows; see `Source`."""
        for first, steps in _cases(csv_records(path, ("Title",))):
            text, said = _lone(steps)
            title, identity = first.take("Title").strip(), first.take("ID")
            kind = first.take("Type")
            fields = {
                "priority": priority(first.take("Priority")),
                "issues": words_in(first.take("References")),
                "state": state(kind) or "manual",
                **_described(first.take("Preconditions"), text, said),
            }
            branch = tree.root.at(_path(first))
            more = {"Type": "" if state(kind) else kind, **first.rest}
            branch.add_test(title, identity, fields=fields, imported=more)


def _path(record: Record) -> list[str]:
    text = record.take("Section Hierarchy") or record.take("Section")
    return [title for part in text.split(" > ") if (title := part.strip())]


def _cases(rows: Iterator[Record]) -> Iterator[tuple[Record, list[Step]]]:
    """Each case: its first row, and its steps."""
    case: tuple[Record, list[Step]] | None = None
    for row in rows:
        step = Step(row.take(*_ACTION), expected=row.take(*_EXPECTED))
        if row.cell("Title") or case is None:
            if case:
                yield case
            case = row, []
            if not row.cell("Title").strip():
                raise SnapshotError(f"{row.place}: the case has no title.")
        else:
            case[0].merge(row)
        case[1].append(step)
    if case:
        yield case


class _TestRailXml:
    name: Final = "testrail-xml"
    about: Final = "TestRail: XML of its export"

    def read(self, path: Path, tree: Tree) -> None:
        """Read all sections; see `Source`."""
        root = parsed(path, "sections", "suite")
        if root.tag == "sections":
            _sections(root, tree.root)
        else:
            _section(root, tree.root)


def _sections(sections: Element, branch: Branch) -> None:
    branch.imported.update(leftovers(sections, frozenset({"section"})))
    for section in sections.findall("section"):
        _section(section, branch)


def _section(section: Element, branch: Branch) -> None:
    inner = branch.new_suite(
        text_of(section, "name"),
        text_of(section, "id"),
        {"description": text_of(section, "description")},
    )
    inner.imported.update(leftovers(section, _SECTION))
    for below in section.findall("sections"):
        _sections(below, inner)
    for cases in section.findall("cases"):
        inner.imported.update(leftovers(cases, frozenset({"case"})))
        for case in cases.findall("case"):
            _case(case, inner)


def _case(case: Element, branch: Branch) -> None:
    custom = case.find("custom")
    custom = Element("custom") if custom is None else custom
    kind = text_of(case, "type")
    steps = [
        Step(text_of(step, "content"), expected=text_of(step, "expected"))
        for step in custom.findall("steps_separated/step")
    ]
    text = text_of(custom, "steps")
    if expected := text_of(custom, "expected"):
        steps = [Step(text, expected=expected), *steps]
        text = ""
    fields = {
        "priority": priority(text_of(case, "priority")),
        "issues": words_in(text_of(case, "references")),
        "state": state(kind) or "manual",
        **_described(text_of(custom, "preconds"), text, steps),
    }
    more = {**leftovers(case, _CASE), **leftovers(custom, _CUSTOM), **_of_steps(custom)}
    more["type"] = "" if state(kind) else kind
    branch.add_test(text_of(case, "title"), text_of(case, "id"), fields=fields, imported=more)


def _of_steps(custom: Element) -> dict[str, Any]:
    """What steps have besides what to do and to expect."""
    found = [leftovers(step, _STEP) for step in custom.findall("steps_separated/step")]
    return {"steps": found} if any(found) else {}


def _lone(steps: list[Step]) -> tuple[str, list[Step]]:
    """(the text of the test, its steps): one step that leads to nothing is a text."""
    said = [step for step in steps if step.action or step.expected]
    if len(said) == 1 and not said[0].expected:
        return said[0].action, []
    return "", said


def _described(before: str, text: str, steps: list[Step]) -> dict[str, Any]:
    """The fields of a description; with steps, a text stands with the preconditions."""
    if steps and not text:
        above, fields, below = split_appendix(before)
        if fields:
            return {**described(above, below, steps), **fields}
    return described(text, before, steps)


CSV: Final = _TestRailCsv()
XML: Final = _TestRailXml()

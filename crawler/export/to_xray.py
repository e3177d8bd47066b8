"""`xray`: CSV for the Test Case Importer of Xray (Jira).

"Importing Tests using Test Case Importer", docs.getxray.app (Xray Cloud; version 16 of the page).
The wizard asks what each column is, so heads are free; mandatory are one that tells which rows
belong to one test (``Test ID``), ``Summary`` and ``Test Type``, whose values are the project's own
(``Manual`` comes with Xray). A test has a row for each step. At most 1,000 issues go in at once, so
there may be several files. In the wizard, choose ``,`` as the delimiter of columns and ``;`` as
that of values.

A summary has at most 255 characters and a label no blanks (Jira). Preconditions are issues of their
own there, which the importer links but does not make from a test's row: ours stand in the
description. The description is Markdown; Jira shows it as it is.
"""

from typing import Final

from crawler.export.as_csv import Csv
from crawler.export.case import Case
from crawler.export.cells import both
from crawler.export.losses import SUITE
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.table import Cells, Column, Filled, Limits, TableTarget
from crawler.export.taking import PathForm, Taking

__all__ = ("CSV",)

_SUMMARY: Final = 255
_PATH: Final = PathForm("/", inside="-")
_PRIORITIES: Final = {
    "low": "Low",
    "normal": "Medium",
    "important": "High",
    "high": "High",
    "critical": "Highest",
}
_COLUMNS: Final = (
    Column("Test ID"),
    Column("Test Type"),
    Column("Summary", ("title",)),
    Column("Priority", ("priority",)),
    Column("Labels", ("tags",)),
    Column("Assignee", ("assigned_to",)),
    Column("Test Repository Path", (SUITE,)),
    Column("Description", ("description",)),
    Column("Action", ("description",)),
    Column("Data", ("description",)),
    Column("Expected Result", ("description",)),
)


def _fill(case: Case, rules: Rules) -> Filled:
    taking = Taking(case, rules)
    parts = parts_of(taking, data=True)
    text = parts.text
    if parts.preconditions:
        moved = "preconditions stand in the description"
        taking.kept["description"] = both(taking.kept["description"], moved)
        text = "\n\n".join(filter(None, (f"### Preconditions\n\n{parts.preconditions}", text)))
    number = str(case.number)
    first = [
        number,
        "Manual",
        taking.title(_SUMMARY),
        taking.priority(_PRIORITIES, other="Medium"),
        ";".join(taking.labels_without_blanks("tags", ";")),
        taking.owner(),
        taking.path(_PATH),
        taking.with_appendix(text),
    ]
    further = [number, *[""] * (len(first) - 1)]
    steps = parts.steps or (Step(""),)
    heads = [first, *[further] * (len(steps) - 1)]
    rows = [
        [*head, step.action, step.data, step.expected]
        for head, step in zip(heads, steps, strict=True)
    ]
    return Filled(rows, taking.kept)


CSV: Final = TableTarget(
    name="xray",
    about="Xray for Jira: CSV of the Test Case Importer",
    form=Csv(),
    columns=_COLUMNS,
    fill=_fill,
    cells=Cells(limit=32_767),
    limits=Limits(tests=1000),
    path=_PATH,
)

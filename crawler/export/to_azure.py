"""`azure-devops`: CSV for the import of test cases into Azure Test Plans.

"Bulk import or export test cases", learn.microsoft.com (Azure DevOps Services, 2025), with the
heads of Azure's own export, in its order: ``ID, Work Item Type, Title, Test Step, Step Action,
Step Expected, Area Path, Assigned To, State``. A case is a row of its own, with ``ID`` empty for a
new one, followed by a row for each step with its number. The file is UTF-8 with a byte order mark,
as Azure writes it.

Cases go into the test suite that the import was started from, so the way to a test has no place.
``Area Path`` is left empty, which the page does not forbid; fill it in where your project demands
one. A title has at most 255 characters (field reference, ``System.Title``). A text before the steps
has no column either: it is the first step.
"""

from typing import Final

from crawler.export.as_csv import Csv
from crawler.export.case import Case
from crawler.export.cells import both
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.table import Column, Filled, TableTarget
from crawler.export.taking import Taking

__all__ = ("CSV",)

_TITLE: Final = 255
_COLUMNS: Final = (
    Column("ID"),
    Column("Work Item Type"),
    Column("Title", ("title",)),
    Column("Test Step"),
    Column("Step Action", ("description",)),
    Column("Step Expected", ("description",)),
    Column("Area Path"),
    Column("Assigned To", ("assigned_to",)),
    Column("State"),
)


def _fill(case: Case, rules: Rules) -> Filled:
    taking = Taking(case, rules)
    parts = parts_of(taking)
    steps = list(parts.steps)
    text = taking.with_appendix("\n\n".join(filter(None, (parts.text, parts.preconditions))))
    if text:
        moved = "the text around the steps is the first step"
        taking.kept["description"] = both(taking.kept["description"], moved)
        steps.insert(0, Step(text))
    head = ["", "Test Case", taking.title(_TITLE), "", "", "", "", taking.owner(), "Design"]
    rows = [
        ["", "", "", str(number), step.action, step.expected, "", "", ""]
        for number, step in enumerate(steps, 1)
    ]
    return Filled([head, *rows], taking.kept)


CSV: Final = TableTarget(
    name="azure-devops",
    about="Azure Test Plans: CSV import of test cases",
    form=Csv(mark=True),
    columns=_COLUMNS,
    fill=_fill,
    keeps_suites=False,
)

"""`testomatio-csv` and `testomatio-xlsx`: the service's own import of spreadsheets.

"Import tests from CSV/XLSX", docs.testomat.io (state of 2025): the columns ``ID, Title, Status,
Folder, Emoji, Priority, Tags, Owner, Description, Labels, Issues``; a folder is written
``/suite/sub-suite``, every test needs one; the status is ``manual``, ``automated`` or empty. What
the page does not say (what parts tags; how long a cell may be) is as the service's Markdown has it:
commas, no limit.
"""

from functools import partial
from typing import Final

from crawler.export.as_csv import Csv
from crawler.export.as_xlsx import XLSX_CELLS, XLSX_LIMITS, Xlsx
from crawler.export.case import Case
from crawler.export.losses import SUITE
from crawler.export.rules import Rules
from crawler.export.table import Column, Filled, TableTarget
from crawler.export.taking import PathForm, Taking

__all__ = ("CSV", "XLSX")

_PATH: Final = PathForm("/", inside="-", first="/")
_NOWHERE: Final = "/Tests"
_STATES: Final = {"manual": "manual", "automated": "automated", "detached": "automated"}
_COLUMNS: Final = (
    Column("ID", ("id",)),
    Column("Title", ("title",)),
    Column("Status", ("state",)),
    Column("Folder", (SUITE,)),
    Column("Emoji", ("emoji",)),
    Column("Priority", ("priority",)),
    Column("Tags", ("tags",)),
    Column("Owner", ("assigned_to",)),
    Column("Description", ("description",)),
    Column("Labels", ("labels",)),
    Column("Issues", ("issues", "jira_issues")),
)


def _fill(case: Case, rules: Rules, *, limit: int | None) -> Filled:
    taking = Taking(case, rules)
    row = (
        taking.text("id"),
        taking.title(),
        taking.state(_STATES, other=""),
        taking.path(_PATH) or _NOWHERE,
        taking.text("emoji"),
        taking.priority({}),
        taking.words("tags"),
        taking.owner(),
        taking.with_appendix(taking.text("description"), limit),
        taking.words("labels"),
        taking.issues(),
    )
    return Filled([row], taking.kept)


CSV: Final = TableTarget(
    name="testomatio-csv",
    about="another project of Testomat.io: CSV import",
    form=Csv(),
    columns=_COLUMNS,
    fill=partial(_fill, limit=None),
    path=_PATH,
    more_columns=False,
)
XLSX: Final = TableTarget(
    name="testomatio-xlsx",
    about="another project of Testomat.io: Excel import",
    form=Xlsx(),
    columns=_COLUMNS,
    fill=partial(_fill, limit=XLSX_CELLS.limit),
    cells=XLSX_CELLS,
    limits=XLSX_LIMITS,
    path=_PATH,
    more_columns=False,
)

"""`csv` and `xlsx`: a table for people, one row a test, with nothing left out.

CSV is RFC 4180 in UTF-8 with a byte order mark, by which Excel knows the encoding. What a
spreadsheet would take for a formula has an apostrophe before it; `crawler.formulas.disarmed`
takes it away. The last column holds all fields that have none of their own, as JSON; in XLSX, where
a cell has at most 32,767 characters, the longest are left out until the others fit.
"""

import json
from functools import partial
from typing import Any, Final

from crawler.export.as_csv import Csv
from crawler.export.as_xlsx import XLSX_CELLS, XLSX_LIMITS, Xlsx
from crawler.export.case import EXAMPLES, Case
from crawler.export.cells import printable_text, shortened
from crawler.export.losses import SUITE, AsIs
from crawler.export.rules import Rules
from crawler.export.table import Column, Filled, TableTarget
from crawler.export.taking import PathForm, Taking, example_table, links

__all__ = ("CSV", "XLSX")

_PATH: Final = PathForm(" > ")
_COLUMNS: Final = (
    Column("ID", ("id",)),
    Column("Title", ("title",)),
    Column("Suite", (SUITE,)),
    Column("State", ("state",)),
    Column("Priority", ("priority",)),
    Column("Tags", ("tags",)),
    Column("Labels", ("labels",)),
    Column("Owner", ("assigned_to",)),
    Column("Issues", ("issues",)),
    Column("Description", ("description",)),
    Column("Examples", ("params", EXAMPLES)),
    Column("Attachments"),
    Column("Other fields"),
)
_NAMED: Final = frozenset(name for column in _COLUMNS for name in column.fields)


def _fill(case: Case, rules: Rules, *, limit: int | None) -> Filled:
    taking = Taking(case, rules)
    others, as_json = _others(case, limit)
    row = (
        taking.text("id"),
        taking.title(),
        taking.path(_PATH),
        taking.state({}),
        taking.priority({}),
        taking.words("tags"),
        taking.words("labels"),
        taking.owner(),
        taking.words("issues"),
        taking.text("description"),
        example_table(case),
        links(case),
        as_json,
    )
    as_table = "a table in Markdown" if case.examples else AsIs
    kept = {**taking.kept, "params": as_table, EXAMPLES: as_table, **dict.fromkeys(others, AsIs)}
    return Filled([row], kept)


def _others(case: Case, limit: int | None) -> tuple[dict[str, Any], str]:
    """The fields without a column that fit into one cell, and their JSON."""
    others = {name: value for name, value in case.present.items() if name not in _NAMED}
    while others:
        text = json.dumps(others, ensure_ascii=False)
        if printable_text(text)[1]:
            text = json.dumps(others)
        if not shortened(text, limit)[1]:
            return others, text
        del others[max(others, key=lambda name: len(json.dumps(others[name])))]
    return {}, ""


CSV: Final = TableTarget(
    "csv", "a table for people", Csv(mark=True), _COLUMNS, partial(_fill, limit=None), path=_PATH
)
XLSX: Final = TableTarget(
    name="xlsx",
    about="a table for people",
    form=Xlsx(),
    columns=_COLUMNS,
    fill=partial(_fill, limit=XLSX_CELLS.limit),
    cells=XLSX_CELLS,
    limits=XLSX_LIMITS,
    path=_PATH,
)

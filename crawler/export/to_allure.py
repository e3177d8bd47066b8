"""`allure-testops`: CSV for the import of test cases into Allure TestOps.

The layout is that of "Import test cases to TestOps from generic CSV file", the documentation of the
vendor's migration tool (``docs-3p-migration-script``, tool 1.2.0 of 2025, TestOps after 4.26): the
heads ``allure_id, name, description, precondition, scenario, expected_result, tested_feature,
tested_story, tags, created_by, supervised_by, useful_links, issue_tracker``. The wizard of "Import
test cases from CSV files" (docs.qameta.io) reads it as well. Both ask which column is what, so
further ones are allowed: ``priority`` and ``labels``, to be mapped to custom fields, as the two
``tested_`` columns are.

In ``scenario`` a line is a step, and a line that begins with a tab a step within the one above. So
what a step leads to is such a step, after ``Expected result:``; further lines of a step are too.
What all steps lead to has a column. Values of one cell are parted by commas. ``allure_id`` is
empty: it names a case that is there already. The first suite is the feature, those below it the
story. How long a name may be is not told; 255 characters is what other clients keep to.
"""

import re
from typing import Final

from crawler.export.as_csv import Csv
from crawler.export.case import EXAMPLES, Case
from crawler.export.cells import both, one_line
from crawler.export.losses import SUITE, AsIs
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.table import Column, Filled, TableTarget
from crawler.export.taking import PathForm, Taking, example_table

__all__ = ("CSV",)

_NAME: Final = 255
_PATH: Final = PathForm(" / ", inside="-")
_WEB: Final = ("http://", "https://")
_LINES: Final = re.compile(r"\r\n?|\n")
_COLUMNS: Final = (
    Column("allure_id"),
    Column("name", ("title",)),
    Column("description", ("description",)),
    Column("precondition", ("description",)),
    Column("scenario", ("description",)),
    Column("expected_result", ("description",)),
    Column("tested_feature", (SUITE,)),
    Column("tested_story", (SUITE,)),
    Column("tags", ("tags",)),
    Column("created_by", ("assigned_to",)),
    Column("supervised_by"),
    Column("useful_links", ("attachments",)),
    Column("issue_tracker", ("issues", "jira_issues")),
    Column("priority", ("priority",)),
    Column("labels", ("labels",)),
)


def _fill(case: Case, rules: Rules) -> Filled:
    taking = Taking(case, rules)
    parts = parts_of(taking, expected=True)
    text = "\n\n".join(filter(None, (parts.text, _examples(taking))))
    scenario, note = _scenario(parts.steps)
    taking.kept["description"] = both(taking.kept["description"], note)
    feature, story = _way(taking)
    row = (
        "",
        taking.title(_NAME),
        text,
        parts.preconditions,
        scenario,
        parts.expected,
        feature,
        story,
        taking.words("tags"),
        taking.owner(),
        "",
        _links(taking),
        taking.issues(),
        taking.priority({}),
        taking.words("labels"),
    )
    return Filled([row], taking.kept)


def _way(taking: Taking) -> tuple[str, str]:
    """(the first suite, those below it); both together are the way to the test."""
    taking.path(_PATH)
    steps = [_PATH.step(title)[0] for title in taking.case.path]
    return (steps[0], _PATH.separator.join(steps[1:])) if steps else ("", "")


def _scenario(steps: tuple[Step, ...]) -> tuple[str, str]:
    """(the steps as lines, what was changed)."""
    lines: list[str] = []
    notes = [AsIs]
    for step in steps:
        notes += [_blanks(step.action), _blanks(step.expected)]
        first, *more = _lines(step.action)
        lines.append(first)
        if more:
            notes.append("further lines of a step are steps within it")
        if step.expected:
            notes.append("what a step leads to is a step within it")
            head, *rest = _lines(step.expected)
            more += [f"Expected result: {head}", *rest]
        lines += [f"\t{line}" for line in more]
    return "\n".join(lines), both(*notes)


def _blanks(text: str) -> str:
    """The note for what `_lines` takes away."""
    return AsIs if "\n".join(_lines(text)) == text else "blanks around lines are gone"


def _lines(text: str) -> list[str]:
    """Lines that say something, without what would be taken for their rank; at least one."""
    found = [one_line(line)[0] for line in _LINES.split(text)]
    return [line for line in found if line] or [""]


def _examples(taking: Taking) -> str:
    """Rows of parameters, which have no column."""
    table = example_table(taking.case)
    if not table:
        return ""
    taking.kept["params"] = taking.kept[EXAMPLES] = "a table in the description"
    return f"### Examples\n\n{table}"


def _links(taking: Taking) -> str:
    """The addresses of attachments; the importer takes no files."""
    every = taking.case.attachments
    found = [each.url for each in every if each.url.startswith(_WEB) and "," not in each.url]
    if found:
        others = "" if len(found) == len(every) else "those without an address are gone"
        taking.kept["attachments"] = both("links; the files stay on the server", others)
    return ", ".join(found)


CSV: Final = TableTarget(
    name="allure-testops",
    about="Allure TestOps: CSV import of test cases",
    form=Csv(),
    columns=_COLUMNS,
    fill=_fill,
    path=_PATH,
)

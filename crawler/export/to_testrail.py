"""`testrail-csv` and `testrail-xml`: what TestRail's importers read.

CSV: "Importing test cases from CSV and Excel files", support.testrail.com (TestRail 7 to 9). The
head of a column is free, since the wizard asks what each is; ours are those of TestRail's own CSV
export, so the wizard finds them by itself. Choose "test cases use multiple rows", with ``Title`` as
the column that tells where a new one begins, the template "Test Case (Steps)", and ``>`` as the
separator of the section hierarchy.

XML: "Importing test cases and sections (XML)", docs.gurock.com (user guide; the format has stayed
since). Root ``sections``, in it ``section`` with ``name``, ``description``, ``cases`` and
``sections``; fields that are not TestRail's own lie in ``custom``, the steps of a case in
``steps_separated`` as ``step`` with ``index``, ``content``, ``expected``. We write sections before
cases, as a snapshot has them; the page shows it the other way round and says nothing of an order.
Test IT's reader of TestRail's XML (``testit-tms/migrators``, ``TestRailXmlExporter/Models``) has
the same names, in any order. There is no schema. No ``id`` is written: TestRail takes it for one of
its own.

A title has at most 250 characters (API reference, ``add_case``). TestRail's default priorities and
types are used; where they were renamed, so can ours be by a map. A text that stands around the
steps goes into the preconditions, which is the only other text that the template has.
"""

from collections.abc import Mapping
from typing import Final

from crawler.export.as_csv import Csv
from crawler.export.as_xml import XmlWriter
from crawler.export.case import Case, Item, Suite
from crawler.export.cells import both, held, titled
from crawler.export.interface import Job
from crawler.export.losses import SUITE
from crawler.export.nesting import Bracket, nested
from crawler.export.parts import Parts, parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.table import Column, Filled, TableTarget
from crawler.export.taking import PathForm, Taking

__all__ = ("CSV", "XML")

_TITLE: Final = 250
_PATH: Final = PathForm(" > ")
PRIORITIES: Final = {
    "low": "Low",
    "normal": "Medium",
    "important": "High",
    "high": "High",
    "critical": "Critical",
}
TYPES: Final = {"manual": "Other", "automated": "Automated", "detached": "Automated"}
_STEPS: Final = "Test Case (Steps)"
_TEXT: Final = "Test Case (Text)"
_MOVED: Final = "the text around the steps stands with the preconditions"

_COLUMNS: Final = (
    Column("Title", ("title",)),
    Column("Section Hierarchy", (SUITE,)),
    Column("Type", ("state",)),
    Column("Priority", ("priority",)),
    Column("References", ("issues", "jira_issues")),
    Column("Preconditions", ("description",)),
    Column("Steps (Step)", ("description",)),
    Column("Steps (Expected Result)", ("description",)),
)


def _body(taking: Taking) -> tuple[Parts, str]:
    """(the parts, the text of the preconditions field); without steps the text is the only step."""
    parts = parts_of(taking)
    if not parts.steps:
        return parts, parts.preconditions
    text = taking.with_appendix(parts.text)
    if text:
        taking.kept["description"] = both(taking.kept["description"], _MOVED)
    return parts, "\n\n".join(filter(None, (text, parts.preconditions)))


def _fill(case: Case, rules: Rules) -> Filled:
    taking = Taking(case, rules)
    parts, before = _body(taking)
    steps = parts.steps or (Step(taking.with_appendix(parts.text)),)
    first = [
        taking.title(_TITLE),
        taking.path(_PATH),
        taking.state(TYPES, other="Other"),
        taking.priority(PRIORITIES, other="Medium"),
        taking.issues(","),
        before,
    ]
    heads = [first, *([[""] * len(first)] * (len(steps) - 1))]
    pairs = zip(heads, steps, strict=True)
    return Filled([[*head, step.action, step.expected] for head, step in pairs], taking.kept)


CSV: Final = TableTarget(
    name="testrail-csv",
    about="TestRail: import from CSV",
    form=Csv(),
    columns=_COLUMNS,
    fill=_fill,
    path=_PATH,
)


class _TestRailXml:
    name: Final = "testrail-xml"
    about: Final = "TestRail: import from XML"
    suffix: Final = ".xml"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        xml = XmlWriter(job.output.part())
        xml.open("sections")
        within = ["sections"]  # what is open in each open section
        for bracket, item in nested(job.items):
            if bracket is Bracket.CLOSE:
                if inner := within.pop():
                    xml.close(inner)
                xml.close("section")
                continue
            wanted = "sections" if bracket is Bracket.OPEN else "cases"
            if within[-1] != wanted:
                if within[-1]:
                    xml.close(within[-1])
                xml.open(wanted)
                within[-1] = wanted
            job.losses.settle(item, self._begin(xml, item, job.rules))
            if bracket is Bracket.OPEN:
                within.append("")
        xml.close("sections")
        xml.end()

    def _begin(self, xml: XmlWriter, item: Item, rules: Rules) -> Mapping[str, str]:
        return _section(xml, item) if isinstance(item, Suite) else _case(xml, item, rules)


def _section(xml: XmlWriter, suite: Suite) -> dict[str, str]:
    xml.open("section")
    title, note = titled(suite.title)
    xml.leaf("name", title)
    text, changed = held(suite.text("description"))
    xml.leaf("description", text)
    return {"title": note, "description": changed}


def _case(xml: XmlWriter, case: Case, rules: Rules) -> dict[str, str]:
    taking = Taking(case, rules)
    parts, before = _body(taking)
    with xml.element("case"):
        xml.leaf("title", taking.fit("title", taking.title(_TITLE)))
        xml.leaf("template", _STEPS if parts.steps else _TEXT)
        xml.leaf("type", taking.fit("state", taking.state(TYPES, other="Other")))
        xml.leaf("priority", taking.fit("priority", taking.priority(PRIORITIES, other="Medium")))
        xml.leaf("references", taking.fit("issues", taking.issues(",")))
        with xml.element("custom"):
            xml.leaf("preconds", taking.fit("description", before))
            _steps(xml, taking, parts)
            for name, place in rules.fields.items():
                xml.leaf(_element_name(place), taking.fit(name, taking.text(name)))
    taking.kept[SUITE] = both(*(titled(suite.title)[1] for suite in case.suites))
    return taking.kept


def _steps(xml: XmlWriter, taking: Taking, parts: Parts) -> None:
    if not parts.steps:
        xml.leaf("steps", taking.fit("description", taking.with_appendix(parts.text)))
        return
    with xml.element("steps_separated"):
        for number, step in enumerate(parts.steps, 1):
            with xml.element("step"):
                xml.leaf("index", str(number))
                xml.leaf("content", taking.fit("description", step.action))
                xml.leaf("expected", taking.fit("description", step.expected))


def _element_name(place: str) -> str:
    """A name that XML allows, like TestRail's system names: small letters, digits, underscores."""
    name = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in place.lower())
    return name if name[:1].isalpha() else f"field_{name}"


XML: Final = _TestRailXml()

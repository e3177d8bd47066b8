"""`testlink-xml`: what TestLink imports as a test suite.

"TestLink file formats" and ``sample testsuite.xml`` of the TestLink 1.9 documentation. Root
``testsuite`` (that of the project, which TestLink merges with where the import was started), in it
``testsuite`` and ``testcase`` with ``node_order``, ``summary``, ``preconditions``,
``execution_type`` (1 manual, 2 automated), ``importance`` (1 low, 2 medium, 3 high), ``steps`` with
``step_number``, ``actions``, ``expectedresults``, ``execution_type``, and ``keywords``. Names have
at most 100 characters (table ``nodes_hierarchy``, column ``name``). TestLink's editor keeps texts
as HTML; ours are Markdown, escaped and with ``<br />``, so they read as they were written. In
TestLink two cases of one suite cannot have one name; how that is met is asked at the import. There
is no schema for it.
"""

from typing import Final

from crawler.export.as_xml import XmlWriter
from crawler.export.case import Case, Suite
from crawler.export.cells import both, held, html_text, titled
from crawler.export.interface import Job
from crawler.export.losses import SUITE
from crawler.export.nesting import Bracket, nested
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.taking import Taking

__all__ = ("XML",)

_NAME: Final = 100
_IMPORTANCE: Final = {"low": "1", "normal": "2", "important": "3", "high": "3", "critical": "3"}
_TYPES: Final = {"manual": "1", "automated": "2", "detached": "2"}


class _TestLinkXml:
    name: Final = "testlink-xml"
    about: Final = "TestLink: import of a test suite"
    suffix: Final = ".xml"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        xml = XmlWriter(job.output.part())
        xml.open("testsuite", name="")
        for bracket, item in nested(job.items):
            if bracket is Bracket.CLOSE:
                xml.close("testsuite")
            elif isinstance(item, Suite):
                job.losses.settle(item, _suite(xml, item))
            else:
                job.losses.settle(item, _case(xml, item, job.rules))
        xml.close("testsuite")
        xml.end()


def _suite(xml: XmlWriter, suite: Suite) -> dict[str, str]:
    title, note = titled(suite.title, _NAME)
    xml.open("testsuite", name=title)
    xml.leaf("node_order", str(suite.number))
    text, changed = held(suite.text("description"))
    xml.leaf("details", html_text(text))
    return {"title": note, "description": changed}


def _case(xml: XmlWriter, case: Case, rules: Rules) -> dict[str, str]:
    taking = Taking(case, rules)
    parts = parts_of(taking)
    kind = taking.state(_TYPES, other="1")
    with xml.element("testcase", name=taking.title(_NAME)):
        xml.leaf("node_order", str(case.number))
        xml.leaf("summary", html_text(taking.fit("description", taking.with_appendix(parts.text))))
        xml.leaf("preconditions", html_text(taking.fit("description", parts.preconditions)))
        xml.leaf("execution_type", kind)
        xml.leaf("importance", taking.priority(_IMPORTANCE, other="2"))
        with xml.element("steps"):
            for number, step in enumerate(parts.steps, 1):
                _step(xml, taking, number, step, kind)
        _keywords(xml, taking)
    taking.kept[SUITE] = both(*(titled(suite.title, _NAME)[1] for suite in case.suites))
    return taking.kept


def _step(xml: XmlWriter, taking: Taking, number: int, step: Step, kind: str) -> None:
    with xml.element("step"):
        xml.leaf("step_number", str(number))
        xml.leaf("actions", html_text(taking.fit("description", step.action)))
        xml.leaf("expectedresults", html_text(taking.fit("description", step.expected)))
        xml.leaf("execution_type", kind)


def _keywords(xml: XmlWriter, taking: Taking) -> None:
    """Tags as keywords, which TestLink makes if it does not have them."""
    if names := taking.each("tags", _NAME):
        with xml.element("keywords"):
            for name in names:
                with xml.element("keyword", name=name):
                    xml.leaf("notes", "")


XML: Final = _TestLinkXml()

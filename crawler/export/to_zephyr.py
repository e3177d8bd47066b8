"""`zephyr-scale`: XML that Zephyr Scale (Jira) exports and imports.

The form is that of a project exported by Zephyr Scale Cloud in 2025, and of the converter that
SmartBear points to for moving to Zephyr Scale ("Zephyr for Jira Server/DC to Zephyr Scale", version
of 2024): root ``project``, in it ``folders`` and ``testCases``; texts are HTML. There is no schema.
``exportDate`` is in every such file; ours is always the same, so that the same snapshot gives the
same bytes. Whether the importer asks for ``projectId`` and ``createdBy`` is not told; the converter
writes neither.

An owner is written only if a map gives an account ID for it, since the importer knows no names.
Labels have no blanks (Jira). Parameters stand in the objective, as how they lie in XML is not told.
"""

import re
from typing import Final

from crawler.export.as_xml import XmlWriter
from crawler.export.case import Case, Suite
from crawler.export.cells import both, held, html_text
from crawler.export.interface import Job
from crawler.export.losses import SUITE
from crawler.export.parts import Parts, parts_of
from crawler.export.rules import Rules
from crawler.export.shown import ShownSuites
from crawler.export.taking import PathForm, Taking

__all__ = ("XML",)

_NAME: Final = 255
_PATH: Final = PathForm("/", inside="-")
_PRIORITIES: Final = {
    "low": "Low",
    "normal": "Normal",
    "important": "High",
    "high": "High",
    "critical": "High",
}
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]*-\d+")


class _ZephyrXml:
    name: Final = "zephyr-scale"
    about: Final = "Zephyr Scale for Jira: XML import"
    suffix: Final = ".xml"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        xml = XmlWriter(job.output.part())
        xml.open("project")
        xml.leaf("modelVersion", "1.0")
        xml.leaf("exportDate", "2000-01-01 00:00:00 UTC")
        with xml.element("folders"):
            for item in job.items:
                if isinstance(item, Suite):
                    place = {"fullPath": _folder(item.path)[0], "index": str(item.number)}
                    xml.empty("folder", place)
        shown = ShownSuites(job.losses, lambda suite: {"title": _folder(suite.path[-1:])[1]})
        with xml.element("testCases"):
            for item in job.items:
                shown.meet(item)
                if isinstance(item, Case):
                    job.losses.settle(item, _case(xml, item, job.rules))
        shown.end()
        xml.close("project")
        xml.end()


def _folder(path: tuple[str, ...]) -> tuple[str, str]:
    text, note = _PATH.of(path)
    shown, control = held(text)
    return shown, both(note, control)


def _case(xml: XmlWriter, case: Case, rules: Rules) -> dict[str, str]:
    taking = Taking(case, rules)
    parts = parts_of(taking, data=True)
    with xml.element("testCase"):
        xml.leaf("folder", taking.put(SUITE, _folder(case.path)))
        _keys(xml, taking)
        with xml.element("labels"):
            for label in taking.labels_without_blanks("tags"):
                xml.leaf("label", label)
        xml.leaf("name", taking.title(_NAME))
        text = taking.fit("description", taking.with_appendix(parts.text))
        xml.leaf("objective", html_text(text))
        if case.text("assigned_to") in rules.users:
            xml.leaf("owner", taking.fit("assigned_to", taking.owner()))
        before = taking.fit("description", parts.preconditions)
        xml.leaf("precondition", html_text(before))
        xml.leaf("priority", taking.fit("priority", taking.priority(_PRIORITIES, other="Normal")))
        xml.leaf("status", "Approved")
        _script(xml, taking, parts)
    return taking.kept


def _keys(xml: XmlWriter, taking: Taking) -> None:
    """Issues of Jira; the importer links what has a key."""
    words = taking.each_issue()
    keys = [word for word in words if _KEY.fullmatch(word)]
    if len(keys) < len(words):
        note = "only keys of Jira were kept"
        for name in ("issues", "jira_issues"):
            taking.kept[name] = both(taking.kept[name], note)
        for name in ("issues", "jira_issues") if not keys else ():
            taking.kept.pop(name, None)
    with xml.element("issues"):
        for key in keys:
            with xml.element("issue"):
                xml.leaf("key", key)


def _script(xml: XmlWriter, taking: Taking, parts: Parts) -> None:
    with xml.element("testScript", type="steps"), xml.element("steps"):
        for number, step in enumerate(parts.steps):
            with xml.element("step", index=str(number)):
                xml.leaf("description", html_text(taking.fit("description", step.action)))
                xml.leaf("testData", html_text(taking.fit("description", step.data)))
                xml.leaf("expectedResult", html_text(taking.fit("description", step.expected)))


XML: Final = _ZephyrXml()

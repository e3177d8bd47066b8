"""`kiwi-tcms`: what Kiwi TCMS's API creates test cases from, one JSON object a line.

Kiwi TCMS reads no files: "Import-Export functionality", kiwitcms.readthedocs.io (15.x, 2026), says
that it never will, and to write a script against its API. So this is not a form of the vendor's
own: a line has the values of ``TestCase.create`` (``tcms.rpc.api.testcase``, model ``TestCase``) by
their documented names, with names in place of the numbers that only your server knows, and ``tags``
for ``TestCase.add_tag``. The script in this project's README loads it with the vendor's client
``tcms-api``; it was tried against Kiwi TCMS 12.4.

``product`` is the project, ``category`` the way to the test, ``priority`` P1 to P5 and
``case_status`` CONFIRMED, which every installation begins with. ``text`` is the description, as it
is: Kiwi TCMS shows Markdown, and has no fields for steps. ``summary``, ``category`` and
``requirement`` have at most 255 characters, and texts no blanks at their ends. Labels are tags. Who
a test is assigned to is looked for by address.
"""

import json
from typing import Any, Final

from crawler.export.case import Case, Suite
from crawler.export.cells import both, held, shortened
from crawler.export.interface import Job
from crawler.export.losses import SUITE, Kept
from crawler.export.rules import Rules
from crawler.export.shown import ShownSuites
from crawler.export.taking import PathForm, Taking

__all__ = ("JSONL",)

_LONGEST: Final = 255
_PATH: Final = PathForm(" / ", inside="-")
_NOWHERE: Final = "--default--"
"""The category that Kiwi TCMS makes with each product."""
_PRIORITIES: Final = {
    "critical": "P1",
    "high": "P2",
    "important": "P3",
    "normal": "P4",
    "low": "P5",
}
_STATES: Final = {"manual": "manual", "automated": "automated", "detached": "automated"}


class _KiwiLines:
    name: Final = "kiwi-tcms"
    about: Final = "Kiwi TCMS: one call of its API a line, for a script"
    suffix: Final = ".jsonl"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        out = job.output.part()
        product = held(job.project.title or job.project.id)[0]
        shown = ShownSuites(job.losses, _title)
        for item in job.items:
            shown.meet(item)
            if isinstance(item, Case):
                values, kept = _case(item, job.rules)
                line = json.dumps({"product": product, **values}, ensure_ascii=False)
                out.write(f"{line}\n".encode())
                job.losses.settle(item, kept)
        shown.end()


def _title(suite: Suite) -> Kept:
    """What the categories of tests keep of a suite."""
    return {"title": _category(suite.path)[1]}


def _category(path: tuple[str, ...]) -> tuple[str, str]:
    text, note = _PATH.of(path)
    shown, control = held(text)
    short, cut = shortened(shown, _LONGEST)
    return short, both(note, control, cut)


def _case(case: Case, rules: Rules) -> tuple[dict[str, Any], Kept]:
    taking = Taking(case, rules)
    text = taking.with_appendix(taking.text("description"))
    values = {
        "category": taking.put(SUITE, _category(case.path)) or _NOWHERE,
        "summary": taking.title(_LONGEST),
        "priority": taking.priority(_PRIORITIES, other="P4"),
        "case_status": "CONFIRMED",
        "is_automated": taking.state(_STATES, other="manual") == "automated",
        "text": _bare(taking, "description", text),
        "script": _bare(taking, "code", taking.text("code")),
        "requirement": _requirement(taking),
        "default_tester": taking.fit("assigned_to", taking.owner()),
        "tags": _tags(taking),
    }
    return values, taking.kept


def _bare(taking: Taking, name: str, text: str) -> str:
    """A text without blanks at its ends, which Kiwi TCMS's forms take away."""
    fitted = taking.fit(name, text)
    if fitted.strip() != fitted:
        taking.kept[name] = both(taking.kept[name], "blanks at its ends are gone")
    return fitted.strip()


def _requirement(taking: Taking) -> str:
    return taking.fit("issues", taking.issues(), _LONGEST).strip()


def _tags(taking: Taking) -> list[str]:
    """Tags and labels, each once."""
    tags, labels = taking.each("tags", _LONGEST), taking.each("labels", _LONGEST)
    if labels:
        taking.kept["labels"] = both(taking.kept["labels"], "labels are tags there")
        taking.kept["tags"] = both(taking.kept["tags"], "labels stand among them")
    return list(dict.fromkeys((*tags, *labels)))


JSONL: Final = _KiwiLines()

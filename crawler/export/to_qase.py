"""`qase`: JSON that Qase imports as its own.

"Working with the Qase CSV format", docs.qase.io (2025): what Qase exports as JSON it reads again
with the source "Qase.io". An object with ``suites``, each with ``id``,
``title``, ``description``, ``preconditions``, ``suites`` and ``cases``. JSON rather than CSV, since
there a step may have line breaks. No schema is published: the fields of a case and their words
(``priority`` high, medium, low; ``automation`` is-not-automated, automated; ``status`` actual) are
those of exports in public repositories. How parameters lie in JSON is not told, so rows of
parameters stand in the description. Titles have at most 255 characters (API v1, "Create a new test
case"). IDs are numbers of our own.
"""

import json
from typing import Any, BinaryIO, Final

from crawler.export.case import Case, Suite
from crawler.export.cells import both, held, titled
from crawler.export.interface import Job
from crawler.export.losses import SUITE
from crawler.export.nesting import Bracket, nested
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.taking import Taking

__all__ = ("JSON",)

_TITLE: Final = 255
_PRIORITIES: Final = {
    "low": "low",
    "normal": "medium",
    "important": "high",
    "high": "high",
    "critical": "high",
}
_AUTOMATION: Final = {
    "manual": "is-not-automated",
    "automated": "automated",
    "detached": "automated",
}


class _QaseJson:
    name: Final = "qase"
    about: Final = "Qase: import of its own JSON"
    suffix: Final = ".json"

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        out = _Nested(job.output.part())
        for bracket, item in nested(job.items):
            if bracket is Bracket.CLOSE:
                out.close()
            elif isinstance(item, Suite):
                fields, kept = _suite(item)
                out.open(fields)
                job.losses.settle(item, kept)
            else:
                fields, kept = _case(item, job.rules)
                out.case(fields)
                job.losses.settle(item, kept)
        out.end()


class _Nested:
    """The document under way: suites stand before cases, as in a snapshot."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._write('{"suites": [')
        self._cases = [False]  # of each open suite: has its list of cases begun?
        self._first = True

    def open(self, fields: dict[str, Any]) -> None:
        self._item(json.dumps(fields, ensure_ascii=False)[:-1] + ', "suites": [')
        self._cases.append(False)
        self._first = True

    def case(self, fields: dict[str, Any]) -> None:
        if not self._cases[-1]:
            self._write('], "cases": [')
            self._cases[-1] = self._first = True
        self._item(json.dumps(fields, ensure_ascii=False))

    def close(self) -> None:
        self._write("]}" if self._cases.pop() else '], "cases": []}')
        self._first = False

    def end(self) -> None:
        self._write("\n]}\n")

    def _item(self, text: str) -> None:
        self._write(f"{'' if self._first else ','}\n{text}")
        self._first = False

    def _write(self, text: str) -> None:
        self._out.write(text.encode())


def _suite(suite: Suite) -> tuple[dict[str, Any], dict[str, str]]:
    title, note = titled(suite.title, _TITLE)
    text, changed = held(suite.text("description"))
    fields = {"id": suite.number, "title": title, "description": text, "preconditions": ""}
    return fields, {"title": note, "description": changed}


def _case(case: Case, rules: Rules) -> tuple[dict[str, Any], dict[str, str]]:
    taking = Taking(case, rules)
    parts = parts_of(taking, data=True)
    fields = {
        "id": case.number,
        "title": taking.title(_TITLE),
        "description": taking.fit("description", taking.with_appendix(parts.text)),
        "preconditions": taking.fit("description", parts.preconditions),
        "postconditions": "",
        "priority": taking.priority(_PRIORITIES, other="undefined"),
        "severity": "undefined",
        "type": "other",
        "behavior": "undefined",
        "automation": taking.state(_AUTOMATION, other="is-not-automated"),
        "status": "actual",
        "is_flaky": "no",
        "layer": "unknown",
        "milestone": None,
        "custom_fields": [],
        "steps_type": "classic",
        "steps": [_step(taking, number, step) for number, step in enumerate(parts.steps, 1)],
        "tags": taking.each("tags"),
        "params": [],
        "is_muted": "no",
    }
    taking.kept[SUITE] = both(*(titled(suite.title, _TITLE)[1] for suite in case.suites))
    return fields, taking.kept


def _step(taking: Taking, number: int, step: Step) -> dict[str, Any]:
    return {
        "position": number,
        "action": taking.fit("description", step.action),
        "expected_result": taking.fit("description", step.expected),
        "data": taking.fit("description", step.data),
        "steps": [],
    }


JSON: Final = _QaseJson()

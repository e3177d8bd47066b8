"""`testit`: a directory that the importer of Test IT's migrators reads.

The form is that of the vendor's own ``testit-tms/migrators`` (2026-03, commit 2a7fd1c): classes
``Models/*.cs`` and ``JsonWriter/WriteService.cs``. ``main.json`` has the project's name, the tree
of sections and the IDs of the test cases; each case is ``ID/testcase.json``. IDs are GUIDs, made of
the project and the place in it, so that the same snapshot gives the same ones. ``priority`` is 0
(lowest) to 4 (highest), ``state`` 2 (ready). Texts are HTML. A link needs an address, so issues
have no place; attachments are links.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, Final
from uuid import NAMESPACE_URL, uuid5

from crawler.export.case import EXAMPLES, Case, Suite
from crawler.export.cells import both, held, html_text, titled
from crawler.export.interface import Job, Project
from crawler.export.losses import SUITE
from crawler.export.nesting import Bracket, nested
from crawler.export.parts import parts_of
from crawler.export.rules import Rules
from crawler.export.steps import Step
from crawler.export.taking import Taking

__all__ = ("FOLDER",)

_PRIORITIES: Final = {"low": "1", "normal": "2", "important": "3", "high": "3", "critical": "4"}
_READY: Final = 2
_RELATED: Final = 0
_WEB: Final = ("http://", "https://")


class _TestIt:
    name: Final = "testit"
    about: Final = "Test IT: directory for its importer"
    suffix: Final = ""

    def write(self, job: Job) -> None:
        """Write all items; see `Target`."""
        with job.output.stream("main.json") as out:
            main = _Main(out, titled(job.project.title)[0])
            cases = 0
            for bracket, item in nested(job.items):
                if bracket is Bracket.CLOSE:
                    main.close()
                elif isinstance(item, Suite):
                    section, kept = _section(job.project, item)
                    main.open(section)
                    job.losses.settle(item, kept)
                else:
                    fields, kept = _case(job.project, item, job.rules)
                    job.output.put(f"{fields['id']}/testcase.json", _json(fields))
                    cases = item.number
                    job.losses.settle(item, kept)
            main.end(_guid(job.project, "test", number) for number in range(1, cases + 1))


class _Main:
    """``main.json`` under way; of its sections only the way to the present one is known."""

    def __init__(self, out: BinaryIO, project: str) -> None:
        self._out = out
        self._first = True
        self._write(f'{{\n"projectName": {_dumped(project)},\n"attributes": [],\n"sections": [')

    def open(self, section: dict[str, Any]) -> None:
        self._item(f'{_dumped(section)[:-1]}, "sections": [')
        self._first = True

    def close(self) -> None:
        self._write("]}")
        self._first = False

    def end(self, cases: Iterable[str]) -> None:
        self._write('\n],\n"sharedSteps": [],\n"testCases": [')
        self._first = True
        for each in cases:
            self._item(_dumped(each))
        self._write("\n]\n}\n")

    def _item(self, text: str) -> None:
        self._write(f"{'' if self._first else ','}\n{text}")
        self._first = False

    def _write(self, text: str) -> None:
        self._out.write(text.encode())


def _guid(project: Project, kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{project.url}/projects/{project.id}/{kind}/{number}"))


def _section(project: Project, suite: Suite) -> tuple[dict[str, Any], dict[str, str]]:
    title, note = titled(suite.title)
    section = {
        "id": _guid(project, "suite", suite.number),
        "name": title,
        "preconditionSteps": [],
        "postconditionSteps": [],
    }
    return section, {"title": note}


def _case(project: Project, case: Case, rules: Rules) -> tuple[dict[str, Any], dict[str, str]]:
    taking = Taking(case, rules)
    parts = parts_of(taking, data=True)
    before = [Step(parts.preconditions)] if parts.preconditions else []
    fields = {
        "id": _guid(project, "test", case.number),
        "description": html_text(taking.fit("description", parts.text)),
        "state": _READY,
        "priority": int(taking.priority(_PRIORITIES, other="2")),
        "steps": [_step(taking, step) for step in parts.steps],
        "preconditionSteps": [_step(taking, step) for step in before],
        "postconditionSteps": [],
        "duration": 0,
        "attributes": [],
        "tags": taking.each("tags"),
        "attachments": [],
        "iterations": _iterations(case, taking),
        "links": _links(case, taking),
        "name": taking.title(),
        "sectionId": _guid(project, "suite", case.suites[-1].number if case.suites else 0),
    }
    taking.kept[SUITE] = both(*(titled(suite.title)[1] for suite in case.suites))
    return fields, taking.kept


def _step(taking: Taking, step: Step) -> dict[str, Any]:
    return {
        "sharedStepId": None,
        "action": html_text(taking.fit("description", step.action)),
        "expected": html_text(taking.fit("description", step.expected)),
        "actionAttachments": [],
        "expectedAttachments": [],
        "testDataAttachments": [],
        "testData": html_text(taking.fit("description", step.data)),
    }


def _iterations(case: Case, taking: Taking) -> list[dict[str, Any]]:
    """A run of the test for each row of parameters; names alone have no place."""
    examples = case.examples
    if examples is None or not examples.rows:
        return []
    notes = ["" if examples.even else "rows were filled up to the same length"]
    runs = []
    for row in examples.rows:
        parameters = []
        for name, value in zip(examples.names, row, strict=True):
            (shown, changed), (text, control) = titled(name), held(value)
            notes += [changed, control]
            parameters.append({"name": shown, "value": text})
        runs.append({"parameters": parameters})
    taking.kept["params"] = taking.kept[EXAMPLES] = both(*notes)
    return runs


def _links(case: Case, taking: Taking) -> list[dict[str, Any]]:
    found = [each for each in case.attachments if each.url.startswith(_WEB)]
    if found:
        note = "links; the files stay on the server"
        others = "" if len(found) == len(case.attachments) else "those without an address are gone"
        taking.kept["attachments"] = both(note, others)
    return [
        {
            "url": held(each.url)[0],
            "title": titled(each.name)[0],
            "description": "",
            "type": _RELATED,
        }
        for each in found
    ]


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _json(fields: dict[str, Any]) -> bytes:
    return f"{json.dumps(fields, indent=2, ensure_ascii=False)}\n".encode()


FOLDER: Final = _TestIt()
